//! What partners' programs are told when the house cannot work (partner contract, "Common").

use integration_tests::{partners::SAVE, server::TestServer};
use reqwest::Method;
use serde_json::json;

use super::ANN;

#[tokio::test]
async fn without_a_database_a_call_is_refused_in_the_form_of_this_api() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    server.tables().destroy();
    for answer in [
        partner.program.auth_user(ANN).await,
        partner.program.auth_user("new@example.org").await,
        partner.program.save(&user, json!({})).await,
        partner.program.save_as("call-1", &user, json!({})).await,
    ] {
        assert!([500, 503].contains(&answer.status), "{}", answer.text);
        let said = answer.detail(answer.status).to_lowercase();
        for secret in ["partner_keys", "sql", "postgres", "connection", "table"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
    // What needs no database is answered as ever.
    let answer = partner.program.send(partner.program.request(Method::OPTIONS, SAVE)).await;
    assert_eq!(answer.status, 200);
    let answer = partner.program.send(partner.program.request(Method::GET, SAVE)).await;
    answer.expect_detail(405, "Method \"GET\" not allowed.");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_too_many_is_told_when_to_come_back() {
    let server = TestServer::start_with(&[("PORTICO_HASH_THREADS", "1"), ("PORTICO_WORKERS", "4")]).await;
    let (_, partner) = server.partner().await;
    let answers = crate::races::at_once((0..200).map(|n| {
        let program = partner.program.clone();
        async move { program.auth_user(&format!("ann{n}@example.org")).await }
    }))
    .await;
    let mut created = 0;
    for answer in &answers {
        if answer.status == 200 {
            let _ = answer.expect_user();
            created += 1;
        } else {
            assert!(!answer.detail(503).is_empty());
            assert!(answer.header("Retry-After").parse::<u32>().is_ok_and(|seconds| seconds > 0));
        }
    }
    assert!(created > 0, "nobody was created");
    assert_eq!(server.tables().count("partner_users", "1 = 1"), created);
    assert_eq!(server.tables().count("outbox", "kind = 'provisioned_password'"), created);
    server.stop().await;
}
