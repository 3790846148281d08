//! Many calls for one person at the same moment (partner contract, `auth_user`).

use std::collections::{BTreeMap, BTreeSet};

use integration_tests::{
    client::Answer,
    partners::{Partner, Program, password_in},
    server::TestServer,
};
use serde_json::json;

use super::{ANN, BOB};
use crate::races::at_once;

/// A server with more than one thread for requests.
async fn busy_server() -> TestServer {
    TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await
}

/// A call for somebody, ready to be made.
fn call(program: &Program, email: &str) -> impl Future<Output = Answer> + Send + use<> {
    let (program, email) = (program.clone(), email.to_owned());
    async move { program.auth_user(&email).await }
}

/// The one id in all of these answers.
#[track_caller]
fn only(answers: &[Answer]) -> String {
    let ids: BTreeSet<String> = answers.iter().map(Answer::expect_user).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    ids.into_iter().next().expect("there is one")
}

/// How many people, addresses, passwords and letters with one there are, the admin left out.
fn counted(server: &TestServer) -> [i64; 4] {
    let tables = server.tables();
    let [users, emails, passwords] =
        ["users", "emails", "credentials"].map(|table| tables.count(table, "1 = 1") - 1);
    [users, emails, passwords, tables.count("outbox", "kind = 'provisioned_password'")]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_calls_for_one_address_make_one_person_and_one_letter() {
    let server = busy_server().await;
    let (_, partner) = server.partner().await;
    let spellings = [ANN, "Ann@Example.org", " ann@example.org", "ANN@EXAMPLE.ORG"];
    let answers = at_once((0..32).map(|n| call(&partner.program, spellings[n % 4]))).await;
    let user = only(&answers);
    assert_eq!(counted(&server), [1, 1, 1, 1]);
    let letters: Vec<String> =
        server.tables().texts("SELECT recipient AS value FROM outbox WHERE kind = 'provisioned_password'");
    let letter = server.mailbox.take(&letters[0]).await;
    let body = json!({ "email": ANN, "password": password_in(&letter) });
    assert_eq!(server.client.post("/auth/login", body).await.expect(200)["user"]["id"], json!(user));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_partners_who_call_for_eight_people_at_once_make_each_once() {
    let server = busy_server().await;
    let (office, first) = server.partner().await;
    let second = office.partner("Second").await;
    let emails: Vec<String> = (0..8).map(|n| format!("ann{n}@example.org")).collect();
    let calls = (0..32).map(|n| call(&[&first, &second][n / 8 % 2].program, &emails[n % 8]));
    let answers = at_once(calls).await;
    let mut of_email: BTreeMap<&str, Vec<Answer>> = BTreeMap::new();
    for (n, answer) in answers.into_iter().enumerate() {
        of_email.entry(&emails[n % 8]).or_default().push(answer);
    }
    let people: BTreeSet<String> = of_email.values().map(|answers| only(answers)).collect();
    assert_eq!((people.len(), counted(&server)), (8, [8, 8, 8, 8]));
    assert_eq!(server.tables().count("partner_users", "1 = 1"), 16);
    for user in &people {
        for partner in [&first, &second] {
            partner.program.save(user, json!({})).await.expect_saved();
        }
    }
    server.stop().await;
}

/// A second server on the database of the first. An SQLite file has room for one alone.
async fn beside(server: &TestServer) -> Option<TestServer> {
    if server.database.is_sqlite() {
        return None;
    }
    Some(
        TestServer::start_with(&[("PORTICO_DATABASE_URL", server.database.url()), ("PORTICO_WORKERS", "4")])
            .await,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_make_each_person_once() {
    let server = busy_server().await;
    let Some(other) = beside(&server).await else { return server.stop().await };
    let (office, first) = server.partner().await;
    let second = office.partner("Second").await;
    let answers = at_once((0..32).map(|n| {
        let program = if n % 2 == 0 { first.program.clone() } else { first.program.at(&other.client) };
        call(&program, ANN)
    }))
    .await;
    let user = only(&answers);
    assert_eq!(counted(&server), [1, 1, 1, 1]);

    let emails: Vec<String> = (0..8).map(|n| format!("bob{n}@example.org")).collect();
    let answers = at_once((0..32).map(|n| {
        let partner: &Partner = [&first, &second][n / 8 % 2];
        let program = if n / 16 == 0 { partner.program.clone() } else { partner.program.at(&other.client) };
        call(&program, &emails[n % 8])
    }))
    .await;
    let people: BTreeSet<String> = answers.iter().map(Answer::expect_user).collect();
    assert_eq!((people.len(), counted(&server)), (8, [9, 9, 9, 9]));

    // Whatever one of them does, the other knows at once.
    first.program.at(&other.client).save(&user, json!({})).await.expect_saved();
    assert_eq!(office.results(&first, "").await.len(), 1);
    office.revoke(&first).await;
    let refused = first.program.at(&other.client).auth_user(ANN).await;
    assert_eq!(refused.faulty_fields(), ["key"]);
    other.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registering_and_being_created_at_once_end_with_one_person() {
    let server = busy_server().await;
    let (_, partner) = server.partner().await;
    for round in 0..6 {
        let email = format!("ann{round}@example.org");
        let _ = server.prove(&email).await;
        let client = server.client.clone();
        let body = json!({ "email": email, "password": "amber-lantern-73" });
        let registering = async move { client.post("/auth/register/password", body).await };
        let (registered, answers) =
            tokio::join!(tokio::spawn(registering), at_once((0..6).map(|_| call(&partner.program, &email))),);
        let registered = registered.expect("it was sent");
        let user = only(&answers);
        // Whoever came first, it is one person, and he who proved the address has the last word.
        let body = registered.expect(200);
        assert_eq!(body["user"]["id"], json!(user));
        assert_eq!(server.sign_in(&email, "amber-lantern-73").await.id, user);
        assert_eq!(server.tables().count("emails", &format!("address = '{email}'")), 1);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_newcomers_is_created_whole() {
    let server = busy_server().await;
    let (_, partner) = server.partner().await;
    let answers = at_once((0..24).map(|n| call(&partner.program, &format!("ann{n}@example.org")))).await;
    let people: BTreeSet<String> = answers.iter().map(Answer::expect_user).collect();
    assert_eq!((people.len(), counted(&server)), (24, [24, 24, 24, 24]));
    let _ = partner.program.user(BOB).await;
    server.stop().await;
}
