//! The command line: what an operator may type.

mod members;
mod partners;
mod signup;
#[cfg(test)]
mod tests;
mod users;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::{
    members::{AppointMember, ImportMembers, MemberCommand},
    partners::{AddDictation, PartnerCommand},
    signup::{ApplySignup, SignupCommand},
    users::{CreateUser, UserCommand},
};
#[cfg(test)]
use self::{
    partners::{CreatePartner, WantedPartner},
    users::ListUsers,
};

const EXAMPLES: &str = "\
Examples:
  portico                                    run the server with the defaults
  PORTICO_LISTEN=0.0.0.0:80 portico serve    run it on another address
  portico check-config                       see which settings are in force
  portico user create --email ada@example.org < password.txt

Settings are environment variables that begin with PORTICO_, or the same names in a file .env
in the current folder.";

const MIGRATE_EXAMPLES: &str = "\
Examples:
  portico migrate            bring the database up to date
  portico migrate --check    exit with 1 and say what is missing when it is not";

const CHECK_CONFIG_EXAMPLES: &str = "\
Examples:
  portico check-config
  PORTICO_LOG=debug portico check-config | grep LOG";

const OPENAPI_EXAMPLES: &str = "\
Examples:
  portico openapi > openapi.json
  portico openapi | npx openapi-typescript /dev/stdin";

/// Portico, a members' portal server
///
/// The accounts, invitations and projects of a club, a school or a small product, in one program:
/// SQLite inside by default, PostgreSQL by one setting. Without a command it runs the server.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "portico", version, verbatim_doc_comment, after_help = EXAMPLES)]
pub struct CommandLine {
    /// What to do; nothing said means `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Run the server
    ///
    /// Brings the database up to date first. Ends in good order on SIGTERM or Ctrl-C.
    Serve,

    /// Bring the database up to date, or say what is missing
    #[command(after_help = MIGRATE_EXAMPLES)]
    Migrate(Migrate),

    /// Print the settings in force, secrets masked
    ///
    /// One NAME=value line a setting; a comment marks what was left at its default.
    /// A wrong setting is named on standard error instead.
    #[command(verbatim_doc_comment, after_help = CHECK_CONFIG_EXAMPLES)]
    CheckConfig,

    /// Print the description of the HTTP API
    ///
    /// An OpenAPI 3.1 document, the same as a server gives at /openapi.json. Needs no settings
    /// and no database.
    #[command(name = "openapi", verbatim_doc_comment, after_help = OPENAPI_EXAMPLES)]
    OpenApi,

    /// Create and list users
    #[command(subcommand)]
    User(UserCommand),

    /// Appoint, import and export members of the portal
    #[command(subcommand)]
    Member(MemberCommand),

    /// Let partners in, give them keys, shut them out, and register their dictations
    #[command(subcommand)]
    Partner(PartnerCommand),

    /// Apply and export the forms and providers of the sign-up API
    #[command(subcommand)]
    Signup(SignupCommand),
}

/// How to bring the database up to date.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrate {
    /// Change nothing: name the migrations that are missing, and exit with 1 when there are any
    #[arg(long)]
    pub check: bool,
}
