//! The real program: its command line, its servers side by side, its end and its next start.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod backup;
mod command_line;
mod crashes;
mod generated_client;
mod log;
mod mail_server;
mod members;
mod metrics;
mod node;
mod office;
mod partner_lanes;
mod partners;
mod partners_guide;
mod portal;
mod sdk;
mod shutdown;
mod side_by_side;
mod signup;
mod slow_clients;
mod tour;
