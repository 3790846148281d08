//! What the suites share.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

pub mod client;
pub mod clock;
pub mod database;
pub mod described;
pub mod mailbox;
pub mod process;
pub mod server;
pub mod smtp;
pub mod tables;
pub mod wait;
