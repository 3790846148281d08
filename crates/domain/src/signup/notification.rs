//! How to reach somebody.

use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;

/// The most bytes of a number or of the name of a device.
const MAX_BYTES: usize = 4096;
/// The most devices.
const MAX_DEVICES: usize = 100;

/// What is wrong with `notificationData`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotificationFault {
    /// The address is none.
    #[error("notificationData.email must be an email")]
    Email,
    /// A number is too long, or has a control character.
    #[error("notificationData.phoneSMS must be a phone number")]
    PhoneSms,
    /// The name of a device is too long, or has a control character.
    #[error("notificationData.phonePush must be texts of at most 4096 bytes without control characters")]
    PhonePush,
    /// There are too many devices.
    #[error("notificationData.phonePush must be at most 100 texts")]
    TooManyDevices,
}

/// The `notificationData` of a sign-up entity (sign-up contract section 3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationData {
    /// The address to write to, as sent; empty when somebody has none.
    pub email: String,
    /// Where push messages go.
    #[serde(rename = "phonePush")]
    pub phone_push: Vec<String>,
    /// Where text messages go.
    #[serde(rename = "phoneSMS", default, skip_serializing_if = "Option::is_none")]
    pub phone_sms: Option<String>,
}

impl NotificationData {
    /// Takes what was sent. Blank numbers and devices count as none.
    ///
    /// # Errors
    /// When the address is none, a number or a device too long, or there are too many devices.
    pub fn parse(
        email: &str,
        phone_push: Vec<String>,
        phone_sms: Option<String>,
    ) -> Result<Self, NotificationFault> {
        if !email.is_empty() {
            EmailAddress::parse(email).map_err(|_| NotificationFault::Email)?;
        }
        let odd = |text: &String| text.len() > MAX_BYTES || text.chars().any(char::is_control);
        let phone_push: Vec<String> =
            phone_push.into_iter().filter(|device| !device.trim().is_empty()).collect();
        if phone_push.len() > MAX_DEVICES {
            return Err(NotificationFault::TooManyDevices);
        }
        if phone_push.iter().any(odd) {
            return Err(NotificationFault::PhonePush);
        }
        let phone_sms = phone_sms.filter(|number| !number.trim().is_empty());
        if phone_sms.as_ref().is_some_and(odd) {
            return Err(NotificationFault::PhoneSms);
        }
        Ok(Self { email: email.to_owned(), phone_push, phone_sms })
    }

    /// The address to write to; nothing when somebody has none.
    #[must_use]
    pub fn address(&self) -> Option<EmailAddress> {
        EmailAddress::parse(&self.email).ok()
    }

    /// Whether codes can reach a telephone or a device.
    #[must_use]
    pub fn has_phone(&self) -> bool {
        self.phone_sms.is_some() || !self.phone_push.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_nobody_is_refused_or_left_out() {
        let parse = |email: &str, push: &[&str], sms: Option<&str>| {
            let push = push.iter().map(|device| (*device).to_owned()).collect();
            NotificationData::parse(email, push, sms.map(str::to_owned))
        };
        let full = parse("ann@example.org", &["+99999999999", ""], Some("+99999999999")).unwrap();
        assert_eq!(full.phone_push, ["+99999999999"]);
        assert!(full.has_phone());
        assert_eq!(full.address().unwrap().as_str(), "ann@example.org");
        let none = parse("", &[""], Some("")).unwrap();
        assert_eq!((none.address(), none.has_phone()), (None, false));
        assert_eq!(parse("nonsense", &[], None), Err(NotificationFault::Email));
        assert_eq!(parse("", &["a\nb"], None), Err(NotificationFault::PhonePush));
        assert_eq!(parse("", &[], Some(&"1".repeat(4097))), Err(NotificationFault::PhoneSms));
        let many = NotificationData::parse("", vec!["x".to_owned(); 101], None);
        assert_eq!(many, Err(NotificationFault::TooManyDevices));
        assert_eq!(parse("", &[&"1".repeat(4097)], None), Err(NotificationFault::PhonePush));
    }

    #[test]
    fn a_number_for_text_messages_is_left_out_when_there_is_none() {
        let text = serde_json::to_string(&NotificationData::default()).unwrap();
        assert_eq!(text, r#"{"email":"","phonePush":[]}"#);
    }
}
