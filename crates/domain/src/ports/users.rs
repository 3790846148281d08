//! Where people are kept.

use crate::{
    email::EmailAddress,
    id::{SignupId, UserId},
    page::Page,
    ports::StoreError,
    user::{NewUser, User},
};

/// A person as a list shows him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSummary {
    /// The person.
    pub user: User,
    /// His default address; nothing when he has none.
    pub address: Option<EmailAddress>,
}

/// Reads people.
pub trait UserLookup {
    /// The person with this id.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, id: UserId) -> Result<Option<User>, StoreError>;

    /// The person with this number.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_number(&mut self, number: i64) -> Result<Option<User>, StoreError>;

    /// Whether anything else in the house than addresses, and than this one sign-up entity if any, knows a person: a
    /// password, an identity at a provider, a profile, a project, an invite, a partner, another sign-up entity (sign-up
    /// contract section 3).
    ///
    /// # Errors
    /// When the store fails.
    fn is_known_elsewhere(&mut self, id: UserId, besides: Option<SignupId>) -> Result<bool, StoreError>;

    /// A page of the people in the order of their ids; with `search`, those whose display name, username or one of whose
    /// addresses contains that text, without case.
    ///
    /// # Errors
    /// When the store fails.
    fn list(&mut self, search: Option<String>, page: Page) -> Result<Vec<UserSummary>, StoreError>;
}

/// Keeps people.
pub trait UserRepository: UserLookup {
    /// Adds a person, active and with the next number.
    ///
    /// # Errors
    /// When the store fails.
    fn add(&mut self, user: &NewUser) -> Result<User, StoreError>;

    /// Removes a person whom nothing in the house knows any more, with his addresses and what is left of his sign-ins.
    ///
    /// # Errors
    /// `Stale` when he is gone; a failure when something knows him.
    fn remove(&mut self, id: UserId) -> Result<(), StoreError>;
}
