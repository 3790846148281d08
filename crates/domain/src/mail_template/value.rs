//! What the variables of a letter hold.

use std::fmt;

use chrono::{DateTime, Utc};

use super::{
    LetterKind,
    shape::{self, Shape},
};
use crate::{
    email::EmailAddress,
    external_identity::Subject,
    profile::{Avatar, Generation, MemberRecord, Sex},
};

/// A value, or a record of named ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Bool(bool),
    List(Vec<Self>),
    Record(Vec<(&'static str, Self)>),
    Absent,
}

impl Value {
    /// The field of this name; absent where there is none, so that what a member does not have prints as nothing.
    pub(super) fn field(&self, name: &str) -> &Self {
        let Self::Record(fields) = self else {
            return &Self::Absent;
        };
        fields.iter().find(|(field, _)| *field == name).map_or(&Self::Absent, |(_, value)| value)
    }

    /// What `if` makes of it, as in Go: nothing, zero, and empty texts and lists are false.
    pub(super) const fn is_true(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0,
            Self::Bool(truth) => *truth,
            Self::List(list) => !list.is_empty(),
            Self::Record(_) => true,
            Self::Absent => false,
        }
    }

    /// As large as the shape allows.
    fn largest(shape: &Shape) -> Self {
        match shape {
            Shape::Text(max) => Self::Text("𠮷".repeat(*max)),
            Shape::Number => Self::Number(i64::MIN),
            Shape::Bool => Self::Bool(true),
            Shape::List(max) => Self::List(vec![Self::text("𠮷"); max.div_ceil(2)]),
            Shape::Record(fields) | Shape::Optional(fields) => Self::record(fields, Self::largest),
        }
    }

    /// With as little in it as the shape allows.
    fn barest(shape: &Shape) -> Self {
        match shape {
            Shape::Text(_) => Self::text(""),
            Shape::Number => Self::Number(0),
            Shape::Bool => Self::Bool(false),
            Shape::List(_) => Self::List(Vec::new()),
            Shape::Record(fields) => Self::record(fields, Self::barest),
            Shape::Optional(_) => Self::Absent,
        }
    }

    fn record(fields: &'static [(&'static str, Shape)], value: fn(&Shape) -> Self) -> Self {
        Self::Record(fields.iter().map(|(name, shape)| (*name, value(shape))).collect())
    }

    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn texts(list: &[String]) -> Self {
        Self::List(list.iter().map(Self::text).collect())
    }
}

/// Everything that a letter to one member can say. Printed it tells nothing of him, nor of his link.
#[derive(Clone, PartialEq, Eq)]
pub struct LetterValues(Value);

impl LetterValues {
    /// What there is to say of a member, under the names that the portal's origin gives it (portal contract
    /// section 7); the link belongs to [`LetterKind::EmailVerification`] alone. `time` writes instants.
    ///
    /// What he did not say is empty: his generation 0, his avatar missing, all else an empty text.
    #[must_use]
    pub fn of(record: &MemberRecord, link: Option<&str>, time: impl Fn(DateTime<Utc>) -> String) -> Self {
        let mut root = vec![("User", user(record, time))];
        root.extend(link.map(|link| ("VerificationLink", Value::text(link))));
        Self(Value::Record(root))
    }

    /// A member who says as much as he may.
    pub(super) fn largest(kind: LetterKind) -> Self {
        Self(Value::largest(shape::root(kind)))
    }

    /// A member who says nothing.
    pub(super) fn barest(kind: LetterKind) -> Self {
        Self(Value::barest(shape::root(kind)))
    }

    #[cfg(test)]
    pub(super) const fn with_root(root: Value) -> Self {
        Self(root)
    }

    pub(super) const fn root(&self) -> &Value {
        &self.0
    }
}

impl fmt::Debug for LetterValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LetterValues(…)")
    }
}

fn user(record: &MemberRecord, time: impl Fn(DateTime<Utc>) -> String) -> Value {
    let (profile, details) = (&record.profile, &record.profile.details);
    Value::Record(vec![
        ("ID", Value::Number(profile.number)),
        ("Email", Value::text(record.address().map_or("", EmailAddress::as_str))),
        ("Generation", Value::Number(profile.generation.map_or(0, Generation::number).into())),
        ("Name", Value::text(&details.name)),
        ("Kana", Value::text(&details.kana)),
        ("Handle", Value::text(&details.handle)),
        ("Avatar", profile.avatar.as_ref().map_or(Value::Absent, avatar)),
        ("Sex", Value::text(details.sex.map_or("", Sex::as_str))),
        (
            "University",
            Value::Record(vec![
                ("Name", Value::text(&details.university.name)),
                ("Department", Value::text(&details.university.department)),
                ("Subject", Value::text(&details.university.subject)),
            ]),
        ),
        ("StudentID", Value::text(&details.student_number)),
        ("EmergencyPhoneNumber", Value::text(&details.phone)),
        ("OtherCircles", Value::text(&details.other_circles)),
        ("Workshops", Value::texts(&details.workshops)),
        ("Squads", Value::texts(&details.squads)),
        ("Role", Value::text(profile.role.as_str())),
        ("AccountID", Value::text(record.account_id.as_ref().map_or("", Subject::as_str))),
        ("DiscordID", Value::text(&details.discord_id)),
        ("TwitterScreenName", Value::text(&details.twitter_screen_name)),
        ("EmailVerified", Value::Bool(record.is_email_verified())),
        ("CardPublished", Value::Bool(details.card_published)),
        ("CreatedAt", Value::Text(time(profile.created_at))),
        ("UpdatedAt", Value::Text(time(profile.updated_at))),
    ])
}

fn avatar(avatar: &Avatar) -> Value {
    Value::Record(vec![
        ("URL", Value::text(&avatar.url)),
        ("ThumbnailURL", Value::text(&avatar.thumbnail_url)),
    ])
}

#[cfg(test)]
mod tests;
