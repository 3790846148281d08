//! What the suites share.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

pub mod client;
pub mod clock;
pub mod database;
pub mod described;
pub mod fake_provider;
pub mod mailbox;
pub mod oidc_provider;
pub mod partners;
pub mod portal;
pub mod process;
pub mod secrets;
pub mod server;
pub mod settings;
pub mod signup;
pub mod smtp;
pub mod tables;
pub mod wait;
pub mod watch;
