//! People (contract sections 2.1 and 2.3).

use chrono::{DateTime, Utc};

use crate::{
    email::EmailAddress,
    id::UserId,
    text::{self, TextError},
};

/// The name a person is shown under: one line of 1 to 100 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

/// The most characters of a display name.
const MAX_CHARS: usize = 100;

impl DisplayName {
    /// Reads a name; white space around it does not count.
    ///
    /// # Errors
    /// When it is empty, too long, or holds control characters.
    pub fn parse(name: &str) -> Result<Self, TextError> {
        text::line(name, MAX_CHARS).map(Self)
    }

    /// The name of a newcomer: the local part of his address, unchanged but for a cut after 100 characters (contract
    /// C8).
    #[must_use]
    pub fn from_address(address: &EmailAddress) -> Self {
        Self(address.local_part().chars().take(MAX_CHARS).collect())
    }

    /// Reads a name of up to `max` characters, of which the first 100 are kept.
    pub(crate) fn shortened(name: &str, max: usize) -> Result<Self, TextError> {
        let name = text::line(name, max)?;
        Ok(Self(name.chars().take(MAX_CHARS).collect::<String>().trim_end().to_owned()))
    }

    /// The name, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In which order a person's names stand (contract section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOrder {
    /// Given names first: "John Doe".
    Western,
    /// Surname first: "Doe John".
    Eastern,
}

/// Whether a person may use the house: whether his password and his tokens open anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserState {
    /// As everybody is.
    Active,
    /// Locked out; nothing is lost.
    Disabled,
}

/// A person, the one that all four APIs share. His addresses and his password are records of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The same, as an ascending number that is never given twice, for the APIs whose contracts show integers.
    pub number: i64,
    /// The name to show.
    pub display_name: DisplayName,
    /// Family name; nothing when he did not say.
    pub surname: Option<String>,
    /// Given names, as one text; nothing when he did not say.
    pub given_names: Option<String>,
    /// The name in its own script, such as Cyrillic or Han; nothing when he did not say.
    pub native_script: Option<String>,
    /// The order of the names; without one it is that of the west.
    pub preferred_order: Option<NameOrder>,
    /// The name that stands for the person in addresses: 3 to 30 letters, digits and underscores, unique without case
    /// (contract section 2.3, O18).
    pub username: Option<String>,
    /// The language to write in, as a tag such as `en`.
    pub locale: Option<String>,
    /// Whether he may come in.
    pub state: UserState,
    /// When he first came.
    pub created_at: DateTime<Utc>,
    /// When his record last changed.
    pub updated_at: DateTime<Utc>,
}

impl User {
    /// The full name in the order the person prefers; without name parts the display name (contract 2.1).
    #[must_use]
    pub fn full_name(&self) -> String {
        let (first, second) = match self.preferred_order {
            Some(NameOrder::Eastern) => (&self.surname, &self.given_names),
            Some(NameOrder::Western) | None => (&self.given_names, &self.surname),
        };
        let parts: Vec<&str> = [first, second].into_iter().flatten().map(String::as_str).collect();
        if parts.is_empty() { self.display_name.as_str().to_owned() } else { parts.join(" ") }
    }
}

/// A person who is about to be added; the store gives him his number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUser {
    /// Who he will be.
    pub id: UserId,
    /// The name to show.
    pub display_name: DisplayName,
    /// The language to write in, as a tag such as `ja`; nothing when nobody said.
    pub locale: Option<String>,
    /// When he came: the moment of his registration.
    pub created_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::mocks::CountingEntropy;

    fn user() -> User {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        User {
            id: UserId::generate(now, &CountingEntropy::default()),
            number: 1,
            display_name: DisplayName::parse("jd").unwrap(),
            surname: Some("Doe".to_owned()),
            given_names: Some("John".to_owned()),
            native_script: None,
            preferred_order: None,
            username: None,
            locale: None,
            state: UserState::Active,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn the_full_name_follows_the_preferred_order() {
        assert_eq!(user().full_name(), "John Doe");
        assert_eq!(User { preferred_order: Some(NameOrder::Eastern), ..user() }.full_name(), "Doe John");
    }

    #[test]
    fn without_name_parts_the_display_name_is_the_full_name() {
        assert_eq!(User { surname: None, given_names: None, ..user() }.full_name(), "jd");
        assert_eq!(User { surname: None, ..user() }.full_name(), "John");
    }

    #[test]
    fn a_newcomer_is_named_after_his_address() {
        let address = EmailAddress::parse("User@example.com").unwrap();
        assert_eq!(DisplayName::from_address(&address).as_str(), "User");
    }
}
