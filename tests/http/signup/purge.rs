//! Those who never became active are forgotten (sign-up contract section 3, `deleteNoneActiveUsersAfterDays`).

use chrono::TimeDelta;
use integration_tests::{
    server::{PASSWORD, TestServer},
    signup::provider,
};
use serde_json::json;

use super::{ANN, BOB, NOT_ACTIVE, WRONG_CODE, WRONG_CREDENTIALS};

#[tokio::test]
async fn whoever_is_not_active_after_the_days_of_his_provider_is_forgotten() {
    let server = TestServer::start_with_codes(json!({ "systemCodeTlsSec": 604_800 })).await;
    let slow = json!({ "isCheckCode": true, "config": { "deleteNoneActiveUsersAfterDays": "30" } });
    server.apply(&[], &[provider("slow", "reg", slow)]).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    let _ = (app.sign_up(BOB).await, app.at("slow").sign_up(ANN).await);
    let bobs = server.mailed_code(BOB).await;
    app.activate(BOB, &bobs).await.expect_true(201);

    server.clock.advance(TimeDelta::hours(47));
    assert_eq!(server.purge_waiting().await, 0);
    app.auth(ANN, PASSWORD).await.expect_refused(403, NOT_ACTIVE);
    server.clock.advance(TimeDelta::hours(1) + TimeDelta::seconds(1));
    assert_eq!(server.purge_waiting().await, 1);
    app.auth(ANN, PASSWORD).await.expect_refused(401, WRONG_CREDENTIALS);
    app.activate(ANN, &code).await.expect_refused(400, WRONG_CODE);
    app.at("slow").auth(ANN, PASSWORD).await.expect_refused(403, NOT_ACTIVE);
    let _ = app.sign_in(BOB).await;
    let tables = server.tables();
    let counted = ["signups", "users", "emails"].map(|table| tables.count(table, "1 = 1"));
    assert_eq!(counted, [2, 2, 2], "his person is forgotten with him");

    server.clock.advance(TimeDelta::days(28));
    assert_eq!(server.purge_waiting().await, 1);
    assert_eq!(server.purge_waiting().await, 0);
    server.stop().await;
}

#[tokio::test]
async fn the_login_of_whoever_was_forgotten_is_free() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let first = app.sign_up(ANN).await;
    let stale = server.mailed_code(ANN).await;
    server.clock.advance(TimeDelta::days(2) + TimeDelta::seconds(1));
    assert_eq!(server.purge_waiting().await, 1);
    let second = app.sign_up(ANN).await;
    assert_ne!(first["id"], second["id"], "no number is given twice");
    let code = server.mailed_code(ANN).await;
    app.activate(ANN, &stale).await.expect_refused(400, WRONG_CODE);
    app.activate(ANN, &code).await.expect_true(201);
    server.clock.advance(TimeDelta::days(400));
    assert_eq!(server.purge_waiting().await, 0);
    let _ = app.sign_in(ANN).await;
    server.stop().await;
}

#[tokio::test]
async fn a_person_whom_the_house_knows_is_not_forgotten() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let owner = server.register(BOB).await;
    server.clock.advance(TimeDelta::days(3));
    assert_eq!(server.purge_waiting().await, 1);
    assert_eq!(server.sign_in(BOB, PASSWORD).await.id, owner.id);
    server.stop().await;
}

#[tokio::test]
async fn hundreds_are_forgotten_at_once() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let copies = "INSERT INTO signups (provider, login, login_key, password_hash, form_data, notification, fcm_tokens, \
        state, locale, status, version, user_id, created_at, updated_at) \
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 249) \
        SELECT provider, login || n, login_key || n, password_hash, form_data, notification, fcm_tokens, \
        state, locale, status, version, user_id, created_at, updated_at FROM signups, numbers";
    assert_eq!(server.tables().change(copies), 249);
    server.clock.advance(TimeDelta::days(3));
    assert_eq!(server.purge_waiting().await, 250);
    let tables = server.tables();
    assert_eq!((tables.count("signups", "1 = 1"), tables.count("users", "1 = 1")), (0, 0));
    server.stop().await;
}
