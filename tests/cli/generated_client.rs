//! A client that a public generator makes of the description: it compiles, and gets through the README's tour.

use std::{
    env, fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use integration_tests::{
    process::{ServerProcess, errors, run},
    secrets::SecretKind,
    server::PASSWORD,
};
use tempfile::TempDir;

/// What the client is made of, in `tests/client`.
const SOURCES: [&str; 5] = [".npmrc", "package.json", "package-lock.json", "tsconfig.json", "tour.ts"];
/// `1` makes it a failure when there is no Node.js.
const REQUIRED: &str = "PORTICO_TEST_REQUIRE_NODE";

#[expect(clippy::disallowed_methods, reason = "the suites' own settings")]
fn is_required() -> bool {
    env::var(REQUIRED).is_ok_and(|value| value == "1")
}

fn is_there(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Runs a command in the folder of the client, to a good end.
fn do_in(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let done = Command::new(program).args(arguments).current_dir(folder).output().expect("it starts");
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{program} {arguments:?}: {said}\n{}", errors(&done));
    done
}

#[test]
fn a_client_made_from_the_description_compiles_and_takes_the_tour() {
    if !is_there("node") || !is_there("npm") {
        assert!(!is_required(), "{REQUIRED} is 1, but node and npm are not there");
        // Past the test harness, which keeps to itself what passing tests print.
        let _ = writeln!(std::io::stderr(), "note: no node or npm, so no generated client is tried");
        return;
    }
    let client = TempDir::new().expect("a folder can be made");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("client");
    for name in SOURCES {
        fs::copy(sources.join(name), client.path().join(name)).expect("the client can be copied");
    }
    let description = run(client.path(), &[], &["openapi"], "");
    fs::write(client.path().join("openapi.json"), &description.stdout).expect("it can be written");
    do_in(client.path(), "npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    do_in(client.path(), "npm", &["run", "generate"]);
    do_in(client.path(), "npm", &["run", "compile"]);

    let house = TempDir::new().expect("a folder can be made");
    let server = ServerProcess::start(house.path(), &[]);
    let base = format!("http://{}", server.address);
    let mail = house.path().join("data/mail").display().to_string();
    // What the client sends and gets is its own affair, but for the password in its source.
    server.client.secrets().note(SecretKind::Password, PASSWORD);
    let tour = do_in(client.path(), "node", &["tour.js", &base, &mail]);
    assert_eq!(String::from_utf8_lossy(&tour.stdout), "the tour is over\n");
}
