//! Every field of every body, missing, null, of a wrong type, and out of its bounds (contract O41).

use integration_tests::{
    client::{Answer, Client},
    server::{PASSWORD, TestServer},
};
use serde_json::{Map, Value, json};

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Email,
    /// A password that is being chosen.
    NewPassword,
    /// Any text.
    Text,
    Code,
    Name,
    Description,
    Flag,
    Role,
    Url,
}

/// A field: its name, what it may hold, and whether it must be there.
pub(crate) type Field = (&'static str, Kind, bool);

/// Every path that takes a body; `{slug}` stands for a project of whoever asks.
pub(crate) const ENDPOINTS: [(&str, &[Field]); 15] = [
    ("/auth/register/start", &[EMAIL]),
    ("/auth/register/verify", &[EMAIL, CODE]),
    ("/auth/register/password", &[EMAIL, PASSWORD_FIELD, ("verification_token", Kind::Text, false)]),
    ("/auth/register/resend", &[EMAIL]),
    ("/auth/register/with-invite", &[("invite_token", Kind::Text, true), EMAIL, PASSWORD_FIELD]),
    ("/auth/login", &[EMAIL, ("password", Kind::Text, true)]),
    ("/auth/token/refresh", &[("refresh_token", Kind::Text, true)]),
    ("/auth/password/forgot", &[EMAIL]),
    ("/auth/password/reset", &[("token", Kind::Text, true), PASSWORD_FIELD]),
    (
        "/auth/password/change",
        &[("old_password", Kind::Text, true), ("new_password", Kind::NewPassword, true)],
    ),
    ("/auth/emails/", &[EMAIL]),
    ("/auth/emails/verify", &[EMAIL, CODE]),
    ("/auth/emails/resend", &[EMAIL]),
    (
        "/projects/",
        &[
            ("name", Kind::Name, true),
            ("description", Kind::Description, false),
            ("is_public", Kind::Flag, false),
        ],
    ),
    ("/projects/{slug}/invites", &[EMAIL, ("role", Kind::Role, false), ("redirect_url", Kind::Url, false)]),
];

const EMAIL: Field = ("email", Kind::Email, true);
const PASSWORD_FIELD: Field = ("password", Kind::NewPassword, true);
const CODE: Field = ("code", Kind::Code, true);

impl Kind {
    /// A value that is as it should be.
    fn good(self) -> Value {
        match self {
            Self::Email => json!("somebody@example.org"),
            Self::NewPassword => json!(PASSWORD),
            Self::Code => json!("123456"),
            Self::Text | Self::Name | Self::Description => json!("some text"),
            Self::Flag => json!(true),
            Self::Role => json!("member"),
            Self::Url => json!("https://example.org/welcome"),
        }
    }

    /// The rule that a value of another type breaks.
    fn type_rule(self) -> &'static str {
        if matches!(self, Self::Flag) { "boolean" } else { "string" }
    }

    /// Values of the right type that break a rule.
    fn faults(self) -> Vec<(Value, &'static str)> {
        let texts = |texts: &[&str], rule: &'static str| -> Vec<(Value, &'static str)> {
            texts.iter().map(|text| (json!(text), rule)).collect()
        };
        let long =
            |prefix: &str, chars: usize| vec![(json!(format!("{prefix}{}", "x".repeat(chars))), "maxLength")];
        match self {
            Self::Email => {
                let forms = [
                    "",
                    "nope",
                    "@example.org",
                    "a@",
                    "a b@example.org",
                    "a@b@example.org",
                    "a@exa mple.org",
                ];
                [texts(&forms, "email"), long("a@", 253), long("somebody@example.", 2000)].concat()
            }
            Self::NewPassword => {
                // Whether it is easily guessed is asked last, of those who may set one.
                [texts(&["", "violet4"], "minLength"), long("violet-harbour", 115)].concat()
            }
            Self::Code => texts(&["", "12345", "1234567", "12345a", "-12345", "１２３４５６"], "regex"),
            Self::Name => {
                [texts(&["", "  "], "required"), long("", 101), texts(&["a\nb", "a\u{7}b"], "regex")].concat()
            }
            Self::Description => [long("", 2001), texts(&["a\u{7}b"], "regex")].concat(),
            Self::Role => texts(&["", "owner", "Admin", "guest"], "enum"),
            Self::Url => {
                let forms = [
                    "",
                    "nope",
                    "/path",
                    "//example.org",
                    "http://example.org",
                    "ftp://example.org",
                    "javascript:alert(1)",
                    "data:text/html,x",
                    "https://",
                    "https://user@example.org",
                    "https://user:secret@example.org",
                    "http://localhost.example.org",
                    "https://exa mple.org",
                ];
                [texts(&forms, "url"), long("https://example.org/", 2029)].concat()
            }
            Self::Text | Self::Flag => Vec::new(),
        }
    }
}

/// A body of good values.
fn good(fields: &[Field]) -> Map<String, Value> {
    fields.iter().map(|(name, kind, _)| ((*name).to_owned(), kind.good())).collect()
}

