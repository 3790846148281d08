//! The real program: its command line, its servers side by side, its end and its next start.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod command_line;
mod crashes;
mod mail_server;
mod side_by_side;
mod tour;
