//! A partner's results as files: what the list has, as a stream (partner contract, "Management").

use chrono::TimeDelta;
use integration_tests::{
    client::Client,
    partners::{DICT, Office, Partner},
    server::TestServer,
    wait::until,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{ANN, BOB, NOBODY};

const COLUMNS: [&str; 6] = ["id", "user", "dict", "text", "model", "created_at"];

async fn lines(office: &Office, partner: &Partner, query: &str) -> Vec<Value> {
    let answer = office.export(partner, "jsonl", query).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.is_empty() || answer.text.ends_with('\n'));
    answer
        .text
        .split_terminator('\n')
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect()
}

/// What was in a cell before it was kept from being a formula: without the first of its apostrophes, when behind them is
/// what a formula begins with.
pub(super) fn unguarded(cell: &str) -> &str {
    const SIGNS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

    let rest = cell.trim_start_matches('\'');
    if rest.len() < cell.len() && rest.starts_with(SIGNS) { &cell[1..] } else { cell }
}

/// The rows of the table, each cell as it is there.
async fn raw_table(office: &Office, partner: &Partner, query: &str) -> Vec<Value> {
    let answer = office.export(partner, "csv", query).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut reader = csv::Reader::from_reader(answer.text.as_bytes());
    assert_eq!(reader.headers().expect("it has heads"), &csv::StringRecord::from(COLUMNS.to_vec()));
    let object =
        |row: csv::StringRecord| COLUMNS.into_iter().zip(row.iter()).map(|(k, v)| (k, json!(v))).collect();
    reader.records().map(|row| object(row.expect("it is a table"))).collect()
}

/// The rows of the table as they were before they were written.
async fn table(office: &Office, partner: &Partner, query: &str) -> Vec<Value> {
    let mut rows = raw_table(office, partner, query).await;
    for cell in rows.iter_mut().flat_map(|row| row.as_object_mut().expect("it is an object").values_mut()) {
        *cell = json!(unguarded(cell.as_str().expect("it is text")));
    }
    rows
}

async fn listed(office: &Office, partner: &Partner, filter: &str) -> Vec<Value> {
    office.paged(partner, 1000, filter).await.concat()
}

#[tokio::test]
async fn both_files_hold_what_the_list_shows() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    assert!(lines(&office, &partner, "").await.is_empty());
    assert!(table(&office, &partner, "").await.is_empty());
    let user = partner.program.user(ANN).await;
    for text in
        ["plain", "a,b", "\"quoted\"", "two\nlines", "two\r\nlines", "", " ", "Ж 🐴", "\t", "a;b", "'a'"]
    {
        partner.program.save(&user, json!({ "text": text })).await.expect_saved();
    }
    let all = listed(&office, &partner, "").await;
    assert_eq!(all.len(), 11);
    assert_eq!(lines(&office, &partner, "").await, all);
    assert_eq!(table(&office, &partner, "").await, all);
    server.stop().await;
}

#[tokio::test]
async fn the_files_say_what_they_are() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for (kind, media) in [("csv", "text/csv"), ("jsonl", "application/x-ndjson")] {
        let answer = office.export(&partner, kind, "").await;
        assert!(answer.header("Content-Type").starts_with(media), "{}", answer.header("Content-Type"));
        let disposition = answer.header("Content-Disposition");
        assert!(disposition.starts_with("attachment") && disposition.contains(kind), "{disposition}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_files_take_the_filters_of_the_list() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    office.register(&partner, "winter", "Winter").await;
    let users = [partner.program.user(ANN).await, partner.program.user(BOB).await];
    for n in 0..12 {
        let dict = [DICT, "winter"][n % 2];
        let changes = json!({ "dict": dict, "text": n.to_string() });
        partner.program.save(&users[n / 2 % 2], changes).await.expect_saved();
        server.clock.advance(TimeDelta::minutes(1));
    }
    let all = listed(&office, &partner, "").await;
    let at = |n: usize| all[n]["created_at"].as_str().expect("it is text").replace('+', "%2B");
    for filter in [
        "dict=winter".to_owned(),
        format!("user={}", users[1]),
        format!("from={}", at(4)),
        format!("to={}", at(9)),
        format!("dict={DICT}&user={}&from={}&to={}", users[0], at(2), at(11)),
        format!("user={NOBODY}"),
    ] {
        let expected = listed(&office, &partner, &format!("&{filter}")).await;
        assert!(!expected.is_empty() || filter.contains(NOBODY), "{filter}");
        assert!(expected.len() < 12, "{filter}");
        assert_eq!(lines(&office, &partner, &format!("?{filter}")).await, expected, "{filter}");
        assert_eq!(table(&office, &partner, &format!("?{filter}")).await, expected, "{filter}");
    }
    server.stop().await;
}

#[tokio::test]
async fn no_cell_is_a_formula() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    office.register(&partner, "-autumn", "Autumn").await;
    let texts =
        ["=1+1", "+81-90", "-1", "@SUM(A1)", "'=x", "''=x", "\t=x", "\r=x", "a=1", "'plain", "＝1＋1"];
    for text in texts {
        let changes = json!({ "text": text, "dict": "-autumn", "model": "\t{}" });
        partner.program.save(&user, changes).await.expect_saved();
    }
    for row in raw_table(&office, &partner, "").await {
        for cell in row.as_object().expect("it is an object").values() {
            let cell = cell.as_str().expect("it is text");
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋']), "{cell:?}");
        }
    }
    let rows = table(&office, &partner, "").await;
    assert_eq!(rows.iter().map(|row| row["text"].as_str().unwrap_or_default()).collect::<Vec<_>>(), texts);
    assert!(rows.iter().all(|row| row["dict"] == "-autumn" && row["model"] == "\t{}"), "{rows:?}");
    // JSON needs no guard.
    let kept: Vec<Value> =
        lines(&office, &partner, "").await.into_iter().map(|line| line["text"].clone()).collect();
    assert_eq!(kept, texts);
    server.stop().await;
}

