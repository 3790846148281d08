//! What an operator may type about members of the portal.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::PossibleValuesParser};
use portico_domain::profile::MemberRole;

const APPOINT_EXAMPLES: &str = "\
Examples:
  portico member set-role ada@example.org admin
  portico member set-role 42 retired";

const IMPORT_EXAMPLES: &str = "\
Examples:
  portico member import members.csv            look at every row, change nothing
  portico member import members.csv --apply    take all rows over, or none

The first row names the columns, in any order:
  代,苗字,名前,セイ,メイ,性別,ハンネ,大学,学部,学科,学籍番号,accountID,メール,研究会,班,電話,ロール";

const EXPORT_EXAMPLES: &str = "\
Examples:
  portico member export > members.csv";

/// What can be done about members.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum MemberCommand {
    /// Make somebody an admin, a member, retired or no member
    ///
    /// Somebody without a member profile gets an empty one. The last admin cannot be made
    /// anything else.
    #[command(verbatim_doc_comment, after_help = APPOINT_EXAMPLES)]
    SetRole(AppointMember),

    /// Make members of the rows of a CSV file
    ///
    /// Without --apply nothing is changed: every faulty row is named. With it all rows are taken
    /// over in one step, or none. The addresses count as verified; no letter is sent.
    #[command(verbatim_doc_comment, after_help = IMPORT_EXAMPLES)]
    Import(ImportMembers),

    /// Print all members as a CSV file that can be imported elsewhere
    #[command(after_help = EXPORT_EXAMPLES)]
    Export,
}

/// Who is to be what.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct AppointMember {
    /// Mail address, UUID, number or account id
    pub user: String,

    /// What he is to be
    #[arg(value_parser = PossibleValuesParser::new(MemberRole::ALL.map(MemberRole::as_str)))]
    pub role: String,
}

/// What is to be imported.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ImportMembers {
    /// CSV file in UTF-8; - is standard input
    pub file: PathBuf,

    /// Take the rows over
    #[arg(long)]
    pub apply: bool,
}
