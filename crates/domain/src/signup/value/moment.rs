//! Days, times and spans of time.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use serde::Deserialize;

use super::{Content, elements, object, says};

/// A value of the types `date`, `dateTime` and `time`. The formats are the client's: they do not follow from the type
/// (sign-up contract section 7).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moment {
    full_date: String,
    formatted_value: String,
    format_string: String,
}

/// A day, a time, or both, kept as they were sent.
pub(super) fn read(raw: &str) -> Option<Content> {
    let moment: Moment = object(raw)?;
    instant(&moment.full_date)?;
    let is_whole = says(&moment.formatted_value) && says(&moment.format_string);
    is_whole.then_some(Content::Things)
}

/// Spans of time: pairs of a beginning and an end that is not before it.
pub(super) fn read_intervals(raw: &str) -> Option<Content> {
    let intervals = elements(raw)?;
    let is_interval = |raw: &str| {
        let (start, end): (String, String) = serde_json::from_str(raw).ok()?;
        (instant(&start)? <= instant(&end)?).then_some(())
    };
    intervals.iter().all(|raw| is_interval(raw.get()).is_some()).then(|| Content::of_things(&intervals))
}

/// An instant of ISO 8601, as libraries of dates write it: with or without seconds, offset and separators, or the day
/// alone. Without an offset it counts as UTC.
fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant);
    }
    // `chrono` takes white space anywhere, and signs in front of years.
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.contains(char::is_whitespace) {
        return None;
    }
    let Some((day, time)) = text.split_once('T') else {
        return read_day(text).map(|day| day.and_time(NaiveTime::MIN).and_utc().fixed_offset());
    };
    let day = read_day(day)?;
    match time.find(['Z', '+', '-']) {
        Some(end) => {
            let (time, offset) = (read_time(&time[..end])?, read_offset(&time[end..])?);
            day.and_time(time).and_local_timezone(offset).single()
        }
        None => Some(day.and_time(read_time(time)?).and_utc().fixed_offset()),
    }
}

fn read_day(text: &str) -> Option<NaiveDate> {
    let format = match text.len() {
        10 => "%Y-%m-%d",
        8 => "%Y%m%d",
        _ => return None,
    };
    NaiveDate::parse_from_str(text, format).ok()
}

fn read_time(text: &str) -> Option<NaiveTime> {
    let (extended, basic) = (["%H:%M:%S%.f", "%H:%M"], ["%H%M%S%.f", "%H%M"]);
    let formats = if text.contains(':') { extended } else { basic };
    formats.into_iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok())
}

/// `Z`, `+03`, `+0300` or `+03:00`.
fn read_offset(text: &str) -> Option<FixedOffset> {
    if text == "Z" {
        return FixedOffset::east_opt(0);
    }
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || ![2, 4].contains(&digits.len()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (
        digits[..2].parse().ok()?,
        digits.get(2..).filter(|minutes| !minutes.is_empty()).unwrap_or("0").parse().ok()?,
    );
    let is_offset = hours < 24 && minutes < 60;
    let seconds = (hours * 60 + minutes) * 60;
    FixedOffset::east_opt(if text.starts_with('-') { -seconds } else { seconds }).filter(|_| is_offset)
}
