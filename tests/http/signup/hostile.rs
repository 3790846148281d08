//! Bodies that mean harm: answered in under a second, stored or refused, never with a failure of the server.

use std::time::{Duration, Instant};

use integration_tests::{
    client::Answer,
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{Application, ME, credentials, field, form, newcomer, ruled},
};
use serde_json::{Value, json};

use super::{ANN, wrong};

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(1);
/// How often a request is sent at most until the machine is not busy with something else.
const TRIES: usize = 5;
/// The bytes of a long text with markup. A build for development reads it many times more slowly than one for use.
const HTML: usize = if cfg!(debug_assertions) { 64 * 1024 } else { 1024 * 1024 };
/// What a hostile body may be answered with.
const FINE: [u16; 3] = [201, 400, 413];

/// Sends a request, again and again for other newcomers, until one is answered in time; what it was answered.
async fn in_time(what: &str, mut send: impl AsyncFnMut(&str) -> Answer) -> Answer {
    let mut taken = Vec::new();
    for attempt in 0..TRIES {
        let begun = Instant::now();
        let answer = send(&format!("ann{attempt}@example.org")).await;
        assert!(FINE.contains(&answer.status), "{what}: {} {}", answer.status, answer.text);
        taken.push(begun.elapsed());
        if taken.iter().any(|time| *time < LIMIT) {
            return answer;
        }
    }
    panic!("{what} is never answered in time: {taken:?}");
}

