//! Addresses that may be asked.

use url::{Host, Url};

/// Which addresses may be asked. None may have credentials in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressPolicy {
    /// `https` anywhere.
    Encrypted,
    /// `https` anywhere, and `http` on this machine.
    EncryptedOrLoopback,
}

impl AddressPolicy {
    /// Whether an address may be asked.
    #[must_use]
    pub fn allows(self, url: &Url) -> bool {
        let way = match url.scheme() {
            "https" => url.has_host(),
            "http" => self == Self::EncryptedOrLoopback && is_loopback(url),
            _ => false,
        };
        way && url.username().is_empty() && url.password().is_none()
    }

    /// What an address is that may not be asked, for the operator.
    #[must_use]
    pub const fn refusal(self) -> &'static str {
        match self {
            Self::Encrypted => "not encrypted",
            Self::EncryptedOrLoopback => "neither encrypted nor on this machine",
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed_by(text: &str) -> [bool; 2] {
        let url = Url::parse(text).unwrap();
        [AddressPolicy::Encrypted, AddressPolicy::EncryptedOrLoopback].map(|policy| policy.allows(&url))
    }

    #[test]
    fn an_encrypted_address_may_be_anywhere() {
        for text in
            ["https://login.example", "https://login.example:8443/x?y", "https://127.0.0.1", "https://[::1]"]
        {
            assert_eq!(allowed_by(text), [true, true], "{text}");
        }
    }

    #[test]
    fn an_unencrypted_address_is_on_this_machine_and_only_where_that_is_allowed() {
        for text in
            ["http://localhost:8080/x", "http://127.0.0.1", "http://127.8.9.1", "http://[::1]:1/token"]
        {
            assert_eq!(allowed_by(text), [false, true], "{text}");
        }
    }

    #[test]
    fn no_other_address_is_asked() {
        for text in [
            "http://login.example",
            "http://127.0.0.1.example",
            "http://localhost.example",
            "http://192.168.0.1",
            "http://[::2]",
            "https://me:secret@login.example",
            "https://me@login.example",
            "https://:secret@login.example",
            "http://me@localhost",
            "ftp://localhost",
            "javascript:alert(1)",
            "file:///etc/passwd",
        ] {
            assert_eq!(allowed_by(text), [false, false], "{text}");
        }
    }
}
