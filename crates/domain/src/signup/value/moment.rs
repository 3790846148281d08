//! Days, times and spans of time.

use chrono::{DateTime, FixedOffset};
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

/// A day, a time, or both.
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

fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok()
}
