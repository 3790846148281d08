//! Whom letters come from.

use std::{fmt, str::FromStr as _};

use lettre::message::Mailbox;

/// A text that names no sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a mail address, as in \"Portico <no-reply@example.org>\"")]
pub struct SenderError;

/// The mailbox that letters come from: an address, with or without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Reads `Name <address>` or a bare address.
    ///
    /// # Errors
    /// When there is no address, or the text has more than one line.
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(SenderError);
        }
        Mailbox::from_str(text).map(Self).map_err(|_| SenderError)
    }

    pub(crate) const fn mailbox(&self) -> &Mailbox {
        &self.0
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_an_address_and_perhaps_a_name() {
        for (text, name, address) in [
            ("Portico <no-reply@localhost>", Some("Portico"), "no-reply@localhost"),
            ("no-reply@example.org", None, "no-reply@example.org"),
            ("  \"Ann's Club, Inc.\" <club@example.org> ", Some("Ann's Club, Inc."), "club@example.org"),
            ("Bücherclub <club@example.org>", Some("Bücherclub"), "club@example.org"),
        ] {
            let sender = Sender::parse(text).unwrap();
            assert_eq!(sender.mailbox().name.as_deref(), name, "{text}");
            assert_eq!(sender.mailbox().email.to_string(), address, "{text}");
        }
    }

    #[test]
    fn what_names_no_sender_is_refused() {
        for text in ["", "Portico", "Portico <>", "<no-reply@>", "a@b.c\r\nBcc: x@y.z", "A\n <a@b.c>"] {
            assert_eq!(Sender::parse(text), Err(SenderError), "{text:?}");
        }
    }
}
