//! Projects: what people belong to (contract section 6).

use chrono::{DateTime, Utc};

use crate::{
    id::{ProjectId, UserId},
    slug::Slug,
    text::{self, TextError},
};

/// The most characters of a project's name.
pub const MAX_NAME_CHARS: usize = 100;
/// The most characters of a project's description.
pub const MAX_DESCRIPTION_CHARS: usize = 2000;

/// The name of a project: one line of 1 to 100 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectName(String);

impl ProjectName {
    /// Reads a name; white space around it does not count.
    ///
    /// # Errors
    /// When it is empty, too long, or holds control characters.
    pub fn parse(name: &str) -> Result<Self, TextError> {
        text::line(name, MAX_NAME_CHARS).map(Self)
    }

    /// The name, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a project is about: 1 to 2,000 characters in one line or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectDescription(String);

impl ProjectDescription {
    /// Reads a description; white space around it does not count, and a blank one is none.
    ///
    /// # Errors
    /// When it is too long, or holds control characters other than tabs and line ends.
    pub fn parse(description: &str) -> Result<Option<Self>, TextError> {
        match text::paragraph(description, MAX_DESCRIPTION_CHARS) {
            Err(TextError::Empty) => Ok(None),
            other => other.map(|text| Some(Self(text))),
        }
    }

    /// The text, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A project. A public one is seen by all and joined by whoever likes; a private one is seen by its members, and
/// entered by invite alone (contract section 6). Exactly one of its members is the owner (contract section 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Which one.
    pub id: ProjectId,
    /// Its name in addresses, made of the first name it had; unique in the house (contract O19).
    pub slug: Slug,
    /// Its name, for people; other projects may have the same.
    pub name: ProjectName,
    /// What it is about; nothing when nobody said.
    pub description: Option<ProjectDescription>,
    /// Whether everybody sees it and may join; private unless its maker says otherwise.
    pub is_public: bool,
    /// The one owner, who is a member with the role of owner too.
    pub owner: UserId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_description_is_none() {
        assert_eq!(ProjectDescription::parse("  "), Ok(None));
        assert_eq!(ProjectDescription::parse("a\nb").unwrap().unwrap().as_str(), "a\nb");
        assert!(ProjectDescription::parse(&"x".repeat(2001)).is_err());
    }
}
