//! Mail addresses: how they are compared, and who holds them (contract section 3, O46).

use std::fmt;

use chrono::{DateTime, Utc};
use email_address::Options;

use crate::id::{EmailId, UserId};

/// The most bytes an address may have (RFC 5321).
const MAX_BYTES: usize = 254;

/// Why a text is no mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressError {
    /// More than 254 bytes.
    #[error("must be at most 254 characters")]
    TooLong,
    /// Not of the form `local@domain`.
    #[error("must be a valid email address")]
    Invalid,
}

/// A mail address as its owner typed it, together with the form in which addresses are compared.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress {
    typed: String,
    canonical: CanonicalAddress,
}

impl EmailAddress {
    /// Reads an address; white space around it does not count (contract O46).
    ///
    /// # Errors
    /// When it is no address, or longer than 254 bytes in either form. Quoted local parts, IP addresses as domains,
    /// display names, white space and control characters inside are refused too.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let typed = text.trim();
        if typed.len() > MAX_BYTES {
            return Err(EmailAddressError::TooLong);
        }
        // Quoted local parts are legal, used by nobody, and a way to smuggle odd characters into a letter.
        let odd = |c: char| c.is_control() || c.is_whitespace() || c == '"' || becomes_ascii(c);
        if typed.chars().any(odd) {
            return Err(EmailAddressError::Invalid);
        }
        let grammar = Options::default().without_display_text().without_domain_literal();
        let parsed = email_address::EmailAddress::parse_with_options(typed, grammar)
            .map_err(|_| EmailAddressError::Invalid)?;
        let domain = idna::domain_to_ascii(parsed.domain()).map_err(|_| EmailAddressError::Invalid)?;
        if domain.is_empty() {
            return Err(EmailAddressError::Invalid);
        }
        let canonical = format!("{}@{domain}", parsed.local_part().to_lowercase());
        if canonical.len() > MAX_BYTES {
            return Err(EmailAddressError::TooLong);
        }
        Ok(Self { typed: typed.to_owned(), canonical: CanonicalAddress(canonical) })
    }

    /// Takes an address from the store, where only parsed ones are put.
    ///
    /// # Errors
    /// `Invalid` when one of the two texts is empty: such a record was never written.
    pub fn from_stored(typed: &str, canonical: &str) -> Result<Self, EmailAddressError> {
        if typed.is_empty() || canonical.is_empty() {
            return Err(EmailAddressError::Invalid);
        }
        Ok(Self { typed: typed.to_owned(), canonical: CanonicalAddress(canonical.to_owned()) })
    }

    /// As typed, for showing and mailing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The form for comparing: two addresses are the same when theirs are.
    #[must_use]
    pub const fn canonical(&self) -> &CanonicalAddress {
        &self.canonical
    }

    /// What stands before the `@`, as typed: the name a newcomer is shown under (contract C8).
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.typed.rsplit_once('@').map_or(self.typed.as_str(), |(local, _)| local)
    }
}

/// Whether it is another letter whose lower case is an ASCII letter, such as the Kelvin sign: two mailboxes would
/// be compared as one.
fn becomes_ascii(c: char) -> bool {
    !c.is_ascii() && c.to_lowercase().any(|lower| lower.is_ascii())
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.typed)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

/// An address in the form for comparing: trimmed, lower case, its domain in ASCII (contract O46).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CanonicalAddress(String);

impl CanonicalAddress {
    /// Takes a canonical form from the store; it is not looked at again.
    #[must_use]
    pub const fn from_stored(canonical: String) -> Self {
        Self(canonical)
    }

    /// The text at rest, by which the store looks addresses up.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How firmly somebody holds an address. A provisioned or verified one has one holder in the whole house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailState {
    /// Typed in, not proved. Blocks nobody, and is void as soon as somebody else proves the address.
    Claimed,
    /// A partner created the user with it. Nobody else can have it; whoever proves it completes that user (contract
    /// O49).
    Provisioned,
    /// Its owner has read a letter sent to it.
    Verified {
        /// When that was shown.
        at: DateTime<Utc>,
    },
}

/// One mail address of one person, who may have many (contract section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// Which one.
    pub id: EmailId,
    /// Whose it is.
    pub user: UserId,
    /// The address.
    pub address: EmailAddress,
    /// How firmly it is held.
    pub state: EmailState,
    /// Whether it is the one to write to and to show; every person with addresses has exactly one such.
    pub is_default: bool,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

impl Email {
    /// Whether its owner proved it, as signing in (contract O15) and accepting an invite (section 8) ask for.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        matches!(self.state, EmailState::Verified { .. })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> String {
        EmailAddress::parse(text).unwrap().canonical().as_str().to_owned()
    }

    #[test]
    fn addresses_are_compared_without_case_and_white_space() {
        assert_eq!(canonical(" Ann@Example.ORG "), "ann@example.org");
        assert_eq!(EmailAddress::parse(" Ann@Example.ORG ").unwrap().as_str(), "Ann@Example.ORG");
    }

    #[test]
    fn the_two_spellings_of_an_international_domain_are_one() {
        assert_eq!(canonical("a@Bücher.example"), canonical("a@xn--bcher-kva.example"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "ann",
            "@",
            "ann@",
            "@example.org",
            "a b@example.org",
            "a@b@c",
            "ann@exa mple.org",
            "Ann <ann@example.org>",
            "ann@[127.0.0.1]",
            "\"a b\"@example.org",
            "ann@example.org\r\nBcc: x@y.z",
            "ann\0@example.org",
            "ann@example..org",
            "an\u{212a}@example.org",
            "\u{130}nn@example.org",
        ] {
            assert_eq!(EmailAddress::parse(text), Err(EmailAddressError::Invalid), "{text:?}");
        }
        let long = format!("{}@example.org", "a".repeat(260));
        assert_eq!(EmailAddress::parse(&long), Err(EmailAddressError::TooLong));
    }

    #[test]
    fn a_newcomer_is_shown_under_the_local_part() {
        assert_eq!(EmailAddress::parse("Ann.Lee@example.org").unwrap().local_part(), "Ann.Lee");
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own_canonical_form(local in "[A-Za-z0-9._+-]{1,20}", domain in "[a-zA-Z0-9]{1,12}\\.[a-z]{2,4}") {
            if let Ok(address) = EmailAddress::parse(&format!("{local}@{domain}")) {
                let again = EmailAddress::parse(address.canonical().as_str()).unwrap();
                prop_assert_eq!(again.canonical(), address.canonical());
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,300}") {
            let _ = EmailAddress::parse(&text);
        }
    }
}
