//! What the operator decides; the defaults are the contract's.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::token::{PlainToken, TokenDigest};

/// How long things live (contract section 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An invite, from its last sending; by default 7 days.
    pub invite: TimeDelta,
    /// A six-digit code; by default 10 minutes.
    pub registration_code: TimeDelta,
    /// The pause between two codes to one address; by default 60 seconds (contract O8).
    pub resend_cooldown: TimeDelta,
    /// A bearer token; by default an hour.
    pub access_token: TimeDelta,
    /// A refresh token; by default 30 days (contract O10).
    pub refresh_token: TimeDelta,
    /// A password reset token; by default a quarter of an hour.
    pub password_reset: TimeDelta,
}

impl Default for Lifetimes {
    /// The contract's values (section 10 and O10).
    fn default() -> Self {
        Self {
            invite: TimeDelta::days(7),
            registration_code: TimeDelta::minutes(10),
            resend_cooldown: TimeDelta::seconds(60),
            access_token: TimeDelta::seconds(3600),
            refresh_token: TimeDelta::days(30),
            password_reset: TimeDelta::minutes(15),
        }
    }
}

/// The rules that a setting can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// What bearer tokens begin with, `hitkey_` by default; never changed once tokens were given out (contract O40).
    pub token_prefix: String,
    /// Whether an expired invite is shown as such instead of being refused (contract C4).
    pub show_expired_invites: bool,
    /// Whether registration's last step needs the token of the second (contract O6).
    pub require_verification_token: bool,
    /// The rules of the members' portal.
    pub portal: PortalPolicy,
    /// The rules of the sign-up API.
    pub signup: SignupPolicy,
    /// The rules of the partner API.
    pub partners: PartnerPolicy,
}

/// The rules of the partner API that a setting can change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartnerPolicy {
    /// Whether partners may be told what happened at addresses of this machine, unencrypted, too: for tests.
    pub webhooks_to_loopback: bool,
}

/// The rules of the sign-up API that a setting can change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignupPolicy {
    /// What is kept of the application tokens that open this API; any application gets in when there are none.
    pub app_tokens: Vec<TokenDigest>,
    /// Whether a refresh must come from the device of the sign-in (sign-up contract T1).
    pub bind_refresh_to_device: bool,
}

/// The rules of the members' portal that a setting can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalPolicy {
    /// The OpenID Connect provider, to the letter; nothing when none is set.
    pub issuer: Option<String>,
    /// How long a session lives; by default 10 days (portal contract section 2).
    pub session: TimeDelta,
    /// How long a payment token lives; by default a minute (portal contract section 5.1).
    pub transaction: TimeDelta,
    /// The zone in which instants are told.
    pub time_zone: Tz,
    /// The link that proves an address, with `{token}` where the token goes.
    pub verify_email_link: String,
    /// Where people find the site: where they go after leaving, when no provider can say.
    pub home: String,
    /// What is kept of the bearer tokens that open `/api/external`; nobody gets in when there are none.
    pub external_tokens: Vec<TokenDigest>,
}

/// An instant as the portal tells it: RFC 3339 in this zone, to the second (portal contract section 1).
#[must_use]
pub fn local_time(zone: Tz, at: DateTime<Utc>) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl Default for PortalPolicy {
    /// The contract's values, and a site on this machine.
    fn default() -> Self {
        Self {
            issuer: None,
            session: TimeDelta::days(10),
            transaction: TimeDelta::seconds(60),
            time_zone: Tz::Asia__Tokyo,
            verify_email_link: "http://localhost:8080/verify_email?token={token}".to_owned(),
            home: "http://localhost:8080".to_owned(),
            external_tokens: Vec::new(),
        }
    }
}

impl PortalPolicy {
    /// See [`local_time`].
    #[must_use]
    pub fn local_time(&self, at: DateTime<Utc>) -> String {
        local_time(self.time_zone, at)
    }

    /// The link that proves an address by `token`.
    #[must_use]
    pub fn verify_email_link(&self, token: &PlainToken) -> String {
        // Tokens of ours need no escaping in a URL.
        self.verify_email_link.replace("{token}", token.reveal())
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lifetimes: Lifetimes::default(),
            token_prefix: "hitkey_".to_owned(),
            show_expired_invites: false,
            require_verification_token: false,
            portal: PortalPolicy::default(),
            signup: SignupPolicy::default(),
            partners: PartnerPolicy::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portal_tells_instants_in_its_zone() {
        let at = DateTime::from_timestamp(1_587_110_396, 987_654_321).unwrap();
        assert_eq!(PortalPolicy::default().local_time(at), "2020-04-17T16:59:56+09:00");
        let berlin = PortalPolicy { time_zone: Tz::Europe__Berlin, ..PortalPolicy::default() };
        assert_eq!(berlin.local_time(at), "2020-04-17T09:59:56+02:00");
    }

    #[test]
    fn a_link_holds_its_token() {
        let link = PortalPolicy::default().verify_email_link(&PlainToken::presented("a-b_c"));
        assert_eq!(link, "http://localhost:8080/verify_email?token=a-b_c");
    }
}
