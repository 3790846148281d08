//! What must hold of the repository itself: the arrows between the crates, the documentation of the settings, the
//! rules of the house.

#![expect(clippy::expect_used, reason = "a suite that cannot read the repository has failed")]

use std::{fs, path::PathBuf};

mod configuration;
mod crates;
mod description;
mod house;

/// The folder of the workspace.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the suites are a folder of the workspace")
        .to_owned()
}

/// The text of a file of the repository.
fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
