//! Secrets are given out once and kept as digests only.

use std::collections::BTreeMap;

use integration_tests::{
    secrets::SecretKind,
    server::{PASSWORD, TestServer},
    tables::Column,
    wait::until,
};
use serde_json::json;

const GUEST: &str = "guest@example.org";

/// Every column that is made from a secret, with the form of what is kept.
const KEPT: [(&str, Form); 8] = [
    ("credentials.hash", Form::Argon2id),
    ("invites.token_digest", Form::Digest),
    ("outbox.secret", Form::Erased),
    ("password_resets.token_digest", Form::Digest),
    ("sessions.refresh_digest", Form::Digest),
    ("sessions.token_digest", Form::Digest),
    ("verification_codes.mac", Form::DigestOrErased),
    ("verification_codes.proof_token", Form::DigestOrErased),
];

/// Those that only the portal fills: `portal::secrets` looks at them.
pub(crate) const KEPT_BY_THE_PORTAL: [&str; 4] = [
    "email_verifications.digest",
    "payment_transactions.digest",
    "pending_signins.digest",
    "sign_in_attempts.digest",
];

/// Those that only the sign-up API fills: `signup::secrets` looks at them.
pub(crate) const KEPT_BY_THE_SIGN_UP_API: [(&str, Form); 2] =
    [("signups.fcm_tokens", Form::Devices), ("signups.password_hash", Form::Argon2id)];

/// Those that only partners fill: `partners::secrets` looks at them.
pub(crate) const KEPT_BY_THE_PARTNER_API: [(&str, Form); 3] = [
    ("check_results.page_digest", Form::DigestOrErased),
    ("idempotency_keys.digest", Form::Digest),
    ("partner_keys.digest", Form::Digest),
];

#[derive(Clone, Copy)]
pub(crate) enum Form {
    Argon2id,
    Digest,
    DigestOrErased,
    /// Nothing, once the letter has left.
    Erased,
    /// Names of devices, in clear: messages are sent to them.
    Devices,
}

