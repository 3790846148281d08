//! The program as a stranger meets it. (Cargo builds the program itself for these tests; the suites that start servers
//! use the same file.)

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::process::{Command, Output};

fn portico(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_portico"))
        .args(arguments)
        .env_clear()
        .output()
        .expect("the program starts")
}

#[test]
fn help_names_every_command() {
    let output = portico(&["--help"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("help is text");
    for command in ["serve", "migrate", "check-config", "openapi", "user", "member", "partner", "signup"] {
        assert!(text.contains(command), "{text}");
    }
}

#[test]
fn wrong_usage_exits_with_2_and_says_why() {
    let output = portico(&["fly"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("fly"));
}

#[test]
fn the_description_of_the_api_is_printed_whatever_the_settings_are() {
    let output = Command::new(env!("CARGO_BIN_EXE_portico"))
        .arg("openapi")
        .env_clear()
        .env("PORTICO_LISTEN", "nowhere")
        .output()
        .expect("the program starts");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("the description is text");
    assert!(text.starts_with("{\n  \"openapi\": \"3.1.0\"") && text.ends_with("}\n"), "{text}");
}