#[tokio::test]
async fn more_than_a_page_is_exported_whole() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let large = format!("{{\"x\":\"{}\"}}", "y".repeat(1024 * 1024));
    for n in 0..1_050 {
        // A few are so large that the store reads them in several parts.
        let model = if n % 50 == 0 { &*large } else { "{}" };
        partner.program.save(&user, json!({ "text": n.to_string(), "model": model })).await.expect_saved();
    }
    let all = listed(&office, &partner, "").await;
    assert_eq!(all.len(), 1_050);
    assert!(lines(&office, &partner, "").await == all);
    assert!(table(&office, &partner, "").await == all);
    server.stop().await;
}

/// Begins to read a file and leaves in the middle of it.
async fn leave_early(client: &Client, path: &str, token: &str) {
    let mut stream = TcpStream::connect(client.authority()).await.expect("the server listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut begin = [0; 4096];
    stream.read_exact(&mut begin).await.expect("the file begins");
    assert!(begin.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&begin));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_break_off_hold_nothing_up() {
    // One connection that reads: whoever kept it would keep everybody out.
    let server = TestServer::start_with(&[("PORTICO_DATABASE_READERS", "1")]).await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let model = format!("{{\"x\":\"{}\"}}", "y".repeat(2 * 1024 * 1024 - 8));
    for n in 0..20 {
        partner.program.save(&user, json!({ "model": model, "text": n.to_string() })).await.expect_saved();
    }
    let token = office.browser.client().token().expect("he shows one").to_owned();
    for n in 0..12 {
        let path = partner.path(["/results.csv", "/results.jsonl"][n % 2]);
        leave_early(&server.client, &path, &token).await;
        assert_eq!(partner.program.user(ANN).await, user);
    }
    let answered = async || (office.page(&partner, "?limit=1").await.0.len() == 1).then_some(());
    until("an answer to others", answered).await;
    assert_eq!(lines(&office, &partner, "").await.len(), 20);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_read_slowly_hold_nobody_up() {
    let server = TestServer::start_with(&[("PORTICO_DATABASE_READERS", "1")]).await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let model = format!("{{\"x\":\"{}\"}}", "y".repeat(2 * 1024 * 1024 - 8));
    for _ in 0..20 {
        partner.program.save(&user, json!({ "model": model })).await.expect_saved();
    }
    let token = office.browser.client().token().expect("he shows one").to_owned();
    let mut waiting = Vec::new();
    for path in ["/results.csv", "/results.jsonl"].map(|path| partner.path(path)) {
        let mut stream = TcpStream::connect(server.client.authority()).await.expect("the server listens");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("it is sent");
        let mut begin = [0; 1];
        stream.read_exact(&mut begin).await.expect("the file begins");
        waiting.push(stream);
    }
    for _ in 0..10 {
        assert_eq!(partner.program.user(ANN).await, user);
        partner.program.save(&user, json!({})).await.expect_saved();
        assert_eq!(office.page(&partner, "?limit=1").await.0.len(), 1);
    }
    for mut stream in waiting {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.expect("the file ends");
        assert!(rest.len() > 40 * 1024 * 1024, "{} bytes", rest.len());
    }
    server.stop().await;
}
