//! Single values as text: numbers, switches, lifetimes, names, tokens.

use std::num::NonZeroUsize;

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::secret::SecretText;

const MAX_COUNT: usize = 1024;
const MAX_LIFETIME_SECONDS: i64 = 3650 * 24 * 60 * 60;
const MIN_SECRET_KEY_BYTES: usize = 32;

/// `true` or `false`.
pub(super) fn switch(text: &str) -> Option<bool> {
    text.parse().ok()
}

/// `on` or `off`.
pub(super) fn on_or_off(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// A number of threads or connections.
pub(super) fn count(text: &str) -> Option<NonZeroUsize> {
    digits(text)?.parse().ok().filter(|count: &NonZeroUsize| count.get() <= MAX_COUNT)
}

/// A lifetime such as `7d`, `12h`, `10m` or `60s`.
pub(super) fn lifetime(text: &str) -> Option<TimeDelta> {
    let seconds_in_unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let number: i64 = digits(&text[..text.len() - 1])?.parse().ok()?;
    let seconds = number.checked_mul(seconds_in_unit)?;
    (1..=MAX_LIFETIME_SECONDS).contains(&seconds).then(|| TimeDelta::seconds(seconds))
}

/// Rust's own grammar of numbers takes a sign, which nobody writes on purpose.
fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

/// The prefix of bearer tokens.
pub(super) fn token_prefix(text: &str) -> Option<String> {
    let fits = (1..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    fits.then(|| text.to_owned())
}

/// The master secret. The white space around it, such as a file's last line end, is no part of its strength.
pub(super) fn secret_key(text: &str) -> Option<SecretText> {
    (text.trim().len() >= MIN_SECRET_KEY_BYTES).then(|| SecretText::new(text))
}

/// A secret that somebody else chose.
pub(super) fn secret_line(text: &str) -> Option<SecretText> {
    (!text.chars().any(char::is_control)).then(|| SecretText::new(text))
}

/// A word that somebody else chose.
pub(super) fn word(text: &str) -> Option<String> {
    (!text.chars().any(|c| c.is_control() || c.is_whitespace())).then(|| text.to_owned())
}

/// The name of a claim in an ID token.
pub(super) fn claim(text: &str) -> Option<String> {
    (text.len() <= 200 && visible(text)).then(|| text.to_owned())
}

/// Tokens between commas, at least one.
pub(super) fn tokens(text: &str) -> Option<Vec<SecretText>> {
    list(text, |token| visible(token).then(|| SecretText::new(token)))
}

/// What stands between commas, each part without the white space around it; none may be empty.
pub(super) fn list<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(|part| parse(part.trim())).collect()
}

fn visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

/// A time zone of the IANA database, by its name: `Asia/Tokyo`, `Etc/GMT+9`, `UTC`.
pub(super) fn time_zone(text: &str) -> Option<Tz> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_whole_positive_and_bounded() {
        assert_eq!(lifetime("7d"), Some(TimeDelta::days(7)));
        assert_eq!(lifetime("12h"), Some(TimeDelta::hours(12)));
        assert_eq!(lifetime("10m"), Some(TimeDelta::minutes(10)));
        assert_eq!(lifetime("60s"), Some(TimeDelta::seconds(60)));
        assert_eq!(lifetime("3650d"), Some(TimeDelta::days(3650)));
        for text in [
            "",
            "0s",
            "d",
            "7",
            "-1d",
            "+1d",
            "1.5h",
            "7 d",
            "1w",
            "3651d",
            "99999999999999999d",
            "٣d",
            "1天",
        ] {
            assert_eq!(lifetime(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_count_is_at_least_one_and_bounded() {
        assert_eq!(count("1").map(NonZeroUsize::get), Some(1));
        assert_eq!(count("1024").map(NonZeroUsize::get), Some(1024));
        for text in ["", "0", "-1", "+1", "1025", "many", "1.0", "18446744073709551616"] {
            assert_eq!(count(text), None, "{text:?}");
        }
    }

    #[test]
    fn time_zones_are_named_and_known() {
        for text in
            ["Asia/Tokyo", "UTC", "Etc/GMT+9", "America/Argentina/Buenos_Aires", "America/Port-au-Prince"]
        {
            assert_eq!(time_zone(text).map(Tz::name), Some(text));
        }
        for text in ["", "+09:00", "Asia/", "/Tokyo", "Asia/To kyo", "Asia/Edo", "9"] {
            assert_eq!(time_zone(text), None, "{text:?}");
        }
    }

    #[test]
    fn tokens_are_a_list_without_holes() {
        let revealed =
            |text| tokens(text).map(|all| all.iter().map(|t| t.reveal().to_owned()).collect::<Vec<_>>());
        assert_eq!(revealed("a, b"), Some(vec!["a".to_owned(), "b".to_owned()]));
        for text in ["", ",", "a,,b", "a b", "a,", "é"] {
            assert_eq!(revealed(text), None, "{text:?}");
        }
    }
}
