//! Partners, as an operator looks after them beside a running server.

use integration_tests::{
    partners::{Program, texts},
    process::{ServerProcess, errors},
    secrets::SecretKind,
    settings,
};
use serde_json::json;

use crate::office::Office;

/// What every key begins with.
const KEY: &str = "portico_key_";
const ADD: [&str; 3] = ["partner", "add-dictation", "Diktado"];

fn serve(office: &Office) -> ServerProcess {
    ServerProcess::start(office.path(), &settings::on(office.database.url(), &[]))
}

/// The key that a command prints, and nothing else.
fn key(office: &Office, arguments: &[&str]) -> String {
    let output = office.portico(arguments, "");
    assert!(output.status.success(), "{}", errors(&output));
    let printed = String::from_utf8(output.stdout).expect("a key is text");
    let key = printed.strip_suffix('\n').expect("a key is a line").to_owned();
    assert!(key.starts_with(KEY) && !key.contains(char::is_whitespace) && key.len() > 50, "{key}");
    key
}

/// A program of a partner's that shows a key, which no log may tell from now on.
fn program(server: &ServerProcess, key: &str) -> Program {
    server.client.secrets().note(SecretKind::Token, key);
    Program::new(&server.client, key)
}

/// The lines of the list, each with its columns.
fn list(office: &Office) -> Vec<Vec<String>> {
    let printed = office.prints(&["partner", "list"]);
    printed.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// What a command says is wrong, which is one line.
fn refusal(office: &Office, arguments: &[&str]) -> String {
    let error = office.refuses(arguments);
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    assert!(error.starts_with("portico: "), "{error}");
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_from_the_moment_it_is_printed_until_it_is_revoked() {
    let office = Office::open().await;
    let server = serve(&office);
    let nobody = program(&server, "portico_key_0000000000000000000000000000000000000000000");
    nobody.auth_user("carol@example.org").await.expect_faulty(&[("key", texts::KEY)]);

    let first = program(&server, &key(&office, &["partner", "create", "Diktado"]));
    let carol = first.user("carol@example.org").await;
    let second = program(&server, &key(&office, &["partner", "rotate", "Diktado"]));
    assert_ne!(first.key(), second.key());
    for program in [&second, &first, &second] {
        assert_eq!(program.user("carol@example.org").await, carol, "both keys open for a day");
    }

    let revoked = office.prints(&["partner", "revoke", "Diktado"]);
    assert!(revoked.starts_with("revoked partner ") && revoked.ends_with(" Diktado\n"), "{revoked}");
    for program in [&first, &second] {
        let refused = program.auth_user("carol@example.org").await;
        refused.expect_faulty(&[("key", texts::KEY)]);
    }
    // A name is free again once its partner is shut out, and his keys stay shut.
    let third = program(&server, &key(&office, &["partner", "create", "Diktado"]));
    assert_eq!(third.user("carol@example.org").await, carol);
    first.auth_user("carol@example.org").await.expect_faulty(&[("key", texts::KEY)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_taken_from_the_moment_their_dictation_is_added() {
    let office = Office::open().await;
    let server = serve(&office);
    let program = program(&server, &key(&office, &["partner", "create", "Diktado"]));
    let carol = program.user("carol@example.org").await;
    let dict = || json!({ "dict": "autumn" });
    program.save(&carol, dict()).await.expect_faulty(&[("dict", texts::DICT)]);
    let added = office.prints(&[&ADD[..], &["autumn", "Осень в парке"]].concat());
    assert_eq!(added, "added dictation autumn Осень в парке (ru)\n");
    program.save(&carol, dict()).await.expect_saved();
    let added = office.prints(&[&ADD[..], &["winter", "Winter", "--language", "en-GB"]].concat());
    assert_eq!(added, "added dictation winter Winter (en-GB)\n");

    let again = refusal(&office, &[&ADD[..], &["autumn", "Another autumn"]].concat());
    assert!(again.contains("autumn") && again.contains("already"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_a_line_for_every_partner_and_no_key() {
    let office = Office::open().await;
    assert_eq!(list(&office), Vec::<Vec<String>>::new());
    let first = key(&office, &["partner", "create", "Diktado"]);
    let club = key(&office, &["partner", "create", "Club of Letters"]);
    let next = key(&office, &["partner", "rotate", "Diktado"]);
    office.prints(&["partner", "revoke", "Club of Letters"]);

    let server = serve(&office);
    program(&server, &next).user("carol@example.org").await;
    let listed = list(&office);
    let [diktado, letters] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!((diktado[1].as_str(), diktado[3].as_str()), ("Diktado", "active"));
    assert_eq!((letters[1].as_str(), letters[3].as_str()), ("Club of Letters", "revoked"));
    for line in [diktado, letters] {
        assert_eq!((line.len(), line[0].len(), line[4].len()), (6, 36, 10), "{line:?}");
    }
    assert!(diktado[5].len() == 17 && diktado[5].ends_with('Z'), "{diktado:?}");
    assert_eq!(letters[5], "-");
    for (line, newest) in [(diktado, &next), (letters, &club)] {
        assert!(newest.starts_with(&line[2]) && line[2].len() < newest.len() / 2, "{line:?}");
    }
    let printed = listed.concat().concat();
    for key in [first, next, club] {
        assert!(!printed.contains(&key), "a key is shown once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_meant_by_its_name_or_its_id() {
    let office = Office::open().await;
    key(&office, &["partner", "create", "Diktado"]);
    let id = list(&office)[0][0].clone();
    key(&office, &["partner", "rotate", &id]);
    office.prints(&["partner", "add-dictation", &id, "autumn", "Autumn"]);
    let revoked = office.prints(&["partner", "revoke", &id]);
    assert_eq!(revoked, format!("revoked partner {id} Diktado\n"));

    // Somebody may be called as another's id is written.
    let other = "0199a7c2-5d3e-7b61-8f0a-6c1d2e3f4a5b";
    key(&office, &["partner", "create", other]);
    key(&office, &["partner", "rotate", other]);
}

#[tokio::test]
async fn what_cannot_be_done_is_said_in_one_line() {
    let office = Office::open().await;
    key(&office, &["partner", "create", "Diktado"]);
    let id = list(&office)[0][0].clone();
    let long = "x".repeat(201);
    let add = |rest: &[&'static str]| [&ADD[..], rest].concat();
    for (arguments, says) in [
        (vec!["partner", "create", "Diktado"], "already"),
        (vec!["partner", "create", " "], "empty"),
        (vec!["partner", "create", &long], "100"),
        (vec!["partner", "create", "a\nb"], "control"),
        (vec!["partner", "rotate", "Nobody"], "Nobody"),
        (vec!["partner", "rotate", "0199a7c2-5d3e-7b61-8f0a-6c1d2e3f4a5b"], "none"),
        (vec!["partner", "revoke", "Nobody"], "Nobody"),
        (vec!["partner", "revoke", ""], "none"),
        (vec!["partner", "add-dictation", "Nobody", "autumn", "Autumn"], "Nobody"),
        (add(&["au tumn", "Autumn"]), "64"),
        (add(&["", "Autumn"]), "64"),
        (add(&["autumn", ""]), "empty"),
        (vec!["partner", "add-dictation", "Diktado", "autumn", &long], "200"),
        (add(&["autumn", "Autumn", "--language", "r"]), "en-GB"),
    ] {
        let error = refusal(&office, &arguments);
        assert!(error.contains(says), "{arguments:?}: {error}");
    }
    office.prints(&["partner", "revoke", "Diktado"]);
    for arguments in [
        vec!["partner", "revoke", "Diktado"],
        vec!["partner", "revoke", &id],
        vec!["partner", "rotate", &id],
        vec!["partner", "add-dictation", &id, "autumn", "Autumn"],
    ] {
        refusal(&office, &arguments);
    }
    assert_eq!(list(&office).len(), 1);
    let usage = office.portico(&["partner", "create"], "");
    assert_eq!(usage.status.code(), Some(2));
}
