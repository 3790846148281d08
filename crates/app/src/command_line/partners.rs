//! What an operator may type about partners.

use clap::{Args, Subcommand};

const CREATE_EXAMPLES: &str = "\
Examples:
  portico partner create Diktado > key.txt
  KEY=$(portico partner create 'Club of Letters')";

const LIST_EXAMPLES: &str = "\
Examples:
  portico partner list
  portico partner list | awk -F'\\t' '$4 == \"revoked\" { print $2 }'

Columns, with a tab between them: id, name, beginning of the newest key, active or revoked, day of
its creation, and when one of its keys was last used.";

const ROTATE_EXAMPLES: &str = "\
Examples:
  portico partner rotate Diktado > key.txt
  KEY=$(portico partner rotate 0199a7c2-5d3e-7b61-8f0a-6c1d2e3f4a5b)";

const REVOKE_EXAMPLES: &str = "\
Examples:
  portico partner revoke Diktado";

const ADD_DICTATION_EXAMPLES: &str = "\
Examples:
  portico partner add-dictation Diktado 611c9e9b8ffa577616d4fa3c 'Осень в парке'
  portico partner add-dictation Diktado autumn 'Autumn in the park' --language en";

/// What can be done about partners.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum PartnerCommand {
    /// Let a partner in, and print its key
    ///
    /// The key is one line of standard output. It is kept nowhere and never shown again.
    #[command(verbatim_doc_comment, after_help = CREATE_EXAMPLES)]
    Create(CreatePartner),

    /// List partners, revoked ones included
    #[command(after_help = LIST_EXAMPLES)]
    List,

    /// Print another key for a partner
    ///
    /// The key is one line of standard output, and never shown again. The keys that the partner
    /// has open for 24 more hours.
    #[command(verbatim_doc_comment, after_help = ROTATE_EXAMPLES)]
    Rotate(WantedPartner),

    /// Shut a partner out at once, for ever
    ///
    /// None of its keys opens anything from now on. Its people, dictations and results stay.
    #[command(verbatim_doc_comment, after_help = REVOKE_EXAMPLES)]
    Revoke(WantedPartner),

    /// Register a dictation, so that results of it are taken
    ///
    /// One that was retired comes back.
    #[command(verbatim_doc_comment, after_help = ADD_DICTATION_EXAMPLES)]
    AddDictation(AddDictation),
}

/// Who is to be let in.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct CreatePartner {
    /// Name, 1 to 100 characters; letters tell it to people
    pub name: String,
}

/// Which partner is meant.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct WantedPartner {
    /// Name or id
    pub name: String,
}

/// Which dictation is to be registered.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct AddDictation {
    /// Name or id of the partner
    pub partner: String,

    /// What the partner calls it: 1 to 64 letters, digits, - and _
    pub id: String,

    /// Title, 1 to 200 characters
    pub title: String,

    /// Language, as a tag such as ru or en-GB
    #[arg(long, value_name = "TAG", default_value = "ru")]
    pub language: String,
}
