//! Addresses: of this server, of the services it calls, and of who calls it.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use url::{Host, Url};

/// The database that a URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// SQLite, in this file.
    Sqlite(PathBuf),
    /// PostgreSQL.
    PostgreSql,
}

impl Backend {
    /// Its name, for the operator.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::PostgreSql => "postgresql",
        }
    }

    /// Connections that read when no number is set, on a machine with that many processors.
    #[must_use]
    pub fn default_readers(&self, processors: usize) -> usize {
        match self {
            Self::Sqlite(_) => processors.max(2),
            Self::PostgreSql => 4,
        }
    }

    /// Connections that write when no number is set.
    #[must_use]
    pub const fn default_writers(&self) -> usize {
        match self {
            Self::Sqlite(_) => 1,
            Self::PostgreSql => 8,
        }
    }
}

/// A network, or a single address as the network of all its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    /// The address of the network.
    pub address: IpAddr,
    /// How many leading bits of an address must agree with it.
    pub prefix: u8,
}

pub(super) fn listen(text: &str) -> Option<SocketAddr> {
    text.parse().ok()
}

/// The database behind `sqlite://…` or `postgres://…`; everything else of the URL is the database's to judge.
pub(super) fn database(text: &str) -> Option<Backend> {
    if let Some(path) = text.strip_prefix("sqlite://") {
        // A database in memory is another one for every connection.
        let names_a_file = !path.is_empty() && !path.ends_with('/') && !path.contains(":memory:");
        return names_a_file.then(|| Backend::Sqlite(path.into()));
    }
    let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let hosts = authority.rsplit('@').next().unwrap_or_default();
    let fits = !rest.is_empty()
        && !rest.contains(char::is_whitespace)
        && hosts.split(',').all(|host| host.ends_with(']') || has_a_port_or_none(host));
    fits.then_some(Backend::PostgreSql)
}

fn has_a_port_or_none(host: &str) -> bool {
    host.rsplit_once(':').is_none_or(|(_, port)| port.is_empty() || port.parse::<u16>().is_ok())
}

/// The base of links: a web address that more path can be put behind.
pub(super) fn base_url(text: &str) -> Option<Url> {
    web_url(text).filter(|url| url.query().is_none() && url.fragment().is_none())
}

/// Where somebody else's server sends people: any web address but one with a fragment.
pub(super) fn redirect_url(text: &str) -> Option<Url> {
    web_url(text).filter(|url| url.fragment().is_none())
}

/// The identity of a provider: encrypted, or on this machine.
pub(super) fn issuer(text: &str) -> Option<Url> {
    base_url(text).filter(|url| url.scheme() == "https" || is_loopback(url))
}

/// Where codes are posted: encrypted, or on this machine when that is allowed.
pub(super) fn webhook(text: &str, allow_loopback: bool) -> Option<Url> {
    redirect_url(text).filter(|url| url.scheme() == "https" || (allow_loopback && is_loopback(url)))
}

/// An absolute `http` or `https` address without credentials.
pub(super) fn web_url(text: &str) -> Option<Url> {
    // The URL grammar drops or rewrites these silently: what is used must be what was checked.
    if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let written_in_full =
        text.split_once("://").is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case(url.scheme()));
    let fits = written_in_full
        && matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    fits.then_some(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An origin, as a browser sends it.
pub(super) fn origin(text: &str) -> Option<String> {
    let url = base_url(text)?;
    (url.path() == "/").then(|| url.origin().ascii_serialization())
}

pub(super) fn cidr(text: &str) -> Option<Cidr> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let bits = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok()?,
        Some(_) => return None,
        None => bits,
    };
    (prefix <= bits).then_some(Cidr { address, prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_says_which_database_it_is() {
        assert_eq!(database("sqlite://data/portico.db"), Some(Backend::Sqlite("data/portico.db".into())));
        assert_eq!(database("sqlite:///var/lib/p.db"), Some(Backend::Sqlite("/var/lib/p.db".into())));
        for text in [
            "postgres://me:pw@db:5432/portico",
            "postgresql://me@db/portico",
            "postgres:///portico?host=/run/postgresql",
            "postgres://a:1,b:2/portico",
            "postgres://[::1]:5432/portico",
            "postgres://[::1]/portico",
        ] {
            assert_eq!(database(text), Some(Backend::PostgreSql), "{text}");
        }
        for text in [
            "",
            "portico.db",
            "sqlite:portico.db",
            "sqlite://",
            "sqlite://:memory:",
            "sqlite://data/",
            "mysql://db/x",
            "postgres://",
            "postgres:db",
            "postgres://me:hunter2",
            "postgres://db:99999/x",
            "postgres://db/x y",
        ] {
            assert_eq!(database(text), None, "{text}");
        }
    }

    #[test]
    fn web_addresses_are_absolute_and_hold_no_credentials() {
        for text in ["http://localhost:8080", "https://a.b/path/", "https://[::1]:1/"] {
            assert!(base_url(text).is_some(), "{text}");
        }
        for text in [
            "",
            "localhost:8080",
            "a.b",
            "/x",
            "ftp://a.b",
            "https://",
            "https:a.b",
            "https://me:pw@a.b",
            "https://a b",
            "https:\\\\a.b",
        ] {
            assert!(web_url(text).is_none(), "{text}");
        }
        assert!(base_url("https://a.b?x").is_none());
        assert!(base_url("https://a.b#x").is_none());
        assert!(redirect_url("https://a.b?x").is_some());
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        assert!(issuer("https://login.a.b/").is_some());
        assert!(issuer("http://127.0.0.1:9000").is_some());
        assert!(issuer("http://login.a.b/").is_none());
        assert!(webhook("https://a.b/hook?x=1", false).is_some());
        assert!(webhook("http://localhost:9000/", false).is_none());
        assert!(webhook("http://localhost:9000/", true).is_some());
        assert!(webhook("http://localhost.a.b/", true).is_none());
    }

    #[test]
    fn origins_are_written_as_browsers_do() {
        assert_eq!(origin("https://A.b:443/").as_deref(), Some("https://a.b"));
        assert_eq!(origin("http://localhost:3000").as_deref(), Some("http://localhost:3000"));
        for text in ["*", "null", "a.b", "https://a.b/x", "https://a.b?x"] {
            assert_eq!(origin(text), None, "{text}");
        }
    }

    #[test]
    fn networks_have_an_address_and_a_prefix_that_fits_it() {
        let network = |address: &str, prefix| Some(Cidr { address: address.parse().unwrap(), prefix });
        assert_eq!(cidr("10.0.0.0/8"), network("10.0.0.0", 8));
        assert_eq!(cidr("192.168.1.1"), network("192.168.1.1", 32));
        assert_eq!(cidr("fd00::/8"), network("fd00::", 8));
        assert_eq!(cidr("::1"), network("::1", 128));
        for text in
            ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "proxy", "10.0.0.0/8/8"]
        {
            assert_eq!(cidr(text), None, "{text}");
        }
    }
}
