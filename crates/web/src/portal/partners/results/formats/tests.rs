//! Whatever was written and found, it comes back.

use actix_web::body::{BodyStream, to_bytes};
use chrono::TimeDelta;
use csv::ReaderBuilder;
use futures_util::FutureExt as _;
use portico_domain::{
    id::{CheckResultId, PartnerId, UserId},
    partner::{DictationId, Model, ResultText},
    roster::unguarded,
};
use proptest::{collection::vec, prelude::*};
use serde_json::Value;

use super::*;
use crate::testing::now;

const ZONE: Tz = Tz::Asia__Tokyo;

fn result(number: u128, dictation: &str, text: &str, model: &str) -> CheckResult {
    CheckResult {
        id: CheckResultId::from_uuid(Uuid::from_u128(number)),
        partner: PartnerId::from_uuid(Uuid::from_u128(7)),
        user: UserId::from_uuid(Uuid::from_u128(8)),
        dictation: DictationId::parse(dictation).unwrap(),
        text: ResultText::from_stored(text.to_owned()),
        model: Model::from_stored(model.to_owned()),
        page_token: None,
        created_at: now() + TimeDelta::milliseconds(1_500),
    }
}

/// What a result says in each column.
fn cells(result: &CheckResult) -> [String; 6] {
    [
        result.id.to_string(),
        result.user.to_string(),
        result.dictation.to_string(),
        result.text.as_str().to_owned(),
        result.model.as_str().to_owned(),
        "2024-01-15T09:00:01+09:00".to_owned(),
    ]
}

fn written(mut format: impl Format<CheckResult>, results: &[CheckResult]) -> String {
    let mut out = Vec::new();
    format.begin(&mut out).unwrap();
    // In more than one page.
    let (first, rest) = results.split_at(results.len() / 2);
    format.add(first.to_vec(), ZONE, &mut out).unwrap();
    format.add(rest.to_vec(), ZONE, &mut out).unwrap();
    format.end(&mut out);
    String::from_utf8(out).unwrap()
}

/// The rows of a table as an importer reads them.
fn imported(table: &str) -> Vec<[String; 6]> {
    let mut reader = ReaderBuilder::new().from_reader(table.as_bytes());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), HEAD);
    let rows = reader.records().map(|row| {
        let cells: Vec<String> = row.unwrap().iter().map(|cell| unguarded(cell).to_owned()).collect();
        cells.try_into().unwrap()
    });
    rows.collect()
}

fn of_object(shown: &Value) -> [String; 6] {
    assert_eq!(shown.as_object().unwrap().keys().collect::<Vec<_>>(), HEAD);
    HEAD.map(|key| shown[key].as_str().unwrap().to_owned())
}

async fn page(results: Vec<CheckResult>, has_more: bool) -> Value {
    let stream = page_of(CheckResultStretch { results, has_more }, ZONE);
    let Ok(bytes) = to_bytes(BodyStream::new(Box::pin(stream))).await else { panic!("it broke off") };
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn a_table_is_as_rfc_4180_has_it() {
    let odd = result(1, "-autumn", "=1+1,\r\n\"Осень\"", "{\"a\":\"b,\\\"\"}");
    let expected = "id,user,dict,text,model,created_at\r\n\
        00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000008,'-autumn,\
        \"'=1+1,\r\n\"\"Осень\"\"\",\"{\"\"a\"\":\"\"b,\\\"\"\"\"}\",2024-01-15T09:00:01+09:00\r\n";
    assert_eq!(written(ResultTable, &[odd]), expected);
    assert_eq!(written(ResultTable, &[]), "id,user,dict,text,model,created_at\r\n");
}

#[actix_web::test]
async fn a_page_tells_the_way_on() {
    let empty = serde_json::json!({ "results": [], "next": null, "status": "OK", "status_code": 200 });
    assert_eq!(page(Vec::new(), false).await, empty);
    for (has_more, next) in
        [(true, Value::from("00000000-0000-0000-0000-000000000002")), (false, Value::Null)]
    {
        let said = page(vec![result(1, "a", "", "{}"), result(2, "a", "x", "{}")], has_more).await;
        assert_eq!((&said["next"], said["results"].as_array().unwrap().len()), (&next, 2));
        assert_eq!(
            said.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["results", "next", "status", "status_code"]
        );
    }
}

#[actix_web::test]
async fn a_large_page_leaves_in_small_parts() {
    use futures_util::StreamExt as _;

    let model = format!("{{\"a\":\"{}\"}}", "x".repeat(10_000));
    let results: Vec<_> = (0..100).map(|number| result(number, "a", "text", &model)).collect();
    let parts = page_of(CheckResultStretch { results, has_more: false }, ZONE);
    let parts: Vec<Bytes> = parts.map(|part| part.unwrap()).collect().await;
    assert!(parts.len() > 10 && parts.iter().all(|part| part.len() < CHUNK + 11_000), "{}", parts.len());
    let whole: Value = serde_json::from_slice(&parts.concat()).unwrap();
    assert_eq!(whole["results"].as_array().unwrap().len(), 100);
}

/// Texts with whatever tables and lines could stumble over.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["['\"=+@,;\\-\t\r\n\\\\{}:\u{feff}\u{2028}\u{85}＝a0]{0,12}", any::<String>()]
}

fn results() -> impl Strategy<Value = Vec<CheckResult>> {
    let row = ("[-_a-z0-9]{1,6}", text(), text());
    vec(row, 0..6).prop_map(|rows| {
        let rows = rows.iter().zip(1..);
        rows.map(|((dictation, text, model), number)| result(number, dictation, text, model)).collect()
    })
}

proptest! {
    #[test]
    fn no_text_and_no_model_breaks_a_table(results in results()) {
        let table = written(ResultTable, &results);
        prop_assert_eq!(imported(&table), results.iter().map(cells).collect::<Vec<_>>());
        let mut reader = ReaderBuilder::new().from_reader(table.as_bytes());
        for row in reader.records() {
            for cell in &row.unwrap() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']), "{:?}", cell);
            }
        }
    }

    #[test]
    fn no_text_and_no_model_breaks_a_line(results in results()) {
        let text = written(ResultLines, &results);
        prop_assert_eq!(text.matches('\n').count(), results.len());
        let lines: Vec<_> = text.lines().map(|line| of_object(&serde_json::from_str(line).unwrap())).collect();
        prop_assert_eq!(lines, results.iter().map(cells).collect::<Vec<_>>());
    }

    #[test]
    fn no_text_and_no_model_breaks_a_page(results in results(), has_more: bool) {
        let said = page(results.clone(), has_more).now_or_never().unwrap();
        let shown: Vec<_> = said["results"].as_array().unwrap().iter().map(of_object).collect();
        prop_assert_eq!(shown, results.iter().map(cells).collect::<Vec<_>>());
        prop_assert_eq!(said["next"].is_string(), has_more && !results.is_empty());
    }
}
