//! Which variables letters have, and what they can hold (portal contract section 7).

use super::LetterKind;
use crate::profile::ProfileField;

/// What a variable can hold.
#[derive(Debug)]
pub(super) enum Shape {
    /// A text of at most so many characters.
    Text(usize),
    Number,
    Bool,
    /// A list of texts, of at most so many characters when joined by line ends.
    List(usize),
    Record(&'static [(&'static str, Shape)]),
    /// A record that may be missing.
    Optional(&'static [(&'static str, Shape)]),
}

/// What an element of a list is.
pub(super) const ELEMENT: Shape = Shape::Text(512);

impl Shape {
    /// The field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Record(fields) | Self::Optional(fields) => {
                fields.iter().find(|(field, _)| *field == name).map(|(_, shape)| shape)
            }
            Self::Text(_) | Self::Number | Self::Bool | Self::List(_) => None,
        }
    }
}

/// Everything that a letter of this kind can say.
pub(super) const fn root(kind: LetterKind) -> &'static Shape {
    match kind {
        LetterKind::EmailVerification => &WITH_LINK,
        LetterKind::AfterRegistration | LetterKind::PaymentReceipt | LetterKind::PaymentReminder => {
            &WITHOUT_LINK
        }
    }
}

static WITHOUT_LINK: Shape = Shape::Record(&[("User", USER)]);
static WITH_LINK: Shape = Shape::Record(&[("User", USER), ("VerificationLink", Shape::Text(2_000))]);

/// Instants are texts of the form of RFC 3339.
const INSTANT: Shape = Shape::Text(35);

const USER: Shape = Shape::Record(&[
    ("ID", Shape::Number),
    ("Email", Shape::Text(256)),
    ("Generation", Shape::Number),
    ("Name", text(ProfileField::Name)),
    ("Kana", text(ProfileField::Kana)),
    ("Handle", text(ProfileField::Handle)),
    ("Avatar", AVATAR),
    ("Sex", Shape::Text(16)),
    ("University", UNIVERSITY),
    ("StudentID", text(ProfileField::StudentNumber)),
    ("EmergencyPhoneNumber", text(ProfileField::Phone)),
    ("OtherCircles", text(ProfileField::OtherCircles)),
    ("Workshops", Shape::List(ProfileField::Workshops.max_chars())),
    ("Squads", Shape::List(ProfileField::Squads.max_chars())),
    ("Role", Shape::Text(16)),
    ("AccountID", text(ProfileField::AccountId)),
    ("DiscordID", text(ProfileField::DiscordId)),
    ("TwitterScreenName", text(ProfileField::TwitterScreenName)),
    ("EmailVerified", Shape::Bool),
    ("CardPublished", Shape::Bool),
    ("CreatedAt", INSTANT),
    ("UpdatedAt", INSTANT),
]);

const AVATAR: Shape = Shape::Optional(&[
    ("URL", text(ProfileField::AvatarUrl)),
    ("ThumbnailURL", text(ProfileField::AvatarThumbnailUrl)),
]);

const UNIVERSITY: Shape = Shape::Record(&[
    ("Name", text(ProfileField::UniversityName)),
    ("Department", text(ProfileField::UniversityDepartment)),
    ("Subject", text(ProfileField::UniversitySubject)),
]);

const fn text(field: ProfileField) -> Shape {
    Shape::Text(field.max_chars())
}
