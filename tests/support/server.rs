//! The whole server, in the process of the test, on a database of its own.

use std::{collections::BTreeMap, sync::Arc};

use portico_app::settings::Settings;
use portico_domain::ports::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    client::Client, clock::MovableClock, database::TestDatabase, mailbox::Mailbox, secrets::Secrets,
    settings::SECRET, tables::Tables, watch::Watch,
};

/// A password that nobody guesses.
pub const PASSWORD: &str = "violet-harbour-49";

/// A running server. When it has ended, no secret that was used on it may be in the log.
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
    watch: Watch,
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
    /// Whoever an answer to a sign-in, or to a registration, is about.
    ///
    /// # Panics
    /// When the answer is none of these.
    #[must_use]
    pub fn of(client: &Client, body: &Value) -> Self {
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
            ("PORTICO_SECRET_KEY", SECRET.to_owned()),
            ("PORTICO_MAIL_DIR", mail.display().to_string()),
            ("PORTICO_WORKERS", "1".to_owned()),
            ("PORTICO_HASH_THREADS", "2".to_owned()),
        ]);
        variables.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let secrets = Secrets::default();
        secrets.note_settings(variables.iter().map(|(name, value)| (*name, value.as_str())));
        let watch = Watch::begin(&secrets, Some(mail.clone()));
        let settings = Settings::load(&|name| variables.get(name).cloned()).expect("the settings are right");
        let clock = Arc::new(MovableClock::default());
        let told: Arc<dyn Clock> = Arc::<MovableClock>::clone(&clock);
        let application = portico_app::build_with_clock(&settings, told).await.expect("the server starts");
        let client = Client::new(format!("http://{}", application.address()), &secrets);
        let handle = application.handle();
        let running = tokio::spawn(async move { application.run().await.expect("the server ends well") });
        let mailbox = Mailbox::new(mail, &secrets);
        Self { client, mailbox, clock, database, handle, running, watch, _folder: folder }
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

    /// Everything that was logged since it was started, also by servers beside it.
    #[must_use]
    pub fn log(&self) -> String {
        self.watch.log()
    }

    /// Its tables.
    #[must_use]
    pub fn tables(&self) -> Tables {
        Tables::of(self.database.url())
    }

    /// Takes the first step of registration; answers the code in the letter.
    pub async fn start_registration(&self, email: &str) -> String {
        self.client.post("/auth/register/start", json!({ "email": email })).await.expect_message();
        self.mailbox.take(email).await.code()
    }

    /// Takes the first two steps of registration; answers the verification token.
    ///
    /// # Panics
    /// When the code is not taken.
    pub async fn prove(&self, email: &str) -> String {
        let code = self.start_registration(email).await;
        let body = json!({ "email": email, "code": code });
        let body = self.client.post("/auth/register/verify", body).await.expect(200);
        body["verification_token"].as_str().expect("it is in the answer").to_owned()
    }

    /// Registers somebody in three steps.
    pub async fn register(&self, email: &str) -> Person {
        let _ = self.prove(email).await;
        let body = json!({ "email": email, "password": PASSWORD });
        let body = self.client.post("/auth/register/password", body).await.expect(200);
        Person::of(&self.client, &body)
    }

    /// Adds an address to an account and proves it.
    ///
    /// # Panics
    /// When it is not taken.
    pub async fn add_email(&self, person: &Person, email: &str) {
        let _ = person.client.post("/auth/emails/", json!({ "email": email })).await.expect(201);
        let code = self.mailbox.take(email).await.code();
        person
            .client
            .post("/auth/emails/verify", json!({ "email": email, "code": code }))
            .await
            .expect_message();
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

    /// Invites somebody who is known and lets him accept.
    pub async fn let_in(&self, by: &Person, slug: &str, guest: &Person, role: &str) {
        let (_, token) = self.invite(by, slug, &guest.email, role).await;
        let _ = guest.client.post_nothing(&format!("/invites/{token}/accept")).await.expect(200);
    }
}
