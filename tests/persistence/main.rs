//! The contract of the store, kept by both databases: on SQLite always, on PostgreSQL when `TEST_DATABASE_URL` names
//! a server.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod codes;
mod concurrency;
mod connections;
mod corruption;
mod credentials;
mod default_addresses;
mod durability;
mod email_verifications;
mod emails;
mod external_identities;
mod fixture;
mod housekeeping;
mod indexes;
mod invites;
mod mail_templates;
mod member_list;
mod members;
mod migrations;
mod opening;
mod outbox;
mod partners;
mod password_resets;
mod payments;
mod portal_sessions;
mod profiles;
mod projects;
mod queues;
mod roles;
mod scale;
mod sessions;
mod signup;
mod uniques;
mod units;
mod users;
