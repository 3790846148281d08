//! Where people are kept.

use crate::{
    email::EmailAddress,
    id::UserId,
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
}
