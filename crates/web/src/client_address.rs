//! Where a request comes from, past the proxies that the operator trusts.

use std::{
    borrow::Cow,
    fmt,
    future::{Ready, ready},
    net::{IpAddr, SocketAddr},
};

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev, http::header::HeaderMap};

use crate::accounts::Problem;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// A network whose machines are proxies of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// The network of all addresses that agree with `address` in the leading `prefix` bits. IPv4 written as IPv6 is
    /// the same as IPv4.
    #[must_use]
    pub fn new(address: IpAddr, prefix: u8) -> Self {
        match address.to_canonical() {
            IpAddr::V4(mapped) if address.is_ipv6() && prefix >= 96 => {
                Self { address: mapped.into(), prefix: prefix - 96 }
            }
            _ => Self { address, prefix },
        }
    }

    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let strangers = u32::from(network) ^ u32::from(address);
                strangers.leading_zeros() >= u32::from(self.prefix)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let strangers = u128::from(network) ^ u128::from(address);
                strangers.leading_zeros() >= u32::from(self.prefix)
            }
            _ => false,
        }
    }
}

/// The address of whoever sent a request: that of the connection, unless a trusted proxy names another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The frame has found it out before.
impl FromRequest for ClientAddress {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().copied().ok_or_else(Problem::crashed))
    }
}

/// Finds out who sent a request.
///
/// `X-Forwarded-For` is read from its end, since every proxy appends whom it heard: as long as the one who says it is
/// trusted, so is what he says. Whatever a stranger wrote before that is not looked at.
pub(crate) fn client_address(
    peer: Option<SocketAddr>,
    headers: &HeaderMap,
    trusted: &[Network],
) -> Option<ClientAddress> {
    let is_trusted = |address| trusted.iter().any(|network| network.contains(address));
    let mut client = peer?.ip().to_canonical();
    let lines: Vec<Cow<'_, str>> =
        headers.get_all(FORWARDED_FOR).map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let mut told = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while is_trusted(client) {
        let Some(address) = told.next().and_then(parse) else { break };
        client = address;
    }
    Some(ClientAddress(client))
}

/// An address, with or without a port behind it.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().or_else(|_| text.parse().map(|address: SocketAddr| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    const PROXIES: [(&str, u8); 4] =
        [("10.0.0.0", 8), ("192.0.2.7", 32), ("2001:db8:1::", 48), ("::ffff:172.16.0.0", 108)];

    /// Who sent a request that came over a connection from `peer` with these lines of `X-Forwarded-For`.
    fn client(peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                HeaderName::from_static(FORWARDED_FOR),
                HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            );
        }
        let trusted = PROXIES.map(|(address, prefix)| Network::new(address.parse().unwrap(), prefix));
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        client_address(Some(peer), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn a_stranger_cannot_say_that_he_is_somebody_else() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("2001:db8:2::9", &["198.51.100.1", "10.0.0.1"]), "2001:db8:2::9");
        assert_eq!(client("11.0.0.1", &[]), "11.0.0.1");
    }

    #[test]
    fn a_trusted_proxy_is_believed_about_whom_it_heard() {
        assert_eq!(client("10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("2001:db8:1::5", &["2001:db8:2::9"]), "2001:db8:2::9");
        assert_eq!(client("192.0.2.7", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("192.0.2.8", &["198.51.100.1"]), "192.0.2.8");
    }

    #[test]
    fn what_a_client_wrote_himself_is_not_looked_at() {
        assert_eq!(client("10.1.2.3", &["127.0.0.1, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", &["10.9.9.9, 198.51.100.1, 10.4.4.4"]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", &["nonsense, 198.51.100.1,10.4.4.4"]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", &["1.1.1.1", "198.51.100.1", "10.4.4.4,192.0.2.7"]), "198.51.100.1");
    }

    #[test]
    fn garbage_ends_the_walk_at_the_last_address_that_was_told() {
        for garbage in ["", "unknown", "1.2.3", "1.2.3.4.5", "_hidden", "é", "1.2.3.4:port", "[::1", "a, "] {
            assert_eq!(client("10.1.2.3", &[garbage]), "10.1.2.3", "{garbage:?}");
            let behind = format!("{garbage}, 10.4.4.4");
            assert_eq!(client("10.1.2.3", &[&behind]), "10.4.4.4", "{garbage:?}");
        }
        assert_eq!(client("10.1.2.3", &[]), "10.1.2.3");
    }

    #[test]
    fn when_all_are_trusted_it_is_the_first_of_them() {
        assert_eq!(client("10.1.2.3", &["10.0.0.9, 10.0.0.8"]), "10.0.0.9");
    }

    #[test]
    fn ports_brackets_and_spaces_do_not_matter() {
        assert_eq!(client("10.1.2.3", &[" 198.51.100.1:5000 "]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", &["[2001:db8:2::9]:5000"]), "2001:db8:2::9");
        assert_eq!(client("10.1.2.3", &["[2001:db8:2::9]"]), "2001:db8:2::9");
    }

    #[test]
    fn ipv4_written_as_ipv6_is_ipv4() {
        assert_eq!(client("::ffff:10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", &["198.51.100.1, ::ffff:10.4.4.4"]), "198.51.100.1");
        assert_eq!(client("172.20.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("172.32.0.1", &["198.51.100.1"]), "172.32.0.1");
    }

    #[test]
    fn a_prefix_of_nothing_is_everybody_of_the_same_kind() {
        let everybody = Network::new("0.0.0.0".parse().unwrap(), 0);
        assert!(everybody.contains("203.0.113.9".parse().unwrap()));
        assert!(!everybody.contains("2001:db8::1".parse().unwrap()));
        assert!(Network::new("::".parse().unwrap(), 0).contains("2001:db8::1".parse().unwrap()));
    }
}