/// Signs somebody up with this text in the place of his form data.
async fn sign_up(app: &Application, login: &str, form_data: &str) -> Answer {
    let body = with(newcomer(login), json!({ "formData": 0 })).to_string();
    app.post_text(
        &app.door("/users/sign-up"),
        body.replace(r#""formData":0"#, &format!(r#""formData":{form_data}"#)),
    )
    .await
}

/// An application at a provider whose form has these fields.
async fn club(server: &TestServer, fields: Vec<Value>) -> Application {
    server.apply(&[form("reg", fields)], &[]).await;
    server.application()
}

#[tokio::test]
async fn what_grows_beyond_the_limit_when_it_is_cleaned_is_refused_and_no_account_gets_stuck() {
    let server = TestServer::start().await;
    let app = club(&server, vec![field("about", "text")]).await;
    let about = |letters: usize| json!({ "marker": "about", "type": "text", "value": { "htmlValue": "&".repeat(letters) } });
    let answer = sign_up(&app, ANN, &about(900_000).to_string()).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let _ = sign_up(&app, ANN, &about(1_000).to_string()).await.expect(201);
    let ann = app.sign_in(ANN).await;
    ann.update(json!({ "state": { "a": 1 } })).await.expect_true(200);
    server.stop().await;
}

#[tokio::test]
async fn two_hundred_fields_are_stored_or_refused() {
    let server = TestServer::start().await;
    let fields = (0..200).map(|n| field(&format!("field_{n}"), "string")).collect();
    let items = |count: usize| -> Value {
        (0..count)
            .map(|n| json!({ "marker": format!("field_{n}"), "type": "string", "value": "x" }))
            .collect()
    };
    let app = server.application();
    let unknown =
        in_time("200 unknown fields", async |login| sign_up(&app, login, &items(200).to_string()).await)
            .await;
    unknown.expect_refused(400, &wrong("field_0"));
    let app = club(&server, fields).await;
    let answer =
        in_time("200 fields", async |login| sign_up(&app, login, &items(200).to_string()).await).await;
    let told = answer.expect(201);
    assert_eq!(told["formData"].as_array().map(Vec::len), Some(201));
    let answer = in_time("201 fields", async |login| {
        sign_up(&app, &format!("b{login}"), &items(201).to_string()).await
    })
    .await;
    answer.expect_refused(400, &wrong("field_200"));
    for count in [1_001, 50_000] {
        let items = items(count).to_string();
        let answer =
            in_time("too many fields", async |login| sign_up(&app, &format!("c{login}"), &items).await).await;
        assert_eq!(answer.status, 400);
    }
    let same: Value = (0..5_000).map(|_| json!({ "marker": "field_0", "value": "x" })).collect();
    let same = same.to_string();
    let answer =
        in_time("one field many times", async |login| sign_up(&app, &format!("d{login}"), &same).await).await;
    assert_eq!(answer.status, 400);
    server.stop().await;
}

#[tokio::test]
async fn deep_nesting_is_stored_or_refused() {
    let server = TestServer::start().await;
    let app =
        club(&server, vec![field("any", "json"), field("word", "string"), field("about", "text")]).await;
    for depth in [50, 99, 100, 101, 127, 128, 1_000, 100_000, 1_000_000] {
        let nest = |open: &str, close: &str, inner: &str| {
            format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
        };
        let deep = nest("[", "]", "");
        let named = if depth > 100_000 { "0".to_owned() } else { nest(r#"{"a":"#, "}", "1") };
        let by_language = if depth > 100_000 { "0".to_owned() } else { nest(r#"{"en_US":"#, "}", "[]") };
        for (what, form_data) in [
            ("arrays", deep.clone()),
            ("languages", by_language),
            ("json", format!(r#"[{{"marker":"any","value":{deep}}}]"#)),
            ("json of objects", format!(r#"[{{"marker":"any","value":{named}}}]"#)),
            ("a string", format!(r#"[{{"marker":"word","value":{deep}}}]"#)),
            ("a text", format!(r#"[{{"marker":"about","value":{{"htmlValue":"x","params":{named}}}}}]"#)),
            ("a stranger", format!(r#"[{{"marker":"word","value":"x","other":{deep}}}]"#)),
            ("unclosed", "[".repeat(depth)),
        ] {
            let login_of = |login: &str| format!("{depth}-{}-{login}", what.replace(' ', "-"));
            let answer = in_time(&format!("{what} {depth} levels deep"), async |login| {
                sign_up(&app, &login_of(login), &form_data).await
            })
            .await;
            if answer.status != 201 {
                let _ = answer.refused(answer.status);
                continue;
            }
            let login = answer.json["identifier"].as_str().expect("whoever reads answers can follow it");
            assert!(app.sign_in(login).await.me().await["formData"].is_array(), "{what} {depth}");
        }
        let beside = newcomer(ANN).to_string().replacen('{', &format!(r#"{{"beside":{deep},"#), 1);
        let answer = app.post_text(&app.door("/users/sign-up"), beside).await;
        assert!(FINE.contains(&answer.status), "{depth}: {}", answer.status);
        if answer.status == 201 {
            app.sign_in(ANN).await.app.delete(ME).await.expect_true(200);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_text_of_a_mebibyte_is_stored_or_refused() {
    let server = TestServer::start().await;
    let app =
        club(&server, vec![field("word", "string"), field("about", "text"), field("any", "json")]).await;
    let long = "x".repeat(1024 * 1024);
    let word = json!([{ "marker": "word", "type": "string", "value": long }]);
    let answer =
        in_time("a long string", async |login| sign_up(&app, &format!("a{login}"), &word.to_string()).await)
            .await;
    assert_eq!(answer.expect(201)["formData"][1], word[0]);
    for (n, part) in ["x", "&", "<", "<b>", "<p>x</p>", "<a x=1 y=2>"].into_iter().enumerate() {
        let html = part.repeat(HTML / part.len());
        let about =
            json!([{ "marker": "about", "value": { "htmlValue": html, "plainValue": "" } }]).to_string();
        let what = format!("a long text of {part}");
        let answer = in_time(&what, async |login| sign_up(&app, &format!("{n}{login}"), &about).await).await;
        assert!(FINE.contains(&answer.status));
    }
    for (marker, value) in [("login", &long), ("password", &long)] {
        let mut data = credentials("b@example.org", PASSWORD);
        let at = usize::from(marker == "password");
        data[at]["value"] = value.as_str().into();
        let answer = in_time(marker, async |login| {
            app.act("sign-up", with(newcomer(login), json!({ "authData": data }))).await
        })
        .await;
        assert_eq!(answer.status, 400, "{marker}");
        let answer = in_time(marker, async |_| app.act("auth", json!({ "authData": data })).await).await;
        assert_eq!(answer.status, 400, "{marker}");
    }
    for field in ["email", "phoneSMS", "phonePush"] {
        let notification = json!({ field: long });
        let answer = in_time(field, async |login| {
            app.act("sign-up", with(newcomer(login), json!({ "notificationData": notification }))).await
        })
        .await;
        assert_eq!(answer.status, 400, "{field}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_hostile_pattern_is_matched_in_time() {
    let server = TestServer::start().await;
    let patterns =
        [r"^(a+)+$", r"^(a|a)*$", r"^(a|aa)+$", r"(.*)*=", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(a?){30}a{30}$"];
    let fields = patterns.iter().enumerate();
    let fields = fields.map(|(n, pattern)| {
        ruled(&format!("p{n}"), "string", json!({ "regExpValidator": { "patternValue": pattern } }))
    });
    let app = club(&server, fields.collect()).await;
    for length in [30, 8_000, 100_000, 1_000_000] {
        let hostile = format!("{}!", "a".repeat(length));
        for (n, pattern) in patterns.iter().enumerate() {
            let data = json!([{ "marker": format!("p{n}"), "value": hostile }]).to_string();
            let what = format!("{pattern} against {length}");
            let answer =
                in_time(&what, async |login| sign_up(&app, &format!("{n}{length}{login}"), &data).await)
                    .await;
            assert!([201, 400].contains(&answer.status), "{}", answer.text);
        }
        let all: Value =
            (0..patterns.len()).map(|n| json!({ "marker": format!("p{n}"), "value": hostile })).collect();
        let all = all.to_string();
        let _ = in_time("all at once", async |login| sign_up(&app, &format!("x{length}{login}"), &all).await)
            .await;
    }
    server.stop().await;
}

/// Without a bound on what is matched of one submission, each would keep the server busy for minutes.
#[tokio::test]
async fn many_texts_that_a_slow_pattern_occurs_in_are_answered_in_time() {
    let server = TestServer::start().await;
    let slow = || json!({ "regExpValidator": { "patternValue": "^[ab]*a[ab]{500}$" } });
    let fields = vec![ruled("word", "string", slow()), ruled("about", "textWithHeader", slow())];
    let app = club(&server, fields).await;
    let text = "a".repeat(8 * 1024);
    let words = |count: usize| -> Value {
        let word = json!([{ "marker": "word", "value": text }]);
        (0..count).map(|n| (format!("en_{n:04}"), word.clone())).collect()
    };
    let texts = |count: usize| -> Value {
        let one = json!({ "header": "", "plainValue": text });
        json!([{ "marker": "about", "value": vec![one; count] }])
    };
    for (field, count, data) in [
        ("word", 2, words(2)),
        ("word", 20, words(20)),
        ("word", 200, words(200)),
        ("about", 2, texts(2)),
        ("about", 20, texts(20)),
        ("about", 200, texts(200)),
    ] {
        let what = format!("{count} long texts in {field}");
        let data = data.to_string();
        let answer =
            in_time(&what, async |login| sign_up(&app, &format!("{count}{field}{login}"), &data).await).await;
        if count == 2 {
            let _ = answer.expect(201);
        } else {
            answer.expect_refused(400, &wrong(field));
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_form_of_many_patterns_and_masks_is_read_in_time() {
    let server = TestServer::start().await;
    let patterns = (0..100).map(|n| {
        ruled(&format!("p{n}"), "string", json!({ "regExpValidator": { "patternValue": r"^[\p{L}\s'-]+$" } }))
    });
    let masks = (0..100).map(|n| {
        ruled(&format!("m{n}"), "string", json!({ "fieldMaskValidator": { "maskValue": "a".repeat(64) } }))
    });
    let app = club(&server, patterns.chain(masks).collect()).await;
    let filled: Value =
        (0..100).map(|n| json!({ "marker": format!("m{n}"), "value": "é".repeat(64) })).collect();
    let filled = filled.to_string();
    let _ = in_time("a hundred masks", async |login| sign_up(&app, login, &filled).await).await.expect(201);
    server.stop().await;
}

#[tokio::test]
async fn texts_of_a_strange_kind_are_stored_as_they_are_or_refused() {
    let server = TestServer::start().await;
    let app = club(&server, vec![field("word", "string"), field("any", "json"), field("n", "real")]).await;
    let mut stored = 0;
    for (n, (marker, raw)) in [
        ("word", r#""\u0000""#),
        ("word", r#""a\u0000b""#),
        ("word", r#""\ud800""#),
        ("word", r#""\udbff\udfff""#),
        ("word", r#""\u202egnp.exe""#),
        ("word", r#""'; DROP TABLE signups; --""#),
        ("word", r#""%s%n${jndi:ldap://x}{{7*7}}""#),
        ("any", r#"{"$serde_json::private::RawValue":"[1]"}"#),
        ("any", r#"{"$serde_json::private::Number":"1"}"#),
        ("any", r#"{"__proto__":{"isActive":true},"constructor":1}"#),
        ("any", r#"{"a":1,"a":2}"#),
        ("any", r"1e999"),
        ("any", r"-0"),
        ("any", r"123456789012345678901234567890.123456789012345678901234567890"),
        ("n", r"1e999"),
        ("n", r#""1e999""#),
        ("n", r#""NaN""#),
        ("n", r#""0x10""#),
        ("n", r"1E+2"),
    ]
    .into_iter()
    .enumerate()
    {
        let login = format!("ann{n}@example.org");
        let answer = sign_up(&app, &login, &format!(r#"[{{"marker":"{marker}","value":{raw}}}]"#)).await;
        assert!([201, 400].contains(&answer.status), "{raw}: {}", answer.text);
        if answer.status == 201 {
            assert!(answer.text.contains(&format!(r#""value":{raw}"#)), "{raw}: {}", answer.text);
            stored += 1;
        }
    }
    assert!(stored > 6, "only {stored} were stored");
    server.stop().await;
}
