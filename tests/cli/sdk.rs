//! The vendor's SDK, unmodified: its modules `AuthProvider`, `Users` and `Forms`, against a real server.

use std::fs;

use integration_tests::{
    process::{ServerProcess, errors, run},
    secrets::SecretKind,
};
use tempfile::TempDir;

use crate::{
    node::NodeProject,
    tour::{SIGNUP, file, page},
};

/// What the check is made of, in `tests/sdk`.
const SOURCES: [&str; 5] = [".npmrc", "package.json", "package-lock.json", "signup.yaml", "surface.mjs"];
/// The steps that it tells of.
const STEPS: &str = "seesProvidersAndForms\nsignsUpWithEverySample\nstaysSignedIn\nchangesItself\nshowsCodes\n\
                     asksTheProvider\n";

#[test]
fn the_sdk_gets_through_its_whole_surface_unmodified() {
    let Some(project) = NodeProject::copy("sdk", &SOURCES) else { return };
    project.install();
    let house = TempDir::new().expect("a folder can be made");
    let forms = project.folder.path().join("signup.yaml").display().to_string();
    let applied = run(house.path(), &[], &["signup", "apply", &forms], "");
    assert!(applied.status.success(), "{}", errors(&applied));
    let server = ServerProcess::start(house.path(), &[]);
    let (base, mail) =
        (format!("http://{}", server.address), house.path().join("data/mail").display().to_string());
    // What the SDK sends and gets is its own affair, but for the passwords in the source of the check.
    for password in ["another", "12345"] {
        server.client.secrets().note(SecretKind::Password, password);
    }
    assert_eq!(project.run("node", &["surface.mjs", &base, &mail]), STEPS);
}

#[test]
fn the_first_script_of_the_page_about_sign_up_forms_prints_what_the_page_says() {
    let Some(project) = NodeProject::copy("sdk", &SOURCES) else { return };
    project.install();
    let script = file(&page(SIGNUP), "js\n// first.mjs");
    fs::write(project.folder.path().join("first.mjs"), script).expect("a file can be written");
    let house = TempDir::new().expect("a folder can be made");
    let server = ServerProcess::start(house.path(), &[]);
    server.client.secrets().note(SecretKind::Password, "12345");
    let printed = project.run("node", &["first.mjs", &format!("http://{}", server.address)]);
    assert!(
        page(SIGNUP).contains(&format!("$ node first.mjs http://localhost:8080\n{printed}")),
        "{printed}"
    );
}
