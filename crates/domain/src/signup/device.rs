//! What a client says of its device: the header `x-device-metadata` (sign-up contract section 1).

use serde::{Deserialize, Serialize};

/// The most bytes of the header that are looked at.
const MAX_BYTES: usize = 8192;
/// The most characters that are kept of one text.
const MAX_CHARS: usize = 512;

/// The header is no such thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid x-device-metadata format")]
pub struct DeviceError;

/// A device: one session each (sign-up contract section 3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Device {
    /// Which one, as far as the client knows.
    pub fingerprint: String,
    /// The operating system.
    pub os: String,
    /// The browser, or what stands for one.
    pub browser: String,
    /// The language of the place.
    pub location: String,
}

#[derive(Deserialize)]
struct Given {
    fingerprint: String,
    #[serde(rename = "deviceInfo")]
    info: serde_json::Map<String, serde_json::Value>,
}

/// What of it is shown to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Info {
    os: String,
    browser: String,
    location: String,
}

impl Device {
    /// Reads the header. Texts that are missing are empty, long ones are cut.
    ///
    /// # Errors
    /// When it is no JSON object with a text `fingerprint` and an object `deviceInfo`.
    pub fn parse(header: &str) -> Result<Self, DeviceError> {
        if header.len() > MAX_BYTES {
            return Err(DeviceError);
        }
        let given: Given = serde_json::from_str(header).map_err(|_| DeviceError)?;
        let text = |key: &str| {
            let text = given.info.get(key).and_then(|value| value.as_str()).unwrap_or_default();
            kept(text)
        };
        Ok(Self {
            os: text("os"),
            browser: text("browser"),
            location: text("location"),
            fingerprint: kept(&given.fingerprint),
        })
    }

    /// What is shown of it, for the store.
    #[must_use]
    pub fn info(&self) -> String {
        let info =
            Info { os: self.os.clone(), browser: self.browser.clone(), location: self.location.clone() };
        serde_json::to_string(&info).unwrap_or_default()
    }

    /// A device from the store.
    ///
    /// # Errors
    /// When the text was never written.
    pub fn from_stored(fingerprint: String, info: &str) -> Result<Self, DeviceError> {
        let Info { os, browser, location } = serde_json::from_str(info).map_err(|_| DeviceError)?;
        Ok(Self { fingerprint, os, browser, location })
    }
}

fn kept(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_of_the_sdk_is_read() {
        let header = r#"{"fingerprint":"UQ_x","deviceInfo":{"os":"Node.js","browser":"Node.js/abc","location":"en-US"}}"#;
        let device = Device::parse(header).unwrap();
        assert_eq!(device.fingerprint, "UQ_x");
        assert_eq!(device.info(), r#"{"os":"Node.js","browser":"Node.js/abc","location":"en-US"}"#);
        assert_eq!(Device::from_stored("UQ_x".to_owned(), &device.info()), Ok(device));
    }

    #[test]
    fn anything_else_is_refused() {
        for header in [
            "",
            "nonsense",
            "[]",
            "{}",
            r#"{"fingerprint":1,"deviceInfo":{}}"#,
            r#"{"fingerprint":"x"}"#,
            r#"{"fingerprint":"x","deviceInfo":"os"}"#,
            r#"{"fingerprint":"x","deviceInfo":null}"#,
        ] {
            assert_eq!(Device::parse(header), Err(DeviceError), "{header}");
        }
        let long = format!(r#"{{"fingerprint":"{}","deviceInfo":{{}}}}"#, "x".repeat(9000));
        assert_eq!(Device::parse(&long), Err(DeviceError));
    }

    #[test]
    fn missing_texts_are_empty_and_long_ones_cut() {
        let header = format!(r#"{{"fingerprint":"{}","deviceInfo":{{"os":1}}}}"#, "x".repeat(600));
        let device = Device::parse(&header).unwrap();
        assert_eq!((device.fingerprint.len(), device.os.as_str()), (512, ""));
    }
}
