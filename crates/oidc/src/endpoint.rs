//! Addresses that may be asked, or that a browser may be sent to.

use url::{Host, Url};

/// Whether an address is encrypted, or on this machine, and has no credentials in it.
pub(crate) fn is_safe(url: &Url) -> bool {
    let way = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    };
    way && url.username().is_empty() && url.password().is_none()
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

    #[test]
    fn an_address_is_encrypted_or_on_this_machine() {
        for text in
            ["https://login.example", "http://localhost:8080/x", "http://127.0.0.1", "http://[::1]:1/token"]
        {
            assert!(is_safe(&Url::parse(text).unwrap()), "{text}");
        }
        for text in [
            "http://login.example",
            "http://127.0.0.1.example",
            "http://localhost.example",
            "https://me:secret@login.example",
            "ftp://localhost",
            "javascript:alert(1)",
            "file:///etc/passwd",
        ] {
            assert!(!is_safe(&Url::parse(text).unwrap()), "{text}");
        }
    }
}
