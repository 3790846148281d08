//! Many at the same moment.

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{Account, credentials, field, form, newcomer, provider},
};
use serde_json::json;
use tokio::task::JoinSet;

use super::{ANN, HAS_A_CODE, TAKEN, WRONG_CODE};
use crate::{races::at_once, shapes::with_status};

/// A server with more than one thread for requests.
async fn busy_server() -> TestServer {
    TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_sign_ups_of_one_login_make_one_user() {
    let server = busy_server().await;
    let mut connections = JoinSet::new();
    for connection in 0..64_usize {
        let app = server.application();
        connections.spawn(async move {
            let mut answers = Vec::new();
            for n in (connection..1_000).step_by(64) {
                // One in three writes it otherwise: where logins are addresses, case does not count.
                let login = if n % 3 == 0 { "Ann@Example.org" } else { ANN };
                answers.push(app.act("sign-up", newcomer(login)).await);
            }
            answers
        });
    }
    let answers: Vec<Answer> = connections.join_all().await.into_iter().flatten().collect();
    assert_eq!(answers.len(), 1_000);
    assert_eq!(with_status(&answers, 201).len(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert!([400, 503].contains(&answer.status), "{}", answer.text);
        if answer.status == 400 {
            answer.expect_refused(400, TAKEN);
        } else {
            answer.expect_refused(503, "Service Unavailable");
            assert!(!answer.header("Retry-After").is_empty());
        }
    }
    let tables = server.tables();
    let counted = ["signups", "users", "emails"].map(|table| tables.count(table, "1 = 1"));
    assert_eq!(counted, [1, 1, 1], "nothing is left of those who were refused");
    let winner = with_status(&answers, 201)[0].json["identifier"].as_str().expect("a login").to_owned();
    assert!(server.application().sign_in(&winner).await.is_in().await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_sign_ups_of_one_login_send_one_code() {
    let server = busy_server().await;
    server.check_codes(json!({})).await;
    let answers = at_once((0..40).map(|_| {
        let app = server.application();
        async move { app.act("sign-up", newcomer(ANN)).await }
    }))
    .await;
    assert_eq!(with_status(&answers, 201).len(), 1, "{answers:?}");
    assert_eq!(server.tables().letters_to(ANN), 1);
    let code = server.mailed_code(ANN).await;
    server.application().activate(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ups_of_different_logins_do_not_hinder_each_other() {
    let server = busy_server().await;
    let answers = at_once((0..40).map(|n| {
        let app = server.application();
        async move { app.act("sign-up", newcomer(&format!("ann{n}@example.org"))).await }
    }))
    .await;
    assert_eq!(with_status(&answers, 201).len(), 40, "{answers:?}");
    assert_eq!(server.tables().count("signups", "1 = 1"), 40);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_changes_of_different_fields_at_once_are_both_kept() {
    let server = busy_server().await;
    let fields = (0..8).map(|n| field(&format!("field_{n}"), "string")).collect();
    server.apply(&[form("reg", fields)], &[]).await;
    let app = server.application();
    let body = json!({ "authData": credentials(ANN, PASSWORD), "notificationData": { "email": ANN } });
    let _ = app.act("sign-up", body).await.expect(201);
    let ann = app.sign_in(ANN).await;
    for round in 0..5 {
        let answers = at_once((0..8).map(|n| {
            let (ann, value) = (ann.clone(), format!("{round}-{n}"));
            async move {
                match n {
                    6 => ann.update(json!({ "state": { "round": round } })).await,
                    7 => ann.update(json!({ "notificationData": { "phoneSMS": value } })).await,
                    n => ann.fill_in(&format!("field_{n}"), json!(value)).await,
                }
            }
        }))
        .await;
        for answer in &answers {
            answer.expect_true(200);
        }
        let me = ann.me().await;
        for n in 0..6 {
            assert_eq!(ann.field(&format!("field_{n}")).await, format!("{round}-{n}"));
        }
        assert_eq!(me["state"], json!({ "round": round }));
        assert_eq!(me["notificationData"]["phoneSMS"], format!("{round}-7"));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_many_show_at_once_is_good_for_one_of_them() {
    let server = busy_server().await;
    server.check_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    let answers = at_once((0..12).map(|n| {
        let (app, code) = (app.clone(), code.clone());
        async move {
            if n % 2 == 0 {
                app.activate(ANN, &code).await
            } else {
                app.change_password(ANN, &code, "amber-lantern-73").await
            }
        }
    }))
    .await;
    assert_eq!(with_status(&answers, 201).len(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.expect_refused(400, WRONG_CODE);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_codes_at_once_are_counted_one_by_one() {
    let server = busy_server().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    app.generate_code(ANN).await.expect_nothing();
    let code = server.mailed_code(ANN).await;
    let answers = at_once((0..24).map(|_| {
        let app = app.clone();
        async move { app.check_code(ANN, "nonsense").await }
    }))
    .await;
    let (wrong, dead) = (with_status(&answers, 201), with_status(&answers, 429));
    assert_eq!((wrong.len(), dead.len()), (4, 20), "{answers:?}");
    assert!(wrong.iter().all(|answer| answer.json == false));
    assert_eq!(app.check_code(ANN, &code).await.status, 429);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_ask_for_a_code_at_once_are_sent_one() {
    let server = busy_server().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let answers = at_once((0..16).map(|_| {
        let app = app.clone();
        async move { app.generate_code(ANN).await }
    }))
    .await;
    assert_eq!((with_status(&answers, 201).len(), with_status(&answers, 429).len()), (1, 15), "{answers:?}");
    for answer in with_status(&answers, 429) {
        answer.expect_refused(429, HAS_A_CODE);
    }
    assert_eq!(server.tables().letters_to(ANN), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_ask_for_a_code_of_nobody_at_once_are_answered_like_those_of_somebody() {
    let server = busy_server().await;
    let app = server.application();
    for round in 0..4 {
        let answers = at_once((0..16).map(|_| {
            let (app, nobody) = (app.clone(), format!("nobody{round}@example.org"));
            async move { app.generate_code(&nobody).await }
        }))
        .await;
        let told = (with_status(&answers, 201).len(), with_status(&answers, 429).len());
        assert_eq!(told, (1, 15), "{answers:?}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_gets_his_account_back_keeps_it_whatever_is_under_way_at_the_others_word() {
    let server = busy_server().await;
    server.check_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    app.activate(ANN, &server.mailed_code(ANN).await).await.expect_true(201);
    let mut password = PASSWORD.to_owned();
    for round in 0..4 {
        let thief = app.on("UQ_thief").auth(ANN, &password).await;
        let thief = Account::of(&app, ANN, &thief);
        server.clock.advance(TimeDelta::seconds(30));
        app.generate_code(ANN).await.expect_nothing();
        let (code, own) = (server.mailed_code(ANN).await, format!("own-{round}"));
        // The thief's changes wait for their hashes while his sign-in ends.
        let answers = at_once((0..8).map(|n| {
            let (app, thief, code, own) = (app.clone(), thief.clone(), code.clone(), own.clone());
            async move {
                if n == 4 {
                    return app.change_password(ANN, &code, &own).await;
                }
                let stolen =
                    json!({ "authData": [{ "marker": "password", "value": format!("stolen-{n}") }] });
                thief.update(stolen).await
            }
        }))
        .await;
        answers[4].expect_true(201);
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert!([200, 401].contains(&answer.status), "{}", answer.text);
        }
        let _ = app.auth(ANN, &own).await.expect(201);
        assert!(!thief.is_in().await);
        password = own;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ins_on_one_device_at_once_leave_one_sign_in() {
    let server = busy_server().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let answers = at_once((0..8).map(|_| {
        let app = app.clone();
        async move { app.auth(ANN, PASSWORD).await }
    }))
    .await;
    let accounts: Vec<Account> = answers.iter().map(|answer| Account::of(&app, ANN, answer)).collect();
    let mut inside = 0;
    for account in &accounts {
        inside += usize::from(account.is_in().await);
    }
    assert_eq!(inside, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_change_to_one_login_one_gets_it() {
    let server = busy_server().await;
    let app = server.application();
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(app.join(&format!("ann{n}@example.org")).await);
    }
    let answers = at_once(
        people
            .iter()
            .cloned()
            .map(|person| async move { person.fill_in("login", json!("contested@example.org")).await }),
    )
    .await;
    assert_eq!(with_status(&answers, 200).len(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.expect_refused(400, TAKEN);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaving_and_changing_at_once_end_with_nobody() {
    let server = busy_server().await;
    server.apply(&[], &[provider("other", "reg", json!({}))]).await;
    let app = server.application();
    for round in 0..4 {
        let login = format!("ann{round}@example.org");
        let ann = app.join(&login).await;
        let answers = at_once((0..9).map(|n| {
            let ann = ann.clone();
            async move {
                match n % 3 {
                    0 => ann.fill_in("last_name", json!("Roe")).await,
                    1 => ann.app.delete("/api/content/users/me/account").await,
                    _ => ann.app.delete("/api/content/users/me").await,
                }
            }
        }))
        .await;
        assert!(answers.iter().all(|answer| [200, 401, 503].contains(&answer.status)), "{answers:?}");
        assert!(!ann.is_in().await);
        let _ = app.act("sign-up", with(newcomer(&login), json!({}))).await.expect(201);
    }
    server.stop().await;
}
