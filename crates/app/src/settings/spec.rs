//! What a setting is: its name, default, meaning, and what it may hold.

/// One setting: everything that documents it and everything an error says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The environment variable.
    pub name: &'static str,
    /// What holds when it is not set.
    pub default: Fallback,
    /// What it may hold, as the end of the sentence "allowed: …".
    pub allowed: &'static str,
    /// How much of it must never be shown.
    pub secret: Secrecy,
    /// What it decides.
    pub meaning: &'static str,
    /// Which part of Portico reads it.
    pub used_by: Part,
}

/// What holds when a variable is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// This value, as if it had been given.
    Value(&'static str),
    /// No value, or one that depends on the machine or the database: said in words.
    Unset(&'static str),
}

/// How much of a value must never be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// Nothing, but for a password that slipped into a URL.
    Open,
    /// The password that its URL holds.
    Password,
    /// All of it.
    Whole,
}

/// A part of Portico that reads a setting. Every setting is checked at the start, whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The server as it is now.
    Now,
    /// What is between the server and the network: rate limits.
    Operation,
}

impl Part {
    /// The word for it in the documentation.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Operation => "operation",
        }
    }
}

/// Declares each setting as a constant, and [`SPECS`](super::SPECS) as the list of them all in the same order.
macro_rules! settings_table {
    ($($constant:ident: $name:literal, $default:expr, $secret:expr, $used_by:expr,
        $meaning:literal, $allowed:expr;)+) => {
        $(
            pub(super) const $constant: Spec = Spec {
                name: $name,
                default: $default,
                allowed: $allowed,
                secret: $secret,
                meaning: $meaning,
                used_by: $used_by,
            };
        )+

        /// Every setting there is, in the order of the documentation.
        pub const SPECS: &[Spec] = &[$($constant),+];
    };
}

pub(super) use settings_table;
