//! The parts that several bodies have in common (sign-up contract section 3, "Body details of sign-up").

use portico_application::NotificationRequest;
use portico_domain::{
    password::PlainPassword,
    signup::{AuthData, AuthItem, Locale},
};

use serde_json::Value;
use utoipa::ToSchema;

use super::fields::Fields;
use crate::signup::problem::Problem;

/// What somebody signs in with, by field.
#[derive(ToSchema)]
#[schema(as = SignupAuthItem)]
#[expect(dead_code, reason = "only describes what is read field by field")]
pub(crate) struct AuthItemBody {
    /// Which field of the form: the one flagged `isLogin` or `isPassword`
    #[schema(min_length = 1)]
    marker: String,
    /// Its value; a number stands for its text
    #[schema(min_length = 1)]
    value: String,
}

/// How to reach somebody.
#[derive(ToSchema)]
#[schema(as = SignupNotificationBody)]
#[expect(dead_code, reason = "only describes what is read field by field")]
pub(crate) struct NotificationBody {
    /// Where letters go
    email: Option<String>,
    /// Numbers, or devices, for push messages: texts, or one
    #[schema(rename = "phonePush")]
    phone_push: Option<Value>,
    /// A number for text messages
    #[schema(rename = "phoneSMS")]
    phone_sms: Option<String>,
}

/// The names of these parts.
const AUTH_DATA: &str = "authData";
const NOTIFICATION_DATA: &str = "notificationData";
const LANG_CODE: &str = "langCode";

impl Fields {
    /// `authData`: objects of exactly a marker and a value. A number stands for its text.
    ///
    /// # Errors
    /// 400 when something in it is missing, empty, something else, or too much.
    pub(crate) fn auth_data(&mut self) -> Result<Option<AuthData>, Problem> {
        let Some(items) = self.given_objects(AUTH_DATA, &["marker", "value"])? else { return Ok(None) };
        let items = items.into_iter().map(|mut item| {
            item.refuse_others()?;
            let marker = item.text("marker")?;
            Ok(AuthItem { marker, value: PlainPassword::presented(&item.scalar("value")?) })
        });
        items.collect::<Result<_, _>>().map(|items| Some(AuthData(items)))
    }

    /// `notificationData`: an address, devices as one text or several, and a number as a text or a number.
    ///
    /// # Errors
    /// 400 when something in it is something else.
    pub(crate) fn notification(&mut self) -> Result<Option<NotificationRequest>, Problem> {
        let names = &["email", "phonePush", "phoneSMS"];
        let Some(mut data) = self.given_object(NOTIFICATION_DATA, names)? else { return Ok(None) };
        Ok(Some(NotificationRequest {
            email: data.given_text("email")?,
            phone_push: data.given_scalars("phonePush")?,
            phone_sms: data.given_scalar("phoneSMS")?,
        }))
    }

    /// `langCode`; `en_US` when it is missing.
    ///
    /// # Errors
    /// 400 when it is no language code.
    pub(crate) fn locale(&mut self) -> Result<Locale, Problem> {
        let Some(code) = self.given_text(LANG_CODE)? else { return Ok(Locale::default()) };
        Locale::parse(&code).map_err(|fault| Problem::bad_request(format!("{LANG_CODE} {fault}")))
    }
}
