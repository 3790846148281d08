//! What is understood, and what help there is.

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
    let (user, role) = ("42".to_owned(), "admin".to_owned());
    let appoint = Command::Member(MemberCommand::SetRole(AppointMember { user, role }));
    assert_eq!(command("portico member set-role 42 admin"), Some(appoint));
    let import = |apply| {
        let file = "members.csv".into();
        Some(Command::Member(MemberCommand::Import(ImportMembers { file, apply })))
    };
    assert_eq!(command("portico member import members.csv"), import(false));
    assert_eq!(command("portico member import members.csv --apply"), import(true));
    assert_eq!(command("portico member export"), Some(Command::Member(MemberCommand::Export)));
    let apply = |dry_run| {
        let file = "signup.yaml".into();
        Some(Command::Signup(SignupCommand::Apply(ApplySignup { file, dry_run })))
    };
    assert_eq!(command("portico signup apply signup.yaml"), apply(false));
    assert_eq!(command("portico signup apply signup.yaml --dry-run"), apply(true));
    assert_eq!(command("portico signup export"), Some(Command::Signup(SignupCommand::Export)));
}

#[test]
fn commands_about_partners_are_understood() {
    let partner = |command| Some(Command::Partner(command));
    let name = || "Diktado".to_owned();
    let create = PartnerCommand::Create(CreatePartner { name: name() });
    assert_eq!(command("portico partner create Diktado"), partner(create));
    assert_eq!(command("portico partner list"), partner(PartnerCommand::List));
    let wanted = || WantedPartner { name: name() };
    assert_eq!(command("portico partner rotate Diktado"), partner(PartnerCommand::Rotate(wanted())));
    assert_eq!(command("portico partner revoke Diktado"), partner(PartnerCommand::Revoke(wanted())));
    let add = |language: &str| {
        let (id, title, language) = ("autumn".to_owned(), "Autumn".to_owned(), language.to_owned());
        partner(PartnerCommand::AddDictation(AddDictation { partner: name(), id, title, language }))
    };
    assert_eq!(command("portico partner add-dictation Diktado autumn Autumn"), add("ru"));
    assert_eq!(command("portico partner add-dictation Diktado autumn Autumn --language en"), add("en"));
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
        "portico member",
        "portico member set-role 42",
        "portico member set-role 42 chief",
        "portico member import",
        "portico member export members.csv",
        "portico partner",
        "portico partner create",
        "portico partner create Club of Letters",
        "portico partner list Diktado",
        "portico partner rotate",
        "portico partner revoke",
        "portico partner revoke --all",
        "portico partner add-dictation Diktado autumn",
        "portico partner add-dictation Diktado autumn Autumn --language",
        "portico partner add-dictation Diktado autumn Autumn en",
        "portico signup",
        "portico signup apply",
        "portico signup export signup.json",
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
        ("portico member --help", "set-role"),
        ("portico member set-role --help", "not_member"),
        ("portico member import --help", "学籍番号"),
        ("portico member export --help", "Examples:"),
        ("portico partner --help", "add-dictation"),
        ("portico partner create --help", "standard output"),
        ("portico partner list --help", "Examples:"),
        ("portico partner rotate --help", "24 more hours"),
        ("portico partner revoke --help", "Examples:"),
        ("portico partner add-dictation --help", "[default: ru]"),
        ("portico signup --help", "apply"),
        ("portico signup apply --help", "YAML"),
        ("portico signup export --help", "Examples:"),
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
