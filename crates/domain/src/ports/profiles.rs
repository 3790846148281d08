//! Where the portal's members are kept.

use chrono::{DateTime, Utc};

use crate::{
    email::CanonicalAddress,
    external_identity::Subject,
    id::UserId,
    period::{Period, Periods},
    ports::StoreError,
    profile::{Avatar, MemberRecord, MemberRole, MemberWithDues, Profile},
    search_words::WordQuery,
};

/// Which members a list shows, and from where on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFilter {
    /// The period whose payments are shown and asked for.
    pub period: Period,
    /// Only those with words that begin with each of these; everybody when there are none.
    pub words: WordQuery,
    /// Only those of this role.
    pub role: Option<MemberRole>,
    /// Only those who have, or have not, paid for the period.
    pub paid: Option<bool>,
    /// Only those with a greater number than this: the last one seen.
    pub after: Option<i64>,
    /// The most members wanted.
    pub limit: u16,
}

/// Reads the portal's members.
pub trait ProfileLookup {
    /// The member with this profile.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, user: UserId) -> Result<Option<MemberRecord>, StoreError>;

    /// The member with this number.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_number(&mut self, number: i64) -> Result<Option<MemberRecord>, StoreError>;

    /// The member whose default address this is, proved or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_address(&mut self, address: &CanonicalAddress) -> Result<Option<UserId>, StoreError>;

    /// Members in the order of their numbers, each with his payment for the filter's period.
    ///
    /// # Errors
    /// When the store fails.
    fn list(&mut self, filter: &MemberFilter) -> Result<Vec<MemberWithDues>, StoreError>;

    /// Whether anybody but `user` is an admin who may use the house.
    ///
    /// # Errors
    /// When the store fails.
    fn has_other_admin(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// The role of the member who may use the house and whom the provider, or an operator without one, calls so. Without a provider, whoever is
    /// called so anywhere.
    ///
    /// # Errors
    /// When the store fails.
    fn find_role_of(
        &mut self,
        issuer: Option<String>,
        subject: &Subject,
    ) -> Result<Option<MemberRole>, StoreError>;

    /// The roles of all members who may use the house, with a name at the provider, or given by an operator without one, in the order of
    /// their numbers. Without a provider, of all with a name anywhere.
    ///
    /// # Errors
    /// When the store fails.
    fn list_roles(&mut self, issuer: Option<String>) -> Result<Vec<(Subject, MemberRole)>, StoreError>;
}

/// Keeps the portal's members. Roles are changed under [`crate::ports::Lock::Dues`].
pub trait ProfileRepository: ProfileLookup {
    /// Adds a profile, and the words it is found by: also those of the person's default address, so add that first.
    ///
    /// # Errors
    /// `Duplicate` of `Profile` when he has one, of `StudentNumber`, `Phone`, `DiscordId` or `TwitterScreenName` when
    /// somebody else has the same.
    fn add(&mut self, profile: &Profile) -> Result<(), StoreError>;

    /// Writes everything of a profile but its number and when it was made, and the words it is found by: also those of
    /// the person's default address, so change that first.
    ///
    /// # Errors
    /// `Stale` when there is none; `Duplicate` as for `add`.
    fn write(&mut self, profile: &Profile) -> Result<(), StoreError>;

    /// Changes the role of a member.
    ///
    /// # Errors
    /// `Stale` when it is not `from`.
    fn change_role(
        &mut self,
        user: UserId,
        from: MemberRole,
        to: MemberRole,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// Takes over a member's pictures from the provider; when it changed is not changed by it.
    ///
    /// # Errors
    /// When the store fails.
    fn set_avatar(&mut self, user: UserId, avatar: &Avatar) -> Result<(), StoreError>;

    /// Makes everybody's role follow his dues, as [`crate::payment::role_by_dues`] has it, all at once; answers how
    /// many roles changed.
    ///
    /// # Errors
    /// When the store fails.
    fn follow_dues(&mut self, periods: Periods, at: DateTime<Utc>) -> Result<usize, StoreError>;
}
