//! Bodies that are no JSON, or hardly any (partner contract, "Not JSON").

use integration_tests::{
    client::Answer,
    partners::{AUTH_USER, Partner, SAVE, texts},
    server::TestServer,
};
use serde_json::{Value, json};

use super::{ANN, BOB};

/// Both calls as they should be.
async fn calls(partner: &Partner) -> [(&'static str, Value); 2] {
    let user = partner.program.user(ANN).await;
    [(AUTH_USER, partner.program.person(BOB)), (SAVE, partner.program.result(&user))]
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// How many people and results there are.
fn kept(server: &TestServer) -> [i64; 2] {
    ["partner_users", "check_results"].map(|table| server.tables().count(table, "1 = 1"))
}

#[tokio::test]
async fn what_is_no_json_is_told_so() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    for (path, body) in calls(&partner).await {
        let text = body.to_string();
        let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).expect("there is one");
        let bodies: Vec<Vec<u8>> = vec![
            b"nonsense".into(),
            b"{".into(),
            b"}".into(),
            b"{]".into(),
            text[..text.len() - 1].into(),
            text[..middle].into(),
            text[1..].into(),
            format!("{text}x").into(),
            format!("{text}{text}").into(),
            format!("\u{feff}\u{feff}{text}").into(),
            text.replace('"', "'").into(),
            text.replacen('{', "{,", 1).into(),
            format!("{},}}", &text[..text.len() - 1]).into(),
            text.replacen("\"key\"", "key", 1).into(),
            b"key=portico&email=ann%40example.org".into(),
            b"<xml/>".into(),
            b"{\"key\":\"\xff\xfe\"}".into(),
            b"{\"key\":\"\\x\"}".into(),
            b"{\"key\":NaN}".into(),
            b"\0\0\0\0".into(),
            utf_16(&text, u16::to_le_bytes, true),
            utf_16(&text, u16::to_be_bytes, true),
            utf_16(&text, u16::to_le_bytes, false),
            vec![b'['; 1_000_000],
            "{\"key\":".repeat(100_000).into(),
        ];
        for body in bodies {
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            let answer = partner.program.post_bytes(path, body).await;
            assert_eq!(answer.detail(400), texts::NOT_JSON, "{shown}");
        }
    }
    assert_eq!(kept(&server), [1, 0]);
    server.stop().await;
}

/// Whether an answer refuses a body that is JSON, and no object.
fn is_refused(answer: &Answer, fields: &[&str]) -> bool {
    if answer.json.get("detail").is_some() {
        return !answer.detail(400).is_empty();
    }
    fields.iter().all(|field| answer.fault_of(field) == texts::REQUIRED)
}

#[tokio::test]
async fn json_that_is_no_object_is_refused() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let fields: [&[&str]; 2] = [&["key", "email", "login"], &["key", "user", "dict", "text", "model"]];
    for ((path, body), fields) in calls(&partner).await.into_iter().zip(fields) {
        for other in [
            "[]",
            &format!("[{body}]"),
            "null",
            "true",
            "7",
            "0.5",
            "\"text\"",
            &json!(body.to_string()).to_string(),
        ] {
            let answer = partner.program.post_bytes(path, other).await;
            assert!(is_refused(&answer, fields), "{other}: {}", answer.text);
        }
        for nothing in ["", " ", "\r\n"] {
            let answer = partner.program.post_bytes(path, nothing).await;
            assert!(is_refused(&answer, fields), "{nothing:?}: {}", answer.text);
        }
        let answer = partner.program.send(partner.program.request(reqwest::Method::POST, path)).await;
        assert!(is_refused(&answer, fields), "{}", answer.text);
    }
    assert_eq!(kept(&server), [1, 0]);
    server.stop().await;
}

#[tokio::test]
async fn of_a_field_that_comes_twice_the_last_counts() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for (path, body) in calls(&partner).await {
        let text = body.to_string();
        for field in body.as_object().expect("it is an object").keys() {
            // Wrong first and right last, and the other way round.
            let first = text.replacen('{', &format!("{{\"{field}\":7,"), 1);
            let answer = partner.program.post_bytes(path, first).await;
            assert_eq!(answer.status, 200, "{field}: {}", answer.text);
            let last = format!("{},\"{field}\":7}}", &text[..text.len() - 1]);
            let answer = partner.program.post_bytes(path, last).await;
            assert_eq!(answer.faulty_fields()[0], field);
        }
    }
    assert_eq!(office.results(&partner, "").await.len(), 5);
    server.stop().await;
}

#[tokio::test]
async fn what_nobody_knows_does_no_harm_however_deep_it_is() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for (path, body) in calls(&partner).await {
        let text = body.to_string();
        for depth in [1, 50, 100, 120, 127, 128, 129, 1_000, 100_000] {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let beside = text.replacen('{', &format!("{{\"other\":{deep},"), 1);
                let answer = partner.program.post_bytes(path, beside).await;
                // It is JSON, and may be more than anybody reads.
                let is_refused = answer.status == 400 && answer.detail(400) == texts::NOT_JSON;
                assert!(answer.status == 200 || is_refused, "{depth}: {}", answer.text);
                assert!(answer.status == 200 || depth > 64, "{depth}: {}", answer.text);
            }
        }
    }
    assert!(office.results(&partner, "").await.len() >= 6);
    server.stop().await;
}

#[tokio::test]
async fn a_value_that_is_deep_is_of_another_type() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    for (path, body) in calls(&partner).await {
        for (field, value) in body.as_object().expect("it is an object") {
            let text = body.to_string();
            let value = value.to_string();
            for depth in [10, 1_000] {
                let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
                let body = text.replacen(&format!("\"{field}\":{value}"), &format!("\"{field}\":{deep}"), 1);
                let answer = partner.program.post_bytes(path, body).await;
                assert_eq!(answer.status, 400, "{field}: {}", answer.text);
                if depth < 64 {
                    assert_eq!(answer.faulty_fields()[0], field);
                }
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn characters_may_be_escaped_and_half_of_one_is_none() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let body = partner.program.result(&user).to_string();
    let with_text = |text: &str| body.replace("The leafs are falling.", text);
    let escaped = with_text(r"\u0416\ud83d\udc34\/\n");
    partner.program.post_bytes(SAVE, escaped).await.expect_saved();
    assert_eq!(office.results(&partner, "").await[0]["text"], "Ж🐴/\n");
    for half in [r"\ud83d", r"\udc34", r"\ud83dx", r"\udc34\ud83d"] {
        let answer = partner.program.post_bytes(SAVE, with_text(half)).await;
        // It is JSON, as the grammar has it, and no text.
        answer.expect_faulty(&[("text", texts::TEXT)]);
    }
    for none in [r"\u00", r"\ud83d\u", r"\x", "\u{7}"] {
        let answer = partner.program.post_bytes(SAVE, with_text(none)).await;
        assert_eq!(answer.detail(400), texts::NOT_JSON, "{none}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_form_is_no_json() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let key = partner.program.key();
    let answer = server.client.post_form(AUTH_USER, &[("key", key), ("email", ANN), ("login", "Ann")]).await;
    answer.expect_headers();
    assert_eq!(answer.detail(400), texts::NOT_JSON);
    assert_eq!(kept(&server), [0, 0]);
    server.stop().await;
}
