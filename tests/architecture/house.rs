//! The rules of the house that the compiler does not know.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{read, root};

/// The most lines of a source file: "about three hundred", with some air.
const MAX_LINES: usize = 400;
/// The letters that Portico writes, by the name of their folders.
const LETTERS: &[&str] = &[
    "added_address_code",
    "already_registered",
    "check_result",
    "invite",
    "password_reset",
    "provisioned_password",
    "registration_code",
    "signup_code",
];
const MIGRATIONS: [&str; 2] = ["migrations/postgresql", "migrations/sqlite"];

/// Every Rust file of ours, with its text.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    assert!(found.len() > 50, "the sources were found");
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry of a folder").path();
        if path.is_dir() {
            if !path.ends_with("target") {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            found.push((path, text));
        }
    }
}

fn names_in(folder: &str) -> BTreeSet<String> {
    fs::read_dir(root().join(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.expect("an entry of a folder"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("a name in UTF-8"))
        .collect()
}

fn has_text(path: &str) -> bool {
    !read(path).trim().is_empty()
}

#[test]
fn no_lint_is_switched_off_no_test_left_out_and_nothing_left_for_later() {
    // Put together here, so that this file does not find itself.
    let forbidden: Vec<String> =
        [("#[", "allow("), ("#![", "allow("), (", allow", "("), ("#[", "ignore"), (", ignore", ")]")]
            .into_iter()
            .chain([("todo", "!("), ("unimplemented", "!("), ("dbg", "!("), ("TO", "DO"), ("FIX", "ME")])
            .map(|(front, back)| format!("{front}{back}"))
            .collect();
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            for needle in &forbidden {
                assert!(!line.contains(needle), "{}, line {}: {needle}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn modules_are_files_beside_their_folder_begin_with_what_they_are_and_stay_short() {
    for (path, text) in sources() {
        let name = path.display();
        assert!(!path.ends_with("mod.rs"), "{name}");
        assert!(text.starts_with("//! "), "{name} does not say what it is");
        let lines = text.lines().count();
        assert!(lines <= MAX_LINES, "{name} has {lines} lines");
    }
}

#[test]
fn no_type_or_module_has_a_name_that_says_nothing() {
    for (path, text) in sources() {
        for line in text.lines().map(str::trim_start) {
            let mut words =
                line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
            let Some(_) = words.find(|word| ["struct", "enum", "trait", "mod"].contains(word)) else {
                continue;
            };
            let name = words.next().unwrap_or_default();
            let empty =
                ["Impl", "Manager", "Helper", "Helpers", "Utils"].iter().any(|end| name.ends_with(end))
                    || ["utils", "common", "helpers", "misc"].contains(&name);
            assert!(line.starts_with("//") || !empty, "{}: {name}", path.display());
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations_each_with_a_way_back() {
    let [postgresql, sqlite] = MIGRATIONS.map(names_in);
    assert_eq!(postgresql, sqlite);
    assert!(!sqlite.is_empty(), "there are migrations");
    for tree in MIGRATIONS {
        for name in names_in(tree) {
            for file in ["up.sql", "down.sql"] {
                assert!(has_text(&format!("{tree}/{name}/{file}")), "{tree}/{name}/{file} is empty");
            }
        }
    }
}

#[test]
fn every_letter_has_a_subject_a_text_and_a_page() {
    let templates = "crates/mail/templates";
    let letters: BTreeSet<String> = LETTERS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(names_in(templates), letters);
    for letter in letters {
        for file in ["subject.txt", "body.txt", "body.html"] {
            assert!(
                has_text(&format!("{templates}/{letter}/{file}")),
                "{templates}/{letter}/{file} is empty"
            );
        }
    }
}

#[test]
fn every_crate_takes_its_lints_and_its_packages_from_the_workspace() {
    let manifests: Vec<String> =
        names_in("crates").iter().map(|name| format!("crates/{name}/Cargo.toml")).collect();
    for manifest in manifests.iter().map(String::as_str).chain(["tests/Cargo.toml"]) {
        let text = read(manifest);
        assert!(text.contains("[lints]\nworkspace = true"), "{manifest} has lints of its own");
        let mut in_dependencies = false;
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if line.starts_with('[') {
                in_dependencies = line.contains("dependencies");
            } else if in_dependencies {
                assert!(line.contains("workspace = true"), "{manifest}: {line} has a version of its own");
            }
        }
    }
}

#[test]
fn every_package_says_what_it_is_for() {
    let manifest = read("Cargo.toml");
    let dependencies =
        manifest.split("[workspace.dependencies]").nth(1).expect("the packages of the workspace");
    let dependencies = dependencies.split("\n[").next().unwrap_or_default();
    let packages: Vec<&str> =
        dependencies.lines().filter(|line| line.contains(" = ") && !line.contains("path = ")).collect();
    assert!(packages.len() > 20, "the packages were found");
    for package in packages {
        let purpose = package.rsplit_once(" # ").map_or("", |(_, purpose)| purpose);
        assert!(!purpose.trim().is_empty(), "{package} does not say what it is for");
    }
}

#[test]
fn what_a_checkout_must_hold_is_there() {
    for file in [
        ".ci/run",
        ".env.example",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "clippy.toml",
        "rust-toolchain.toml",
        "rustfmt.toml",
        "docs/CONTRIBUTING.md",
        "docs/api-design.md",
        "docs/architecture.md",
        "docs/configuration.md",
        "docs/database.md",
        "docs/openapi.json",
        "docs/testing.md",
    ] {
        assert!(has_text(file), "{file} is empty");
    }
    assert!(read("rust-toolchain.toml").contains("\"1.95.0\""), "the toolchain is pinned");
}

#[test]
fn every_decision_record_says_context_decision_and_consequences() {
    let folder = root().join("docs/adr");
    let records: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("docs/adr")
        .map(|entry| entry.expect("an entry of a folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    assert!(records.len() > 4, "decisions are on record");
    for record in records {
        let text = fs::read_to_string(&record).expect("a record is text");
        for part in ["Context", "Decision", "Consequences"] {
            assert!(text.contains(part), "{} lacks its {part}", record.display());
        }
    }
}
