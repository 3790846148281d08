//! Instants past the server, to the microsecond: answers show them to the second.

use chrono::{DateTime, Utc};

use crate::tables::Tables;

/// The instants in a column, in the order that the rest of the query says, such as `check_results ORDER BY id`.
///
/// # Panics
/// When the query fails, or answers something else.
#[must_use]
pub fn instants(tables: &Tables, column: &str, rest: &str) -> Vec<DateTime<Utc>> {
    let texts = tables.texts(&format!("SELECT CAST({column} AS TEXT) AS value FROM {rest}"));
    texts.iter().map(|text| instant(text)).collect()
}

/// An instant as a database writes it: in microseconds, or as `2026-11-22 12:03:41.408022+00`.
fn instant(text: &str) -> DateTime<Utc> {
    let in_micros = text.parse().ok().and_then(DateTime::from_timestamp_micros);
    let written = || {
        let text = format!("{}:00", text.replacen(' ', "T", 1));
        DateTime::parse_from_rfc3339(&text).ok().map(|at| at.to_utc())
    };
    in_micros.or_else(written).unwrap_or_else(|| panic!("{text} is no instant"))
}
