//! Why a start is refused: one line that an operator can act on.

use super::{
    secret::{mask_passwords, mask_url_passwords},
    spec::{Secrecy, Spec},
};

/// The most characters of a value that an error repeats.
const MAX_SHOWN: usize = 200;

/// A setting that cannot be used. Its text is one line and never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The variable holds what it may not hold.
    #[error("{name}: \"{value}\" cannot be used; allowed: {allowed}")]
    Refused {
        /// The variable.
        name: String,
        /// What it holds, secrets masked.
        value: String,
        /// What it may hold.
        allowed: String,
    },
    /// The variable must be set here.
    #[error("{name}: not set; allowed: {allowed}")]
    Missing {
        /// The variable.
        name: String,
        /// What it may hold.
        allowed: String,
    },
    /// A line of the settings file is no assignment.
    #[error(
        "{file}, line {line}: not of the form NAME=value; allowed: values with spaces, # or $ in single quotes"
    )]
    Line {
        /// The file.
        file: String,
        /// The line where the faulty assignment begins, from 1.
        line: usize,
    },
    /// The settings file is there but cannot be read.
    #[error("{file}: cannot be read: {reason}; allowed: a readable text file in UTF-8, or no such file")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        reason: String,
    },
}

impl SettingError {
    /// The value of a variable is refused.
    #[must_use]
    pub fn refused(spec: &Spec, value: &str) -> Self {
        Self::Refused {
            name: spec.name.to_owned(),
            value: on_one_line(&shown(spec, value)),
            allowed: spec.allowed.to_owned(),
        }
    }

    /// A variable must be set.
    #[must_use]
    pub fn missing(spec: &Spec) -> Self {
        Self::Missing { name: spec.name.to_owned(), allowed: spec.allowed.to_owned() }
    }
}

/// A value as it may be shown.
pub(super) fn shown(spec: &Spec, value: &str) -> String {
    match spec.secret {
        Secrecy::Whole => "***".to_owned(),
        Secrecy::Password => mask_passwords(value),
        Secrecy::Open => mask_url_passwords(value),
    }
}

fn on_one_line(value: &str) -> String {
    let mut line: String = value
        .chars()
        .take(MAX_SHOWN)
        .flat_map(|c| if c == '"' { vec![c] } else { c.escape_debug().collect() })
        .collect();
    if value.chars().count() > MAX_SHOWN {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::table::{DATABASE_URL, LISTEN, SECRET_KEY};

    #[test]
    fn an_error_is_one_line_whatever_the_value_is() {
        let error = SettingError::refused(&LISTEN, "a\nb\r\u{1b}[31m").to_string();
        assert!(
            error.starts_with("PORTICO_LISTEN: \"a\\nb\\r\\u{1b}[31m\" cannot be used; allowed: "),
            "{error}"
        );
        assert!(!error.chars().any(char::is_control), "{error:?}");
    }

    #[test]
    fn a_long_value_is_cut() {
        let error = SettingError::refused(&LISTEN, &"x".repeat(5000)).to_string();
        assert!(error.len() < 400, "{error}");
        assert!(error.contains("x…"), "{error}");
    }

    #[test]
    fn secrets_are_masked() {
        assert!(SettingError::refused(&SECRET_KEY, "too short").to_string().contains("\"***\""));
        let error = SettingError::refused(&DATABASE_URL, "mysql://me:hunter2@db/x").to_string();
        assert!(error.contains("\"mysql://me:***@db/x\""), "{error}");
    }
}
