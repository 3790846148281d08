//! The `portico` program.

use std::process::ExitCode;

use clap::Parser as _;
use portico_app::{CommandLine, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(CommandLine::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("portico: {}", one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error with its causes, as one line.
fn one_line(error: &anyhow::Error) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}
