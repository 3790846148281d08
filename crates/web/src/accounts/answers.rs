//! Answers that several endpoints give. Their keys are the contract's, each in its own casing.

use chrono::{DateTime, SecondsFormat, Utc};
use portico_application::{IssuedTokens, SignedIn, UserCard};
use portico_domain::email::Email;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use super::kinds::TokenType;

/// An instant: ISO 8601, UTC, milliseconds and `Z` (contract section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timestamp(pub(crate) DateTime<Utc>);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A thing that was done, and nothing more to tell (contract O1).
#[derive(Serialize, ToSchema)]
#[schema(description = "A thing that was done, and nothing more to tell")]
pub(crate) struct Message {
    /// A word to the person
    pub(crate) message: &'static str,
}

/// A person as a sign-in shows him.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserAnswer {
    id: Uuid,
    /// The default address
    #[schema(required)]
    email: Option<String>,
    display_name: String,
}

impl From<UserCard> for UserAnswer {
    fn from(user: UserCard) -> Self {
        Self {
            id: user.id.uuid(),
            email: user.email.map(|address| address.as_str().to_owned()),
            display_name: user.display_name.as_str().to_owned(),
        }
    }
}

/// Both tokens, and how many seconds the first is good.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenFields {
    /// The bearer token
    token: String,
    /// Good for one new pair
    refresh_token: String,
    /// How many seconds the bearer token is good
    expires_in: i64,
}

impl From<IssuedTokens> for TokenFields {
    fn from(issued: IssuedTokens) -> Self {
        Self {
            token: issued.pair.token.reveal().to_owned(),
            refresh_token: issued.pair.refresh.reveal().to_owned(),
            expires_in: issued.expires_in.num_seconds(),
        }
    }
}

/// What a sign-in gives (contract section 2).
#[derive(Serialize, ToSchema)]
#[schema(description = "What a sign-in gives", example = json!({
    "type": "bearer",
    "token": "hitkey_8gJhWTDRW_vCFgIsLwqCktdluT_NxeouOJIj0BxFHpk",
    "refresh_token": "7e25dbe3e9ab39dd9fb0b92e79682c97bd1ae68edbe0b35205331433817cb9ae",
    "expires_in": 3600,
    "user": {
        "id": "01a200e3-7ba9-7cb8-8b47-a9057230174f",
        "email": "ann@example.org",
        "displayName": "ann",
    },
}))]
pub(crate) struct LoginAnswer {
    #[schema(value_type = TokenType)]
    r#type: &'static str,
    #[serde(flatten)]
    tokens: TokenFields,
    user: UserAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    message: Option<&'static str>,
    /// There, and true, when the password must be changed before anything else
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    password_change_required: Option<bool>,
}

impl LoginAnswer {
    /// The same with a word to the person.
    pub(crate) fn saying(self, message: &'static str) -> Self {
        Self { message: Some(message), ..self }
    }
}

impl From<SignedIn> for LoginAnswer {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            r#type: "bearer",
            tokens: signed_in.tokens.into(),
            user: signed_in.user.into(),
            message: None,
            password_change_required: signed_in.password_change_required.then_some(true),
        }
    }
}

/// One address of the caller.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "01a200e3-7ba9-7d10-9c55-0a1b2c3d4e5f",
    "email": "ann@example.org",
    "isDefault": true,
    "isVerified": true,
}))]
pub(crate) struct EmailAnswer {
    id: Uuid,
    email: String,
    is_default: bool,
    is_verified: bool,
}

impl From<&Email> for EmailAnswer {
    fn from(email: &Email) -> Self {
        Self {
            id: email.id.uuid(),
            email: email.address.as_str().to_owned(),
            is_default: email.is_default,
            is_verified: email.is_verified(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_milliseconds_and_a_z() {
        let instant = DateTime::from_timestamp(1_705_276_800, 123_456_000).unwrap();
        assert_eq!(serde_json::to_value(Timestamp(instant)).unwrap(), "2024-01-15T00:00:00.123Z");
        let whole = DateTime::from_timestamp(1_705_276_800, 0).unwrap();
        assert_eq!(serde_json::to_value(Timestamp(whole)).unwrap(), "2024-01-15T00:00:00.000Z");
    }
}
