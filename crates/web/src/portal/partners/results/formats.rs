//! Results as JSON, as lines and as a table.

use std::vec::IntoIter;

use actix_web::web::Bytes;
use chrono_tz::Tz;
use futures_util::{Stream, stream};
use portico_domain::{
    partner::{CheckResult, CheckResultStretch},
    policy::local_time,
    roster::guarded,
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::portal::{
    answers::Moment,
    formats::write_rows,
    streaming::{Format, FormatError},
};

/// The heads of the table.
const HEAD: [&str; 6] = ["id", "user", "dict", "text", "model", "created_at"];
/// About how many bytes of a page are on their way at once.
const CHUNK: usize = 64 * 1024;

/// A result.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalCheckResult)]
struct ResultAnswer<'r> {
    id: Uuid,
    /// Who wrote
    user: Uuid,
    /// The dictation
    dict: &'r str,
    /// What was written, as it was sent
    text: &'r str,
    /// What was found, as it was sent: a JSON object in a text
    model: &'r str,
    /// When it was sent
    created_at: Moment,
}

impl<'r> ResultAnswer<'r> {
    fn of(result: &'r CheckResult, zone: Tz) -> Self {
        Self {
            id: result.id.uuid(),
            user: result.user.uuid(),
            dict: result.dictation.as_str(),
            text: result.text.as_str(),
            model: result.model.as_str(),
            created_at: Moment::at(result.created_at, zone),
        }
    }
}

/// Results, and the way on.
#[derive(ToSchema)]
#[schema(as = PortalCheckResults, example = json!({
    "results": [{
        "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
        "user": "01a200e3-7bf8-7cd8-b40e-2db83342eae9",
        "dict": "611c9e9b8ffa577616d4fa3c",
        "text": "Осень. Прозрачное утро.",
        "model": "{\"mark\":4}",
        "created_at": "2026-11-22T10:33:58+09:00",
    }],
    "next": null,
}))]
#[expect(dead_code, reason = "only describes what is written bit by bit")]
pub(super) struct ResultsAnswer {
    results: Vec<ResultAnswer<'static>>,
    /// What to give for `after` to see more; null when there are no more
    #[schema(required)]
    next: Option<Uuid>,
}

/// A page of the list, written bit by bit: its results are held once, and each is let go when it is written.
pub(super) fn page_of(
    found: CheckResultStretch,
    zone: Tz,
) -> impl Stream<Item = Result<Bytes, serde_json::Error>> {
    let next = found.results.last().filter(|_| found.has_more).map(|last| last.id.uuid());
    let closing = format!(r#"],"next":{},"status":"OK","status_code":200}}"#, json!(next));
    let begun = Some((found.results.into_iter(), closing, br#"{"results":["#.to_vec()));
    stream::try_unfold(begun, move |begun| async move {
        let Some((mut results, closing, mut out)) = begun else { return Ok(None) };
        write_some(&mut results, zone, &mut out)?;
        if results.len() > 0 {
            return Ok(Some((Bytes::from(out), Some((results, closing, Vec::new())))));
        }
        out.extend_from_slice(closing.as_bytes());
        Ok(Some((Bytes::from(out), None)))
    })
}

/// Writes results, each with a comma behind it if there is another, until there is enough.
fn write_some(
    results: &mut IntoIter<CheckResult>,
    zone: Tz,
    out: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    while out.len() < CHUNK
        && let Some(result) = results.next()
    {
        serde_json::to_writer(&mut *out, &ResultAnswer::of(&result, zone))?;
        if results.len() > 0 {
            out.push(b',');
        }
    }
    Ok(())
}

/// A JSON object a line.
pub(super) struct ResultLines;

impl Format<CheckResult> for ResultLines {
    fn add(&mut self, results: Vec<CheckResult>, zone: Tz, out: &mut Vec<u8>) -> Result<(), FormatError> {
        for result in results {
            serde_json::to_writer(&mut *out, &ResultAnswer::of(&result, zone))?;
            out.push(b'\n');
        }
        Ok(())
    }
}

/// A table as RFC 4180 has it, with heads.
pub(super) struct ResultTable;

impl Format<CheckResult> for ResultTable {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), FormatError> {
        write_rows(out, [HEAD])
    }

    fn add(&mut self, results: Vec<CheckResult>, zone: Tz, out: &mut Vec<u8>) -> Result<(), FormatError> {
        write_rows(out, results.iter().map(|result| row(result, zone)))
    }
}

fn row(result: &CheckResult, zone: Tz) -> [String; 6] {
    let cells = [
        result.id.to_string(),
        result.user.to_string(),
        result.dictation.to_string(),
        result.text.as_str().to_owned(),
        result.model.as_str().to_owned(),
        local_time(zone, result.created_at),
    ];
    cells.map(guarded)
}

#[cfg(test)]
mod tests;
