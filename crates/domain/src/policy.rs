//! What the operator decides; the defaults are the contract's.

use chrono::TimeDelta;

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
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lifetimes: Lifetimes::default(),
            token_prefix: "hitkey_".to_owned(),
            show_expired_invites: false,
            require_verification_token: false,
        }
    }
}
