//! What an operator types, and what he gets.

use std::fs;

use integration_tests::{
    process::{ServerProcess, errors, run},
    settings::SECRET,
};
use serde_json::json;
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().expect("a folder can be made")
}

fn out(output: &std::process::Output) -> String {
    assert!(output.status.success(), "{}", errors(output));
    String::from_utf8(output.stdout.clone()).expect("output is text")
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line_that_names_it() {
    let folder = folder();
    for (name, value, allowed) in [
        ("PORTICO_LISTEN", "nowhere", "address"),
        ("PORTICO_INVITE_TTL", "a week", "7d"),
        ("PORTICO_DATABASE_WRITERS", "2", "1"),
        ("PORTICO_DATABASE_URL", "mysql://h/d", "sqlite://"),
        ("PORTICO_LOG_FORMAT", "xml", "json"),
    ] {
        for command in ["serve", "check-config", "migrate"] {
            let output = run(folder.path(), &[(name, value)], &[command], "");
            let text = errors(&output);
            assert_eq!(output.status.code(), Some(1), "{text}");
            assert_eq!(text.lines().count(), 1, "{text}");
            assert!(text.contains(name) && text.contains(value) && text.contains(allowed), "{text}");
        }
    }
    assert!(!folder.path().join("data").exists(), "a start that failed leaves nothing behind");
}

#[test]
fn a_wrong_secret_is_named_but_not_shown() {
    let folder = folder();
    let output = run(folder.path(), &[("PORTICO_SECRET_KEY", "too-short-but-secret")], &["serve"], "");
    let text = errors(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("PORTICO_SECRET_KEY") && text.contains("32"), "{text}");
    assert!(!text.contains("too-short-but-secret"), "{text}");
}

#[test]
fn postgresql_needs_a_secret() {
    let folder = folder();
    let url = "postgres://user:hunter2hunter2@127.0.0.1:1/none";
    let output = run(folder.path(), &[("PORTICO_DATABASE_URL", url)], &["serve"], "");
    let text = errors(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("PORTICO_SECRET_KEY") && !text.contains("hunter2"), "{text}");
}

#[test]
fn an_unreachable_database_is_one_line_without_its_password() {
    let folder = folder();
    let settings = [
        ("PORTICO_DATABASE_URL", "postgres://user:hunter2hunter2@127.0.0.1:1/none"),
        ("PORTICO_SECRET_KEY", SECRET),
        ("PORTICO_LOG", "off"),
    ];
    for command in [&["serve"][..], &["migrate"], &["migrate", "--check"], &["user", "list"]] {
        let output = run(folder.path(), &settings, command, "");
        let text = errors(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn check_config_prints_what_is_in_force_and_masks_secrets() {
    let folder = folder();
    fs::write(folder.path().join(".env"), "PORTICO_INVITE_TTL=3d\nPORTICO_LOG=debug\n")
        .expect("it can be written");
    let settings = [
        ("PORTICO_SECRET_KEY", SECRET),
        ("PORTICO_SMTP_URL", "smtp://me:hunter2hunter2@mail.example.org"),
        ("PORTICO_LOG", "warn"),
    ];
    let text = out(&run(folder.path(), &settings, &["check-config"], ""));
    assert!(text.contains("PORTICO_INVITE_TTL=3d"), "{text}");
    assert!(text.contains("PORTICO_LOG=warn"), "the environment wins over .env: {text}");
    assert!(text.contains("PORTICO_REFRESH_TOKEN_TTL=30d"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("a secret for tests"), "{text}");
}

#[test]
fn migrate_says_what_is_missing_and_brings_it_up_to_date() {
    let folder = folder();
    let missing = run(folder.path(), &[], &["migrate", "--check"], "");
    assert_eq!(missing.status.code(), Some(1));
    assert!(errors(&missing).contains("accounts"), "{}", errors(&missing));
    assert!(out(&run(folder.path(), &[], &["migrate"], "")).contains("applied"));
    assert!(out(&run(folder.path(), &[], &["migrate"], "")).contains("up to date"));
    assert!(out(&run(folder.path(), &[], &["migrate", "--check"], "")).contains("up to date"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_made_by_the_operator_signs_in_at_once_beside_a_running_server() {
    let folder = folder();
    let server = ServerProcess::start(folder.path(), &[]);
    let create = ["user", "create", "--email", "Ada@example.org", "--name", "Ada Lovelace"];
    let made = out(&run(folder.path(), &[], &create, "analytical-engine-1843\n"));
    assert!(made.contains("Ada@example.org"), "{made}");

    let body = json!({ "email": "ada@example.org", "password": "analytical-engine-1843" });
    let signed_in = server.client.post("/auth/login", body).await.expect(200);
    assert_eq!(signed_in["user"]["displayName"], "Ada Lovelace");

    let listed = out(&run(folder.path(), &[], &["user", "list"], ""));
    assert!(listed.contains("Ada@example.org") && listed.contains("Ada Lovelace"), "{listed}");
    assert!(out(&run(folder.path(), &[], &["user", "list", "--search", "LOVE"], "")).contains("Ada"));
    assert_eq!(out(&run(folder.path(), &[], &["user", "list", "--search", "nobody"], "")), "");
}

#[test]
fn a_user_is_refused_with_the_reason() {
    let folder = folder();
    let create = |email: &str, password: &str| {
        let output = run(folder.path(), &[], &["user", "create", "--email", email], password);
        (output.status.code(), errors(&output))
    };
    assert_eq!(create("ada@example.org", "analytical-engine-1843\n").0, Some(0));
    for (email, password, reason) in [
        ("ADA@example.org", "analytical-engine-1843\n", "account"),
        ("not an address", "analytical-engine-1843\n", "email"),
        ("bob@example.org", "short\n", "8"),
        ("bob@example.org", "", "8"),
        ("bob@example.org", "password1\n", "common password"),
    ] {
        let (code, text) = create(email, password);
        assert_eq!(code, Some(1), "{text}");
        let last = text.lines().last().unwrap_or_default();
        assert!(last.starts_with("portico: ") && last.contains(reason), "{email} {password:?}: {text}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = folder();
    let shell = format!("{} check-config | head -n 1", integration_tests::process::program().display());
    let output = std::process::Command::new("sh").args(["-c", &shell]).current_dir(folder.path()).output();
    let output = output.expect("there is a shell");
    assert!(output.status.success());
    assert_eq!(errors(&output), "");
}
