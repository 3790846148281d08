//! What the command line does.

mod members;
mod partners;
mod serve;
mod signup;
mod source;
mod users;

use std::io::{self, Write as _};

use anyhow::Context as _;
use portico_persistence::migrations;

use crate::{
    adapters::{self, Adapters},
    command_line::{Command, CommandLine, MemberCommand, Migrate, SignupCommand, UserCommand},
    settings::{Environment, Settings},
    telemetry,
};

const UP_TO_DATE: &str = "the database is up to date\n";

/// Does what the command line asks for.
///
/// # Errors
/// When it could not be done; the text is one line for the operator.
pub async fn run(line: CommandLine) -> anyhow::Result<()> {
    let command = line.command.unwrap_or(Command::Serve);
    // The same wherever it is printed, whatever the settings are.
    if command == Command::OpenApi {
        return print(&portico_web::openapi());
    }
    let environment = Environment::read()?;
    let settings = Settings::load(&|name| environment.get(name))?;
    // The report is for reading: it is not mixed with log lines.
    if command != Command::CheckConfig {
        telemetry::install(&settings.log)?;
        for warning in environment.warnings() {
            tracing::warn!("{warning}");
        }
    }
    match command {
        Command::Serve => serve::serve(&settings).await,
        Command::Migrate(Migrate { check: true }) => name_missing_migrations(&settings).await,
        Command::Migrate(Migrate { check: false }) => migrate(&settings).await,
        Command::User(UserCommand::Create(new)) => users::create(&settings, new).await,
        Command::User(UserCommand::List(wanted)) => users::list(&settings, wanted.search).await,
        Command::Member(MemberCommand::SetRole(wanted)) => members::set_role(&settings, wanted).await,
        Command::Member(MemberCommand::Import(wanted)) => members::import(&settings, wanted).await,
        Command::Member(MemberCommand::Export) => members::export(&settings).await,
        Command::Partner(command) => partners::run(&settings, command).await,
        Command::Signup(SignupCommand::Apply(wanted)) => signup::apply(&settings, wanted).await,
        Command::Signup(SignupCommand::Export) => signup::export(&settings).await,
        Command::CheckConfig => check_config(&environment, &settings),
        Command::OpenApi => Ok(()),
    }
}

fn check_config(environment: &Environment, settings: &Settings) -> anyhow::Result<()> {
    for warning in environment.warnings() {
        writeln!(io::stderr(), "portico: {warning}")?;
    }
    print(&settings.report())
}

async fn migrate(settings: &Settings) -> anyhow::Result<()> {
    let url = settings.database.url.reveal().to_owned();
    let applied = tokio::task::spawn_blocking(move || migrations::migrate(&url)).await??;
    if applied.is_empty() {
        return print(UP_TO_DATE);
    }
    print(&format!("applied {}\n", applied.join("\napplied ")))
}

async fn name_missing_migrations(settings: &Settings) -> anyhow::Result<()> {
    let url = settings.database.url.reveal().to_owned();
    let missing = tokio::task::spawn_blocking(move || migrations::missing(&url)).await??;
    if missing.is_empty() {
        return print(UP_TO_DATE);
    }
    anyhow::bail!("migrations are missing: {}", missing.join(", "));
}

/// The adapters over a database that is brought up to date first.
async fn open(settings: &Settings) -> anyhow::Result<Adapters> {
    let url = settings.database.url.reveal().to_owned();
    tokio::task::spawn_blocking(move || migrations::migrate(&url)).await??;
    Adapters::open(settings, adapters::system_clock()).await
}

/// Writes to standard output; a reader that has gone away, such as `head`, is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("nothing can be printed")
        }
        _ => Ok(()),
    }
}
