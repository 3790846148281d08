//! Members as the rows of a CSV file.

use std::io::Read;

use anyhow::Context as _;
use portico_application::{ImportFault, ImportRow};
use portico_domain::{
    profile::MemberWithDues,
    roster::{ROSTER_COLUMNS, ROSTER_HEAD, export_row, unguarded},
};

/// The rows of a file, and what is wrong with those that are none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) rows: Vec<ImportRow>,
    pub(super) faults: Vec<ImportFault>,
}

/// Reads the rows of a file whose first row names the columns, in any order. Lines are counted from 1, the heads
/// included.
pub(super) fn read(source: impl Read) -> anyhow::Result<Sheet> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(source);
    let heads = reader.headers().context("the first row cannot be read")?.clone();
    let columns = columns(&heads)?;
    let mut sheet = Sheet { rows: Vec::new(), faults: Vec::new() };
    for record in reader.byte_records() {
        let record = record.context("a row cannot be read")?;
        let line = record.position().map_or(0, csv::Position::line);
        match cells(&record, heads.len()) {
            Ok(cells) => {
                let cell = |column: usize| unguarded(cells.get(column).unwrap_or_default()).to_owned();
                sheet.rows.push(row(line, columns.map(cell)));
            }
            Err(text) => sheet.faults.push(ImportFault { line, text }),
        }
    }
    Ok(sheet)
}

/// The texts of a row; or why it is none.
fn cells(record: &csv::ByteRecord, count: usize) -> Result<csv::StringRecord, String> {
    if record.len() != count {
        return Err(format!("{} cells instead of {count}", record.len()));
    }
    csv::StringRecord::from_byte_record(record.clone()).map_err(|_| "not in UTF-8".to_owned())
}

/// Where each column of [`ROSTER_HEAD`] stands in a file with these heads.
fn columns(heads: &csv::StringRecord) -> anyhow::Result<[usize; ROSTER_COLUMNS]> {
    // Spreadsheets begin their files with a mark of the byte order.
    let heads: Vec<&str> = heads.iter().map(|head| head.trim_start_matches('\u{feff}').trim()).collect();
    if let Some(unknown) = heads.iter().find(|head| !ROSTER_HEAD.contains(head)) {
        anyhow::bail!("there is no column {unknown:?}; the columns are {}", ROSTER_HEAD.join(","));
    }
    let mut places = [0; ROSTER_COLUMNS];
    for (place, wanted) in places.iter_mut().zip(ROSTER_HEAD) {
        let mut found = heads.iter().enumerate().filter(|(_, head)| **head == wanted);
        let Some((index, _)) = found.next() else { anyhow::bail!("the column {wanted:?} is missing") };
        anyhow::ensure!(found.next().is_none(), "the column {wanted:?} is there twice");
        *place = index;
    }
    Ok(places)
}

fn row(line: u64, cells: [String; ROSTER_COLUMNS]) -> ImportRow {
    let [
        generation,
        family_name,
        given_name,
        family_kana,
        given_kana,
        sex,
        handle,
        university,
        department,
        subject,
        student_number,
        account_id,
        email,
        workshops,
        squads,
        phone,
        role,
    ] = cells;
    ImportRow {
        line,
        generation,
        family_name,
        given_name,
        family_kana,
        given_kana,
        sex,
        handle,
        university,
        department,
        subject,
        student_number,
        account_id,
        email,
        workshops,
        squads,
        phone,
        role,
    }
}

/// Writes members as rows, the heads before the first of them.
pub(super) struct Writer {
    began: bool,
}

impl Writer {
    pub(super) const fn new() -> Self {
        Self { began: false }
    }

    /// The text of these rows; at the first call that of the heads before them.
    pub(super) fn rows(&mut self, members: &[MemberWithDues]) -> anyhow::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        if !self.began {
            writer.write_record(ROSTER_HEAD)?;
            self.began = true;
        }
        for member in members {
            writer.write_record(export_row(member))?;
        }
        let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok(String::from_utf8(bytes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "代,苗字,名前,セイ,メイ,性別,ハンネ,大学,学部,学科,学籍番号,accountID,メール,研究会,班,電話,ロール\n";
    const ROW: &str = "55,みす,ちゃん,ミス,チャン,女,mischa,大学,学部,学科,1W20,a|1,m@example.org,CG,xR SysAd,080-1,member\n";

    fn fault(text: &str) -> String {
        format!("{:#}", read(text.as_bytes()).unwrap_err())
    }

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        let sheet = read(format!("\u{feff}{HEAD}{ROW}").as_bytes()).unwrap();
        let rows = &sheet.rows;
        assert_eq!((rows.len(), rows[0].line), (1, 2));
        assert_eq!((rows[0].handle.as_str(), rows[0].role.as_str()), ("mischa", "member"));
        let backwards = |line: &str| {
            let mut cells: Vec<&str> = line.trim_end().split(',').collect();
            cells.reverse();
            cells.join(",")
        };
        let turned = read(format!("{}\n{}\n", backwards(HEAD), backwards(ROW)).as_bytes()).unwrap();
        assert_eq!(turned, sheet);
    }

    #[test]
    fn a_cell_that_was_guarded_against_formulas_is_read_as_it_was() {
        let rows = read(format!("{HEAD}{}", ROW.replace("mischa", "'=1+1")).as_bytes()).unwrap().rows;
        assert_eq!(rows[0].handle, "=1+1");
    }

    #[test]
    fn what_is_no_such_table_is_refused_with_its_place() {
        assert!(fault("").contains("is missing"));
        assert!(fault(&HEAD.replace("代,", "")).contains("\"代\" is missing"));
        assert!(fault(&HEAD.replace("代,", "代,代,")).contains("\"代\" is there twice"));
        assert!(fault(&HEAD.replace("代,", "代,年,")).contains("no column \"年\""));
        assert!(read(&b"\xff\xfe"[..]).is_err());
    }

    #[test]
    fn rows_that_are_none_are_told_beside_those_that_are() {
        let file = [HEAD.as_bytes(), b"1,2\n", ROW.as_bytes(), &[b'\xff'; 3], &[b','; 16], b"\n"].concat();
        let sheet = read(&*file).unwrap();
        assert_eq!((sheet.rows.len(), sheet.rows[0].line), (1, 3));
        let told: Vec<_> = sheet.faults.iter().map(|fault| (fault.line, fault.text.as_str())).collect();
        assert_eq!(told, [(2, "2 cells instead of 17"), (4, "not in UTF-8")]);
    }
}
