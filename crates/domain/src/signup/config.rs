//! What a provider's `config` says (sign-up contract section 3, "Provider config").

use std::{collections::HashSet, ops::RangeInclusive};

use chrono::TimeDelta;
use serde_json::{Value, json};
use url::Url;

use super::definition::{DefinitionFault, Keys, each, line, text, whole_number};
use crate::code::CodeShape;

/// What a `config` says. `tokenSecretKey` of older samples is no business of anybody's: it is not read, kept or shown.
const KEYS: [&str; 10] = [
    "accessTokenTtlSec",
    "refreshTokenTtlMc",
    "deleteNoneActiveUsersAfterDays",
    "systemCodeTlsSec",
    "systemCodeLength",
    "systemCodeOnlyNumbers",
    "oauthAuthUrl",
    "exposeSystemCode",
    "sendCodeEvents",
    "tokenSecretKey",
];
/// Ten years: the longest life of a token.
const MAX_TTL_SECONDS: i64 = 10 * 365 * 24 * 60 * 60;
/// Ten seconds to a week: the life of a code.
const CODE_SECONDS: RangeInclusive<i64> = 10..=7 * 24 * 60 * 60;
/// The characters of a code.
const CODE_CHARS: RangeInclusive<i64> = 4..=32;
/// The days somebody may take to become active.
const WAITING_DAYS: RangeInclusive<i64> = 1..=3650;
/// The most events, and the most characters of the name of one.
const MAX_EVENTS: usize = 64;
const MAX_EVENT_CHARS: usize = 128;
/// The most characters of an address.
const MAX_URL_CHARS: usize = 2048;

/// The events for which codes are sent, as long as a provider names no others (sign-up contract section 3).
pub const SEND_CODE_EVENTS: [&str; 6] =
    ["auth", "user_registration", "reset", "password_reset", "send_code", "reg"];

/// Lifetimes and codes of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderConfig {
    /// `accessTokenTtlSec`: how long an access token lives.
    pub access_token_ttl: TimeDelta,
    /// `refreshTokenTtlMc`, in milliseconds: how long a refresh token lives.
    pub refresh_token_ttl: TimeDelta,
    /// `deleteNoneActiveUsersAfterDays`: how long somebody may take to become active.
    pub waiting_days: i64,
    /// `systemCodeTlsSec`: how long a code lives.
    pub code_ttl: TimeDelta,
    /// `systemCodeLength` and `systemCodeOnlyNumbers`.
    pub code_shape: CodeShape,
    /// `oauthAuthUrl`, shown to clients.
    pub oauth_auth_url: Option<String>,
    /// `exposeSystemCode`, which is ours: whether the answer to a sign-up holds the code; for development.
    pub expose_system_code: bool,
    /// `sendCodeEvents`, which is ours: the events for which codes are sent.
    pub send_code_events: Vec<String>,
}

impl Default for ProviderConfig {
    /// An hour, 30 days, 2 days, 2 minutes, six capitals and digits.
    fn default() -> Self {
        Self {
            access_token_ttl: TimeDelta::hours(1),
            refresh_token_ttl: TimeDelta::days(30),
            waiting_days: 2,
            code_ttl: TimeDelta::minutes(2),
            code_shape: CodeShape { length: 6, digits_only: false },
            oauth_auth_url: None,
            expose_system_code: false,
            send_code_events: SEND_CODE_EVENTS.map(str::to_owned).to_vec(),
        }
    }
}

