//! Addresses that may be asked.

use std::net::IpAddr;

use url::{Host, Url};

use crate::reach::is_public;

/// Which addresses may be asked. None may have credentials in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressPolicy {
    /// `https` anywhere: for addresses of the operator's.
    Encrypted,
    /// `https` anywhere, and `http` on this machine.
    EncryptedOrLoopback,
    /// `https` at public addresses, whatever a name stands for: for addresses that strangers name.
    Public,
    /// The same, and `http` and `https` on this machine: for tests of what strangers may do.
    PublicOrLoopback,
}

impl AddressPolicy {
    /// Whether an address may be asked, by its looks. Where a name leads is looked at when it is resolved.
    #[must_use]
    pub fn allows(self, url: &Url) -> bool {
        let way = match self {
            Self::Encrypted => is_encrypted(url),
            Self::EncryptedOrLoopback => is_encrypted(url) || is_this_machine_unencrypted(url),
            Self::Public => is_encrypted(url) && is_elsewhere(url),
            Self::PublicOrLoopback => {
                (is_encrypted(url) && is_elsewhere(url)) || (is_of_the_web(url) && is_inside(url))
            }
        };
        way && url.username().is_empty() && url.password().is_none()
    }

    /// Whether the operator names the addresses, so that a name may stand for anything.
    pub(crate) const fn trusts_names(self) -> bool {
        matches!(self, Self::Encrypted | Self::EncryptedOrLoopback)
    }

    /// Whether a name may be asked at an address that it stands for.
    pub(crate) fn allows_at(self, name: &str, address: IpAddr) -> bool {
        match self {
            Self::Encrypted | Self::EncryptedOrLoopback => true,
            Self::PublicOrLoopback if is_local_name(name) => address.to_canonical().is_loopback(),
            Self::Public | Self::PublicOrLoopback => is_public(address),
        }
    }

    /// What an address is that may not be asked, for the operator.
    #[must_use]
    pub const fn refusal(self) -> &'static str {
        match self {
            Self::Encrypted => "not encrypted",
            Self::EncryptedOrLoopback => "neither encrypted nor on this machine",
            Self::Public => "no encrypted public address",
            Self::PublicOrLoopback => "neither an encrypted public address nor on this machine",
        }
    }
}

fn is_encrypted(url: &Url) -> bool {
    url.scheme() == "https" && url.has_host()
}

fn is_of_the_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn is_this_machine_unencrypted(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// Whether it is a public address, or a name that may stand for one.
fn is_elsewhere(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => !is_local_name(name),
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        None => false,
    }
}

/// Whether it is an address or a name of this machine.
fn is_inside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_local_name(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// Whether a name stands for this machine everywhere (RFC 6761 section 6.3).
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests;
