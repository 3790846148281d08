//! Under which name somebody signs in.

use std::fmt;

use crate::signup::ProviderKind;

/// The most characters of a login.
const MAX_CHARS: usize = 255;

/// A text that cannot be a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 characters without control characters")]
pub struct LoginError;

/// The login of a sign-up entity, as sent; the `identifier` that the API shows (sign-up contract section 3). Signing in
/// takes it to the letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Login(String);

impl Login {
    /// Reads a login; it is kept as sent.
    ///
    /// # Errors
    /// When it is blank, too long, or holds control characters.
    pub fn parse(text: &str) -> Result<Self, LoginError> {
        if text.trim().is_empty() || text.chars().count() > MAX_CHARS || text.chars().any(char::is_control) {
            return Err(LoginError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The login, as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must be unique at a provider of this kind: without case where logins are addresses, else to the letter.
    #[must_use]
    pub fn key(&self, kind: ProviderKind) -> String {
        match kind {
            ProviderKind::Email => self.0.to_lowercase(),
            ProviderKind::Phone | ProviderKind::Password => self.0.clone(),
        }
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_logins_are_addresses_their_case_does_not_count() {
        let login = Login::parse("Ann@Example.org").unwrap();
        assert_eq!(login.key(ProviderKind::Email), "ann@example.org");
        assert_eq!(login.key(ProviderKind::Phone), "Ann@Example.org");
        assert_eq!(login.key(ProviderKind::Password), "Ann@Example.org");
    }

    #[test]
    fn a_login_is_a_line_of_text() {
        assert!(Login::parse(&"x".repeat(255)).is_ok());
        for text in ["", "  ", "a\nb", &"x".repeat(256)] {
            assert_eq!(Login::parse(text), Err(LoginError));
        }
    }
}
