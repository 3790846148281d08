//! All members as a file: what the list shows, and what can be imported again (portal contract section 8).

use integration_tests::{
    client::Answer,
    portal::{MANAGEMENT, Member, Portal, row, with},
};
use serde_json::{Value, json};

/// The heads of the table, as the origin's importer has them.
const HEAD: [&str; 17] = [
    "代",
    "苗字",
    "名前",
    "セイ",
    "メイ",
    "性別",
    "ハンネ",
    "大学",
    "学部",
    "学科",
    "学籍番号",
    "accountID",
    "メール",
    "研究会",
    "班",
    "電話",
    "ロール",
];

async fn export(admin: &Member, file: &str) -> Answer {
    admin.browser.get(&format!("{MANAGEMENT}/users/{file}")).await
}

async fn table(admin: &Member, query: &str) -> Vec<Vec<String>> {
    let answer = export(admin, &format!("export.csv{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(answer.text.as_bytes());
    let rows = reader.records().map(|row| row.expect("it is a table").iter().map(str::to_owned).collect());
    rows.collect()
}

async fn lines(admin: &Member, query: &str) -> Vec<Value> {
    let answer = export(admin, &format!("export.jsonl{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.is_empty() || answer.text.ends_with('\n'));
    answer.text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

async fn listed(admin: &Member, query: &str) -> Vec<Value> {
    let body = admin.browser.get(&format!("{MANAGEMENT}/users{query}")).await.expect_ok(&["users"]);
    body["users"].as_array().expect("a list").clone()
}

/// The row that a user of the list should be.
fn as_row(user: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let parts = |value: &Value| {
        let (family, given) = value.as_str().and_then(|name| name.split_once(' ')).unwrap_or_default();
        [family.to_owned(), given.to_owned()]
    };
    let list = |value: &Value| {
        let list: Vec<&str> = value.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        list.join(" ")
    };
    let ([family, given], [family_kana, given_kana]) = (parts(&user["name"]), parts(&user["kana"]));
    let sex = match user["sex"].as_str() {
        Some("male") => "男",
        Some("female") => "女",
        _ => "",
    };
    let generation = user["generation"].as_i64().filter(|number| *number != 0);
    vec![
        generation.map(|number| number.to_string()).unwrap_or_default(),
        family,
        given,
        family_kana,
        given_kana,
        sex.to_owned(),
        text(&user["handle"]),
        text(&user["university"]["name"]),
        text(&user["university"]["department"]),
        text(&user["university"]["subject"]),
        text(&user["student_id"]),
        text(&user["account_id"]),
        text(&user["email"]),
        list(&user["workshops"]),
        list(&user["squads"]),
        text(&user["emergency_phone_number"]),
        text(&user["role"]),
    ]
}

#[tokio::test]
async fn both_files_hold_what_the_list_shows() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ids = portal.import(&admin, &[("ann", "member"), ("bob", "retired")]).await;
    admin.record(ids[0], 0).await.expect_ok(&[]);
    let _ = portal.sign_up("cas").await;
    let users = listed(&admin, "").await;
    assert_eq!((users.len(), lines(&admin, "").await), (4, users.clone()));
    assert_eq!(lines(&admin, "?period=201910").await, listed(&admin, "?period=201910").await);
    let rows = table(&admin, "").await;
    assert_eq!(rows[0], HEAD);
    assert_eq!(rows[1..], users.iter().map(as_row).collect::<Vec<_>>());
    portal.stop().await;
}

#[tokio::test]
async fn the_files_say_what_they_are() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for (file, kind) in [("export.csv", "text/csv"), ("export.jsonl", "application/x-ndjson")] {
        let answer = export(&admin, file).await;
        assert!(answer.header("Content-Type").starts_with(kind), "{}", answer.header("Content-Type"));
        let disposition = answer.header("Content-Disposition");
        assert!(disposition.starts_with("attachment"), "{disposition}");
    }
    portal.stop().await;
}

#[tokio::test]
async fn thousands_are_exported_whole() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let operator = portal.operator().await;
    operator.import((0..1300).map(|n| row(n, &format!("ann{n}"), "member")).collect()).await;
    operator.close().await;
    let users = listed(&admin, "").await;
    assert_eq!((users.len(), lines(&admin, "").await == users), (1301, true));
    let rows = table(&admin, "").await;
    assert!(rows[1..] == users.iter().map(as_row).collect::<Vec<_>>());
    portal.stop().await;
}

#[tokio::test]
async fn no_cell_is_a_formula() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let texts = ["=1+1", "+81-90", "-1", "@SUM(A1)", "'=x", "\"quoted\"", "a,b", "a=1", " =1", "'plain"];
    for (n, text) in texts.iter().enumerate() {
        let member = portal.sign_up(&format!("ann{n}")).await;
        let university = json!({ "name": text, "department": "", "subject": "" });
        let changes =
            json!({ "handle": text, "university": university, "squads": [text], "student_id": text });
        let body = with(member.profile().await, changes);
        let _ = member.browser.post("/api/private/profile", body).await.expect(200);
    }
    let rows = table(&admin, "").await;
    for (row, text) in rows[2..].iter().zip(texts) {
        let guarded = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@']);
        let expected = if guarded { format!("'{text}") } else { text.to_owned() };
        for column in [6, 7, 10, 14] {
            assert_eq!(row[column], expected);
        }
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
    }
    // JSON needs no guard.
    let handles: Vec<Value> =
        lines(&admin, "").await[1..].iter().map(|user| user["handle"].clone()).collect();
    assert_eq!(handles, texts);
    portal.stop().await;
}

#[tokio::test]
async fn the_files_take_the_filters_of_the_search() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ids = portal.import(&admin, &[("ann", "member"), ("anna", "retired"), ("bob", "member")]).await;
    admin.record(ids[0], 0).await.expect_ok(&[]);
    for (query, expected) in [
        ("?role=member", vec!["ann", "bob"]),
        ("?q=an", vec!["ann", "anna"]),
        ("?paid=true", vec!["ann"]),
        ("?q=an&role=retired", vec!["anna"]),
    ] {
        let rows = table(&admin, query).await;
        let handles: Vec<&str> = rows[1..].iter().map(|row| row[6].as_str()).collect();
        assert_eq!(handles, expected, "{query}");
        let users = lines(&admin, query).await;
        let handles: Vec<&str> = users.iter().filter_map(|user| user["handle"].as_str()).collect();
        assert_eq!(handles, expected, "{query}");
    }
    portal.stop().await;
}
