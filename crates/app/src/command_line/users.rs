//! What an operator may type about users.

use clap::{Args, Subcommand};

const CREATE_EXAMPLES: &str = "\
Examples:
  portico user create --email ada@example.org --name 'Ada Lovelace'
  portico user create --email ada@example.org < password.txt";

const LIST_EXAMPLES: &str = "\
Examples:
  portico user list
  portico user list --search ada";

/// What can be done about users.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum UserCommand {
    /// Create a user, with the password from standard input
    ///
    /// The password is the first line of standard input. The address counts as verified:
    /// no letter is sent.
    #[command(verbatim_doc_comment, after_help = CREATE_EXAMPLES)]
    Create(CreateUser),

    /// List users
    #[command(after_help = LIST_EXAMPLES)]
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
