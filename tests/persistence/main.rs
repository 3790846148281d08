//! The contract of the store, kept by both databases: on SQLite always, on PostgreSQL when `TEST_DATABASE_URL` names
//! a server.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod codes;
mod concurrency;
mod connections;
mod corruption;
mod credentials;
mod durability;
mod emails;
mod fixture;
mod housekeeping;
mod indexes;
mod invites;
mod members;
mod migrations;
mod opening;
mod outbox;
mod password_resets;
mod projects;
mod queues;
mod sessions;
mod uniques;
mod units;
mod users;
