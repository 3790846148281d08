//! Whether the server lives, can work, and how it answers when it cannot (contract O38 and O42).

use integration_tests::server::TestServer;
use serde_json::json;
use tokio::task::JoinSet;

#[tokio::test]
async fn a_server_that_works_says_so() {
    let server = TestServer::start().await;
    assert_eq!(server.client.get("/health").await.expect(200), json!({ "status": "ok" }));
    let ready = server.client.get("/health/ready").await;
    assert_eq!(ready.status, 200, "{}", ready.text);
    assert!(ready.json["status"].is_string(), "{}", ready.text);
    server.stop().await;
}

#[tokio::test]
async fn a_server_whose_database_lacks_migrations_is_not_ready() {
    let server = TestServer::start().await;
    let forgotten = server.tables().change("DELETE FROM __diesel_schema_migrations");
    assert!(forgotten > 0);
    let ready = server.client.get("/health/ready").await;
    assert_eq!(ready.status, 503, "{}", ready.text);
    assert_eq!(ready.json["code"].as_str().map(str::is_empty), Some(false), "{}", ready.text);
    assert!(ready.json["error"].is_string(), "{}", ready.text);
    assert_eq!(server.client.get("/health").await.expect(200), json!({ "status": "ok" }));
    server.stop().await;
}

#[tokio::test]
async fn a_server_without_its_database_lives_but_is_not_ready() {
    let server = TestServer::start().await;
    let person = server.register("ada@example.org").await;
    server.tables().destroy();
    let ready = server.client.get("/health/ready").await;
    assert_eq!(ready.status, 503, "{}", ready.text);
    assert_eq!(server.client.get("/health").await.expect(200), json!({ "status": "ok" }));
    let me = person.client.get("/auth/me").await;
    assert!(matches!(me.status, 500 | 503), "{}", me.text);
    let code = if me.status == 503 { "TOO_BUSY" } else { "INTERNAL_ERROR" };
    me.expect_error(me.status, code);
    for secret in ["sessions", "sql", "postgres", "connection"] {
        assert!(!me.text.to_lowercase().contains(secret), "{}", me.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_rush_of_sign_ins_is_turned_away_in_good_form_and_stops_nobody_else() {
    let server = TestServer::start_with(&[("PORTICO_HASH_THREADS", "1")]).await;
    let person = server.register("ada@example.org").await;
    let mut rush = JoinSet::new();
    for _ in 0..200 {
        let client = server.client.clone();
        let body = json!({ "email": "ada@example.org", "password": "wrong-password" });
        rush.spawn(async move { client.post("/auth/login", body).await });
    }
    let mut turned_away = 0;
    while let Some(answer) = rush.join_next().await {
        let answer = answer.expect("it was sent");
        if answer.status == 503 {
            answer.expect_error(503, "TOO_BUSY");
            assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0));
            if turned_away == 0 {
                assert_eq!(person.client.get("/auth/me").await.status, 200);
            }
            turned_away += 1;
        } else {
            answer.expect_error(401, "INVALID_CREDENTIALS");
        }
    }
    assert!(turned_away > 0, "the queue took all of them");
    server.stop().await;
}

#[tokio::test]
async fn a_broken_record_is_our_fault_and_its_cause_stays_here() {
    let server = TestServer::start().await;
    let person = server.register("ada@example.org").await;
    let broken = server.tables().change(&format!("UPDATE users SET display_name = '{}'", "x".repeat(500)));
    assert_eq!(broken, 1);
    let me = person.client.get("/auth/me").await;
    me.expect_error(500, "INTERNAL_ERROR");
    assert!(!me.text.contains("display_name") && !me.text.contains("users"), "{}", me.text);
    server.stop().await;
}
