//! Passwords: what people type, and what is kept of it.

use std::fmt;

use zeroize::Zeroizing;

use crate::ports::Entropy;

/// The fewest characters of a new password (contract O9).
pub const MIN_PASSWORD_CHARS: usize = 8;
/// The most characters of a password: what is hashed is bounded (contract O9).
pub const MAX_PASSWORD_CHARS: usize = 128;

/// The characters of a password that is drawn.
const DRAWN_CHARS: usize = 16;
/// What they are taken from: without 0, O, 1, l and I.
const ALPHABET: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Why a text cannot become a password (contract O9).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`MIN_PASSWORD_CHARS`] characters.
    #[error("must be at least {MIN_PASSWORD_CHARS} characters")]
    TooShort,
    /// More than [`MAX_PASSWORD_CHARS`] characters.
    #[error("must be at most {MAX_PASSWORD_CHARS} characters")]
    TooLong,
    /// U+0000 is cut off by too many programs to be typed safely elsewhere.
    #[error("must not contain U+0000")]
    Nul,
}

/// A password in clear. Wiped from memory when dropped, never stored, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainPassword(Zeroizing<String>);

impl PlainPassword {
    /// Takes a password that somebody chose.
    ///
    /// # Errors
    /// When it is too short, too long, or holds U+0000. Whether it is easily guessed is asked of
    /// [`crate::ports::Passwords`].
    pub fn choose(text: &str) -> Result<Self, PasswordError> {
        let chars = text.chars().count();
        if chars < MIN_PASSWORD_CHARS {
            return Err(PasswordError::TooShort);
        }
        if chars > MAX_PASSWORD_CHARS {
            return Err(PasswordError::TooLong);
        }
        if text.contains('\0') {
            return Err(PasswordError::Nul);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// Draws a password to be mailed: 16 letters and digits that are not taken for one another, 93 random bits (partner
    /// contract, `auth_user`, asks for 14 characters).
    #[must_use]
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(DRAWN_CHARS));
        let mut bytes = Zeroizing::new([0; 64]);
        while text.len() < DRAWN_CHARS {
            entropy.fill(bytes.as_mut_slice());
            // A byte beyond the last whole round of the alphabet would favour its beginning.
            let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < 4 * ALPHABET.len());
            let drawn = fair.filter_map(|byte| ALPHABET.get(byte % ALPHABET.len()));
            let missing = DRAWN_CHARS - text.len();
            text.extend(drawn.take(missing).map(|letter| char::from(*letter)));
        }
        Self(text)
    }

    /// Takes what somebody presents as his password, to be compared only: any text, since the rules may have changed
    /// since he chose it.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The clear text, for hashing and nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it has more than [`MAX_PASSWORD_CHARS`] characters, so that it is nobody's and need not be hashed.
    #[must_use]
    pub fn is_oversized(&self) -> bool {
        self.0.chars().nth(MAX_PASSWORD_CHARS).is_some()
    }
}

impl fmt::Debug for PlainPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainPassword(…)")
    }
}

/// A password hash in PHC text form: parameters, salt and digest.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a hash in its text form, such as `$argon2id$v=19$…`; it is not looked at.
    #[must_use]
    pub const fn from_phc(text: String) -> Self {
        Self(text)
    }

    /// The text at rest.
    #[must_use]
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::mocks::CountingEntropy;

    #[test]
    fn the_length_of_a_new_password_is_counted_in_characters() {
        assert_eq!(PlainPassword::choose("1234567"), Err(PasswordError::TooShort));
        assert!(PlainPassword::choose("пароль12").is_ok());
        assert!(PlainPassword::choose(&"ж".repeat(128)).is_ok());
        assert_eq!(PlainPassword::choose(&"ж".repeat(129)), Err(PasswordError::TooLong));
        assert_eq!(PlainPassword::choose("12345678\0"), Err(PasswordError::Nul));
    }

    #[test]
    fn a_drawn_password_is_long_and_easily_read() {
        let entropy = CountingEntropy::default();
        let passwords: Vec<_> = (0..100).map(|_| PlainPassword::draw(&entropy)).collect();
        for password in &passwords {
            assert!(PlainPassword::choose(password.reveal()).is_ok());
            assert_eq!(password.reveal().len(), 16);
            assert!(password.reveal().bytes().all(|byte| ALPHABET.contains(&byte)));
        }
        assert!(passwords.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn neither_password_nor_hash_is_printed() {
        let password = PlainPassword::choose("correct horse").unwrap();
        let hash = PasswordHash::from_phc("$argon2id$…".to_owned());
        assert_eq!(format!("{password:?} {hash:?}"), "PlainPassword(…) PasswordHash(…)");
    }

    #[test]
    fn only_more_than_128_characters_are_oversized() {
        assert!(!PlainPassword::presented(&"a".repeat(128)).is_oversized());
        assert!(PlainPassword::presented(&"a".repeat(129)).is_oversized());
    }
}