impl Form {
    pub(crate) fn fits(self, value: Option<&str>) -> bool {
        let is_digest = |text: &str| text.trim_start_matches('x').len() == 64;
        match self {
            Self::Argon2id => value.is_some_and(|text| text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")),
            Self::Digest => value.is_some_and(is_digest),
            Self::DigestOrErased => value.is_none_or(is_digest),
            Self::Erased => value.is_none(),
            Self::Devices => value.is_some_and(|text| text.starts_with('[')),
        }
    }
}

/// Words in the name of a column that keeps something of a secret.
const TELLTALES: [&str; 8] = ["token", "secret", "digest", "hash", "mac", "password", "code", "proof"];

fn hexadecimal(text: &str) -> String {
    text.bytes()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// Plays the whole of the house through; answers every secret that was given out.
async fn play(server: &TestServer) -> BTreeMap<String, String> {
    let mut secrets = BTreeMap::new();
    let mut note = |what: &str, secret: &str| {
        secrets.insert(what.to_owned(), secret.to_owned());
    };
    let verification = server.prove("owner@example.org").await;
    note("verification token", &verification);
    let body = json!({ "email": "owner@example.org", "password": PASSWORD });
    let _ = server.client.post("/auth/register/password", body).await.expect(200);
    let _ = server.prove("waiting@example.org").await;
    let owner = server.sign_in("owner@example.org", PASSWORD).await;
    note("bearer token", owner.client.token().expect("he is signed in"));
    note("refresh token", &owner.refresh_token);
    note("password", PASSWORD);

    let slug = server.project(&owner, "My App", false).await;
    let (_, token) = server.invite(&owner, &slug, GUEST, "member").await;
    note("invite", &token);
    let (_, token) = server.invite(&owner, &slug, "pending@example.org", "member").await;
    note("pending invite", &token);
    let token = secrets["invite"].clone();
    let body = json!({ "invite_token": token, "email": GUEST, "password": "amber-lantern-73" });
    let _ = server.client.post("/auth/register/with-invite", body).await.expect(200);
    secrets.insert("another password".to_owned(), "amber-lantern-73".to_owned());

    server.client.post("/auth/password/forgot", json!({ "email": GUEST })).await.expect_message();
    let reset = server.mailbox.take(GUEST).await.token_after("token=");
    secrets.insert("reset token".to_owned(), reset);
    let code = server.start_registration("newcomer@example.org").await;
    secrets.insert("registration code".to_owned(), code);
    let _ = owner.client.post("/auth/emails", json!({ "email": "second@example.org" })).await.expect(201);
    let code = server.mailbox.take("second@example.org").await.code();
    secrets.insert("code for an address".to_owned(), code);
    secrets
}

/// The dump, once every letter has left.
async fn dump(server: &TestServer) -> Vec<Column> {
    let tables = server.tables();
    until("all letters to leave", async || (tables.count("outbox", "closed_at IS NULL") == 0).then_some(()))
        .await;
    tables.dump()
}

#[tokio::test]
async fn no_secret_is_kept_in_clear() {
    let server = TestServer::start().await;
    let secrets = play(&server).await;
    let dump = dump(&server).await;
    assert!(dump.iter().any(|column| column.name == "emails.address" && !column.values.is_empty()));
    for column in &dump {
        // The digits of a code occur in instants and ids by chance; these columns hold nothing else.
        let is_number =
            column.name.ends_with("_at") || column.name.ends_with("id") || column.name.ends_with("until");
        for value in column.values.iter().flatten() {
            let value = value.to_lowercase();
            for (what, secret) in &secrets {
                if secret.len() == 6 && is_number {
                    continue;
                }
                let clear = secret.to_lowercase();
                let digits = secret.len() == 6 && value.trim_start_matches('x').len() == 64;
                assert!(digits || !value.contains(&clear), "{what} in {}: {value}", column.name);
                assert!(!value.contains(&hexadecimal(secret)), "{what} in {}: {value}", column.name);
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn the_log_of_a_server_is_searched_for_all_of_them() {
    let server = TestServer::start().await;
    let secrets = play(&server).await;
    let noted = server.client.secrets();
    for (what, secret) in &secrets {
        assert!(!noted.find_in(&format!("it is {secret}")).is_empty(), "{what} is not noted");
    }
    assert!(noted.count(SecretKind::MasterSecret) == 1);
    let log = server.log();
    assert!(log.contains("request served") && log.contains("letter written"), "{log}");
    // What its end does by itself.
    noted.assert_absent_from(&log);
    server.stop().await;
}

#[tokio::test]
async fn every_column_made_from_a_secret_holds_a_digest() {
    let server = TestServer::start().await;
    let _ = play(&server).await;
    let dump = dump(&server).await;
    let telltale = |name: &str| {
        let column = name.split('.').next_back().unwrap_or_default();
        TELLTALES.iter().any(|word| column.contains(word))
    };
    let suspicious: Vec<&str> =
        dump.iter().map(|column| column.name.as_str()).filter(|name| telltale(name)).collect();
    let own = KEPT.into_iter().chain(KEPT_BY_THE_SIGN_UP_API).chain(KEPT_BY_THE_PARTNER_API);
    let mut known: Vec<&str> = own.map(|(name, _)| name).chain(KEPT_BY_THE_PORTAL).collect();
    known.sort_unstable();
    assert_eq!(suspicious, known, "a new column needs a form here");
    for (name, form) in KEPT {
        let column = dump.iter().find(|column| column.name == name).expect("it is in the dump");
        assert!(!column.values.is_empty(), "{name} is not covered");
        for value in &column.values {
            assert!(form.fits(value.as_deref()), "{name}: {value:?}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn no_answer_gives_a_secret_out_again() {
    let server = TestServer::start().await;
    let secrets = play(&server).await;
    let owner = server.client.bearing(&secrets["bearer token"]);
    let mut answers = Vec::new();
    for path in [
        "/auth/me",
        "/auth/emails",
        "/projects",
        "/projects/my-app",
        "/projects/my-app/members",
        "/projects/my-app/invites",
        "/health/ready",
    ] {
        answers.push(owner.get(path).await);
    }
    let body = json!({ "email": "third@example.org" });
    answers.push(owner.post("/projects/my-app/invites", body).await);
    let created = answers.last().expect("it is there").json["id"].clone();
    let path = format!("/projects/my-app/invites/{}/resend", created.as_str().expect("an id"));
    answers.push(owner.post_nothing(&path).await);
    let fresh = server.mailbox.all_to("third@example.org");
    answers.push(server.client.get(&format!("/invites/{}", secrets["pending invite"])).await);
    for answer in answers {
        assert!(answer.status < 300, "{}", answer.text);
        for (what, secret) in &secrets {
            assert!(secret.len() == 6 || !answer.text.contains(secret), "{what}: {}", answer.text);
        }
        for letter in &fresh {
            assert!(!answer.text.contains(&letter.token_after("/invite/")), "{}", answer.text);
        }
        assert!(!answer.text.contains("argon2") && !answer.text.contains("digest"), "{}", answer.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn no_refusal_repeats_a_secret() {
    let server = TestServer::start().await;
    let secret = "cobalt-meadow-1208";
    let owner = server.register("owner@example.org").await;
    for (path, body) in [
        ("/auth/login", json!({ "email": "owner@example.org", "password": secret })),
        ("/auth/login", json!({ "email": 5, "password": secret })),
        ("/auth/register/password", json!({ "email": "x@example.org", "password": secret })),
        ("/auth/register/password", json!({ "email": "nope", "password": [secret] })),
        (
            "/auth/register/with-invite",
            json!({ "invite_token": secret, "email": "nope", "password": secret }),
        ),
        ("/auth/password/reset", json!({ "token": secret, "password": secret })),
        ("/auth/password/reset", json!({ "token": { secret: 1 }, "password": "short" })),
        ("/auth/password/change", json!({ "old_password": secret, "new_password": secret })),
        ("/auth/token/refresh", json!({ "refresh_token": secret })),
        ("/auth/token/refresh", json!({ "refresh_token": [secret] })),
    ] {
        let answer = owner.client.post(path, body).await;
        assert!(answer.status >= 400, "{path}");
        assert!(!answer.text.contains(secret), "{path}: {}", answer.text);
    }
    server.stop().await;
}
