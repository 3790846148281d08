//! The command line: what an operator may type.

use clap::{Args, Parser, Subcommand};

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

const USER_CREATE_EXAMPLES: &str = "\
Examples:
  portico user create --email ada@example.org --name 'Ada Lovelace'
  portico user create --email ada@example.org < password.txt";

const USER_LIST_EXAMPLES: &str = "\
Examples:
  portico user list
  portico user list --search ada";

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
}

/// How to bring the database up to date.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrate {
    /// Change nothing: name the migrations that are missing, and exit with 1 when there are any
    #[arg(long)]
    pub check: bool,
}

/// What can be done about users.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum UserCommand {
    /// Create a user, with the password from standard input
    ///
    /// The password is the first line of standard input. The address counts as verified:
    /// no letter is sent.
    #[command(verbatim_doc_comment, after_help = USER_CREATE_EXAMPLES)]
    Create(CreateUser),

    /// List users
    #[command(after_help = USER_LIST_EXAMPLES)]
    List(ListUsers),
}

/// Who is to be created.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct CreateUser {
    /// Mail address, which counts as verified
    #[arg(long)]
    pub email: String,

    /// Name to show; the part of the address before the @ when left out
    #[arg(long)]
    pub name: Option<String>,
}

/// Who is to be listed.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ListUsers {
    /// Only those whose name, username or address contains this text
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, error::ErrorKind};

    use super::*;

    fn parse(words: &str) -> Result<CommandLine, clap::Error> {
        CommandLine::try_parse_from(words.split_whitespace())
    }

    fn command(words: &str) -> Option<Command> {
        parse(words).unwrap().command
    }

    #[test]
    fn the_definitions_hold_together() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn commands_are_understood() {
        assert_eq!(command("portico"), None);
        assert_eq!(command("portico serve"), Some(Command::Serve));
        assert_eq!(command("portico migrate"), Some(Command::Migrate(Migrate { check: false })));
        assert_eq!(command("portico migrate --check"), Some(Command::Migrate(Migrate { check: true })));
        assert_eq!(command("portico check-config"), Some(Command::CheckConfig));
        assert_eq!(command("portico openapi"), Some(Command::OpenApi));
        let create = |name: Option<&str>| {
            let name = name.map(str::to_owned);
            Some(Command::User(UserCommand::Create(CreateUser { email: "a@b.c".to_owned(), name })))
        };
        assert_eq!(command("portico user create --email a@b.c"), create(None));
        assert_eq!(command("portico user create --email=a@b.c --name Ada"), create(Some("Ada")));
        let list = |search: Option<&str>| {
            Some(Command::User(UserCommand::List(ListUsers { search: search.map(str::to_owned) })))
        };
        assert_eq!(command("portico user list"), list(None));
        assert_eq!(command("portico user list --search ada"), list(Some("ada")));
    }

    #[test]
    fn wrong_usage_exits_with_2() {
        for words in [
            "portico fly",
            "portico --fly",
            "portico serve now",
            "portico migrate --check=maybe",
            "portico openapi --yaml",
            "portico user",
            "portico user create",
            "portico user create --email",
            "portico user list ada",
        ] {
            assert_eq!(parse(words).unwrap_err().exit_code(), 2, "{words}");
        }
    }

    #[test]
    fn help_is_there_on_every_level_with_examples() {
        for (words, expected) in [
            ("portico --help", "check-config"),
            ("portico serve --help", "database up to date first"),
            ("portico migrate --help", "--check"),
            ("portico check-config --help", "Examples:"),
            ("portico openapi --help", "/openapi.json"),
            ("portico user --help", "create"),
            ("portico user create --help", "standard input"),
            ("portico user list --help", "Examples:"),
        ] {
            let help = parse(words).unwrap_err();
            assert_eq!((help.kind(), help.exit_code()), (ErrorKind::DisplayHelp, 0), "{words}");
            assert!(help.to_string().contains(expected), "{help}");
        }
    }

    #[test]
    fn the_version_is_that_of_the_package() {
        let version = parse("portico --version").unwrap_err();
        assert_eq!((version.kind(), version.exit_code()), (ErrorKind::DisplayVersion, 0));
        assert_eq!(version.to_string(), format!("portico {}\n", env!("CARGO_PKG_VERSION")));
    }
}
