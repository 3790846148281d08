//! The server, put together: everything that a test needs to start it whole, in one call.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    HttpServer,
    dev::{Server, ServerHandle},
};
use anyhow::Context as _;
use portico_application::{DeliverLetters, UseCases};
use portico_domain::ports::{Clock, LeaseHolder};
use portico_persistence::{DieselStore, ServerLock, migrations};
use portico_web::Site;

use crate::{
    adapters::{self, Adapters},
    settings::Settings,
    workers::Workers,
};

/// How long requests that have begun may take to end when the server stops.
const SHUTDOWN_SECONDS: u64 = 30;

/// A server that listens, with its database migrated and its workers ready.
pub struct Application {
    address: SocketAddr,
    server: Server,
    workers: Workers,
    store: DieselStore,
    // Held for as long as the server lives.
    _lock: ServerLock,
}

/// Puts the server together as `settings` say, and binds its address.
///
/// # Errors
/// When the database, the secret, the mail settings or the address are of no use.
pub async fn build(settings: &Settings) -> anyhow::Result<Application> {
    build_with_clock(settings, adapters::system_clock()).await
}

/// The same with another clock, for tests of what happens later.
///
/// # Errors
/// As [`build`].
pub async fn build_with_clock(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Application> {
    let lock = prepare_database(settings.database.url.reveal()).await?;
    let Adapters { store, ports } = Adapters::open(settings, clock).await?;
    store.void_leases().await.context("the outbox cannot be prepared")?;

    let use_cases = UseCases::new(&ports);
    let delivery = DeliverLetters {
        store: Arc::clone(&ports.store),
        clock: Arc::clone(&ports.clock),
        sealer: Arc::clone(&ports.sealer),
        mailer: adapters::mailer(settings)?,
        watch: Arc::new(store.clone()),
        holder: LeaseHolder::draw(ports.clock.now(), ports.entropy.as_ref()),
    };
    let workers = Workers::start(delivery, use_cases.purge_expired.clone());

    let site = Site::new(use_cases).context("a page template is malformed")?;
    let server = HttpServer::new(move || portico_web::app(&site))
        .workers(settings.workers)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .bind(settings.listen)
        .with_context(|| format!("PORTICO_LISTEN={}: the address cannot be used", settings.listen))?;
    let address = server.addrs().first().copied().unwrap_or(settings.listen);
    Ok(Application { address, server: server.run(), workers, store, _lock: lock })
}

/// Brings the database up to date, and makes sure that on SQLite no other server uses it.
async fn prepare_database(url: &str) -> anyhow::Result<ServerLock> {
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || {
        let lock = ServerLock::acquire(&url)?;
        for migration in migrations::migrate(&url).context("the database cannot be migrated")? {
            tracing::info!(migration, "migration applied");
        }
        Ok(lock)
    })
    .await?
}

impl Application {
    /// Where it listens; the port that was found when the settings ask for any.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What stops it from outside.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until it is stopped, then ends in order: requests, letters on their way, the store.
    ///
    /// # Errors
    /// When the server breaks down.
    pub async fn run(self) -> anyhow::Result<()> {
        let served = self.server.await;
        self.workers.stop(Duration::from_secs(SHUTDOWN_SECONDS)).await;
        self.store.close().await;
        Ok(served?)
    }
}
