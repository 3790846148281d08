//! The addresses at which partners are told what happened.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use url::{Host, Url};

/// The most characters of an address.
const MAX_URL_CHARS: usize = 2000;

/// An address that a partner is told at: `https`, at a name or a public address. What its name stands for is looked at
/// when something is sent there.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(Url);

/// A text that is no address for a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookUrlError {
    /// It is no URL of `https`, or carries credentials or a fragment, or is too long.
    #[error("must be an https URL of at most {MAX_URL_CHARS} characters, without credentials")]
    Malformed,
    /// It leads inside, by its looks.
    #[error("must not lead to this machine or a private network")]
    Private,
}

impl WebhookUrl {
    /// Reads an address; with `allow_loopback` also one of `http` on this machine, for tests.
    ///
    /// # Errors
    /// When it is none, or names this machine or a private network outright.
    pub fn parse(text: &str, allow_loopback: bool) -> Result<Self, WebhookUrlError> {
        let url = Url::parse(text).map_err(|_| WebhookUrlError::Malformed)?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if url.as_str().len() > MAX_URL_CHARS || !is_plain {
            return Err(WebhookUrlError::Malformed);
        }
        match (url.scheme(), Place::of(&url)) {
            ("http" | "https", Some(Place::Loopback)) if allow_loopback => Ok(Self(url)),
            ("https", Some(Place::Loopback | Place::Inside)) => Err(WebhookUrlError::Private),
            ("https", Some(Place::Elsewhere)) => Ok(Self(url)),
            _ => Err(WebhookUrlError::Malformed),
        }
    }

    /// Takes an address from the store, where only parsed ones are put.
    ///
    /// # Errors
    /// When it is no URL at all: such a record was never written.
    pub fn from_stored(text: &str) -> Result<Self, WebhookUrlError> {
        Url::parse(text).map(Self).map_err(|_| WebhookUrlError::Malformed)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Where an address leads, by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// To this machine.
    Loopback,
    /// Into a network of its own.
    Inside,
    /// Anywhere else, as far as can be seen: a name may stand for anything.
    Elsewhere,
}

impl Place {
    /// Nothing when an address names no host.
    fn of(url: &Url) -> Option<Self> {
        Some(match url.host()? {
            Host::Domain(name) => Self::of_name(name),
            Host::Ipv4(address) => Self::of_v4(address),
            Host::Ipv6(address) => match address.to_canonical() {
                IpAddr::V4(mapped) => Self::of_v4(mapped),
                IpAddr::V6(address) => Self::of_v6(address),
            },
        })
    }

    fn of_name(name: &str) -> Self {
        let name = name.trim_end_matches('.');
        if name == "localhost" || name.ends_with(".localhost") { Self::Loopback } else { Self::Elsewhere }
    }

    const fn of_v4(address: Ipv4Addr) -> Self {
        let is_inside = address.is_private()
            || address.is_link_local()
            || address.is_unspecified()
            || address.is_broadcast()
            || address.is_multicast();
        if address.is_loopback() {
            Self::Loopback
        } else if is_inside {
            Self::Inside
        } else {
            Self::Elsewhere
        }
    }

