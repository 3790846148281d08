//! What the program logs: one line a request, the name of the request on every line it causes, and never a secret.

use std::collections::BTreeMap;

use integration_tests::{
    client::{Answer, Client},
    database::TestDatabase,
    mailbox::Mailbox,
    process::ServerProcess,
    smtp::{SmtpServer, SmtpServerOptions},
    wait::until,
};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

const MASTER: &str = "master-secret-of-the-log-suite-0123456789";
const EVERYTHING: &str = "debug,portico_web=trace,portico_app=trace,portico_application=trace,portico_domain=trace,\
     portico_persistence=trace,portico_mail=trace,portico_security=trace";

fn lines(log: &str) -> Vec<Value> {
    log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The one line of a request.
fn line_of(log: &str, id: &str) -> Value {
    let mut found: Vec<Value> =
        lines(log).into_iter().filter(|line| line["id"] == id && line["ms"].is_number()).collect();
    assert_eq!(found.len(), 1, "{id}: {found:?}\n{log}");
    found.remove(0)
}

/// Everything that was secret in a run, and where it came from.
#[derive(Default)]
struct Secrets(BTreeMap<String, String>);

impl Secrets {
    fn note(&mut self, what: impl Into<String>, secret: impl Into<String>) {
        let (what, secret) = (what.into(), secret.into());
        assert!(secret.len() >= 6, "{what} is too short to be looked for");
        self.0.insert(what, secret);
    }

    /// Notes the tokens of an answer.
    fn note_tokens(&mut self, what: &str, body: &Value) {
        for name in ["token", "refresh_token", "verification_token"] {
            if let Some(secret) = body[name].as_str() {
                self.note(format!("{name} of {what}"), secret);
            }
        }
    }

    fn assert_absent(&self, log: &str) {
        for (what, secret) in &self.0 {
            // Six digits are met by chance in the fractions of instants: there they stand behind a dot.
            let is_code = secret.len() == 6 && secret.bytes().all(|byte| byte.is_ascii_digit());
            for line in log.lines().filter(|line| line.contains(secret.as_str())) {
                let standing_alone = line
                    .split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-')
                    .any(|word| word == secret);
                assert!(is_code && !standing_alone, "{what} is in the log: {line}");
            }
        }
    }
}

/// Somebody who goes through the house and keeps every secret he meets.
struct Visitor {
    client: Client,
    mailbox: Mailbox,
    secrets: Secrets,
}

impl Visitor {
    async fn post(&mut self, what: &str, path: &str, body: Value) -> Answer {
        self.post_as(None, what, path, body).await
    }

    async fn post_as(&mut self, token: Option<&str>, what: &str, path: &str, body: Value) -> Answer {
        for name in
            ["password", "old_password", "new_password", "code", "token", "refresh_token", "invite_token"]
        {
            if let Some(secret) = body[name].as_str() {
                self.secrets.note(format!("{name} sent by {what}"), secret);
            }
        }
        let client = token.map_or_else(|| self.client.clone(), |token| self.client.bearing(token));
        let answer = client.post(path, body).await;
        self.secrets.note_tokens(what, &answer.json);
        answer
    }

    async fn code(&mut self, email: &str) -> String {
        let code = self.mailbox.take(email).await.code();
        self.secrets.note(format!("code for {email}"), code.as_str());
        code
    }

    async fn mailed_token(&mut self, email: &str, marker: &str) -> String {
        let token = self.mailbox.take(email).await.token_after(marker);
        self.secrets.note(format!("token mailed to {email}"), token.as_str());
        token
    }

    /// Registers somebody in three steps, with a slip at each.
    async fn register(&mut self, email: &str, password: &str) -> Value {
        self.post("start", "/auth/register/start", json!({ "email": email })).await.expect_message();
        let code = self.code(email).await;
        let verify = "/auth/register/verify";
        let wrong = if code == "135791" { "246802" } else { "135791" };
        assert_eq!(self.post("slip", verify, json!({ "email": email, "code": wrong })).await.status, 400);
        let proof = self.post("verify", verify, json!({ "email": email, "code": code })).await.expect(200);
        let last = "/auth/register/password";
        assert_eq!(
            self.post("weak", last, json!({ "email": email, "password": "password1" })).await.status,
            422
        );
        let body = json!({
            "email": email, "password": password, "verification_token": proof["verification_token"]
        });
        self.post("register", last, body).await.expect(200)
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is in the answer").to_owned()
}

/// Signs in and stays in, rightly and wrongly; answers a living bearer token.
async fn sessions(visitor: &mut Visitor) -> String {
    let login = json!({ "email": "ada@example.org", "password": "wrong-lantern-5511" });
    visitor.post("wrong login", "/auth/login", login).await.expect_error(401, "INVALID_CREDENTIALS");
    let login = json!({ "email": "ada@example.org", "password": "violet-harbour-49" });
    let first = visitor.post("login", "/auth/login", login.clone()).await.expect(200);
    let refresh = json!({ "refresh_token": first["refresh_token"] });
    let _ = visitor.post("refresh", "/auth/token/refresh", refresh.clone()).await.expect(200);
    visitor.post("reuse", "/auth/token/refresh", refresh).await.expect_error(401, "INVALID_TOKEN");
    let second = visitor.post("login", "/auth/login", login).await.expect(200);
    text(&second["token"])
}

/// Invites by every way in.
async fn invites(visitor: &mut Visitor, token: &str) {
    let body = json!({ "name": "My App", "is_public": false });
    let _ = visitor.post_as(Some(token), "project", "/projects", body).await.expect(201);
    let invite = "/projects/my-app/invites";
    for guest in ["bob@example.org", "eve@example.org", "fay@example.org"] {
        let _ = visitor.post_as(Some(token), "invite", invite, json!({ "email": guest })).await.expect(201);
    }
    let bob = visitor.mailed_token("bob@example.org", "/invite/").await;
    let eve = visitor.mailed_token("eve@example.org", "/invite/").await;
    let fay = visitor.mailed_token("fay@example.org", "/invite/").await;
    assert_eq!(visitor.client.get(&format!("/invites/{bob}")).await.status, 200);
    assert_eq!(visitor.client.get(&format!("/invite/{bob}")).await.status, 200);
    assert_eq!(visitor.client.get(&format!("/invites/{bob}/nothing")).await.status, 404);
    assert_eq!(visitor.client.post_nothing(&format!("/invites/{bob}/accept")).await.status, 401);
    assert_eq!(
        visitor.client.bearing(token).post_nothing(&format!("/invites/{bob}/accept")).await.status,
        400
    );
    let body = json!({ "invite_token": bob, "email": "bob@example.org", "password": "amber-lantern-73" });
    let _ = visitor.post("with invite", "/auth/register/with-invite", body).await.expect(200);
    visitor.secrets.note("password on a page", "cobalt-meadow-1208");
    let form = [("action", "register"), ("email", "eve@example.org"), ("password", "cobalt-meadow-1208")];
    let page = visitor.client.post_form(&format!("/invite/{eve}"), &form).await;
    assert!(page.status < 500, "{}", page.text);
    let odd =
        visitor.client.request(Method::from_bytes(b"BREW").expect("a method"), &format!("/invites/{fay}"));
    assert_eq!(visitor.client.send(odd).await.status, 405);
}

/// Changes and resets passwords, on pages too.
async fn passwords(visitor: &mut Visitor, token: &str) {
    let forgot = "/auth/password/forgot";
    visitor.post("forgot", forgot, json!({ "email": "bob@example.org" })).await.expect_message();
    let reset = visitor.mailed_token("bob@example.org", "token=").await;
    assert_eq!(visitor.client.get(&format!("/reset-password?token={reset}")).await.status, 200);
    assert_eq!(visitor.client.get(&format!("/reset-password/x?token={reset}")).await.status, 404);
    let body = json!({ "token": reset, "password": "silver-orchard-88" });
    visitor.post("reset", "/auth/password/reset", body.clone()).await.expect_message();
    assert!(visitor.post("used reset", "/auth/password/reset", body).await.status >= 400);
    let dead = [("token", reset.as_str()), ("password", "silver-orchard-88")];
    assert_eq!(visitor.client.post_form("/reset-password", &dead).await.status, 404);

    let change = "/auth/password/change";
    let body = json!({ "old_password": "no-such-password-1", "new_password": "copper-willow-61" });
    assert!(visitor.post_as(Some(token), "wrong change", change, body).await.status >= 400);
    let body = json!({ "old_password": "violet-harbour-49", "new_password": "copper-willow-61" });
    visitor.post_as(Some(token), "change", change, body).await.expect_message();
}

/// Adds an address, and sends what is no body at all.
async fn oddities(visitor: &mut Visitor, token: &str) {
    let second = json!({ "email": "second@example.org" });
    let _ = visitor.post_as(Some(token), "email", "/auth/emails", second).await.expect(201);
    let code = visitor.code("second@example.org").await;
    let body = json!({ "email": "second@example.org", "code": code });
    visitor.post_as(Some(token), "proof", "/auth/emails/verify", body).await.expect_message();
    visitor.secrets.note("secret in a broken body", "scarlet-bridge-4477");
    for body in [r#"{"password":"scarlet-bridge-4477""#, r#"{"email":["scarlet-bridge-4477"],"password":7}"#]
    {
        assert!(visitor.client.post_bytes("/auth/login", "application/json", body).await.status >= 400);
    }
    visitor.secrets.note("bearer nobody has", "hitkey_nobody-has-this-token");
    visitor
        .client
        .bearing("hitkey_nobody-has-this-token")
        .get("/auth/me")
        .await
        .expect_error(401, "UNAUTHORIZED");
    let login = json!({ "email": "ada@example.org", "password": "copper-willow-61" });
    let last = visitor.post("last login", "/auth/login", login).await.expect(200);
    let leaving = visitor.client.bearing(&text(&last["token"]));
    leaving.post_nothing("/auth/logout").await.expect_message();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_logged_however_much_is_logged() {
    let database = TestDatabase::create().await;
    let folder = TempDir::new().expect("a folder can be made");
    let settings = [
        ("PORTICO_DATABASE_URL", database.url()),
        ("PORTICO_SECRET_KEY", MASTER),
        ("PORTICO_LOG", EVERYTHING),
    ];
    let server = ServerProcess::start(folder.path(), &settings);
    let mut visitor = Visitor {
        client: server.client.clone(),
        mailbox: Mailbox::new(folder.path().join("data/mail")),
        secrets: Secrets::default(),
    };
    visitor.secrets.note("master secret", MASTER);
    let _ = visitor.register("ada@example.org", "violet-harbour-49").await;
    let token = sessions(&mut visitor).await;
    invites(&mut visitor, &token).await;
    passwords(&mut visitor, &token).await;
    oddities(&mut visitor, &token).await;

    let log = server.terminate_with_log();
    assert!(log.contains("DEBUG"), "{log}");
    let requests = lines(&log).iter().filter(|line| line["ms"].is_number()).count();
    assert!(requests > 30, "{requests} requests");
    assert!(visitor.secrets.0.len() > 25, "{:?}", visitor.secrets.0.keys());
    visitor.secrets.assert_absent(&log);
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_of_the_mail_server_is_never_logged() {
    let secret = "smtp-password-7781";
    for (given, works) in [(secret, true), ("another-password-1", false)] {
        let database = TestDatabase::create().await;
        let folder = TempDir::new().expect("a folder can be made");
        let credentials = Some(("portico".to_owned(), secret.to_owned()));
        let mail = SmtpServer::start(SmtpServerOptions { credentials, ..SmtpServerOptions::default() }).await;
        let smtp = format!("smtp://portico:{given}@127.0.0.1:{}?tls=none", mail.port());
        let settings = [
            ("PORTICO_DATABASE_URL", database.url()),
            ("PORTICO_SECRET_KEY", MASTER),
            ("PORTICO_SMTP_URL", smtp.as_str()),
            ("PORTICO_LOG", EVERYTHING),
        ];
        let server = ServerProcess::start(folder.path(), &settings);
        let body = json!({ "email": "ann@example.org" });
        server.client.post("/auth/register/start", body).await.expect_message();
        let outcome = if works { "letter delivered" } else { "letter not delivered" };
        until(outcome, async || server.log().contains(outcome).then_some(())).await;
        let log = server.terminate_with_log();
        let mut secrets = Secrets::default();
        secrets.note("password", given);
        // The same as it goes over the wire, in base64.
        secrets.note("sign-in", encoded(format!("\0portico\0{given}").as_bytes()));
        secrets.note("password of a sign-in", encoded(given.as_bytes()));
        secrets.assert_absent(&log);
        database.drop().await;
    }
}

fn encoded(bytes: &[u8]) -> String {
    use base64::Engine as _;

    base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_has_one_line_with_all_that_is_known_of_it() {
    let folder = TempDir::new().expect("a folder can be made");
    let settings = [("PORTICO_TRUSTED_PROXIES", "127.0.0.0/8"), ("PORTICO_SECRET_KEY", MASTER)];
    let server = ServerProcess::start(folder.path(), &settings);
    let mut visitor = Visitor {
        client: server.client.clone(),
        mailbox: Mailbox::new(folder.path().join("data/mail")),
        secrets: Secrets::default(),
    };
    let ada = visitor.register("ada@example.org", "violet-harbour-49").await;
    let (token, user) = (text(&ada["token"]), text(&ada["user"]["id"]));

    let named = |client: &Client, method: Method, path: &str, id: &str| {
        client.request(method, path).header("X-Request-Id", id)
    };
    let me = named(&server.client.bearing(&token), Method::GET, "/auth/me/?secret=x", "me-1");
    let me = server.client.send(me.header("X-Forwarded-For", "1.1.1.1, 2001:db8::7, 127.0.0.9")).await;
    assert_eq!((me.status, me.header("X-Request-Id")), (200, "me-1"));
    let refused = named(&server.client.bearing("hitkey_wrong"), Method::GET, "/auth/me", "me-2");
    assert_eq!(server.client.send(refused).await.status, 401);
    let invite = named(&server.client, Method::HEAD, "/invites/some-token", "invite.1");
    assert_eq!(server.client.send(invite).await.status, 404);
    let nothing = named(&server.client, Method::GET, "/nothing/some-token?token=x", "nothing_1");
    assert_eq!(server.client.send(nothing).await.status, 404);
    let odd = named(&server.client, Method::GET, "/health", "no good id");
    let odd = server.client.send(odd).await.header("X-Request-Id").to_owned();
    assert!(odd.len() == 32 && odd.bytes().all(|byte| byte.is_ascii_hexdigit()), "{odd}");

    let log = server.terminate_with_log();
    let line = line_of(&log, "me-1");
    assert_eq!(
        [&line["level"], &line["method"], &line["route"], &line["status"], &line["user"], &line["client"]],
        [&json!("INFO"), &json!("GET"), &json!("/auth/me"), &json!(200), &json!(user), &json!("2001:db8::7")]
    );
    assert!(line["ms"].as_f64().is_some_and(|ms| ms > 0.0 && ms < 60_000.0), "{line}");
    let line = line_of(&log, "me-2");
    assert_eq!(
        (&line["status"], &line["user"], &line["client"]),
        (&json!(401), &Value::Null, &json!("127.0.0.1"))
    );
    let line = line_of(&log, "invite.1");
    assert_eq!((&line["method"], &line["route"]), (&json!("HEAD"), &json!("/invites/{token}")));
    assert_eq!(line_of(&log, "nothing_1")["route"], "-");
    let _ = line_of(&log, &odd);
    assert!(!log.contains("some-token") && !log.contains("secret=x"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_request_causes_is_logged_with_its_name() {
    let database = TestDatabase::create().await;
    let folder = TempDir::new().expect("a folder can be made");
    let settings = [("PORTICO_DATABASE_URL", database.url()), ("PORTICO_SECRET_KEY", MASTER)];
    let server = ServerProcess::start(folder.path(), &settings);
    integration_tests::tables::Tables::of(database.url()).destroy();
    let request = server.client.request(Method::GET, "/invites/some-token").header("X-Request-Id", "cause-1");
    let answer = server.client.send(request).await;
    assert!(answer.status >= 500, "{}", answer.text);
    let log = server.terminate_with_log();
    assert_eq!(line_of(&log, "cause-1")["level"], "WARN");
    let cause =
        lines(&log).into_iter().find(|line| line["level"] == "ERROR" && line["span"]["id"] == "cause-1");
    let cause = cause.unwrap_or_else(|| panic!("nothing tells why\n{log}"));
    assert_eq!(cause["span"]["route"], "/invites/{token}");
    database.drop().await;
}
