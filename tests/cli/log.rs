//! What the program logs: one line a request, the name of the request on every line it causes, and never a secret.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::Command,
};

use integration_tests::{
    client::{Answer, Client},
    database::TestDatabase,
    mailbox::Mailbox,
    process::ServerProcess,
    secrets::SecretKind,
    settings::{self, SECRET},
    smtp::{SmtpServer, SmtpServerOptions},
    wait::until,
};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

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

/// Somebody who goes through the house. His client notes every secret he meets.
struct Visitor {
    client: Client,
    mailbox: Mailbox,
}

impl Visitor {
    fn of(server: &ServerProcess) -> Self {
        Self { client: server.client.clone(), mailbox: server.mailbox() }
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.client.post(path, body).await
    }

    async fn post_as(&self, token: &str, path: &str, body: Value) -> Answer {
        self.client.bearing(token).post(path, body).await
    }

    async fn mailed_token(&self, email: &str, marker: &str) -> String {
        self.mailbox.take(email).await.token_after(marker)
    }

    /// Registers somebody in three steps, with a slip at each.
    async fn register(&self, email: &str, password: &str) -> Value {
        self.post("/auth/register/start", json!({ "email": email })).await.expect_message();
        let code = self.mailbox.take(email).await.code();
        let verify = "/auth/register/verify";
        let wrong = if code == "135791" { "246802" } else { "135791" };
        assert_eq!(self.post(verify, json!({ "email": email, "code": wrong })).await.status, 400);
        let proof = self.post(verify, json!({ "email": email, "code": code })).await.expect(200);
        let last = "/auth/register/password";
        assert_eq!(self.post(last, json!({ "email": email, "password": "password1" })).await.status, 422);
        let body = json!({
            "email": email, "password": password, "verification_token": proof["verification_token"]
        });
        self.post(last, body).await.expect(200)
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is in the answer").to_owned()
}

/// Signs in and stays in, rightly and wrongly; answers a living bearer token.
async fn sessions(visitor: &Visitor) -> String {
    let login = json!({ "email": "ada@example.org", "password": "wrong-lantern-5511" });
    visitor.post("/auth/login", login).await.expect_error(401, "INVALID_CREDENTIALS");
    let login = json!({ "email": "ada@example.org", "password": "violet-harbour-49" });
    let first = visitor.post("/auth/login", login.clone()).await.expect(200);
    let refresh = json!({ "refresh_token": first["refresh_token"] });
    let _ = visitor.post("/auth/token/refresh", refresh.clone()).await.expect(200);
    visitor.post("/auth/token/refresh", refresh).await.expect_error(401, "INVALID_TOKEN");
    let second = visitor.post("/auth/login", login).await.expect(200);
    text(&second["token"])
}

/// Invites by every way in.
async fn invites(visitor: &Visitor, token: &str) {
    let body = json!({ "name": "My App", "is_public": false });
    let _ = visitor.post_as(token, "/projects", body).await.expect(201);
    let invite = "/projects/my-app/invites";
    for guest in ["bob@example.org", "eve@example.org", "fay@example.org"] {
        let _ = visitor.post_as(token, invite, json!({ "email": guest })).await.expect(201);
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
    let _ = visitor.post("/auth/register/with-invite", body).await.expect(200);
    let form = [("action", "register"), ("email", "eve@example.org"), ("password", "cobalt-meadow-1208")];
    let page = visitor.client.post_form(&format!("/invite/{eve}"), &form).await;
    assert!(page.status < 500, "{}", page.text);
    let odd =
        visitor.client.request(Method::from_bytes(b"BREW").expect("a method"), &format!("/invites/{fay}"));
    assert_eq!(visitor.client.send(odd).await.status, 405);
}

/// Changes and resets passwords, on pages too.
async fn passwords(visitor: &Visitor, token: &str) {
    let forgot = "/auth/password/forgot";
    visitor.post(forgot, json!({ "email": "bob@example.org" })).await.expect_message();
    let reset = visitor.mailed_token("bob@example.org", "token=").await;
    assert_eq!(visitor.client.get(&format!("/reset-password?token={reset}")).await.status, 200);
    assert_eq!(visitor.client.get(&format!("/reset-password/x?token={reset}")).await.status, 404);
    let body = json!({ "token": reset, "password": "silver-orchard-88" });
    visitor.post("/auth/password/reset", body.clone()).await.expect_message();
    assert!(visitor.post("/auth/password/reset", body).await.status >= 400);
    let dead = [("token", reset.as_str()), ("password", "silver-orchard-88")];
    assert_eq!(visitor.client.post_form("/reset-password", &dead).await.status, 404);

    let change = "/auth/password/change";
    let body = json!({ "old_password": "no-such-password-1", "new_password": "copper-willow-61" });
    assert!(visitor.post_as(token, change, body).await.status >= 400);
    let body = json!({ "old_password": "violet-harbour-49", "new_password": "copper-willow-61" });
    visitor.post_as(token, change, body).await.expect_message();
}

/// Adds an address, and sends what is no body at all.
async fn oddities(visitor: &Visitor, token: &str) {
    let second = json!({ "email": "second@example.org" });
    let _ = visitor.post_as(token, "/auth/emails", second).await.expect(201);
    let code = visitor.mailbox.take("second@example.org").await.code();
    let body = json!({ "email": "second@example.org", "code": code });
    visitor.post_as(token, "/auth/emails/verify", body).await.expect_message();
    // No client can tell that this is one.
    visitor.client.secrets().note(SecretKind::Password, "scarlet-bridge-4477");
    for body in [r#"{"password":"scarlet-bridge-4477""#, r#"{"email":["scarlet-bridge-4477"],"password":7}"#]
    {
        assert!(visitor.client.post_bytes("/auth/login", "application/json", body).await.status >= 400);
    }
    visitor
        .client
        .bearing("hitkey_nobody-has-this-token")
        .get("/auth/me")
        .await
        .expect_error(401, "UNAUTHORIZED");
    let login = json!({ "email": "ada@example.org", "password": "copper-willow-61" });
    let last = visitor.post("/auth/login", login).await.expect(200);
    let leaving = visitor.client.bearing(&text(&last["token"]));
    leaving.post_nothing("/auth/logout").await.expect_message();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_logged_however_much_is_logged() {
    let database = TestDatabase::create().await;
    let folder = TempDir::new().expect("a folder can be made");
    let settings = settings::on(database.url(), &[("PORTICO_LOG", EVERYTHING)]);
    let server = ServerProcess::start(folder.path(), &settings);
    let visitor = Visitor::of(&server);
    let _ = visitor.register("ada@example.org", "violet-harbour-49").await;
    let token = sessions(&visitor).await;
    invites(&visitor, &token).await;
    passwords(&visitor, &token).await;
    oddities(&visitor, &token).await;

    let log = server.terminate_with_log();
    assert!(log.contains("DEBUG"), "{log}");
    let requests = lines(&log).iter().filter(|line| line["ms"].is_number()).count();
    assert!(requests > 30, "{requests} requests");
    // The log was searched for them when the server had ended.
    let secrets = visitor.client.secrets();
    for (kind, at_least) in [
        (SecretKind::Password, 9),
        (SecretKind::Code, 3),
        (SecretKind::Token, 12),
        (SecretKind::MailedToken, 4),
        (SecretKind::MasterSecret, 1),
    ] {
        assert!(secrets.count(kind) >= at_least, "{} times {kind}", secrets.count(kind));
    }
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
        let further = [("PORTICO_SMTP_URL", smtp.as_str()), ("PORTICO_LOG", EVERYTHING)];
        let settings = settings::on(database.url(), &further);
        let server = ServerProcess::start(folder.path(), &settings);
        let body = json!({ "email": "ann@example.org" });
        server.client.post("/auth/register/start", body).await.expect_message();
        let outcome = if works { "letter delivered" } else { "letter not delivered" };
        until(outcome, async || server.log().contains(outcome).then_some(())).await;
        // The log was searched for what was given, and for what the mail server wants.
        assert!(server.client.secrets().count(SecretKind::ServicePassword) >= 1);
        server.terminate();
        database.drop().await;
    }
}

/// A process that prints these words as a server would, and stays.
fn process_that_says(words: &str, folder: &Path) -> ServerProcess {
    let lines = format!("{{\"message\":\"portico listens\",\"address\":\"127.0.0.1:1\"}}\n{words}\n");
    let mut shell = Command::new("sh");
    shell.args(["-c", "printf '%s' \"$0\" >&2; exec sleep 60", &lines]).current_dir(folder);
    shell.env("PORTICO_SECRET_KEY", SECRET);
    ServerProcess::launch(shell)
}

#[test]
fn a_secret_in_the_log_of_a_process_fails_its_test_however_the_process_ends() {
    let folder = TempDir::new().expect("a folder can be made");
    let leak = format!("it is {SECRET}");
    let ends: [fn(ServerProcess); 3] = [drop, ServerProcess::kill, |server| {
        server.ask_to_end("TERM");
        drop(server.wait_for_end());
    }];
    for end in ends {
        end(process_that_says("it is not told", folder.path()));
        let server = process_that_says(&leak, folder.path());
        let told = catch_unwind(AssertUnwindSafe(|| end(server))).expect_err("the secret is there");
        let told = told.downcast_ref::<String>().expect("a text");
        assert!(told.contains("a master secret in: it is") && !told.contains(SECRET), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_mail_server_has_seen_is_searched_for_in_the_log_of_whoever_writes_to_it() {
    let folder = TempDir::new().expect("a folder can be made");
    let database = TestDatabase::create_sqlite();
    let mail = SmtpServer::start(SmtpServerOptions::default()).await;
    let smtp = mail.url();
    let server = ServerProcess::start(folder.path(), &settings::with_mail(database.url(), &smtp));
    server.client.post("/auth/register/start", json!({ "email": "ann@example.org" })).await.expect_message();
    let _ = mail.wait_for(1).await;
    assert_eq!(server.client.secrets().count(SecretKind::Code), 1);
    server.terminate();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_has_one_line_with_all_that_is_known_of_it() {
    let folder = TempDir::new().expect("a folder can be made");
    let settings = [("PORTICO_TRUSTED_PROXIES", "127.0.0.0/8"), ("PORTICO_SECRET_KEY", SECRET)];
    let server = ServerProcess::start(folder.path(), &settings);
    let visitor = Visitor::of(&server);
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
    let settings = settings::on(database.url(), &[]);
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
