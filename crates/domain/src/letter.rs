//! Letters: what the house writes to people, and when it tries again (contract O48).

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{email::EmailAddress, id::LetterId, invite::InviteRole, partner::PartnerEvent};

/// The part of a letter that may be read at rest. What must not is its [`LetterSecret`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// The code of a registration. Secret: the code.
    RegistrationCode {
        /// How long the code is good, in minutes.
        valid_minutes: i64,
    },
    /// Somebody began to register at an address that has an account (contract O5). No secret.
    AlreadyRegistered,
    /// An invite into a project. Secret: the token of the link.
    Invite {
        /// The project's name, as it was when the letter was written.
        project: String,
        /// The display name of whoever asked.
        inviter: String,
        /// As what.
        role: InviteRole,
        /// When its time is over.
        expires_at: DateTime<Utc>,
    },
    /// The code of an added address. Secret: the code.
    AddedAddressCode {
        /// How long the code is good, in minutes.
        valid_minutes: i64,
    },
    /// The link to a new password. Secret: the token of the link.
    PasswordReset {
        /// How long the link is good, in minutes.
        valid_minutes: i64,
    },
    /// The link that proves a member's address (portal contract section 7). Secret: the whole letter, since the portal
    /// writes it by a template of its admins.
    EmailVerification,
    /// A member has proved his address. Secret: the whole letter.
    AfterRegistration,
    /// Dues were paid. Secret: the whole letter.
    PaymentReceipt,
    /// Dues are owed. Secret: the whole letter.
    PaymentReminder,
    /// The code of a sign-up entity (sign-up contract section 3). Secret: the code.
    SignupCode {
        /// The login it is for.
        login: String,
        /// How long the code is good, in seconds.
        valid_seconds: i64,
    },
    /// The same for a telephone: no letter at all. Secret: the code.
    PhoneCode(PhoneCode),
    /// The password of somebody whom a partner created (partner contract, `auth_user`). Secret: the password.
    ProvisionedPassword {
        /// What the partner is called.
        partner: String,
    },
    /// The link to the result of a check (partner contract, `save_check_result`). Secret: the token of the link.
    CheckResult {
        /// What the partner is called.
        partner: String,
        /// The title of the dictation.
        dictation: String,
    },
    /// An event that a partner is told: no letter at all. No secret.
    PartnerEvent {
        /// What happened.
        event: PartnerEvent,
    },
}

/// Who waits for letters. Each is served apart, so that a partner who takes no posts holds up nobody's mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// People, at mailboxes and telephones.
    People,
    /// Partners' programs.
    Partners,
}

impl Lane {
    /// The kinds of letters that are delivered in it.
    #[must_use]
    pub fn kinds(self) -> &'static [&'static str] {
        let (people, partners) = Letter::KINDS.split_at(Letter::KINDS.len() - 1);
        match self {
            Self::People => people,
            Self::Partners => partners,
        }
    }
}

/// Whom a code goes to that goes to telephones and devices, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneCode {
    /// The provider it is for.
    pub provider: String,
    /// The event it is for, as the client named it.
    pub event: String,
    /// The login it is for.
    pub login: String,
    /// The number for text messages.
    pub phone_sms: Option<String>,
    /// The numbers or devices for push messages.
    pub phone_push: Vec<String>,
    /// The devices that applications registered for push messages.
    pub fcm_tokens: Vec<String>,
    /// The language to write in.
    pub locale: String,
    /// How long the code is good, in seconds.
    pub valid_seconds: i64,
}

/// Where a letter goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// To a mailbox.
    Mailbox(EmailAddress),
    /// To a telephone or a device; the text says to which, for the operator who looks at the outbox.
    Phone(String),
    /// To a partner's program; the text says at which address, for the same.
    Webhook(String),
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(address) => address.fmt(f),
            Self::Phone(text) | Self::Webhook(text) => f.write_str(text),
        }
    }
}

impl From<EmailAddress> for Recipient {
    fn from(address: EmailAddress) -> Self {
        Self::Mailbox(address)
    }
}

impl Letter {
    /// Every kind that this release can write and deliver. A newer release beside it may owe others.
    pub const KINDS: [&str; 14] = [
        "registration_code",
        "already_registered",
        "invite",
        "added_address_code",
        "password_reset",
        "email_verification",
        "after_registration",
        "payment_receipt",
        "payment_reminder",
        "signup_code",
        "phone_code",
        "provisioned_password",
        "check_result",
        // The last one goes to programs: see [`Lane`].
        "partner_event",
    ];

    /// The kind, as a word for the store, the logs and the folder of its templates.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::RegistrationCode { .. } => "registration_code",
            Self::AlreadyRegistered => "already_registered",
            Self::Invite { .. } => "invite",
            Self::AddedAddressCode { .. } => "added_address_code",
            Self::PasswordReset { .. } => "password_reset",
            Self::EmailVerification => "email_verification",
            Self::AfterRegistration => "after_registration",
            Self::PaymentReceipt => "payment_receipt",
            Self::PaymentReminder => "payment_reminder",
            Self::SignupCode { .. } => "signup_code",
            Self::PhoneCode(_) => "phone_code",
            Self::ProvisionedPassword { .. } => "provisioned_password",
            Self::CheckResult { .. } => "check_result",
            Self::PartnerEvent { .. } => "partner_event",
        }
    }
}

/// The code or token of a letter, in clear. Only between the sealed outbox and the mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct LetterSecret(Zeroizing<String>);

