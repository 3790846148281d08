//! Keeping results: byte for byte, and of whom and what there is (partner contract, `save_check_result`).

use chrono::TimeDelta;
use integration_tests::{
    partners::{DICT, MODEL, Office, Partner, SAVE, TITLE, texts},
    portal::with,
    server::TestServer,
};
use portico_domain::ports::Clock as _;
use serde_json::{Value, json};

use super::{ANN, BOB, NOBODY, exports::unguarded};
use crate::{
    portal::shapes::instant,
    shapes::{assert_keys, id},
};

/// Models that a careless reader would change.
const MODELS: [&str; 12] = [
    "{}",
    " {\"z\" : 1.0, \"a\":[1e2,12345678901234567890123], \"z\":\"\\u0000\\/\"}\r\n",
    "{\"b\":1,\"a\":2,\"b\":3}",
    "{\"n\":1.0000000000000000000000000001,\"m\":-0,\"e\":1E+2,\"huge\":1e999}",
    "{\"text\":\"\\u0416 Ж \\ud83d\\udc34 🐴 \\\" \\\\ \\n\"}",
    "{\"half\":\"\\ud800\"}",
    "\t{\n\t\t\"a\" :\ttrue , \"b\":null }\n\n",
    "{\"a\":\"<script>alert(1)</script>\",\"b\":\"'; DROP TABLE partners; --\",\"c\":\"=1+1\"}",
    "{\"a\":\"line\u{2028}separator\u{2029} and \u{85}\"}",
    "{\"a\":\"comma, \\\"quote\\\", semicolon; and \\r\\n\"}",
    "{\"\":{\"\":[[],{},\"\"]}}",
    "{\"a\":\"e\u{301}\u{e9}\u{feff}\u{200b}\"}",
];

/// What the list, the lines and the table hold in this column.
async fn everywhere(office: &Office, partner: &Partner, column: &str) -> [Vec<String>; 3] {
    let text = |result: &Value| result[column].as_str().expect("it is text").to_owned();
    let listed = office.results(partner, "").await.iter().map(text).collect();
    let lines = office.export(partner, "jsonl", "").await;
    let lines = lines.text.split_terminator('\n').map(|line| {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        text(&line)
    });
    let lines = lines.collect();
    let table = office.export(partner, "csv", "").await;
    let mut table = csv::Reader::from_reader(table.text.as_bytes());
    let at = table.headers().expect("it has heads").iter().position(|head| head == column);
    let at = at.unwrap_or_else(|| panic!("no {column}"));
    let cells = table.records().map(|row| unguarded(&row.expect("it is a table")[at]).to_owned()).collect();
    [listed, lines, cells]
}

#[tokio::test]
async fn a_model_is_kept_byte_for_byte_in_the_list_the_lines_and_the_table() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    for model in MODELS {
        partner.program.save(&user, json!({ "model": model })).await.expect_saved();
    }
    for seen in everywhere(&office, &partner, "model").await {
        assert_eq!(seen, MODELS);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_text_is_kept_as_it_was_written() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let written = ["", " a ", "a\r\nb\rc\nd", "\u{202e}Ж 🐴 e\u{301}", "a,b;\"c\"\t'd'", "\u{feff}x\u{200b}"];
    for text in written {
        partner.program.save(&user, json!({ "text": text })).await.expect_saved();
    }
    for seen in everywhere(&office, &partner, "text").await {
        assert_eq!(seen, written);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_result_says_whose_it_is_and_when_it_came() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let before = server.clock.now();
    partner.program.save(&user, json!({})).await.expect_saved();
    let results = office.results(&partner, "").await;
    assert_keys(&results[0], &["id", "user", "dict", "text", "model", "created_at"]);
    id(&results[0]["id"]);
    let shown = ["user", "dict", "text", "model"].map(|key| results[0][key].as_str().unwrap_or_default());
    assert_eq!(shown, [&user, DICT, "The leafs are falling.", MODEL]);
    let at = instant(&results[0]["created_at"]).to_utc();
    // To the second, as everything in the portal.
    assert!((before - TimeDelta::seconds(1)..=server.clock.now()).contains(&at), "{at}");
    server.stop().await;
}

#[tokio::test]
async fn every_call_adds_a_result() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    for _ in 0..3 {
        partner.program.save(&user, json!({})).await.expect_saved();
    }
    let results = office.results(&partner, "").await;
    let mut ids: Vec<&str> = results.iter().filter_map(|result| result["id"].as_str()).collect();
    assert!(ids.is_sorted());
    ids.dedup();
    assert_eq!(ids.len(), 3);
    server.stop().await;
}

#[tokio::test]
async fn other_partners_people_and_dictations_are_as_if_they_were_not_there() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let other = office.create("Other").await;
    office.register(&other, "winter", "Winter").await;
    let (ann, bob) = (partner.program.user(ANN).await, other.program.user(BOB).await);
    let mut told = Vec::new();
    for (user, dict) in [(&*bob, "winter"), (NOBODY, "nothing"), ("x", "ж")] {
        let answer = partner.program.save(user, json!({ "dict": dict })).await;
        answer.expect_faulty(&[("user", texts::USER), ("dict", texts::DICT)]);
        told.push((answer.text.clone(), answer.headers.len()));
    }
    assert!(told.windows(2).all(|two| two[0] == two[1]), "{told:?}");
    partner.program.save(&bob, json!({})).await.expect_faulty(&[("user", texts::USER)]);
    partner.program.save(&ann, json!({ "dict": "winter" })).await.expect_faulty(&[("dict", texts::DICT)]);
    // Each has its own of the same id.
    office.register(&other, DICT, "Another title").await;
    other.program.save(&bob, json!({})).await.expect_saved();
    partner.program.save(&ann, json!({})).await.expect_saved();
    for (partner, user) in [(&partner, &ann), (&other, &bob)] {
        let results = office.results(partner, "").await;
        assert_eq!((results.len(), &results[0]["user"]), (1, &json!(user)));
    }
    server.stop().await;
}

#[tokio::test]
async fn the_link_is_mailed_when_that_is_asked_for_and_not_otherwise() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let _ = server.mailbox.take(ANN).await;
    let body = partner.program.result(&user);
    partner.program.post(SAVE, &body).await.expect_saved();
    partner.program.post(SAVE, &with(body.clone(), json!({ "sendEmailToUser": false }))).await.expect_saved();
    assert_eq!(server.tables().letters_to(ANN), 1, "her password");
    partner.program.post(SAVE, &with(body, json!({ "sendEmailToUser": true }))).await.expect_saved();
    let letter = server.mailbox.take(ANN).await;
    assert!(letter.text.contains(&partner.name), "{}", letter.text);
    assert!(letter.text.contains(TITLE), "{}", letter.text);
    assert!(letter.token_after("/results/").len() >= 43);
    // What she wrote, and what was found, is behind the link alone.
    for hidden in ["leafs", "leaves", "mark"] {
        assert!(!letter.text.contains(hidden) && !letter.html.contains(hidden), "{}", letter.text);
    }
    assert_eq!(server.tables().letters_to(ANN), 2);
    server.stop().await;
}

#[tokio::test]
async fn the_link_goes_to_the_address_that_counts_by_then() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let ann = server.register(ANN).await;
    server.add_email(&ann, "second@example.org").await;
    let user = partner.program.user("second@example.org").await;
    let before = server.tables().letters_to(ANN);
    partner.program.save(&user, json!({ "sendEmailToUser": true })).await.expect_saved();
    assert_eq!(server.tables().letters_to(ANN), before + 1, "her default address");
    server.stop().await;
}
