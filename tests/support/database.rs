//! A fresh database for every test: a file in a folder of its own, or a database of its own on the server that
//! `TEST_DATABASE_URL` names. Where tests are many and small, they share a database and have a schema of their own.

use std::{
    hash::{BuildHasher as _, RandomState},
    io::Write as _,
    sync::{Arc, Mutex, Once, PoisonError, Weak},
};

use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use tempfile::TempDir;

/// The server that makes databases for tests, as `postgres://postgres@127.0.0.1:5432/postgres`.
const SERVER: &str = "TEST_DATABASE_URL";
/// `1` makes it a failure when there is no such server.
const REQUIRED: &str = "PORTICO_TEST_REQUIRE_POSTGRES";

/// An empty database, gone when the test is over.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    home: Option<Home>,
}

#[derive(Debug)]
enum Home {
    Folder { _folder: TempDir },
    Database { _database: Arc<ServerDatabase> },
}

/// A database on the server, gone with the last test in it.
#[derive(Debug)]
struct ServerDatabase {
    server: String,
    name: String,
}

impl TestDatabase {
    /// A database on the server if there is one, else a file: the suites are run once for each.
    pub async fn create() -> Self {
        match Self::create_postgres().await {
            Some(database) => database,
            None => Self::create_sqlite(),
        }
    }

    /// A file, and a database on the server if there is one.
    pub async fn create_each() -> Vec<Self> {
        let postgres = Self::create_postgres().await;
        [Some(Self::create_sqlite()), postgres].into_iter().flatten().collect()
    }

    /// A file.
    ///
    /// # Panics
    /// When no folder can be made for it.
    #[must_use]
    pub fn create_sqlite() -> Self {
        let folder = TempDir::new().unwrap_or_else(|error| panic!("no folder for a database: {error}"));
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self { url, home: Some(Home::Folder { _folder: folder }) }
    }

    /// A database on the server; nothing, and a line that says so, when no server is named.
    ///
    /// # Panics
    /// When the server does not make it, or none is named though one is required.
    pub async fn create_postgres() -> Option<Self> {
        let server = postgres_server()?;
        let made = tokio::task::spawn_blocking(move || Self::on_server(server)).await;
        Some(made.unwrap_or_else(|error| panic!("no database was made: {error}")))
    }

    /// A schema of its own in a database that tests of this process share, which takes a fraction of the time; nothing,
    /// and a line that says so, when no server is named. Its connections can be told by their application name, which
    /// is that of the schema.
    ///
    /// # Panics
    /// When the server does not make it, or none is named though one is required.
    pub async fn create_postgres_schema() -> Option<Self> {
        let server = postgres_server()?;
        let made = tokio::task::spawn_blocking(move || Self::in_shared(server)).await;
        Some(made.unwrap_or_else(|error| panic!("no schema was made: {error}")))
    }

    fn on_server(server: String) -> Self {
        let database = ServerDatabase::create(server);
        Self { url: database.url(), home: Some(Home::Database { _database: Arc::new(database) }) }
    }

    fn in_shared(server: String) -> Self {
        static SHARED: Mutex<Weak<ServerDatabase>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let database = shared.upgrade().unwrap_or_else(|| {
            let database = Arc::new(ServerDatabase::create(server));
            *shared = Arc::downgrade(&database);
            database
        });
        drop(shared);
        let schema = random_name();
        let url = database.url();
        command(&url, &format!("CREATE SCHEMA {schema}"));
        let joint = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{joint}options=-csearch_path%3D{schema}&application_name={schema}");
        Self { url, home: Some(Home::Database { _database: database }) }
    }

    /// For `PORTICO_DATABASE_URL`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it is a file.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// Takes the database away without blocking other tasks. A database that is merely dropped goes away too.
    pub async fn drop(mut self) {
        let home = self.home.take();
        // Going away cannot fail the test: it has passed by now.
        let _ = tokio::task::spawn_blocking(move || drop(home)).await;
    }
}

impl ServerDatabase {
    fn create(server: String) -> Self {
        let name = random_name();
        command(&server, &format!("CREATE DATABASE {name}"));
        Self { server, name }
    }

    fn url(&self) -> String {
        with_database(&self.server, &self.name)
    }
}

impl Drop for ServerDatabase {
    fn drop(&mut self) {
        if let Ok(mut connection) = PgConnection::establish(&self.server) {
            // A panic here would end the whole run of a failing test.
            let _ = connection.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

/// A name that no other test has.
fn random_name() -> String {
    format!("portico_test_{:016x}", RandomState::new().hash_one(()))
}

/// The server that `TEST_DATABASE_URL` names.
fn postgres_server() -> Option<String> {
    static SAID: Once = Once::new();
    if let Some(server) = variable(SERVER) {
        return Some(server);
    }
    assert!(variable(REQUIRED).as_deref() != Some("1"), "{REQUIRED} is 1, but {SERVER} is not set");
    // Past the test harness, which keeps to itself what passing tests print.
    SAID.call_once(|| {
        let _ = writeln!(std::io::stderr(), "note: {SERVER} is not set, so nothing is tested on PostgreSQL");
    });
    None
}

#[expect(clippy::disallowed_methods, reason = "the suites' own settings")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn command(server: &str, sql: &str) {
    let mut connection = PgConnection::establish(server)
        .unwrap_or_else(|error| panic!("the server of {SERVER} does not answer: {error}"));
    connection.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The URL of another database on the same server.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = match server.split_once('?') {
        Some((base, query)) => (base, format!("?{query}")),
        None => (server, String::new()),
    };
    let authority = base.find("://").map_or(0, |at| at + 3);
    let end = base[authority..].find('/').map_or(base.len(), |at| authority + at);
    format!("{}/{name}{query}", &base[..end])
}
