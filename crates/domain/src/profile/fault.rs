//! Why a profile was refused.

use std::fmt;

/// A part of a profile, as the portal names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfileField {
    /// `name`.
    Name,
    /// `kana`.
    Kana,
    /// `handle`.
    Handle,
    /// `university.name`.
    UniversityName,
    /// `university.department`.
    UniversityDepartment,
    /// `university.subject`.
    UniversitySubject,
    /// `student_id`.
    StudentNumber,
    /// `emergency_phone_number`.
    Phone,
    /// `other_circles`.
    OtherCircles,
    /// `workshops`, joined by line ends.
    Workshops,
    /// `squads`, joined by line ends.
    Squads,
    /// `discord_id`.
    DiscordId,
    /// `twitter_screen_name`.
    TwitterScreenName,
    /// `avatar.url`.
    AvatarUrl,
    /// `avatar.thumbnail_url`.
    AvatarThumbnailUrl,
    /// `account_id`.
    AccountId,
}

impl ProfileField {
    /// The name in the portal's bodies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Kana => "kana",
            Self::Handle => "handle",
            Self::UniversityName => "university.name",
            Self::UniversityDepartment => "university.department",
            Self::UniversitySubject => "university.subject",
            Self::StudentNumber => "student_id",
            Self::Phone => "emergency_phone_number",
            Self::OtherCircles => "other_circles",
            Self::Workshops => "workshops",
            Self::Squads => "squads",
            Self::DiscordId => "discord_id",
            Self::TwitterScreenName => "twitter_screen_name",
            Self::AvatarUrl => "avatar.url",
            Self::AvatarThumbnailUrl => "avatar.thumbnail_url",
            Self::AccountId => "account_id",
        }
    }

    /// The most characters it may have.
    #[must_use]
    pub const fn max_chars(self) -> usize {
        match self {
            Self::OtherCircles | Self::Squads => 512,
            Self::UniversityName
            | Self::UniversityDepartment
            | Self::UniversitySubject
            | Self::AvatarUrl
            | Self::AvatarThumbnailUrl => 256,
            Self::Name
            | Self::Kana
            | Self::Handle
            | Self::StudentNumber
            | Self::Phone
            | Self::Workshops
            | Self::AccountId
            | Self::DiscordId
            | Self::TwitterScreenName => 128,
        }
    }
}

impl fmt::Display for ProfileField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a profile was refused, in the order in which the contract tells (section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ProfileFault {
    /// A squad or a workshop holds a line end.
    #[error("squads and workshops must not contain line ends")]
    LineEnd(ProfileField),
    /// The sex is none of the words allowed.
    #[error("the sex must be male, female or other")]
    Sex,
    /// The address is none.
    #[error("the address is not of the form of one")]
    Email,
    /// The name at Discord has neither of its forms.
    #[error("the Discord id must be of the form name#1234, or a name of today")]
    DiscordId,
    /// The name at Twitter has no letter, digit or underscore.
    #[error("the Twitter screen name must contain a letter, a digit or an underscore")]
    TwitterScreenName,
    /// The role is none of the words allowed.
    #[error("the role must be admin, member, retired or not_member")]
    Role,
    /// There is no account id.
    #[error("the account id must not be empty")]
    AccountId,
    /// The generation is below 49 or above 100.
    #[error("the generation must be from 49 to 100")]
    Generation,
    /// A text is longer than the portal keeps.
    #[error("{0} must be at most {max} characters", max = .0.max_chars())]
    TooLong(ProfileField),
    /// A text holds a control character.
    #[error("{0} must not contain control characters")]
    ControlCharacter(ProfileField),
}
