//! Many at the same moment: of those that exclude each other, exactly one wins and the others are told why.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, Person, TestServer},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::shapes::{another_code, with_status};

const GUEST: &str = "guest@example.org";

/// A server with more than one thread for requests.
async fn busy_server() -> TestServer {
    TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await
}

/// Sends all of them at once, and gives the answers in the order of the requests.
pub(crate) async fn at_once<F: Future<Output = Answer> + Send + 'static>(
    requests: impl IntoIterator<Item = F>,
) -> Vec<Answer> {
    let mut running = JoinSet::new();
    for (n, request) in requests.into_iter().enumerate() {
        running.spawn(async move { (n, request.await) });
    }
    let mut answers = running.join_all().await;
    answers.sort_by_key(|(n, _)| *n);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// A request of somebody, ready to be sent.
fn post(person: &Person, path: &str, body: &Value) -> impl Future<Output = Answer> + Send + use<> {
    post_as(&person.client, path, body)
}

fn post_as(
    client: &integration_tests::client::Client,
    path: &str,
    body: &Value,
) -> impl Future<Output = Answer> + Send + use<> {
    let (client, path, body) = (client.clone(), path.to_owned(), body.clone());
    async move { client.post(&path, body).await }
}

/// Checks that exactly one succeeded with `status`, and that every other was told one of these.
#[track_caller]
fn assert_one_winner(answers: &[Answer], status: u16, losers: &[(u16, &str)]) {
    assert_eq!(with_status(answers, status).len(), 1, "{answers:?}");
    for loser in answers.iter().filter(|answer| answer.status != status) {
        let told = (loser.status, loser.json["code"].as_str().unwrap_or_default());
        assert!(losers.contains(&told), "{told:?}: {}", loser.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_accepts_of_one_invite_make_one_membership() {
    let server = busy_server().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    let guest = server.register(GUEST).await;
    let again = server.sign_in(GUEST, PASSWORD).await;
    let (_, token) = server.invite(&owner, &slug, GUEST, "member").await;
    let path = format!("/invites/{token}/accept");
    let answers = at_once((0..64).map(|n| post([&guest, &again][n % 2], &path, &json!({})))).await;
    assert_one_winner(&answers, 200, &[(404, "INVITE_NOT_FOUND"), (400, "ALREADY_MEMBER")]);
    assert_eq!(server.tables().count("project_members", "role = 'member'"), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_registrations_with_one_invite_make_one_account() {
    let server = busy_server().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    let (_, token) = server.invite(&owner, &slug, GUEST, "member").await;
    let requests = (0..32).map(|n| {
        let body = json!({ "invite_token": token, "email": GUEST, "password": format!("{PASSWORD}-{n}") });
        post_as(&server.client, "/auth/register/with-invite", &body)
    });
    let answers = at_once(requests).await;
    assert_one_winner(&answers, 200, &[(404, "INVITE_NOT_FOUND"), (400, "EMAIL_ALREADY_IN_USE")]);
    let tables = server.tables();
    let counted = ["users", "emails", "project_members"].map(|table| tables.count(table, "1 = 1"));
    assert_eq!(counted, [2, 2, 2]);
    let winner = answers.iter().position(|answer| answer.status == 200).expect("there is one");
    let _ = server.sign_in(GUEST, &format!("{PASSWORD}-{winner}")).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_prove_one_address_one_has_it_and_the_other_is_told() {
    let server = busy_server().await;
    let people = [server.register("ada@example.org").await, server.register("bob@example.org").await];
    for round in 0..5 {
        let email = format!("contested{round}@example.org");
        let mut requests = Vec::new();
        for person in &people {
            let _ = person.client.post("/auth/emails/", json!({ "email": email })).await.expect(201);
            let code = server.mailbox.take(&email).await.code();
            requests.push(post(person, "/auth/emails/verify", &json!({ "email": email, "code": code })));
        }
        let answers = at_once(requests).await;
        assert_one_winner(&answers, 200, &[(400, "EMAIL_ALREADY_IN_USE")]);
        let winner = answers.iter().position(|answer| answer.status == 200).expect("there is one");
        assert_eq!(server.sign_in(&email, PASSWORD).await.id, people[winner].id);
        assert_eq!(server.tables().count("emails", &format!("canonical = '{email}'")), 1);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_and_a_claimant_of_one_address_do_not_both_get_it() {
    let server = busy_server().await;
    let ada = server.register("ada@example.org").await;
    for round in 0..5 {
        let email = format!("contested{round}@example.org");
        let _ = ada.client.post("/auth/emails/", json!({ "email": email })).await.expect(201);
        let code = server.mailbox.take(&email).await.code();
        let _ = server.prove(&email).await;
        let newcomer = json!({ "email": email, "password": PASSWORD });
        let claimant = json!({ "email": email, "code": code });
        let answers = at_once([
            post_as(&server.client, "/auth/register/password", &newcomer),
            post_as(&ada.client, "/auth/emails/verify", &claimant),
        ])
        .await;
        assert_one_winner(&answers, 200, &[(400, "EMAIL_ALREADY_IN_USE"), (400, "NO_CODE")]);
        let has_it = server.sign_in(&email, PASSWORD).await.id;
        assert_eq!(has_it == ada.id, answers[1].status == 200);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proved_address_gets_one_password() {
    let server = busy_server().await;
    let _ = server.prove(GUEST).await;
    let requests = (0..8).map(|n| {
        let body = json!({ "email": GUEST, "password": format!("{PASSWORD}-{n}") });
        post_as(&server.client, "/auth/register/password", &body)
    });
    assert_one_winner(&at_once(requests).await, 200, &[(400, "NO_CODE")]);
    assert_eq!(server.tables().count("users", "1 = 1"), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_refreshes_by_one_token_one_wins_and_the_family_ends() {
    let server = busy_server().await;
    let _ = server.register(GUEST).await;
    for _ in 0..5 {
        let person = server.sign_in(GUEST, PASSWORD).await;
        let body = json!({ "refresh_token": person.refresh_token });
        let answers = at_once([0, 1].map(|_| post_as(&server.client, "/auth/token/refresh", &body))).await;
        assert_one_winner(&answers, 200, &[(401, "INVALID_TOKEN")]);
        let won = with_status(&answers, 200)[0].json.clone();
        let token = won["token"].as_str().expect("there is a token");
        server.client.bearing(token).get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
        let body = json!({ "refresh_token": won["refresh_token"] });
        server.client.post("/auth/token/refresh", body).await.expect_error(401, "INVALID_TOKEN");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_starts_within_the_pause_mail_one_letter() {
    let server = busy_server().await;
    let body = json!({ "email": GUEST });
    let start = || at_once((0..24).map(|_| post_as(&server.client, "/auth/register/start", &body)));
    start().await.iter().for_each(Answer::expect_message);
    assert_eq!(server.tables().letters_to(GUEST), 1);
    server.clock.advance(TimeDelta::seconds(60));
    let requests = (0..24).map(|_| post_as(&server.client, "/auth/register/resend", &body));
    assert_one_winner(&at_once(requests).await, 200, &[(429, "TOO_MANY_REQUESTS")]);
    assert_eq!(server.tables().letters_to(GUEST), 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_codes_at_once_are_counted_one_by_one() {
    let server = busy_server().await;
    let code = server.start_registration(GUEST).await;
    let body = json!({ "email": GUEST, "code": another_code(&code) });
    let answers = at_once((0..24).map(|_| post_as(&server.client, "/auth/register/verify", &body))).await;
    let told = |code: &str| answers.iter().filter(|answer| answer.json["code"] == code).count();
    assert_eq!((told("INVALID_CODE"), told("TOO_MANY_ATTEMPTS")), (3, 21), "{answers:?}");
    let body = json!({ "email": GUEST, "code": code });
    server.client.post("/auth/register/verify", body).await.expect_error(400, "TOO_MANY_ATTEMPTS");

    let ada = server.register("ada@example.org").await;
    let _ = ada.client.post("/auth/emails/", json!({ "email": "second@example.org" })).await.expect(201);
    let code = server.mailbox.take("second@example.org").await.code();
    let body = json!({ "email": "second@example.org", "code": another_code(&code) });
    let answers = at_once((0..24).map(|_| post(&ada, "/auth/emails/verify", &body))).await;
    let told = |code: &str| answers.iter().filter(|answer| answer.json["code"] == code).count();
    assert_eq!((told("INVALID_CODE"), told("TOO_MANY_ATTEMPTS")), (3, 21), "{answers:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_name_given_twenty_times_makes_twenty_slugs() {
    let server = busy_server().await;
    let owner = server.register("owner@example.org").await;
    let answers = at_once((0..20).map(|_| post(&owner, "/projects/", &json!({ "name": "My App" })))).await;
    let slugs: BTreeSet<String> = answers
        .into_iter()
        .map(|answer| answer.expect(201)["slug"].as_str().expect("a slug").to_owned())
        .collect();
    let expected = (1..=20).map(|n| if n == 1 { "my-app".to_owned() } else { format!("my-app-{n}") });
    assert_eq!(slugs, expected.collect());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invite_is_accepted_or_cancelled_or_sent_anew_but_not_both() {
    let server = busy_server().await;
    let owner = server.register("owner@example.org").await;
    let guest = server.register(GUEST).await;
    for round in 0..12 {
        let slug = server.project(&owner, &format!("Project {round}"), false).await;
        let (id, token) = server.invite(&owner, &slug, GUEST, "member").await;
        let invite = format!("/projects/{slug}/invites/{id}");
        let accept = post(&guest, &format!("/invites/{token}/accept"), &json!({}));
        let (client, resends) = (owner.client.clone(), round % 2 == 0);
        let against = async move {
            if resends {
                client.post_nothing(&format!("{invite}/resend")).await
            } else {
                client.delete(&invite).await
            }
        };
        let (accepted, against) = tokio::join!(tokio::spawn(accept), tokio::spawn(against));
        let answers = [accepted.expect("it was sent"), against.expect("it was sent")];
        assert_one_winner(&answers, 200, &[(404, "INVITE_NOT_FOUND")]);
        if resends && answers[1].status == 200 {
            // The next round asks for its own letter.
            let _ = server.mailbox.take(GUEST).await;
        }
        let project = guest.client.get(&format!("/projects/{slug}")).await;
        assert_eq!(project.status, if answers[0].status == 200 { 200 } else { 404 });
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_is_invited_once_and_one_person_joins_once() {
    let server = busy_server().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "Open", true).await;
    let path = format!("/projects/{slug}/invites");
    let answers = at_once((0..16).map(|_| post(&owner, &path, &json!({ "email": GUEST })))).await;
    assert_one_winner(&answers, 201, &[(400, "INVITE_ALREADY_EXISTS")]);
    assert_eq!(server.tables().letters_to(GUEST), 1);

    let guest = server.register("other@example.org").await;
    let path = format!("/projects/{slug}/join");
    let answers = at_once((0..16).map(|_| post(&guest, &path, &json!({})))).await;
    assert_one_winner(&answers, 200, &[(400, "ALREADY_MEMBER")]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_link_sets_one_password() {
    let server = busy_server().await;
    let _ = server.register(GUEST).await;
    server.client.post("/auth/password/forgot", json!({ "email": GUEST })).await.expect_message();
    let token = server.mailbox.take(GUEST).await.token_after("token=");
    let requests = (0..8).map(|n| {
        let body = json!({ "token": token, "password": format!("amber-lantern-{n}") });
        post_as(&server.client, "/auth/password/reset", &body)
    });
    let answers = at_once(requests).await;
    assert_one_winner(&answers, 200, &[(400, "INVALID_TOKEN")]);
    let winner = answers.iter().position(|answer| answer.status == 200).expect("there is one");
    let _ = server.sign_in(GUEST, &format!("amber-lantern-{winner}")).await;
    server.stop().await;
}
