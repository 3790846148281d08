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
const SOURCES: [&str; 7] =
    [".npmrc", "package.json", "package-lock.json", "signup.yaml", "surface.mjs", "page.yaml", "visitor.mjs"];
/// The steps that it tells of.
const STEPS: &str = "seesProvidersAndForms\nsignsUpWithEverySample\nstaysSignedIn\nchangesItself\nshowsCodes\n\
                     asksTheProvider\n";
/// What the sign-up page says to a visitor who speaks German: while no server is there, then its title and fields, with
/// a name that is too long, with a wrong code and with the right one; how much is left of the form, and what is kept.
const VISIT: &str = "\
Der Server ist nicht erreichbar. Bitte später versuchen.
Komm in den Club
login password name about age height weight born since level hand
Bitte prüfen: Rufname
Der Code ist falsch oder abgelaufen.
Willkommen!
0
login name about age height weight born since level hand
";

/// A server whose sign-up forms are those of a file of the project, and its folder.
fn open_house(project: &NodeProject, forms: &str) -> (TempDir, ServerProcess) {
    let house = TempDir::new().expect("a folder can be made");
    let forms = project.folder.path().join(forms).display().to_string();
    let applied = run(house.path(), &[], &["signup", "apply", &forms], "");
    assert!(applied.status.success(), "{}", errors(&applied));
    let server = ServerProcess::start(house.path(), &[]);
    (house, server)
}

/// Runs a program of the project against a server; what it prints.
fn visit(project: &NodeProject, program: &str, house: &TempDir, server: &ServerProcess) -> String {
    let base = format!("http://{}", server.address);
    let mail = house.path().join("data/mail").display().to_string();
    project.run("node", &[program, &base, &mail])
}

#[test]
fn the_sdk_gets_through_its_whole_surface_unmodified() {
    let Some(project) = NodeProject::copy("sdk", &SOURCES) else { return };
    project.install();
    let (house, server) = open_house(&project, "signup.yaml");
    // What the SDK sends and gets is its own affair, but for the passwords in the source of the check.
    for password in ["another", "12345"] {
        server.client.secrets().note(SecretKind::Password, password);
    }
    assert_eq!(visit(&project, "surface.mjs", &house, &server), STEPS);
}

#[test]
fn the_sign_up_page_takes_a_visitor_from_its_fields_to_its_welcome() {
    let Some(project) = NodeProject::copy("sdk", &SOURCES) else { return };
    project.install();
    for name in ["words.mjs", "page.mjs"] {
        let script = file(&page(SIGNUP), &format!("js\n// {name}"));
        fs::write(project.folder.path().join(name), script).expect("a file can be written");
    }
    let (house, server) = open_house(&project, "page.yaml");
    server.client.secrets().note(SecretKind::Password, "queens-gambit");
    assert_eq!(visit(&project, "visitor.mjs", &house, &server), VISIT);
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
