//! The whole server, in the process of the test, on a database of its own.

use std::{collections::BTreeMap, sync::Arc};

use portico_app::settings::Settings;
use portico_domain::ports::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{client::Client, clock::MovableClock, database::TestDatabase, mailbox::Mailbox};

/// A password that nobody guesses.
pub const PASSWORD: &str = "violet-harbour-49";

/// A running server.
pub struct TestServer {
    /// Speaks to it as nobody.
    pub client: Client,
    /// What it wrote.
    pub mailbox: Mailbox,
    /// Its time.
    pub clock: Arc<MovableClock>,
    /// Its database.
    pub database: TestDatabase,
    handle: portico_app::ServerHandle,
    running: tokio::task::JoinHandle<()>,
    _folder: TempDir,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// His id.
    pub id: String,
    /// His address.
    pub email: String,
    /// His refresh token.
    pub refresh_token: String,
    /// Speaks as him.
    pub client: Client,
}

impl Person {
    fn of(client: &Client, body: &Value) -> Self {
        let text = |value: &Value| value.as_str().expect("a sign-in has all of it").to_owned();
        Self {
            id: text(&body["user"]["id"]),
            email: text(&body["user"]["email"]),
            refresh_token: text(&body["refresh_token"]),
            client: client.bearing(&text(&body["token"])),
        }
    }
}

impl TestServer {
    /// Starts a server with the default settings.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a server with further settings.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        let database = TestDatabase::create().await;
        let mail = folder.path().join("mail");
        let mut variables = BTreeMap::from([
            ("PORTICO_LISTEN", "127.0.0.1:0".to_owned()),
            ("PORTICO_DATABASE_URL", database.url().to_owned()),
            ("PORTICO_DATABASE_READERS", "2".to_owned()),
            ("PORTICO_SECRET_KEY", "a secret for tests, long enough to pass".to_owned()),
            ("PORTICO_MAIL_DIR", mail.display().to_string()),
            ("PORTICO_WORKERS", "1".to_owned()),
            ("PORTICO_HASH_THREADS", "2".to_owned()),
        ]);
        variables.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let settings = Settings::load(&|name| variables.get(name).cloned()).expect("the settings are right");
        let clock = Arc::new(MovableClock::default());
        let told: Arc<dyn Clock> = Arc::<MovableClock>::clone(&clock);
        let application = portico_app::build_with_clock(&settings, told).await.expect("the server starts");
        let client = Client::new(format!("http://{}", application.address()));
        let handle = application.handle();
        let running = tokio::spawn(async move { application.run().await.expect("the server ends well") });
        Self { client, mailbox: Mailbox::new(mail), clock, database, handle, running, _folder: folder }
    }

    /// Ends the server in order, so that its database can be dropped.
    ///
    /// # Panics
    /// When it does not end well.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        self.running.await.expect("the server ends");
        self.database.drop().await;
    }

    /// Registers somebody in three steps.
    pub async fn register(&self, email: &str) -> Person {
        self.client.post("/auth/register/start", json!({ "email": email })).await.expect(200);
        let code = self.mailbox.take(email).await.code();
        self.client.post("/auth/register/verify", json!({ "email": email, "code": code })).await.expect(200);
        let body = json!({ "email": email, "password": PASSWORD });
        let body = self.client.post("/auth/register/password", body).await.expect(200);
        Person::of(&self.client, &body)
    }

    /// Signs somebody in once more.
    pub async fn sign_in(&self, email: &str, password: &str) -> Person {
        let body = json!({ "email": email, "password": password });
        let body = self.client.post("/auth/login", body).await.expect(200);
        Person::of(&self.client, &body)
    }

    /// Makes a project; answers its slug.
    ///
    /// # Panics
    /// When it is not made.
    pub async fn project(&self, owner: &Person, name: &str, is_public: bool) -> String {
        let body = json!({ "name": name, "is_public": is_public });
        let body = owner.client.post("/projects/", body).await.expect(201);
        body["slug"].as_str().expect("a project has a slug").to_owned()
    }

    /// Invites somebody; answers the invite's id and the token in the letter.
    ///
    /// # Panics
    /// When he is not invited.
    pub async fn invite(&self, by: &Person, slug: &str, email: &str, role: &str) -> (String, String) {
        let body = json!({ "email": email, "role": role });
        let body = by.client.post(&format!("/projects/{slug}/invites"), body).await.expect(201);
        let id = body["id"].as_str().expect("an invite has an id").to_owned();
        (id, self.mailbox.take(email).await.token_after("/invite/"))
    }
}
