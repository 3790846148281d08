//! Letters that bring a password.

use crate::{mailbox::Letter, secrets::lone_password};

/// The password in a letter, alone in its line.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn password_in(letter: &Letter) -> String {
    lone_password(&letter.text).unwrap_or_else(|| panic!("no password in {}", letter.text)).to_owned()
}
