//! Members as JSON, as lines and as a table.

use chrono_tz::Tz;
use csv::{Terminator, WriterBuilder};
use portico_domain::{
    profile::MemberWithDues,
    roster::{ROSTER_HEAD, export_row},
};

use super::{
    member::ManagedAnswer,
    streaming::{Format, FormatError},
};

/// The media type of a table.
pub(super) const CSV: &str = "text/csv; charset=utf-8";
/// The media type of JSON objects in lines.
pub(super) const JSON_LINES: &str = "application/x-ndjson";

/// A JSON list, with what stands around it.
pub(super) struct JsonList {
    opening: &'static str,
    closing: &'static str,
    is_empty: bool,
}

impl JsonList {
    /// The list alone.
    pub(super) const BARE: Self = Self { opening: "[", closing: "]", is_empty: true };
    /// The list within the object of an answer.
    pub(super) const FLAT: Self =
        Self { opening: r#"{"users":["#, closing: r#"],"status":"OK","status_code":200}"#, is_empty: true };
}

impl Format<MemberWithDues> for JsonList {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), FormatError> {
        out.extend_from_slice(self.opening.as_bytes());
        Ok(())
    }

    fn add(&mut self, members: Vec<MemberWithDues>, zone: Tz, out: &mut Vec<u8>) -> Result<(), FormatError> {
        for member in members {
            if !std::mem::replace(&mut self.is_empty, false) {
                out.push(b',');
            }
            serde_json::to_writer(&mut *out, &ManagedAnswer::of(member, zone))?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.closing.as_bytes());
    }
}

/// A JSON object a line.
pub(super) struct JsonLines;

impl Format<MemberWithDues> for JsonLines {
    fn add(&mut self, members: Vec<MemberWithDues>, zone: Tz, out: &mut Vec<u8>) -> Result<(), FormatError> {
        for member in members {
            serde_json::to_writer(&mut *out, &ManagedAnswer::of(member, zone))?;
            out.push(b'\n');
        }
        Ok(())
    }
}

/// A table as RFC 4180 has it, with heads.
pub(super) struct Table;

impl Format<MemberWithDues> for Table {
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), FormatError> {
        write_rows(out, [ROSTER_HEAD])
    }

    fn add(&mut self, members: Vec<MemberWithDues>, _: Tz, out: &mut Vec<u8>) -> Result<(), FormatError> {
        write_rows(out, members.iter().map(export_row))
    }
}

/// Writes rows of a table.
///
/// # Errors
/// When a row cannot be written.
pub(super) fn write_rows<R>(out: &mut Vec<u8>, rows: impl IntoIterator<Item = R>) -> Result<(), FormatError>
where
    R: IntoIterator,
    R::Item: AsRef<[u8]>,
{
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    for row in rows {
        writer.write_record(row)?;
    }
    writer.flush().map_err(csv::Error::from)?;
    Ok(())
}
