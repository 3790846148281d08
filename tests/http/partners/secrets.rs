//! Nothing that opens anything for a partner, or for the people whom it created, is kept or logged in clear.

use std::collections::BTreeMap;

use integration_tests::{
    client::Answer,
    partners::{AUTH_USER, Office, PARTNERS, Partner, Receiver, SAVE, Webhook, password_in},
    portal::{with, without},
    secrets::SecretKind,
    server::TestServer,
    wait::until,
};
use reqwest::Method;
use serde_json::json;

use super::{ANN, NOBODY};
use crate::secrets::{Form, KEPT_BY_THE_PARTNER_API};

/// A server on which everything has happened that has to do with a secret.
struct Played {
    server: TestServer,
    receiver: Receiver,
    office: Office,
    partner: Partner,
    webhook: Webhook,
    secrets: BTreeMap<&'static str, String>,
}

async fn play() -> Played {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let mut secrets = BTreeMap::from([("a key", partner.program.key().to_owned())]);
    let webhook = office.webhook(&partner, &receiver.url("/"), &["user.created", "check_result.saved"]).await;
    secrets.insert("the secret of a webhook", webhook.secret.clone());
    let user = partner.program.user(ANN).await;
    secrets.insert("a mailed password", password_in(&server.mailbox.take(ANN).await));
    partner.program.save_as("call-1", &user, json!({ "sendEmailToUser": true })).await.expect_saved();
    let token = server.mailbox.take(ANN).await.token_after("/results/");
    assert_eq!(server.client.get(&format!("/results/{token}")).await.status, 200);
    secrets.insert("the token of a page", token);
    let (next, _) = office.rotate(&partner).await;
    next.save(&user, json!({})).await.expect_saved();
    secrets.insert("the next key", next.key().to_owned());
    let request = partner.program.request(Method::POST, SAVE).bearer_auth(next.key());
    let result = without(partner.program.result(&user), "key");
    partner.program.send(request.json(&result)).await.expect_saved();
    let body = json!({ "email": ANN, "password": secrets["a mailed password"] });
    let _ = server.client.post("/auth/login", body).await.expect(200);
    let tables = server.tables();
    until("all letters to leave", async || (tables.count("outbox", "closed_at IS NULL") == 0).then_some(()))
        .await;
    Played { server, receiver, office, partner, webhook, secrets }
}

#[tokio::test]
async fn nothing_that_opens_anything_is_kept_in_clear() {
    let played = play().await;
    let dump = played.server.tables().dump();
    assert!(dump.iter().any(|column| column.name == "partner_keys.prefix" && column.values.len() == 2));
    for column in &dump {
        for value in column.values.iter().flatten() {
            for (what, secret) in &played.secrets {
                let forms = [secret.clone(), hex::encode(secret), hex::encode_upper(secret)];
                assert!(!forms.iter().any(|form| value.contains(form)), "{what} in {}", column.name);
            }
        }
    }
    played.server.stop().await;
}

#[tokio::test]
async fn every_column_of_this_api_that_is_made_from_a_secret_has_its_form() {
    let played = play().await;
    let dump = played.server.tables().dump();
    let others = [("credentials.hash", Form::Argon2id), ("outbox.secret", Form::Erased)];
    for (name, form) in KEPT_BY_THE_PARTNER_API.into_iter().chain(others) {
        let column = dump.iter().find(|column| column.name == name).expect("it is in the dump");
        assert!(!column.values.is_empty(), "{name} is not covered");
        for value in &column.values {
            assert!(form.fits(value.as_deref()), "{name}: {value:?}");
        }
    }
    played.server.stop().await;
}

#[tokio::test]
async fn the_log_is_searched_for_all_of_it() {
    let played = play().await;
    let noted = played.server.client.secrets();
    for (what, secret) in &played.secrets {
        assert!(!noted.find_in(&format!("it is {secret}")).is_empty(), "{what} is not noted");
    }
    for kind in [SecretKind::Password, SecretKind::Token, SecretKind::Shared, SecretKind::MailedToken] {
        assert!(noted.count(kind) > 0, "{kind}");
    }
    let log = played.server.log();
    assert!(log.contains("request served") && log.contains("provisioned_password"), "{log}");
    // What its end does by itself.
    noted.assert_absent_from(&log);
    // Nor does the log tell what was written and found.
    assert!(!log.contains("leafs") && !log.contains("leaves"), "somebody's text is in the log");
    played.server.stop().await;
}

#[tokio::test]
async fn no_answer_gives_a_secret_out_again() {
    let played = play().await;
    let Played { receiver, office, partner, webhook, secrets, .. } = &played;
    let delivery = office.deliveries(partner, webhook).await[0]["id"].as_str().expect("an id").to_owned();
    let mut answers = Vec::new();
    for path in [
        PARTNERS.to_owned(),
        partner.path("/dictations"),
        partner.path("/results"),
        partner.path("/results.csv"),
        partner.path("/results.jsonl"),
        partner.path("/webhooks"),
        partner.path(&format!("/webhooks/{}/deliveries", webhook.id)),
        format!("/results/{}", secrets["the token of a page"]),
        "/auth/me".to_owned(),
    ] {
        answers.push(office.browser.get(&path).await);
    }
    let path = partner.path(&format!("/webhooks/{}/deliveries/{delivery}/replay", webhook.id));
    answers.push(office.browser.post_nothing(&path).await);
    answers.push(partner.program.auth_user(ANN).await);
    let leaks =
        |text: &str| secrets.iter().find(|(_, secret)| text.contains(secret.as_str())).map(|(what, _)| *what);
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(leaks(&answer.text), None, "{}", answer.text);
        assert!(!answer.text.contains("argon2") && !answer.text.contains("digest"), "{}", answer.text);
    }
    for post in receiver.posts().await {
        assert_eq!(leaks(&format!("{post:?}")), None, "{post:?}");
    }
    played.server.stop().await;
}

#[tokio::test]
async fn no_refusal_repeats_what_was_shown() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let secret = "cobalt-meadow-1208";
    let person = partner.program.person(ANN);
    let result = partner.program.result(NOBODY);
    let answers: Vec<Answer> = vec![
        partner.program.post(AUTH_USER, &with(person.clone(), json!({ "key": secret }))).await,
        partner.program.post(AUTH_USER, &with(person.clone(), json!({ "key": [secret] }))).await,
        partner
            .program
            .post(AUTH_USER, &with(person.clone(), json!({ "email": secret, "login": [secret] })))
            .await,
        partner.program.post(SAVE, &with(result.clone(), json!({ "user": secret, "dict": secret }))).await,
        partner.program.post(SAVE, &with(result.clone(), json!({ "model": secret, "text": [secret] }))).await,
        partner.program.post(SAVE, &with(result, json!({ "sendEmailToUser": secret, "key": secret }))).await,
        partner.program.post_bytes(AUTH_USER, format!("{{\"key\":\"{secret}\"")).await,
        partner.program.send(partner.program.request(Method::POST, AUTH_USER).bearer_auth(secret)).await,
    ];
    for answer in answers {
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(!answer.text.contains(secret), "{}", answer.text);
    }
    assert_eq!(server.client.get(&format!("/results/{secret}")).await.status, 404);
    server.stop().await;
}
