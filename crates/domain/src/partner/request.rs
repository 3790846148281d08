//! What may be wrong with the fields of a partner's call. All faulty ones are told at once (partner contract, "Common").

use crate::user::DisplayName;

/// The most characters of a `login` (partner contract, "Common").
pub const MAX_LOGIN_CHARS: usize = 150;

/// A field of a partner's call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartnerField {
    /// `key`: what the partner calls with.
    Key,
    /// `email`: whom to find or create.
    Email,
    /// `login`: what to call him.
    Login,
    /// `user`: who wrote.
    User,
    /// `dict`: the dictation.
    Dict,
    /// `text`: what was written.
    Text,
    /// `model`: what was found.
    Model,
    /// `sendEmailToUser`: whether a link is mailed.
    SendEmailToUser,
}

impl PartnerField {
    /// Its name in bodies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Email => "email",
            Self::Login => "login",
            Self::User => "user",
            Self::Dict => "dict",
            Self::Text => "text",
            Self::Model => "model",
            Self::SendEmailToUser => "sendEmailToUser",
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldFault {
    /// It is missing.
    Required,
    /// It is not what the field takes.
    Invalid,
    /// It is longer than the field takes.
    TooLong {
        /// The most characters of a `login`; the most bytes of other fields.
        max: usize,
    },
}

/// A field as it came: its value, or what is wrong with it.
pub type Given<T> = Result<T, FieldFault>;

/// The faulty fields of a call, in the order of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldFaults(Vec<(PartnerField, FieldFault)>);

impl FieldFaults {
    /// Notes what is wrong with a field, in place of what was noted before.
    pub fn note(&mut self, field: PartnerField, fault: FieldFault) {
        self.0.retain(|(noted, _)| *noted != field);
        self.0.push((field, fault));
        self.0.sort_by_key(|(noted, _)| *noted);
    }

    /// The value of a field, or nothing, with its fault noted.
    pub fn take<T>(&mut self, field: PartnerField, given: Given<T>) -> Option<T> {
        given.inspect_err(|fault| self.note(field, *fault)).ok()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong, a field once each.
    #[must_use]
    pub fn as_slice(&self) -> &[(PartnerField, FieldFault)] {
        &self.0
    }
}

impl From<(PartnerField, FieldFault)> for FieldFaults {
    fn from(fault: (PartnerField, FieldFault)) -> Self {
        Self(vec![fault])
    }
}

impl DisplayName {
    /// The name that a partner gives to a person: one line of 1 to 150 characters, cut after the 100 that the house
    /// shows (partner contract, `auth_user`).
    ///
    /// # Errors
    /// `Required` when nothing but white space was given, `TooLong`, or `Invalid` with control characters.
    pub fn from_login(login: &str) -> Given<Self> {
        use crate::text::TextError;
        Self::shortened(login, MAX_LOGIN_CHARS).map_err(|error| match error {
            TextError::Empty => FieldFault::Required,
            TextError::TooLong { max } => FieldFault::TooLong { max },
            TextError::ControlCharacter => FieldFault::Invalid,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIELDS: [PartnerField; 8] = [
        PartnerField::Key,
        PartnerField::Email,
        PartnerField::Login,
        PartnerField::User,
        PartnerField::Dict,
        PartnerField::Text,
        PartnerField::Model,
        PartnerField::SendEmailToUser,
    ];

    #[test]
    fn fields_are_known_by_the_names_of_the_contract() {
        let names = FIELDS.map(PartnerField::name);
        assert_eq!(names, ["key", "email", "login", "user", "dict", "text", "model", "sendEmailToUser"]);
    }

    #[test]
    fn faults_are_told_in_the_order_of_the_contract_and_once_a_field() {
        let mut faults = FieldFaults::default();
        assert!(faults.is_empty());
        faults.note(PartnerField::Model, FieldFault::Invalid);
        assert_eq!(faults.take(PartnerField::Key, Ok(1)), Some(1));
        assert_eq!(faults.take::<i32>(PartnerField::Key, Err(FieldFault::Required)), None);
        faults.note(PartnerField::Key, FieldFault::Invalid);
        let expected = [(PartnerField::Key, FieldFault::Invalid), (PartnerField::Model, FieldFault::Invalid)];
        assert_eq!(faults.as_slice(), expected);
    }

    #[test]
    fn a_name_that_is_cut_within_white_space_ends_before_it() {
        let login = format!("{}{}b", "a".repeat(10), " ".repeat(139));
        assert_eq!(DisplayName::from_login(&login).unwrap().as_str(), "a".repeat(10));
    }

    #[test]
    fn a_login_of_150_characters_is_a_name_of_100() {
        assert_eq!(DisplayName::from_login(" Анна ").unwrap().as_str(), "Анна");
        let long = DisplayName::from_login(&"ж".repeat(150)).unwrap();
        assert_eq!(long.as_str(), "ж".repeat(100));
        assert_eq!(DisplayName::from_login(&"ж".repeat(151)), Err(FieldFault::TooLong { max: 150 }));
        assert_eq!(DisplayName::from_login("  "), Err(FieldFault::Required));
        assert_eq!(DisplayName::from_login("a\nb"), Err(FieldFault::Invalid));
    }

    proptest! {
        #[test]
        fn faults_come_in_one_order_however_they_are_noted(noted in prop::collection::vec((0..FIELDS.len(), 1..9_usize), 0..20)) {
            let mut faults = FieldFaults::default();
            for (field, max) in &noted {
                faults.note(FIELDS[*field], FieldFault::TooLong { max: *max });
            }
            let told = faults.as_slice();
            prop_assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0));
            for (place, field) in FIELDS.iter().enumerate() {
                let last = noted.iter().rev().find(|(noted, _)| *noted == place);
                let expected = last.map(|(_, max)| FieldFault::TooLong { max: *max });
                prop_assert_eq!(told.iter().find(|(told, _)| told == field).map(|(_, fault)| *fault), expected);
            }
        }

        #[test]
        fn every_login_that_is_taken_becomes_a_name_of_the_house(login in "[ \t\u{a0}\u{200b}\u{ad}a-zж😀\u{301}]{0,160}") {
            match DisplayName::from_login(&login) {
                Ok(name) => {
                    let again = DisplayName::parse(name.as_str()).unwrap();
                    prop_assert_eq!(&again, &name);
                    prop_assert!(login.trim().starts_with(name.as_str()));
                }
                Err(FieldFault::Required) => prop_assert_eq!(login.trim(), ""),
                Err(FieldFault::TooLong { max }) => prop_assert!(login.trim().chars().count() > max),
                Err(FieldFault::Invalid) => prop_assert!(login.trim().contains('\t')),
            }
        }
    }
}