impl ProviderConfig {
    /// Reads a `config`. Numbers may be texts, and truth values texts or 0 and 1; what is left out, `null` or an empty
    /// text has its default.
    ///
    /// # Errors
    /// When it is malformed, or a number is out of bounds: where, and why.
    pub fn parse(given: &Value) -> Result<Self, DefinitionFault> {
        let keys = Keys::of(given, &KEYS)?;
        let whole = |key, range| keys.read(key, |given| whole(given, &range)).map(Option::flatten);
        let is_set = |key| keys.read(key, truth_value).map(Option::flatten);
        let default = Self::default();
        let length = whole("systemCodeLength", CODE_CHARS)?.and_then(|length| u8::try_from(length).ok());
        let digits_only = is_set("systemCodeOnlyNumbers")?;
        Ok(Self {
            access_token_ttl: whole("accessTokenTtlSec", 1..=MAX_TTL_SECONDS)?
                .map_or(default.access_token_ttl, TimeDelta::seconds),
            refresh_token_ttl: whole("refreshTokenTtlMc", 1000..=MAX_TTL_SECONDS * 1000)?
                .map_or(default.refresh_token_ttl, TimeDelta::milliseconds),
            waiting_days: whole("deleteNoneActiveUsersAfterDays", WAITING_DAYS)?
                .unwrap_or(default.waiting_days),
            code_ttl: whole("systemCodeTlsSec", CODE_SECONDS)?.map_or(default.code_ttl, TimeDelta::seconds),
            code_shape: CodeShape {
                length: length.unwrap_or(default.code_shape.length),
                digits_only: digits_only.unwrap_or(default.code_shape.digits_only),
            },
            oauth_auth_url: keys.read("oauthAuthUrl", url)?.flatten(),
            expose_system_code: is_set("exposeSystemCode")?.unwrap_or(default.expose_system_code),
            send_code_events: keys.read("sendCodeEvents", events)?.unwrap_or(default.send_code_events),
        })
    }

    /// The `config` of answers, which [`parse`](Self::parse) reads, too: its numbers are texts, as clients know them, and
    /// `systemCodeOnlyNumbers` is a text or `null`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "accessTokenTtlSec": self.access_token_ttl.num_seconds().to_string(),
            "refreshTokenTtlMc": self.refresh_token_ttl.num_milliseconds().to_string(),
            "deleteNoneActiveUsersAfterDays": self.waiting_days.to_string(),
            "systemCodeTlsSec": self.code_ttl.num_seconds().to_string(),
            "systemCodeLength": self.code_shape.length.to_string(),
            "systemCodeOnlyNumbers": self.code_shape.digits_only.then_some("true"),
            "oauthAuthUrl": self.oauth_auth_url,
            "exposeSystemCode": self.expose_system_code,
            "sendCodeEvents": self.send_code_events,
        })
    }
}

fn whole(given: &Value, range: &RangeInclusive<i64>) -> Result<Option<i64>, DefinitionFault> {
    let number = match given {
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        _ => whole_number(given),
    };
    number.filter(|number| range.contains(number)).map(Some).ok_or_else(|| {
        DefinitionFault::new(format!("must be a whole number from {} to {}", range.start(), range.end()))
    })
}

fn truth_value(given: &Value) -> Result<Option<bool>, DefinitionFault> {
    match given.as_str().map_or_else(|| given.to_string(), |text| text.trim().to_owned()).as_str() {
        "" => Ok(None),
        "true" | "1" => Ok(Some(true)),
        "false" | "0" => Ok(Some(false)),
        _ => Err(DefinitionFault::new("must be true, false or null")),
    }
}

fn url(given: &Value) -> Result<Option<String>, DefinitionFault> {
    if text(given)?.trim().is_empty() {
        return Ok(None);
    }
    let address = line(given, MAX_URL_CHARS)?;
    match Url::parse(&address) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(address)),
        _ => Err(DefinitionFault::new("must be an address that begins with https:// or http://")),
    }
}

fn events(given: &Value) -> Result<Vec<String>, DefinitionFault> {
    let mut names = HashSet::new();
    let events = each(given, MAX_EVENTS, |given| {
        let name = line(given, MAX_EVENT_CHARS)?;
        if names.insert(name.clone()) { Ok(name) } else { Err(DefinitionFault::new("is there twice")) }
    })?;
    if events.is_empty() { Err(DefinitionFault::new("must name an event")) } else { Ok(events) }
}

#[cfg(test)]
mod tests;
