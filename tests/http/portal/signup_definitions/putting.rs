//! What admins put: how large it may be, what it must have, and what they are told.

use integration_tests::{
    client::Answer,
    portal::{Browser, with},
    server::TestServer,
    signup::{field, form, provider},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{DOORS, FORMS, seen};
use crate::races::at_once;

const MIB: usize = 1024 * 1024;

async fn put_text(admin: &Browser, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = admin.request(Method::PUT, path).header("Content-Type", "application/json");
    admin.send(request.body(body)).await
}

/// A form whose texts have about this many bytes.
fn large(bytes: usize) -> Value {
    let texts: Value = (0..bytes / 60_000).map(|n| (format!("t{n}"), json!("x".repeat(60_000)))).collect();
    with(form("large", vec![]), json!({ "localizeInfos": texts }))
}

#[tokio::test]
async fn a_definition_may_have_2_mib_in_a_body_of_4() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let path = format!("{FORMS}/large");
    let fits = large(19 * MIB / 10);
    let put = admin.put(&path, fits.clone()).await.expect_ok(&["form"])["form"].clone();
    assert_eq!(put["localizeInfos"]["en_US"], fits["localizeInfos"]);
    assert_eq!(seen(&admin, &path, "form").await, put);
    let message = admin.put(&path, large(3 * MIB)).await.problem(400).to_owned();
    assert!(message.contains("2 MiB"), "{message}");
    let padded = format!("{}{}", fits, " ".repeat(4 * MIB - fits.to_string().len()));
    put_text(&admin, &path, padded.clone()).await.expect_ok(&["form"]);
    put_text(&admin, &path, format!("{padded} ")).await.expect_problem(413, "Request Entity Too Large");
    server.stop().await;
}

#[tokio::test]
async fn what_would_be_nested_too_deeply_when_stored_is_refused() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let path = format!("{FORMS}/deep");
    let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    let deep = |depth| with(form("deep", vec![]), json!({ "localizeInfos": { "title": nested(depth) } }));
    let message = admin.put(&path, deep(30)).await.problem(400).to_owned();
    assert!(
        message.starts_with("localizeInfos.en_US.title") && message.ends_with("nested too deeply"),
        "{message}"
    );
    admin.get(&path).await.expect_problem(404, "Not Found");
    let put = admin.put(&path, deep(29)).await.expect_ok(&["form"])["form"].clone();
    assert_eq!(seen(&admin, &path, "form").await, put);
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_no_definition() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for path in [format!("{FORMS}/x"), format!("{FORMS}/reg"), format!("{DOORS}/email")] {
        for body in ["null", " null "] {
            let message = "invalid request values: the body must be a JSON object";
            put_text(&admin, &path, body).await.expect_problem(400, message);
        }
        for body in ["", "  \n"] {
            let message = "invalid request values: the body must be valid JSON";
            put_text(&admin, &path, body).await.expect_problem(400, message);
        }
        let _ = admin.send(admin.request(Method::PUT, &path)).await.problem(400);
    }
    admin.get(&format!("{FORMS}/x")).await.expect_problem(404, "Not Found");
    server.stop().await;
}

#[tokio::test]
async fn a_key_that_is_there_twice_is_refused_by_its_place() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let body = r#"{"attributes":[{"marker":"a","type":"string","marker":"b"}]}"#;
    let message = "invalid request values: attributes[0].marker must be there once";
    put_text(&admin, &format!("{FORMS}/x"), body).await.expect_problem(400, message);
    let body = r#"{"formIdentifier":"reg","formIdentifier":"reg"}"#;
    let message = "invalid request values: formIdentifier must be there once";
    put_text(&admin, &format!("{DOORS}/x"), body).await.expect_problem(400, message);
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_paths_cannot_reach_is_refused() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for name in ["%ff", "a%ff", "a%5Cb", "50%25", "a%20b", "a%E2%80%AEb", "a%EF%BF%BD"] {
        let message = admin.put(&format!("{FORMS}/{name}"), json!({})).await.problem(400).to_owned();
        assert!(message.starts_with("identifier: must be 1 to 128 characters"), "{name}: {message}");
    }
    for name in [".", ".."] {
        let door = provider("x", name, json!({}));
        let message = "formIdentifier: must not be '.' or '..', which are places in a path";
        admin.put(&format!("{DOORS}/x"), door).await.expect_problem(400, message);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_many_is_told_what_he_wrote_himself() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let admin = server.admin().await;
    server.apply(&[form("club", vec![field("name", "string")])], &[]).await;
    let answers = at_once((1..=24).map(|position| {
        let admin = admin.twin();
        async move {
            let path = format!("{FORMS}/club");
            if position % 6 == 0 {
                return admin.delete(&path).await;
            }
            let club = with(form("club", vec![]), json!({ "position": position }));
            admin.put(&path, club).await
        }
    }));
    for (position, answer) in (1..).zip(answers.await) {
        if position % 6 == 0 {
            assert!([200, 404, 503].contains(&answer.status), "{}", answer.text);
        } else if answer.status != 503 {
            assert_eq!(answer.expect_ok(&["form"])["form"]["position"], position);
        }
    }
    server.stop().await;
}