    const fn of_v6(address: Ipv6Addr) -> Self {
        let is_inside = address.is_unique_local()
            || address.is_unicast_link_local()
            || address.is_unspecified()
            || address.is_multicast();
        if address.is_loopback() {
            Self::Loopback
        } else if is_inside {
            Self::Inside
        } else {
            Self::Elsewhere
        }
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookUrl({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_encrypted_and_elsewhere() {
        for text in [
            "https://partner.example/hook?x=1",
            "https://partner.example:8443",
            "https://93.184.216.34/",
            "https://[2606:2800:220:1::1]/",
            "https://localhost.example",
        ] {
            for allow_loopback in [false, true] {
                assert!(WebhookUrl::parse(text, allow_loopback).is_ok(), "{text}");
            }
        }
        for text in [
            "",
            "partner.example",
            "https://",
            "http://partner.example",
            "ftp://partner.example",
            "ftp://127.0.0.1",
            "file:///etc/passwd",
            "data:text/plain,x",
            "https://me@partner.example",
            "https://:secret@partner.example",
            "https://partner.example/#x",
            "http://10.0.0.1",
            &format!("https://partner.example/{}", "x".repeat(2000)),
        ] {
            for allow_loopback in [false, true] {
                let refused = WebhookUrl::parse(text, allow_loopback);
                assert_eq!(refused, Err(WebhookUrlError::Malformed), "{text}");
            }
        }
    }

    #[test]
    fn this_machine_is_for_tests() {
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "127.0.0.1",
            "127.8.9.1",
            "2130706433",
            "0x7f.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            for (scheme, refusal) in
                [("https", WebhookUrlError::Private), ("http", WebhookUrlError::Malformed)]
            {
                let text = format!("{scheme}://{host}:8000/x");
                assert_eq!(WebhookUrl::parse(&text, false), Err(refusal), "{text}");
                assert!(WebhookUrl::parse(&text, true).is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn no_private_network_is_named_outright_not_even_in_tests() {
        for host in [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "3232235777",
            "169.254.169.254",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "[::]",
            "[fc00::1]",
            "[fdff::1]",
            "[fe80::1]",
            "[ff02::1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:169.254.169.254]",
        ] {
            let text = format!("https://{host}/x");
            for allow_loopback in [false, true] {
                let refused = WebhookUrl::parse(&text, allow_loopback);
                assert_eq!(refused, Err(WebhookUrlError::Private), "{text}");
            }
        }
    }

    /// The numbers of any address, oftener than not of one near the edge of a private network.
    fn numbers() -> impl Strategy<Value = [u8; 4]> {
        let first = prop::sample::select(&[0, 10, 11, 127, 128, 169, 172, 192, 223, 224, 239, 240, 255][..]);
        let second = prop::sample::select(&[0, 15, 16, 31, 32, 167, 168, 169, 253, 254, 255][..]);
        let edges = (first, second, any::<[u8; 2]>());
        prop_oneof![
            1 => any::<[u8; 4]>(),
            3 => edges.prop_map(|(first, second, [third, fourth])| [first, second, third, fourth]),
        ]
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,100}", allow_loopback: bool) {
            let _ = WebhookUrl::parse(&text, allow_loopback);
            let _ = WebhookUrl::parse(&format!("https://{text}"), allow_loopback);
        }

        #[test]
        fn an_address_that_was_read_is_read_again_and_is_the_same_at_rest(
            host in "[a-z0-9.]{1,20}|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:]{2,20}\\]",
            rest in "(:[0-9]{1,5})?(/[ -~]{0,20})?",
            allow_loopback: bool,
        ) {
            if let Ok(url) = WebhookUrl::parse(&format!("https://{host}{rest}"), allow_loopback) {
                prop_assert_eq!(&WebhookUrl::parse(url.as_str(), allow_loopback).unwrap(), &url);
                prop_assert_eq!(&WebhookUrl::from_stored(url.as_str()).unwrap(), &url);
            }
        }

        #[test]
        fn an_address_of_numbers_is_read_when_it_is_public(numbers in numbers()) {
            let address = Ipv4Addr::from(numbers);
            let is_inside = match numbers {
                [0, 0, 0, 0] | [255, 255, 255, 255] | [10 | 127 | 224..=239, ..] => true,
                [172, second, ..] => (16..32).contains(&second),
                [192, second, ..] => second == 168,
                [169, second, ..] => second == 254,
                _ => false,
            };
            let read = WebhookUrl::parse(&format!("https://{address}"), false);
            prop_assert_eq!(read.is_err(), is_inside);
            let mapped = WebhookUrl::parse(&format!("https://[{}]", address.to_ipv6_mapped()), false);
            prop_assert_eq!(mapped.is_err(), is_inside);
        }
    }
}
