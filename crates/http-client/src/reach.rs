//! Which addresses are public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ip_network::{Ipv4Network, Ipv6Network};

/// Whether everybody in the world means the same machine by this address, and may reach it: none of this machine, of a
/// private network, or that leads into one by a translation.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    // The library calls groups and two addresses among the assignments of protocols global.
    let is_unlisted = matches!(
        address.octets(),
        // Assignments of protocols (RFC 6890), relays of 6to4 (RFC 7526), groups.
        [192, 0, 0, _] | [192, 88, 99, _] | [224..=239, ..]
    );
    Ipv4Network::from(address).is_global() && !is_unlisted
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // The library knows few networks of this kind; but all that were ever given to somebody are in 2000::/3.
    let is_given = address.segments()[0] >> 13 == 1;
    let is_special = matches!(
        address.segments(),
        // Assignments of protocols, Teredo among them (RFC 2928), and documentation (RFC 3849).
        [0x2001, 0..=0x01ff | 0x0db8, ..]
            // 6to4, which has IPv4 addresses inside (RFC 3056).
            | [0x2002, ..]
            // Documentation (RFC 9637).
            | [0x3fff, 0..=0x0fff, ..]
    );
    Ipv6Network::from(address).is_global() && is_given && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_all(expected: bool, addresses: &[&str]) {
        for text in addresses {
            assert_eq!(is_public(text.parse().unwrap()), expected, "{text}");
        }
    }

    /// The first and the last of each network, and their neighbours outside where those are public.
    #[test]
    fn no_special_network_of_ipv4_is_public() {
        let networks = [
            ("0.0.0.0", "0.255.255.255"),
            ("10.0.0.0", "10.255.255.255"),
            ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"),
            ("169.254.0.0", "169.254.255.255"),
            ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"),
            ("192.0.2.0", "192.0.2.255"),
            ("192.88.99.0", "192.88.99.255"),
            ("192.168.0.0", "192.168.255.255"),
            ("198.18.0.0", "198.19.255.255"),
            ("198.51.100.0", "198.51.100.255"),
            ("203.0.113.0", "203.0.113.255"),
            ("224.0.0.0", "255.255.255.255"),
        ];
        for (first, last) in networks {
            let [first, last]: [Ipv4Addr; 2] = [first, last].map(|text| text.parse().unwrap());
            let middle = Ipv4Addr::from(u32::midpoint(first.into(), last.into()));
            for address in [first, middle, last] {
                assert!(!is_public(address.into()), "{address}");
                assert!(!is_public(address.to_ipv6_mapped().into()), "mapped {address}");
                assert!(!is_public(address.to_ipv6_compatible().into()), "compatible {address}");
            }
            let before = u32::from(first).checked_sub(1).map(Ipv4Addr::from);
            let after = u32::from(last).checked_add(1).map(Ipv4Addr::from);
            for address in [before, after].into_iter().flatten() {
                assert!(is_public(address.into()), "{address}");
            }
        }
        assert_all(
            false,
            &[
                "192.0.0.9",
                "192.0.0.10",
                "169.254.169.254",
                "255.255.255.255",
                "239.255.255.250",
                "240.0.0.1",
            ],
        );
    }

    #[test]
    fn no_special_network_of_ipv6_is_public() {
        let networks = [
            // This machine, and IPv4-compatible.
            ("::", "::ffff:ffff"),
            // IPv4-translated.
            ("::ffff:0:0:0", "::ffff:0:ffff:ffff"),
            // NAT64.
            ("64:ff9b::", "64:ff9b::ffff:ffff"),
            ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
            // Thrown away, and dummies.
            ("100::", "100:0:0:1:ffff:ffff:ffff:ffff"),
            // Teredo, benchmarks, ORCHID and the other assignments of protocols.
            ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff"),
            ("2001:10::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
            // Documentation.
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
            // 6to4.
            ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            // Never given to anybody, and segment routing.
            ("200::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("4000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            // Private, of one link, of one site, groups.
            ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ];
        for (first, last) in networks {
            let [first, last]: [Ipv6Addr; 2] = [first, last].map(|text| text.parse().unwrap());
            let middle = Ipv6Addr::from(u128::midpoint(first.into(), last.into()));
            for address in [first, middle, last] {
                assert!(!is_public(address.into()), "{address}");
            }
        }
        assert_all(
            false,
            &[
                "::1",
                "::ffff:10.1.2.3",
                "::7f00:1",
                "64:ff9b::10.1.2.3",
                "64:ff9b:1:7f00:1::",
                "2002:a00:1::",
                "2001:0:a00:1::",
                "ff0e::1",
                "ff02::1",
                "fe80::a00:1",
            ],
        );
    }

    #[test]
    fn what_was_given_to_somebody_is_public() {
        assert_all(
            true,
            &[
                "1.1.1.1",
                "8.8.8.8",
                "93.184.216.34",
                "100.63.255.255",
                "100.128.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "2001:200::",
                "2001:4860:4860::8888",
                "2001:db7:ffff::1",
                "2001:db9::1",
                "2003::1",
                "2606:4700:4700::1111",
                "2a00:1450:4001::1",
                "2c0f:fb50::1",
                "3ffe:ffff::1",
            ],
        );
    }
}