impl LetterSecret {
    /// Takes a code or token.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The clear text, for the letter.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LetterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LetterSecret(…)")
    }
}

/// A secret encrypted under the server's key, bound to its letter.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret(Vec<u8>);

impl SealedSecret {
    /// Takes the sealed bytes, of which only the sealer knows the form.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes at rest.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedSecret({} bytes)", self.0.len())
    }
}

/// A letter in the outbox: written in the transaction of its cause, owed until it is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedLetter {
    /// Which one.
    pub id: LetterId,
    /// To whom.
    pub to: Recipient,
    /// What it says.
    pub letter: Letter,
    /// What it says in confidence; nothing for a letter without a secret.
    pub secret: Option<SealedSecret>,
    /// When its cause happened; the letter bears this date.
    pub created_at: DateTime<Utc>,
    /// Failed tries so far.
    pub attempts: u32,
}

/// How long a letter is tried before it is given up.
const PATIENCE: TimeDelta = TimeDelta::hours(24);
/// As long as a letter is younger than this, it is tried every few seconds.
const EAGER: TimeDelta = TimeDelta::minutes(2);
/// The longest pause of a young letter.
const EAGER_PAUSE: TimeDelta = TimeDelta::seconds(3);
/// The longest pause of an old one.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

/// How long to wait after a failed try: seconds at first, an hour in the end; nothing once the letter is a day old, and
/// is given up. `attempts` are the failed tries so far, this one included; `age` is the time since its cause.
#[must_use]
pub fn pause_before_retry(attempts: u32, age: TimeDelta) -> Option<TimeDelta> {
    if age >= PATIENCE {
        return None;
    }
    if age < EAGER {
        let doubled = TimeDelta::seconds(1 << attempts.saturating_sub(1).min(8));
        return Some(doubled.min(EAGER_PAUSE));
    }
    Some((age / 4).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed() {
        let letters = [
            Letter::RegistrationCode { valid_minutes: 10 },
            Letter::AlreadyRegistered,
            Letter::Invite {
                project: "Chess".to_owned(),
                inviter: "Ann".to_owned(),
                role: InviteRole::Member,
                expires_at: DateTime::UNIX_EPOCH,
            },
            Letter::AddedAddressCode { valid_minutes: 10 },
            Letter::PasswordReset { valid_minutes: 15 },
            Letter::EmailVerification,
            Letter::AfterRegistration,
            Letter::PaymentReceipt,
            Letter::PaymentReminder,
            Letter::SignupCode { login: "ann".to_owned(), valid_seconds: 120 },
            Letter::PhoneCode(PhoneCode {
                provider: "phone".to_owned(),
                event: "auth".to_owned(),
                login: "ann".to_owned(),
                phone_sms: Some("+99999999999".to_owned()),
                phone_push: Vec::new(),
                fcm_tokens: Vec::new(),
                locale: "en_US".to_owned(),
                valid_seconds: 120,
            }),
            Letter::ProvisionedPassword { partner: "Diktado".to_owned() },
            Letter::CheckResult { partner: "Diktado".to_owned(), dictation: "Autumn".to_owned() },
            Letter::PartnerEvent { event: PartnerEvent::UserCreated },
        ];
        assert_eq!(letters.map(|letter| letter.kind()), Letter::KINDS);
    }

    #[test]
    fn every_kind_has_one_lane() {
        let lanes = [Lane::People, Lane::Partners].map(Lane::kinds);
        assert_eq!(lanes.concat(), Letter::KINDS);
        assert_eq!(Lane::Partners.kinds(), ["partner_event"]);
    }

    #[test]
    fn pauses_grow_from_a_second_to_an_hour_and_end_after_a_day() {
        let seconds: Vec<i64> = (1..=4)
            .filter_map(|n| pause_before_retry(n, TimeDelta::seconds(10)))
            .map(|pause| pause.num_seconds())
            .collect();
        assert_eq!(seconds, [1, 2, 3, 3]);
        assert_eq!(pause_before_retry(30, TimeDelta::minutes(4)), Some(TimeDelta::minutes(1)));
        assert_eq!(pause_before_retry(60, TimeDelta::hours(20)), Some(TimeDelta::hours(1)));
        assert_eq!(pause_before_retry(80, TimeDelta::hours(24)), None);
    }

    #[test]
    fn a_mail_server_away_for_a_minute_is_noticed_within_fifteen_seconds() {
        let mut age = TimeDelta::zero();
        let mut longest = TimeDelta::zero();
        for attempt in 1.. {
            if age > TimeDelta::seconds(75) {
                break;
            }
            let pause = pause_before_retry(attempt, age).unwrap();
            longest = longest.max(pause);
            age += pause;
        }
        assert!(longest < TimeDelta::seconds(15), "{longest}");
    }

    #[test]
    fn the_day_of_retries_needs_few_of_them() {
        let (mut age, mut attempts) = (TimeDelta::zero(), 0);
        while let Some(pause) = pause_before_retry(attempts + 1, age) {
            age += pause;
            attempts += 1;
        }
        assert!((30..100).contains(&attempts), "{attempts}");
    }

    #[test]
    fn secrets_are_never_printed() {
        let text = format!("{:?} {:?}", LetterSecret::new("123456"), SealedSecret::from_bytes(vec![1, 2]));
        assert_eq!(text, "LetterSecret(…) SealedSecret(2 bytes)");
    }
}
