//! The portico server: settings, command line, composition.
//!
//! [`build`] starts the whole server within a process, for the program and for the tests alike.

mod adapters;
mod application;
mod command_line;
mod commands;
mod metrics;
pub mod settings;
mod telemetry;
mod workers;

pub use actix_web::dev::ServerHandle;

pub use self::{
    application::{Application, build, build_with_clock},
    command_line::CommandLine,
    commands::run,
    telemetry::{LogFormat, send_log_to},
};
