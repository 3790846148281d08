//! Secrets of the operator, and how they are kept out of sight.

use std::fmt;

use zeroize::Zeroizing;

const MASK: &str = "***";

/// A secret setting: never printed, wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret in clear, for whoever must use it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

/// Masks the passwords of a text that is a URL; leaves other texts alone.
pub(super) fn mask_url_passwords(text: &str) -> String {
    if text.contains("://") { mask_passwords(text) } else { text.to_owned() }
}

/// Masks the passwords of a text that should be the URL of a service, but may be malformed: rather too much than
/// too little.
pub(super) fn mask_passwords(text: &str) -> String {
    let start = text.find("://").map_or(0, |at| at + "://".len());
    let (scheme, rest) = text.split_at(start);
    let masked = match rest.rfind('@') {
        Some(at) => match rest[..at].find(':') {
            Some(colon) => format!("{}:{MASK}{}", &rest[..colon], &rest[at..]),
            None => rest.to_owned(),
        },
        None if scheme.is_empty() => rest.to_owned(),
        None => mask_what_is_no_port(rest),
    };
    mask_password_parameters(&format!("{scheme}{masked}"))
}

/// A URL without `@` that has something else than a port after a host may have lost its host.
fn mask_what_is_no_port(rest: &str) -> String {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let mut begin = 0;
    for host in authority.split(',') {
        if let Some(colon) = host.rfind(':')
            && !host.ends_with(']')
            && !host[colon + 1..].chars().all(|c| c.is_ascii_digit())
        {
            let first_colon = host.find(':').unwrap_or(colon);
            return format!("{}:{MASK}", &rest[..begin + first_colon]);
        }
        begin += host.len() + 1;
    }
    rest.to_owned()
}

/// `password=…` and its kin, as libpq takes them in the query of a URL.
fn mask_password_parameters(text: &str) -> String {
    const KEY: &str = "password=";
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.to_ascii_lowercase().find(KEY) {
        let value = at + KEY.len();
        masked.push_str(&rest[..value]);
        masked.push_str(MASK);
        rest = rest[value..].find('&').map_or("", |end| &rest[value + end..]);
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", SecretText::new("hunter2")), "SecretText(…)");
    }

    #[test]
    fn the_password_of_a_url_is_masked() {
        for (url, masked) in [
            ("postgres://me:hunter2@db:5432/portico", "postgres://me:***@db:5432/portico"),
            ("smtps://me%40a.b:hunter2@mail", "smtps://me%40a.b:***@mail"),
            ("smtp://:hunter2@mail", "smtp://:***@mail"),
            (
                "postgres://db/x?user=me&password=hunter2&sslmode=require",
                "postgres://db/x?user=me&password=***&sslmode=require",
            ),
            ("postgres://db/x?sslPassword=hunter2", "postgres://db/x?sslPassword=***"),
        ] {
            assert_eq!(mask_passwords(url), masked);
        }
    }

    #[test]
    fn a_url_without_a_password_is_left_alone() {
        for url in [
            "sqlite://data/portico.db",
            "postgres://me@db:5432/portico",
            "postgres://db1:5432,db2:5433/portico?target_session_attrs=read-write",
            "postgres://[::1]:5432/x",
            "postgres://[::1]/x",
            "smtp://mail:587?tls=none",
        ] {
            assert_eq!(mask_passwords(url), url);
        }
    }

    #[test]
    fn no_malformed_url_shows_its_password() {
        for url in [
            "me:hunter2@db",
            "postgres:me:hunter2@db",
            "postgres:/me:hunter2@db",
            "postgres://me:hun@ter2/hunter2@db",
            "postgres://me:/hunter2#@db",
            "postgres://me:hunter2",
            "postgres://me:hunter2/x",
            "postgres://db:5432,me:12:hunter2",
            "host=db user=me password=hunter2",
            "host=db PASSWORD='a hunter2'",
        ] {
            let masked = mask_passwords(url);
            assert!(!masked.contains("hunter2") && masked.contains("***"), "{url} -> {masked}");
        }
    }

    #[test]
    fn an_open_value_is_masked_only_when_it_is_a_url() {
        assert_eq!(mask_url_passwords("Club: mail <a@b.c>"), "Club: mail <a@b.c>");
        assert_eq!(mask_url_passwords("https://me:hunter2@a.b"), "https://me:***@a.b");
    }
}
