//! The store of Portico, kept in SQLite or PostgreSQL through Diesel.
//!
//! One set of queries serves both databases; the scheme of the URL chooses. Work runs on *lanes*: threads that each
//! own one connection and share one bounded queue. On SQLite one writer commits many units of work at once, at full
//! durability; on PostgreSQL each unit has a transaction of its own.

mod check_results;
mod codes;
mod connection;
mod credentials;
mod dictations;
mod email_verifications;
mod emails;
mod external_identities;
mod housekeeping;
mod idempotency_keys;
mod invites;
mod lane;
mod mail_templates;
mod members;
pub mod migrations;
mod outbox;
mod partners;
mod password_resets;
mod payments;
mod place;
mod portal_sessions;
mod profiles;
mod projects;
#[cfg(test)]
mod query_plans;
mod queue;
mod schema;
mod schema_state;
mod server_lock;
mod sessions;
mod signup_forms;
mod signup_providers;
mod signup_sessions;
mod signups;
mod store;
mod transaction;
mod types;
mod unique;
mod unit;
mod users;
mod webhooks;
mod worker;

// Only linked: libpq and SQLite are built in, with OpenSSL for libpq's TLS.
use libsqlite3_sys as _;
use openssl_sys as _;
use pq_sys as _;

pub use self::{
    lane::LaneFigures,
    place::{Place, PlaceError},
    server_lock::{ServerLock, ServerLockError},
    store::{DieselStore, OpenError, Options, StoreFigures},
};
