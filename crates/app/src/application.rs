//! The server, put together: everything that a test needs to start it whole, in one call.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    HttpServer,
    dev::{Server, ServerHandle},
};
use anyhow::Context as _;
use portico_application::{DeliverLetters, Ports, UseCases};
use portico_domain::{
    letter::Lane,
    ports::{Clock, LeaseHolder},
};
use portico_persistence::{DieselStore, ServerLock, migrations};
use portico_web::{Network, PortalFace, Site, Surroundings};
use prometheus::Registry;
use tokio::time;

use crate::{
    adapters::{self, Adapters},
    metrics::{self, OutboxGauge, Sources},
    settings::Settings,
    workers::{Bells, Deliveries, Tidying, Workers},
};

/// How long requests that have begun may take to end when the server stops. Together with the next two it stays
/// below the half minute after which [`crate::run`] ends the program.
const REQUESTS_END: Duration = Duration::from_secs(15);
/// How long letters on their way then get.
const LETTERS_END: Duration = Duration::from_secs(12);
/// How long the store then gets for what is queued.
const STORE_ENDS: Duration = Duration::from_secs(2);

/// How long the head of a request may take to arrive.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// How long a connection without a request stays open: longer than proxies keep theirs, so that none sends a request
/// into a connection that is just being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Open connections of one HTTP worker; further ones wait to be accepted.
const CONNECTIONS_PER_WORKER: usize = 4096;

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
    let Adapters { store, passwords, ports } = Adapters::open(settings, clock).await?;
    store.void_leases().await.context("the outbox cannot be prepared")?;

    let use_cases = UseCases::new(&ports);
    let deliveries = deliveries(settings, &store, &ports)?;
    let outbox = OutboxGauge::new(Arc::clone(&ports.clock));
    let sources = Sources {
        store: store.clone(),
        passwords,
        outbox: outbox.clone(),
        database: settings.database.backend.name(),
        began: ports.clock.now(),
    };
    let surroundings = surroundings(settings, metrics::registry(sources)?);
    let purge = Tidying {
        expired: use_cases.purge_expired.clone(),
        waiting: use_cases.purge_waiting_signups.clone(),
    };
    let measure = use_cases.measure_backlog.clone();
    let site = Site::within(surroundings, use_cases)?;

    let server = HttpServer::new(move || portico_web::app(&site))
        .workers(settings.workers)
        .on_connect(portico_web::watched(KEEP_ALIVE + HEAD_TIME))
        .client_request_timeout(HEAD_TIME)
        .keep_alive(KEEP_ALIVE)
        .max_connections(CONNECTIONS_PER_WORKER)
        .shutdown_timeout(REQUESTS_END.as_secs())
        .disable_signals()
        .bind(settings.listen)
        .with_context(|| format!("PORTICO_LISTEN={}: the address cannot be used", settings.listen))?;
    let address = server.addrs().first().copied().unwrap_or(settings.listen);
    // Last of all: a server that cannot start delivers nothing.
    let workers = Workers::start(deliveries, purge, measure, outbox);
    Ok(Application { address, server: server.run(), workers, store, _lock: lock })
}

/// What delivers letters, to people and to partners' programs apart.
fn deliveries(settings: &Settings, store: &DieselStore, ports: &Ports) -> anyhow::Result<Deliveries> {
    let mut bells = Bells::new(Arc::new(store.clone()));
    let mailer = adapters::mailer(settings)?;
    let webhook_sender = adapters::webhook_sender(settings, Arc::clone(&ports.clock))?;
    let holder = LeaseHolder::draw(ports.clock.now(), ports.entropy.as_ref());
    let mut lane = |lane| DeliverLetters {
        store: Arc::clone(&ports.store),
        clock: Arc::clone(&ports.clock),
        sealer: Arc::clone(&ports.sealer),
        mailer: Arc::clone(&mailer),
        code_sender: Arc::clone(&ports.code_sender),
        webhook_sender: Arc::clone(&webhook_sender),
        webhook_secrets: Arc::clone(&ports.webhook_secrets),
        lane,
        watch: bells.hang(),
        holder,
    };
    let lanes = vec![lane(Lane::People), lane(Lane::Partners)];
    Ok(Deliveries { lanes, bells })
}

/// What the site is told of the world.
fn surroundings(settings: &Settings, registry: Registry) -> Surroundings {
    let proxies = settings.network.trusted_proxies.iter();
    Surroundings {
        registry,
        trusted_proxies: proxies.map(|cidr| Network::new(cidr.address, cidr.prefix)).collect(),
        https: settings.public_url.scheme() == "https",
        base_path: settings.public_url.path().trim_end_matches('/').to_owned(),
        cors_origins: settings.network.cors_origins.clone(),
        portal: PortalFace {
            insecure_cookies: settings.portal.insecure_cookies,
            time_zone: settings.policy.portal.time_zone,
            session_ttl: settings.policy.portal.session,
        },
        ..Surroundings::default()
    }
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
        self.workers.stop(LETTERS_END).await;
        if time::timeout(STORE_ENDS, self.store.close()).await.is_err() {
            tracing::error!("the store did not end in time");
        }
        Ok(served?)
    }
}
