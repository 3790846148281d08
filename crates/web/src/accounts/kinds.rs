//! The kinds of values in bodies, as the description of the API shows them.
//!
//! The rules themselves are the domain's; what is said of them here is compared with what the server takes by the
//! suite `http`.

use std::borrow::Cow;

use portico_domain::{
    password::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS},
    project::{MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS},
};
use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

use super::answers::Timestamp;

/// The most characters of a mail address.
const MAX_ADDRESS_CHARS: usize = 254;
/// The most characters of a redirect URL.
const MAX_URL_CHARS: usize = 2048;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $schema:expr;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.description(Some(concat!($($doc),+).trim())).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

kinds! {
    /// A mail address. White space around it does not count, nor does case.
    MailAddress = text()
        .format(Some(SchemaFormat::Custom("idn-email".to_owned())))
        .max_length(Some(MAX_ADDRESS_CHARS))
        .examples([json!("ann@example.org")]);

    /// The six digits from a letter.
    LetterCode = text().pattern(Some("^[0-9]{6}$")).examples([json!("482913")]);

    /// A password to be set. One that is easily guessed is refused too, with the reason.
    NewPassword = text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .min_length(Some(MIN_PASSWORD_CHARS))
        .max_length(Some(MAX_PASSWORD_CHARS))
        .examples([json!("violet-harbour-49")]);

    /// The password in force.
    CurrentPassword = text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .examples([json!("violet-harbour-49")]);

    /// A project's name: one line. White space around it does not count, and there must be something else.
    ProjectTitle = text()
        .min_length(Some(1))
        .max_length(Some(MAX_NAME_CHARS))
        .examples([json!("Chess Club")]);

    /// What a project is about. A blank text is the same as none.
    ProjectSummary = text()
        .max_length(Some(MAX_DESCRIPTION_CHARS))
        .examples([json!("Every Tuesday at seven")]);

    /// Where the browser goes after the invite was accepted: an `https` address, or an `http` one of this machine
    /// (`localhost`, `127.0.0.1`, `[::1]`), without a user name or a password in it.
    RedirectTarget = text()
        .format(Some(SchemaFormat::Custom("uri".to_owned())))
        .max_length(Some(MAX_URL_CHARS))
        .examples([json!("https://chess.example.org/welcome")]);

    /// What somebody may be invited as.
    InvitedRole = text().enum_values(Some(["admin", "member"])).examples([json!("member")]);

    /// What somebody is in a project. There is exactly one owner.
    ProjectRole = text().enum_values(Some(["owner", "admin", "member"])).examples([json!("owner")]);

    /// How a token is sent: `Authorization: Bearer <token>`.
    TokenType = text().enum_values(Some(["bearer"]));

    /// The order of surname and given names in the full name.
    NameOrder = text().enum_values(Some(["western", "eastern"]));
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        text()
            .description(Some("An instant: ISO 8601, UTC, milliseconds and `Z`"))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .pattern(Some(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"))
            .examples([json!("2026-11-22T01:33:58.136Z")])
            .into()
    }
}

impl ToSchema for Timestamp {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Timestamp")
    }
}
