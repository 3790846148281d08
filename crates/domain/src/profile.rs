//! What the portal knows of its people: the member profile, at most one for each (portal contract sections 3.5 and 4).

mod draft;
mod fault;

use chrono::{DateTime, Utc};

use crate::{
    email::{Email, EmailAddress},
    external_identity::Subject,
    id::UserId,
    payment::PaymentStatus,
};

pub use self::{
    draft::{DetailsDraft, MemberDraft, MemberOverwrite, portal_address},
    fault::{ProfileFault, ProfileField},
};

/// What somebody is in the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MemberRole {
    /// Runs the portal.
    Admin,
    /// Has paid.
    Member,
    /// Belongs to it without paying any more.
    Retired,
    /// Has not paid.
    NotMember,
}

impl MemberRole {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Member, Self::Retired, Self::NotMember];

    /// The word for it in answers and at rest: `admin`, `member`, `retired` or `not_member`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Retired => "retired",
            Self::NotMember => "not_member",
        }
    }

    /// Reads the word; any other names no role.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// The sex that a member states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// `male`.
    Male,
    /// `female`.
    Female,
    /// `other`.
    Other,
}

impl Sex {
    /// The word for it in answers and at rest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Other => "other",
        }
    }

    /// Reads the word; any other is none.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Male, Self::Female, Self::Other].into_iter().find(|sex| sex.as_str() == word)
    }
}

/// In which year of the club's counting somebody joined: 49 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(i32);

impl Generation {
    /// Takes a number; nothing when it is below 49 or above 100.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        i32::try_from(number).ok().filter(|number| (49..=100).contains(number)).map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }
}

/// A member's pictures, as web addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// The picture.
    pub url: String,
    /// A small one of it.
    pub thumbnail_url: String,
}

/// Where a member studies; empty texts where he did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct University {
    /// Its name.
    pub name: String,
    /// The department.
    pub department: String,
    /// The subject.
    pub subject: String,
}

/// What a member tells of himself; empty texts where he did not say. Made by [`DetailsDraft::check`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// His name, as he writes it.
    pub name: String,
    /// The same in katakana.
    pub kana: String,
    /// The name he goes by.
    pub handle: String,
    /// Nothing in the empty profile that an operator made.
    pub sex: Option<Sex>,
    /// Where he studies.
    pub university: University,
    /// His student number, unique when given.
    pub student_number: String,
    /// The telephone for emergencies, unique when given.
    pub phone: String,
    /// Other clubs.
    pub other_circles: String,
    /// What he takes part in.
    pub workshops: Vec<String>,
    /// The groups he belongs to.
    pub squads: Vec<String>,
    /// His name at Discord, unique when given.
    pub discord_id: String,
    /// His name at Twitter, unique when given.
    pub twitter_screen_name: String,
    /// Whether everybody may see his card.
    pub card_published: bool,
}

/// A member profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Whose.
    pub user: UserId,
    /// His number, which is what the portal calls `id`.
    pub number: i64,
    /// What he is.
    pub role: MemberRole,
    /// Nothing in the empty profile that an operator made.
    pub generation: Option<Generation>,
    /// What he tells of himself.
    pub details: Details,
    /// His pictures, as the provider has them.
    pub avatar: Option<Avatar>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Profile {
    /// The profile that stands for somebody until he fills it in.
    #[must_use]
    pub fn empty(user: UserId, number: i64, role: MemberRole, now: DateTime<Utc>) -> Self {
        Self {
            user,
            number,
            role,
            generation: None,
            details: Details::default(),
            avatar: None,
            created_at: now,
            updated_at: now,
        }
    }
}

/// A profile together with what the rest of the house knows of its person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord {
    /// The profile.
    pub profile: Profile,
    /// His default address; nothing when he has none.
    pub email: Option<Email>,
    /// What the provider calls him; nothing as long as he never signed in there.
    pub account_id: Option<Subject>,
}

impl MemberRecord {
    /// His default address.
    #[must_use]
    pub fn address(&self) -> Option<&EmailAddress> {
        self.email.as_ref().map(|email| &email.address)
    }

    /// Whether he proved it.
    #[must_use]
    pub fn is_email_verified(&self) -> bool {
        self.email.as_ref().is_some_and(Email::is_verified)
    }

    /// The texts by which the member list finds him: name, kana, handle, address and student number.
    pub fn search_texts(&self) -> impl Iterator<Item = &str> {
        let details = &self.profile.details;
        let own = [&details.name, &details.kana, &details.handle, &details.student_number];
        own.into_iter().map(String::as_str).chain(self.address().map(EmailAddress::as_str))
    }
}

/// A member as the treasurer sees him: with what he paid for one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberWithDues {
    /// The member.
    pub record: MemberRecord,
    /// His payment; nothing as long as he has not paid.
    pub payment: Option<PaymentStatus>,
}

/// The portal would be left without an admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the last admin stays admin")]
pub struct LastAdmin;

/// Whether somebody's role may become `next`, when `others` tells whether anybody else is an admin (portal contract
/// section 10, 15).
///
/// # Errors
/// When he is the last admin and would be one no longer.
pub fn check_role_change(current: MemberRole, next: MemberRole, others: bool) -> Result<(), LastAdmin> {
    let leaves = current == MemberRole::Admin && next != MemberRole::Admin;
    if leaves && !others { Err(LastAdmin) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_sexes_are_read_as_they_are_written() {
        for role in MemberRole::ALL {
            assert_eq!(MemberRole::parse(role.as_str()), Some(role));
        }
        assert_eq!(MemberRole::parse("Admin"), None);
        for sex in [Sex::Male, Sex::Female, Sex::Other] {
            assert_eq!(Sex::parse(sex.as_str()), Some(sex));
        }
        assert_eq!(Sex::parse(""), None);
    }

    #[test]
    fn generations_go_from_49_to_100() {
        for (number, possible) in [(48, false), (49, true), (100, true), (101, false), (-49, false)] {
            assert_eq!(Generation::new(number).is_some(), possible, "{number}");
        }
    }

    #[test]
    fn the_last_admin_stays_admin() {
        use MemberRole::{Admin, Member, Retired};
        for (current, next, others, possible) in [
            (Admin, Member, false, false),
            (Admin, Retired, false, false),
            (Admin, Admin, false, true),
            (Admin, Member, true, true),
            (Member, Retired, false, true),
            (Member, Admin, false, true),
        ] {
            assert_eq!(check_role_change(current, next, others).is_ok(), possible, "{current:?} {next:?}");
        }
    }
}
