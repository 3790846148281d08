//! The whole server over real HTTP, as the contract has it: on SQLite, or on the PostgreSQL server that
//! `TEST_DATABASE_URL` names.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod bodies;
mod codes;
mod described;
mod emails;
mod health;
mod invite_page;
mod invites;
mod known_addresses;
mod malformed_bodies;
mod managing_invites;
mod paging;
mod partners;
mod passwords;
mod portal;
mod projects;
mod provisioned;
mod races;
mod registration;
mod reset_page;
mod routing;
mod secrets;
mod sessions;
mod shapes;
mod signup;
mod with_invite;
