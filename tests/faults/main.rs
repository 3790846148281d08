//! Faults: the real program is killed, its database taken away, its disk filled, its mail server broken, its threads
//! flooded. Whatever it had answered must be true afterwards.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod caller;
mod checker;
mod cluster;
mod disk_full;
mod journal;
mod kill;
mod ledger;
mod lives;
mod logins;
mod machine;
mod mail;
mod partner_exports;
mod post;
mod postgres_restart;
mod records;
mod world;
