//! A migrated database with a store on it, and records to keep there.

mod partners;
mod portal;
mod races;
mod records;
mod signup;
mod statistics;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex},
};

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection,
    connection::SimpleConnection as _,
    sql_types::{BigInt, Text},
};
use integration_tests::{database::TestDatabase, wait::until};
use portico_domain::{
    id::UserId,
    ports::{Consistency, Snapshot, StoreError, StoreExt as _, Transaction},
    project::Project,
    user::User,
};
use portico_persistence::{DieselStore, Options, migrations};

pub(crate) use self::{
    partners::{
        Author, WHOLE, dictation_id, new_delivery, new_dictation, new_key, new_partner, new_result,
        new_webhook, with_page,
    },
    portal::{avatar, everybody, new_profile, payment, period, periods, subject},
    records::{
        Dice, address, digest, later, new_email, new_invite, new_letter, new_member, new_project,
        new_session, new_user, now, word,
    },
    signup::{
        EMAIL, device, form_definition, identifier, login, new_signup, new_signup_session,
        provider_definition, raw,
    },
};

/// The writers of a store under test on PostgreSQL.
pub(crate) const POSTGRES_WRITERS: usize = 4;

/// Writes each test twice, once for each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let fixture = $crate::fixture::Fixture::sqlite().await;
                super::$name(&fixture).await;
                fixture.end().await;
            })+
        }
        mod postgresql {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(fixture) = $crate::fixture::Fixture::postgres().await else { return };
                super::$name(&fixture).await;
                fixture.end().await;
            })+
        }
    };
}
pub(crate) use on_both;

/// Writes a test that only PostgreSQL can give a reason for.
macro_rules! on_postgresql {
    ($($name:ident),+ $(,)?) => {
        mod postgresql_alone {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(fixture) = $crate::fixture::Fixture::postgres().await else { return };
                super::$name(&fixture).await;
                fixture.end().await;
            })+
        }
    };
}
pub(crate) use on_postgresql;

/// A store on a fresh database.
pub(crate) struct Fixture {
    pub(crate) database: Arc<TestDatabase>,
    pub(crate) store: DieselStore,
}

impl Fixture {
    pub(crate) async fn sqlite() -> Self {
        Self::on(TestDatabase::create_sqlite()).await
    }

    pub(crate) async fn postgres() -> Option<Self> {
        Some(Self::on(TestDatabase::create_postgres_schema().await?).await)
    }

    async fn on(database: TestDatabase) -> Self {
        let options = options(&database);
        let opened = tokio::task::spawn_blocking(move || {
            migrations::migrate(&options.url).expect("the database can be migrated");
            DieselStore::open(&options).expect("the store can be opened")
        });
        Self { store: opened.await.unwrap(), database: Arc::new(database) }
    }

    /// A further store on the same database, with the means of a fixture.
    pub(crate) fn with_store(&self, store: DieselStore) -> Self {
        Self { store, database: Arc::clone(&self.database) }
    }

    pub(crate) async fn end(self) {
        self.store.close().await;
        if let Some(database) = Arc::into_inner(self.database) {
            database.drop().await;
        }
    }

    /// A second store on the same database.
    pub(crate) fn another_store(&self) -> DieselStore {
        DieselStore::open(&options(&self.database)).unwrap()
    }

    /// How many writing connections the store has.
    pub(crate) fn writers(&self) -> usize {
        if self.database.is_sqlite() { 1 } else { POSTGRES_WRITERS }
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut dyn Transaction) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.store.write(work).await
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut dyn Snapshot) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.store.read(Consistency::Latest, work).await
    }

    /// A new person.
    pub(crate) async fn person(&self) -> User {
        let user = new_user("Somebody");
        self.write(move |tx| tx.users().add(&user)).await.unwrap()
    }

    /// A new project of a new person, without members.
    pub(crate) async fn project(&self) -> Project {
        let project = new_project(self.person().await.id);
        let kept = project.clone();
        self.write(move |tx| tx.projects().add(&kept)).await.unwrap();
        project
    }

    pub(crate) async fn knows(&self, user: UserId) -> bool {
        self.read(move |seen| seen.users().find(user)).await.unwrap().is_some()
    }

    /// Runs bare statements, past the store.
    pub(crate) fn sql(&self, sql: &str) {
        match self.sqlite_path() {
            Some(path) => SqliteConnection::establish(path.to_str().unwrap()).unwrap().batch_execute(sql),
            None => PgConnection::establish(self.database.url()).unwrap().batch_execute(sql),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The number that a bare query answers as `value`.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        let query = diesel::sql_query(sql);
        let row: NumberRow = match self.sqlite_path() {
            Some(path) => query.get_result(&mut SqliteConnection::establish(path.to_str().unwrap()).unwrap()),
            None => query.get_result(&mut PgConnection::establish(self.database.url()).unwrap()),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        row.value
    }

    /// The texts that a bare query answers as `value`.
    pub(crate) fn texts(&self, sql: &str) -> Vec<String> {
        let query = diesel::sql_query(sql);
        let rows: Vec<TextRow> = match self.sqlite_path() {
            Some(path) => query.load(&mut SqliteConnection::establish(path.to_str().unwrap()).unwrap()),
            None => query.load(&mut PgConnection::establish(self.database.url()).unwrap()),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().map(|row| row.value).collect()
    }

    pub(crate) fn sqlite_path(&self) -> Option<PathBuf> {
        self.database.url().strip_prefix("sqlite://").map(|path| Path::new(path).to_owned())
    }

    /// Keeps every writer busy until the plug is pulled, so that what follows queues up.
    pub(crate) async fn plug(&self) -> Plug {
        let gate = Arc::new(Gate::default());
        for _ in 0..self.writers() {
            let (store, gate) = (self.store.clone(), Arc::clone(&gate));
            tokio::spawn(async move {
                store
                    .write::<(), StoreError, _>(move |_| {
                        gate.pass();
                        Ok(())
                    })
                    .await
            });
        }
        until("busy writers", async || (gate.waiting() == self.writers()).then_some(())).await;
        Plug(gate)
    }

    /// Waits until so many units of work are queued behind a plug.
    pub(crate) async fn queued(&self, units: usize) {
        until("queued work", async || (self.store.figures().writes.queued == units).then_some(())).await;
    }
}

#[derive(QueryableByName)]
struct NumberRow {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Text)]
    value: String,
}

/// The options of a store under test: small, since many tests run at once.
pub(crate) fn options(database: &TestDatabase) -> Options {
    let writers = (!database.is_sqlite()).then_some(POSTGRES_WRITERS);
    Options { readers: Some(2), writers, ..Options::new(database.url()) }
}

/// Keeps writers busy until it is pulled, or the test is over.
pub(crate) struct Plug(Arc<Gate>);

impl Plug {
    pub(crate) fn pull(&self) {
        self.0.open();
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        self.pull();
    }
}

/// Stops whoever comes until it is opened.
#[derive(Default)]
struct Gate {
    state: Mutex<(bool, usize)>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        while !state.0 {
            state = self.opened.wait(state).unwrap();
        }
    }

    fn open(&self) {
        self.state.lock().unwrap().0 = true;
        self.opened.notify_all();
    }

    /// How many came so far.
    fn waiting(&self) -> usize {
        self.state.lock().unwrap().1
    }
}

/// Tells what a call was refused with; a success, or a failure of another kind, fails the test.
macro_rules! assert_refused {
    ($call:expr, $refusal:pat) => {
        match $call {
            Err($refusal) => {}
            other => panic!("expected {}, got {other:?}", stringify!($refusal)),
        }
    };
}
pub(crate) use assert_refused;
