//! `docs/configuration.md` and `.env.example` against the settings that the code declares.

use std::collections::BTreeMap;

use portico_app::settings::{Environment, Fallback, SPECS, Settings, Spec, quoted};

use crate::read;

const HEADER: &str = "| Variable | Default | Meaning | Allowed | Read by |";

#[test]
fn the_configuration_page_has_one_table_with_a_row_for_every_setting_in_order() {
    let page = read("docs/configuration.md");
    let table: Vec<&str> = page.lines().filter(|line| line.starts_with('|')).collect();
    let rows: Vec<String> = SPECS.iter().map(row).collect();
    let expected: Vec<&str> =
        [HEADER, "|---|---|---|---|---|"].into_iter().chain(rows.iter().map(String::as_str)).collect();
    assert_eq!(table, expected, "the table of docs/configuration.md should be\n\n{}\n", expected.join("\n"));
}

#[test]
fn the_configuration_page_names_no_setting_that_does_not_exist() {
    for file in ["docs/configuration.md", ".env.example", "README.md"] {
        for name in names_in(&read(file)) {
            assert!(SPECS.iter().any(|spec| spec.name == name), "{file} names {name}");
        }
    }
}

#[test]
fn the_example_file_holds_every_setting_in_order_with_its_meaning_and_default() {
    let expected: Vec<(String, String)> =
        SPECS.iter().map(|spec| (comment(spec), assignment(spec))).collect();
    let as_text: Vec<String> =
        expected.iter().map(|(comment, assignment)| format!("{comment}\n{assignment}")).collect();
    assert_eq!(entries(), expected, ".env.example should hold, in its groups,\n\n{}\n", as_text.join("\n"));
}

#[test]
fn the_example_file_is_grouped_and_sets_nothing() {
    let file = read(".env.example");
    assert!(file.lines().filter(|line| line.starts_with("## ")).count() > 3, "there are groups");
    assert!(file.lines().all(|line| line.is_empty() || line.starts_with('#')), "every line is a comment");
}

#[test]
fn the_example_file_uncommented_is_the_defaults() {
    let assignments: Vec<String> =
        entries().iter().map(|(_, assignment)| assignment.trim_start_matches('#').to_owned()).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(".env");
    std::fs::write(&path, assignments.join("\n")).expect("the file is written");
    let environment = Environment::with_file(BTreeMap::new(), &path).expect("every line is an assignment");
    assert_eq!(environment.warnings(), Vec::<String>::new());
    let given = Settings::load(&|name| environment.get(name)).expect("the defaults are allowed").report();
    let defaults = Settings::load(&|_| None).expect("nothing has to be set").report();
    assert_eq!(given, defaults.replace(" # default\n", "\n"));
}

fn row(spec: &Spec) -> String {
    let default = match spec.default {
        Fallback::Value(value) => format!("`{value}`"),
        Fallback::Unset(words) => words.to_owned(),
    };
    let cells = [&format!("`{}`", spec.name), &default, spec.meaning, spec.allowed, spec.used_by.label()];
    format!("| {} |", cells.map(in_cell).join(" | "))
}

/// Angle brackets and bars would be markup outside a code span.
fn in_cell(text: &str) -> String {
    let text = text.replace('|', "\\|");
    if text.starts_with('`') { text } else { text.replace('<', "&lt;").replace('>', "&gt;") }
}

fn comment(spec: &Spec) -> String {
    match spec.default {
        Fallback::Value(_) => format!("# {}", spec.meaning),
        Fallback::Unset(words) => format!("# {} ({words})", spec.meaning),
    }
}

fn assignment(spec: &Spec) -> String {
    match spec.default {
        Fallback::Value(value) => format!("#{}={}", spec.name, quoted(value)),
        Fallback::Unset(_) => format!("#{}=", spec.name),
    }
}

/// The assignments of the example file, each with the comment before it.
fn entries() -> Vec<(String, String)> {
    let file = read(".env.example");
    let lines: Vec<&str> = file.lines().collect();
    lines
        .windows(2)
        .filter(|pair| pair[1].starts_with("#PORTICO_"))
        .map(|pair| (pair[0].to_owned(), pair[1].to_owned()))
        .collect()
}

/// Everything in a text that looks like the name of a setting.
fn names_in(text: &str) -> Vec<String> {
    text.match_indices("PORTICO_")
        .map(|(at, _)| {
            text[at..]
                .chars()
                .take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_')
                .collect()
        })
        .filter(|name: &String| name != "PORTICO_" && !name.starts_with("PORTICO_TEST_"))
        .collect()
}
