//! A client that a public generator makes of the description: it compiles, and gets through the README's tour.

use std::fs;

use integration_tests::{
    process::{ServerProcess, run},
    secrets::SecretKind,
    server::PASSWORD,
};
use tempfile::TempDir;

use crate::node::NodeProject;

/// What the client is made of, in `tests/client`.
const SOURCES: [&str; 5] = [".npmrc", "package.json", "package-lock.json", "tsconfig.json", "tour.ts"];

#[test]
fn a_client_made_from_the_description_compiles_and_takes_the_tour() {
    let Some(client) = NodeProject::copy("client", &SOURCES) else { return };
    let folder = client.folder.path();
    let description = run(folder, &[], &["openapi"], "");
    fs::write(folder.join("openapi.json"), &description.stdout).expect("it can be written");
    client.install();
    client.run("npm", &["run", "generate"]);
    client.run("npm", &["run", "compile"]);

    let house = TempDir::new().expect("a folder can be made");
    let server = ServerProcess::start(house.path(), &[]);
    let base = format!("http://{}", server.address);
    let mail = house.path().join("data/mail").display().to_string();
    // What the client sends and gets is its own affair, but for the password in its source.
    server.client.secrets().note(SecretKind::Password, PASSWORD);
    assert_eq!(client.run("node", &["tour.js", &base, &mail]), "the tour is over\n");
}
