//! Where a browser goes after an invite was accepted (contract O29).

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The most characters of such an address.
const MAX_CHARS: usize = 2048;

/// Why a text is no address to send a browser to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUrlError {
    /// More than 2,048 characters.
    #[error("must be at most {MAX_CHARS} characters")]
    TooLong,
    /// Not an absolute `https` address, nor an `http` one of this machine.
    #[error("must be an https address (http is for localhost alone)")]
    Invalid,
    /// A user name or a password in it would be mailed and logged.
    #[error("must not contain a user name or a password")]
    Credentials,
}

/// An `https` address, or an `http` one of the local machine, kept as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUrl(String);

impl RedirectUrl {
    /// Reads an address; white space around it does not count.
    ///
    /// # Errors
    /// When it is longer than 2,048 characters, no absolute web address, not encrypted, or holds credentials.
    pub fn parse(text: &str) -> Result<Self, RedirectUrlError> {
        let text = text.trim();
        if text.chars().count() > MAX_CHARS {
            return Err(RedirectUrlError::TooLong);
        }
        // The URL grammar drops tabs and line ends silently: what is kept must be what was checked.
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(RedirectUrlError::Invalid);
        }
        let url = Url::parse(text).map_err(|_| RedirectUrlError::Invalid)?;
        let allowed = match url.scheme() {
            "https" => url.host().is_some(),
            "http" => url.host().is_some_and(|host| is_local(&host)),
            _ => false,
        };
        if !allowed {
            return Err(RedirectUrlError::Invalid);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectUrlError::Credentials);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => *address == Ipv4Addr::LOCALHOST,
        Host::Ipv6(address) => *address == Ipv6Addr::LOCALHOST,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn encrypted_addresses_and_those_of_this_machine_are_taken_as_given() {
        for text in [
            "https://myapp.com/welcome",
            "https://myapp.com",
            "http://localhost:3000/x?y=1#z",
            "http://127.0.0.1/",
            "http://[::1]:8080/",
        ] {
            assert_eq!(RedirectUrl::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "myapp.com",
            "/welcome",
            "http://myapp.com",
            "http://localhost.evil.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.b",
            "https://",
            "https://a b",
            "https:\\\\evil.com",
            "java\nscript:alert(1)",
        ] {
            assert_eq!(RedirectUrl::parse(text), Err(RedirectUrlError::Invalid), "{text:?}");
        }
        assert_eq!(RedirectUrl::parse("https://me:pw@a.b"), Err(RedirectUrlError::Credentials));
        assert_eq!(RedirectUrl::parse("https://me@a.b"), Err(RedirectUrlError::Credentials));
        let long = format!("https://a.b/{}", "x".repeat(2048));
        assert_eq!(RedirectUrl::parse(&long), Err(RedirectUrlError::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_taken_is_a_web_address(text in "[a-zA-Z]{0,6}:?/{0,3}.{0,40}") {
            if let Ok(url) = RedirectUrl::parse(&text) {
                let scheme = Url::parse(url.as_str()).unwrap().scheme().to_owned();
                prop_assert!(scheme == "https" || scheme == "http");
            }
        }
    }
}
