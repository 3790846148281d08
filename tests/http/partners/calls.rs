//! Paths, methods, and the two places of the key (partner contract, "Common").

use integration_tests::{
    partners::{AUTH_USER, DICT, MODEL, Program, SAVE, texts},
    portal::{with, without},
    server::TestServer,
};
use reqwest::{
    Method,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::json;

use super::{ANN, BOB, NO_KEY};

#[tokio::test]
async fn both_paths_are_taken_with_their_slash_and_without() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let program = &partner.program;
    let mut users = Vec::new();
    for path in [AUTH_USER, AUTH_USER.trim_end_matches('/')] {
        users.push(program.post(path, &program.person(ANN)).await.expect_user());
        program.post(path, &json!({})).await.expect_faulty(&[
            ("key", texts::REQUIRED),
            ("email", texts::REQUIRED),
            ("login", texts::REQUIRED),
        ]);
    }
    assert_eq!(users[0], users[1]);
    for path in [SAVE, SAVE.trim_end_matches('/')] {
        program.post(path, &program.result(&users[0])).await.expect_saved();
    }
    assert_eq!(office.results(&partner, "").await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn whoever_asks_for_options_is_told_them() {
    let server = TestServer::start().await;
    let program = Program::new(&server.client, NO_KEY);
    for path in [AUTH_USER, SAVE, AUTH_USER.trim_end_matches('/'), SAVE.trim_end_matches('/')] {
        // Which looks at the headers.
        let answer = program.send(program.request(Method::OPTIONS, path)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn any_other_method_is_not_allowed() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let program = &partner.program;
    for path in [AUTH_USER, SAVE, AUTH_USER.trim_end_matches('/'), SAVE.trim_end_matches('/')] {
        for method in ["GET", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            let named = Method::from_bytes(method.as_bytes()).expect("it is a method");
            let answer = program.send(program.request(named.clone(), path)).await;
            answer.expect_detail(405, &format!("Method \"{method}\" not allowed."));
            if named == Method::PUT || named == Method::PATCH {
                let request = program.request(named, path).json(&program.person(ANN));
                let answer = program.send(request).await;
                answer.expect_detail(405, &format!("Method \"{method}\" not allowed."));
            }
        }
        let answer = server.client.head(path).await;
        assert_eq!((answer.status, answer.text.as_str()), (405, ""));
        answer.expect_headers();
    }
    assert_eq!(server.tables().count("users", "1 = 1"), 1, "nobody was created beside the admin");
    server.stop().await;
}

#[tokio::test]
async fn a_path_beside_them_is_none_of_theirs() {
    let server = TestServer::start().await;
    for path in [
        "/api/public/auth_users/",
        "/api/public/auth_user/x",
        "/api/public/save_check_results",
        "/api/public",
    ] {
        let answer = server.client.post(path, json!({})).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_key_may_be_shown_as_a_bearer_token() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let program = &partner.program;
    let ask = async |authorization: &str, path: &str, body: serde_json::Value| {
        program
            .send(program.request(Method::POST, path).header(AUTHORIZATION, authorization).json(&body))
            .await
    };
    let person = without(program.person(ANN), "key");
    let mut users = Vec::new();
    for scheme in ["Bearer", "bearer"] {
        let shown = format!("{scheme} {}", program.key());
        users.push(ask(&shown, AUTH_USER, person.clone()).await.expect_user());
        let result = json!({ "user": users[0], "dict": DICT, "text": "x", "model": MODEL });
        ask(&shown, SAVE, result).await.expect_saved();
    }
    assert_eq!((users.len(), &users[0]), (2, &users[1]));
    assert_eq!(office.results(&partner, "").await.len(), 2);
    // In both places, it is one key.
    let shown = format!("Bearer {}", program.key());
    assert_eq!(ask(&shown, AUTH_USER, program.person(ANN)).await.expect_user(), users[0]);

    ask(&format!("Bearer {NO_KEY}"), AUTH_USER, person.clone()).await.expect_faulty(&[("key", texts::KEY)]);
    for nothing in ["Bearer", "Bearer ", "Basic a2V5OmtleQ==", "x"] {
        let answer = ask(nothing, AUTH_USER, person.clone()).await;
        assert_eq!(answer.faulty_fields(), ["key"], "{nothing}");
    }
    server.stop().await;
}

#[tokio::test]
async fn no_other_token_of_the_house_is_a_key() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let admin = office.browser.client().token().expect("he shows a bearer token").to_owned();
    let member = server.register(BOB).await;
    let person = partner.program.person(ANN);
    let prefix = office.entry(&partner).await["key_prefix"].as_str().expect("it is text").to_owned();
    let key = partner.program.key();
    for shown in [
        admin.as_str(),
        member.refresh_token.as_str(),
        partner.id.as_str(),
        prefix.as_str(),
        &key[..key.len() - 1],
        &format!("{key}x"),
        &format!(" {key}"),
        &key.to_uppercase(),
    ] {
        let answer = partner.program.post(AUTH_USER, &with(person.clone(), json!({ "key": shown }))).await;
        answer.expect_faulty(&[("key", texts::KEY)]);
        let request = partner.program.request(Method::POST, AUTH_USER).bearer_auth(shown.trim());
        if shown.trim() != key {
            let answer = partner.program.send(request.json(&without(person.clone(), "key"))).await;
            answer.expect_faulty(&[("key", texts::KEY)]);
        }
    }
    // Nor is a key a token of the house.
    server.client.bearing(key).get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
    let _ = server.client.bearing(key).get("/api/private/management/partners").await.problem(401);
    server.stop().await;
}

#[tokio::test]
async fn json_is_json_with_a_character_set_too() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let program = &partner.program;
    for kind in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"] {
        let request = program.request(Method::POST, AUTH_USER).header(CONTENT_TYPE, kind);
        let _ = program.send(request.body(program.person(ANN).to_string())).await.expect_user();
    }
    server.stop().await;
}
