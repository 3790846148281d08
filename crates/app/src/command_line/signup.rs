//! What an operator may type about the forms and providers of the sign-up API.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const APPLY_EXAMPLES: &str = "\
Examples:
  portico signup apply signup.yaml --dry-run    say what would change
  portico signup apply signup.yaml              change it
  portico signup export | portico signup apply -

A file holds {\"forms\": […], \"providers\": […]}, in JSON or YAML, as `signup export` prints them.
What it does not name stays as it is.";

const EXPORT_EXAMPLES: &str = "\
Examples:
  portico signup export > signup.json";

/// What can be done about forms and providers.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum SignupCommand {
    /// Create and update forms and providers from a file
    ///
    /// Prints the plan, then does all of it in one step, or nothing. Applying the same file
    /// again changes nothing.
    #[command(verbatim_doc_comment, after_help = APPLY_EXAMPLES)]
    Apply(ApplySignup),

    /// Print all forms and providers as a JSON file that can be applied
    #[command(after_help = EXPORT_EXAMPLES)]
    Export,
}

/// What is to be applied.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ApplySignup {
    /// JSON or YAML file in UTF-8; - is standard input
    pub file: PathBuf,

    /// Print the plan and change nothing
    #[arg(long)]
    pub dry_run: bool,
}
