//! The next pair of tokens (sign-up contract section 3, T1 and T2).

use std::collections::BTreeSet;

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::TestServer,
    signup::{Account, Application, provider, tokens_in},
};
use reqwest::Method;
use serde_json::json;

use super::{ANN, BOB, NO_PROVIDER, UNAUTHORIZED};
use crate::races::at_once;

/// Refreshes somebody.
async fn refreshed(app: &Application, account: &Account) -> Account {
    Account::of(app, &account.login, &app.refresh(&account.refresh).await)
}

#[tokio::test]
async fn t1_a_refresh_from_another_device_is_served() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let next = refreshed(&app.on("UQ_another_module"), &ann).await;
    assert!(next.is_in().await);
    let last = refreshed(&app.on("UQ_yet_another_one"), &next).await;
    assert!(last.is_in().await);
    assert_eq!(last.browsers().await.len(), 1, "it is still the same sign-in");
    server.stop().await;
}

#[tokio::test]
async fn t1_a_refresh_can_be_bound_to_the_device_of_the_sign_in() {
    let server = TestServer::start_with(&[("PORTICO_BIND_REFRESH_TO_DEVICE", "true")]).await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let stolen = app.on("UQ_another").refresh(&ann.refresh).await;
    stolen.expect_refused(401, UNAUTHORIZED);
    assert!(ann.is_in().await);
    let next = refreshed(&app, &ann).await;
    assert!(next.is_in().await);
    // Not in the time in which the last token gives the same pair again, either.
    app.on("UQ_another").refresh(&ann.refresh).await.expect_refused(401, UNAUTHORIZED);
    assert!(next.is_in().await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t2_a_storm_of_refreshes_with_one_token_gives_one_pair_and_so_does_one_after_it() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let answers = at_once((0..20).map(|n| {
        let (app, token) = (app.on(&format!("UQ_module_{n}")), ann.refresh.clone());
        async move { app.refresh(&token).await }
    }))
    .await;
    let mut pairs: BTreeSet<(String, String)> = answers.iter().map(tokens_in).collect();
    pairs.insert(tokens_in(&app.refresh(&ann.refresh).await));
    server.clock.advance(TimeDelta::seconds(5));
    pairs.insert(tokens_in(&app.refresh(&ann.refresh).await));
    assert_eq!(pairs.len(), 1);
    let next = Account::of(&app, ANN, &answers[0]);
    assert!(next.refresh != ann.refresh && next.is_in().await);
    assert!(refreshed(&app, &next).await.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn t2_a_token_that_is_used_again_after_twenty_seconds_ends_the_sign_in() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let elsewhere = app.on("UQ_elsewhere").sign_in(ANN).await;
    let next = refreshed(&app, &ann).await;
    server.clock.advance(TimeDelta::seconds(20));
    assert!(next.is_in().await);
    app.refresh(&ann.refresh).await.expect_refused(401, UNAUTHORIZED);
    assert!(!next.is_in().await && !ann.is_in().await);
    app.refresh(&next.refresh).await.expect_refused(401, UNAUTHORIZED);
    assert!(elsewhere.is_in().await, "the other sign-in is not concerned");
    server.stop().await;
}

#[tokio::test]
async fn t2_a_token_that_comes_late_behind_the_next_one_gives_a_pair_that_lasts() {
    let server = TestServer::start().await;
    let app = server.application();
    let first = app.join(ANN).await;
    let second = refreshed(&app, &first).await;
    server.clock.advance(TimeDelta::seconds(12));
    let third = refreshed(&app, &second).await;
    server.clock.advance(TimeDelta::seconds(7));
    // A call that was sent with the first token arrives when another one has used the second.
    let late = refreshed(&app, &first).await;
    assert_eq!((&late.access, &late.refresh), (&third.access, &third.refresh));
    for account in [&first, &second, &third] {
        assert!(account.is_in().await, "no pair was killed");
    }
    server.clock.advance(TimeDelta::minutes(30));
    let last = refreshed(&app, &late).await;
    assert!(last.is_in().await);
    app.refresh(&first.refresh).await.expect_refused(401, UNAUTHORIZED);
    assert!(!last.is_in().await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t2_many_who_refresh_with_whatever_token_they_have_all_stay_in() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let app = server.application();
    let ann = app.join(ANN).await;
    // Each goes on with what it got last, as modules do that share their tokens badly.
    let answers = at_once((0..8).map(|n| {
        let (app, mut account) = (app.on(&format!("UQ_module_{n}")), ann.clone());
        async move {
            for _ in 0..11 {
                account = refreshed(&app, &account).await;
                assert!(account.is_in().await);
            }
            app.refresh(&account.refresh).await
        }
    }))
    .await;
    for answer in &answers {
        assert!(Account::of(&app, ANN, answer).is_in().await);
    }
    server.stop().await;
}

#[tokio::test]
async fn t3_a_refresh_at_another_provider_leaves_the_sign_in_alone() {
    let server = TestServer::start().await;
    server.apply(&[], &[provider("other", "reg", json!({}))]).await;
    let app = server.application();
    let ann = app.join(ANN).await;
    app.at("other").refresh(&ann.refresh).await.expect_refused(401, UNAUTHORIZED);
    app.at("nothing").refresh(&ann.refresh).await.expect_refused(404, NO_PROVIDER);
    assert!(ann.is_in().await);
    let ann = refreshed(&app, &ann).await;
    assert!(ann.is_in().await);
    // Signing out there is another thing: the client forgets its tokens, so that nobody else shall have them.
    app.at("other").logout(&ann.refresh).await.expect_true(201);
    assert!(!ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn t3_a_refresh_without_a_token_is_refused() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    for body in
        ["", "{}", r#"{"refreshToken":null}"#, r#"{"refreshToken":""}"#, r#"{"refreshtoken":"x"}"#, "null"]
    {
        for app in [&app, &ann.app] {
            let answer = app.post_text(&app.door("/users/refresh"), body).await;
            answer.expect_refused(400, "refreshToken should not be empty");
        }
    }
    for body in [r#"{"refreshToken":1}"#, r#"{"refreshToken":{}}"#, r#"{"refreshToken":[]}"#] {
        let answer = app.post_text(&app.door("/users/refresh"), body).await;
        answer.expect_refused(400, "refreshToken must be a string");
    }
    assert!(ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_refresh_token_gives_nothing() {
    let server = TestServer::start().await;
    let other =
        TestServer::start_with(&[("PORTICO_SECRET_KEY", "another secret for tests, as long as it")]).await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let foreign = other.application().join(ANN).await;
    let mut altered = ann.refresh.clone();
    let last = altered.pop().expect("it is a text");
    altered.push(if last == 'A' { 'B' } else { 'A' });
    let long = "x".repeat(100_000);
    let cut = &ann.refresh[..ann.refresh.len() - 1];
    for token in [&*ann.access, &foreign.refresh, &altered, cut, &long, "nonsense", " ", "\u{0}", "é"] {
        app.refresh(token).await.expect_refused(401, UNAUTHORIZED);
    }
    assert!(refreshed(&app, &ann).await.is_in().await);
    server.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn a_refresh_token_lives_as_long_as_the_provider_says_and_an_access_token_too() {
    let server = TestServer::start().await;
    let config = json!({ "accessTokenTtlSec": 600, "refreshTokenTtlMc": "7200000" });
    server.apply(&[], &[provider("email", "reg", json!({ "config": config }))]).await;
    let app = server.application();
    let (ann, bob) = (app.join(ANN).await, app.join(BOB).await);
    server.clock.advance(TimeDelta::seconds(500));
    assert!(ann.is_in().await);
    server.clock.advance(TimeDelta::seconds(100));
    assert!(!ann.is_in().await);
    let ann = refreshed(&app, &ann).await;
    assert!(ann.is_in().await);
    server.clock.advance(TimeDelta::seconds(6600));
    app.refresh(&bob.refresh).await.expect_refused(401, UNAUTHORIZED);
    // Each pair lives anew.
    assert!(refreshed(&app, &ann).await.is_in().await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaving_and_refreshing_at_once_leave_nobody_in() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    for _ in 0..5 {
        let ann = app.sign_in(ANN).await;
        let answers = at_once((0..8).map(|n| {
            let ann = ann.clone();
            async move {
                if n % 2 == 0 {
                    ann.app.refresh(&ann.refresh).await
                } else {
                    ann.app.logout(&ann.refresh).await
                }
            }
        }))
        .await;
        let pairs = answers.iter().step_by(2).filter(|answer| answer.status == 201);
        for pair in pairs.map(|answer| Account::of(&app, ANN, answer)) {
            assert!(!pair.is_in().await);
            app.refresh(&pair.refresh).await.expect_refused(401, UNAUTHORIZED);
        }
        assert!(answers.iter().skip(1).step_by(2).all(|answer| answer.status == 201));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_device_must_be_told_where_sign_ins_begin_go_on_and_end() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let ask =
        async |app: &Application, what: &str| -> Answer { app.ask(Method::POST, &app.door(what)).await };
    for what in ["/users/auth", "/users/refresh", "/users/logout", "/oauth"] {
        for header in [None, Some(""), Some("  ")] {
            let answer = ask(&ann.app.telling(header), what).await;
            answer.expect_refused(400, "Missing x-device-metadata header");
        }
        for header in [
            "nonsense",
            "[]",
            "null",
            "{}",
            r#"{"fingerprint":"UQ_x"}"#,
            r#"{"fingerprint":1,"deviceInfo":{}}"#,
            r#"{"fingerprint":"UQ_x","deviceInfo":"Node.js"}"#,
            r#"{"fingerprint":"UQ_x","deviceInfo":[]}"#,
        ] {
            let answer = ask(&ann.app.telling(Some(header)), what).await;
            answer.expect_refused(400, "Invalid x-device-metadata format");
        }
    }
    let mute = ann.app.telling(None);
    let _ = mute.get(&mute.door("/users/sessions")).await.expect(200);
    let _ = mute.sign_up(BOB).await;
    ask(&mute, "/users/logout-all").await.expect_true(201);
    assert!(!ann.is_in().await);
    server.stop().await;
}