/// Whoever may call every endpoint, and the paths with a project of his.
pub(crate) async fn caller(server: &TestServer) -> (Client, impl Fn(&str) -> String + use<>) {
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    (owner.client, move |path: &str| path.replace("{slug}", &slug))
}

/// Sends a body with one field changed; nothing takes the field out.
async fn send(client: &Client, path: &str, fields: &[Field], name: &str, value: Option<Value>) -> Answer {
    let mut body = good(fields);
    match value {
        Some(value) => body.insert(name.to_owned(), value),
        None => body.remove(name),
    };
    client.post(path, Value::Object(body)).await
}

#[tokio::test]
async fn every_faulty_field_is_named_with_its_rule() {
    let server = TestServer::start().await;
    let (client, path_of) = caller(&server).await;
    for (path, fields) in ENDPOINTS {
        let path = path_of(path);
        for (name, kind, required) in fields.iter().copied() {
            if required {
                for value in [None, Some(Value::Null)] {
                    send(&client, &path, fields, name, value).await.expect_invalid(&[(name, "required")]);
                }
            }
            for value in [json!(1), json!(1.5), json!([]), json!(["x"]), json!({}), json!({ "x": 1 })] {
                let answer = send(&client, &path, fields, name, Some(value)).await;
                answer.expect_invalid(&[(name, kind.type_rule())]);
            }
            let other = if matches!(kind, Kind::Flag) { json!("true") } else { json!(true) };
            let answer = send(&client, &path, fields, name, Some(other)).await;
            answer.expect_invalid(&[(name, kind.type_rule())]);
            if let Some(text) = kind.good().as_str() {
                for text in [format!("{text}\0"), format!("\0{text}"), text.replacen('e', "\0", 1)] {
                    if text.contains('\0') {
                        let answer = send(&client, &path, fields, name, Some(json!(text))).await;
                        answer.expect_invalid(&[(name, "string")]);
                    }
                }
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn every_value_out_of_its_bounds_is_named_with_its_rule() {
    let server = TestServer::start().await;
    let (client, path_of) = caller(&server).await;
    for (path, fields) in ENDPOINTS {
        for (name, kind, _) in fields.iter().copied() {
            for (value, rule) in kind.faults() {
                let answer = send(&client, &path_of(path), fields, name, Some(value.clone())).await;
                assert_eq!(answer.status, 422, "{path} {name} {value}: {}", answer.text);
                answer.expect_invalid(&[(name, rule)]);
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn all_faulty_fields_are_told_at_once_in_their_order() {
    let server = TestServer::start().await;
    let (client, path_of) = caller(&server).await;
    for (path, fields) in ENDPOINTS {
        let path = path_of(path);
        let missing: Vec<(&str, &str)> = fields
            .iter()
            .filter(|(_, _, required)| *required)
            .map(|(name, _, _)| (*name, "required"))
            .collect();
        client.post(&path, json!({})).await.expect_invalid(&missing);
        client.post(&path, json!({ "Email": "x", "nonsense": [1] })).await.expect_invalid(&missing);

        let wrong: Map<String, Value> =
            fields.iter().map(|(name, _, _)| ((*name).to_owned(), json!(5))).collect();
        let rules: Vec<(&str, &str)> =
            fields.iter().map(|(name, kind, _)| (*name, kind.type_rule())).collect();
        client.post(&path, Value::Object(wrong)).await.expect_invalid(&rules);
    }
    let mixed = json!({ "email": "nope", "role": "owner", "redirect_url": "http://example.org" });
    let mixed = client.post(&path_of("/projects/{slug}/invites"), mixed).await;
    mixed.expect_invalid(&[("email", "email"), ("role", "enum"), ("redirect_url", "url")]);
    let mixed = json!({ "email": null, "password": "short", "verification_token": 5 });
    let mixed = client.post("/auth/register/password", mixed).await;
    mixed.expect_invalid(&[
        ("email", "required"),
        ("password", "minLength"),
        ("verification_token", "string"),
    ]);
    server.stop().await;
}

#[tokio::test]
async fn values_at_their_bounds_are_taken() {
    let server = TestServer::start().await;
    let (client, path_of) = caller(&server).await;
    let projects = [
        json!({ "name": "x" }),
        json!({ "name": "ж".repeat(100), "description": "ж".repeat(2000), "is_public": false }),
    ];
    for body in projects {
        let _ = client.post("/projects/", body).await.expect(201);
    }
    let invites = path_of("/projects/{slug}/invites");
    let label = "x".repeat(63);
    let longest = format!("{}@{label}.{label}.{}.org", "y".repeat(64), "z".repeat(56));
    assert_eq!(longest.len(), 254 - 1);
    for (email, url) in [
        (longest.as_str(), format!("https://example.org/{}", "x".repeat(2028))),
        ("o'hara+tag@example.co.uk", "http://127.0.0.1:3000/".to_owned()),
        ("почта@пример.рф", "http://[::1]/".to_owned()),
    ] {
        let body = json!({ "email": email, "redirect_url": url });
        let created = client.post(&invites, body).await.expect(201);
        assert_eq!((&created["email"], &created["redirect_url"]), (&email.into(), &url.into()));
    }
    server.stop().await;
}
