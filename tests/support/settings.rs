//! The settings of servers under test.

/// The master secret of every server under test.
pub const SECRET: &str = "a secret for tests, long enough to pass";

/// The settings of a server on a database, and further ones.
#[must_use]
pub fn on<'a>(database: &'a str, further: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("PORTICO_DATABASE_URL", database), ("PORTICO_SECRET_KEY", SECRET)], further].concat()
}

/// The settings of a server on a database whose letters go to a mail server.
#[must_use]
pub fn with_mail<'a>(database: &'a str, smtp: &'a str) -> Vec<(&'a str, &'a str)> {
    on(database, &[("PORTICO_SMTP_URL", smtp)])
}
