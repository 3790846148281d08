//! Files of forms and providers, in JSON or YAML.

use std::{
    io::{self, ErrorKind, Read as _},
    path::Path,
};

use anyhow::Context as _;
use portico_domain::signup::{DefinitionTextError, read_definition_text};
use serde_json::Value;
use serde_saphyr::UserMessageFormatter;

use crate::{commands::source::source, settings::quoted};

/// The most bytes of a file.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Reads a file, or standard input for `-`. Each error names it once.
pub(super) fn read(file: &Path) -> anyhow::Result<Value> {
    let name = || quoted(&file.display().to_string());
    let mut text = String::new();
    let read = source(file)?.take(MAX_BYTES + 1).read_to_string(&mut text);
    read.map_err(unread).with_context(name)?;
    let is_json = file.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("json"));
    parse(&text, is_json).with_context(name)
}

fn unread(error: io::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::IsADirectory => anyhow::anyhow!("it is a directory, not a file"),
        ErrorKind::InvalidData => anyhow::anyhow!("it is no UTF-8 text"),
        _ => anyhow::Error::new(error).context("it cannot be read"),
    }
}

/// JSON, or else YAML. Where it is neither, the error is that of the notation which is meant: JSON if the file says so.
fn parse(text: &str, is_json: bool) -> anyhow::Result<Value> {
    anyhow::ensure!(text.len() as u64 <= MAX_BYTES, "it is larger than 16 MiB");
    anyhow::ensure!(!text.trim().is_empty(), "it is empty");
    let no_json = match read_definition_text(text.as_bytes()) {
        Ok(value) => return Ok(value),
        Err(error @ DefinitionTextError::KeyTwice(_)) => return Err(error.into()),
        Err(error @ DefinitionTextError::Syntax(_)) => error,
    };
    match serde_saphyr::from_str(text) {
        Ok(value) => Ok(value),
        Err(_) if is_json => Err(anyhow::Error::new(no_json).context("it is no JSON")),
        Err(no_yaml) => {
            let report = no_yaml.render_with_formatter(&UserMessageFormatter);
            Err(anyhow::anyhow!("{}", one_line(&report)).context("it is no YAML"))
        }
    }
}

/// The first line of a report, which shows the place in drawings below.
fn one_line(report: &str) -> &str {
    report.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error(text: &str, is_json: bool) -> String {
        format!("{:#}", parse(text, is_json).unwrap_err())
    }

    #[test]
    fn json_and_yaml_say_the_same() {
        let expected =
            json!({"forms": [{"identifier": "reg", "position": 1, "localizeInfos": {"title": "R"}}]});
        let yaml = "forms:\n  - identifier: reg\n    position: 1\n    localizeInfos: {title: R}\n";
        let flow = "{forms: [{identifier: reg, position: 1, localizeInfos: {title: R}}]}";
        for text in [&expected.to_string(), yaml, flow] {
            for is_json in [false, true] {
                assert_eq!(parse(text, is_json).unwrap(), expected, "{text}");
            }
        }
    }

    #[test]
    fn what_is_neither_is_refused_in_one_line_of_the_notation_that_is_meant() {
        for (text, is_json, says) in [
            ("{", true, "it is no JSON: "),
            ("{", false, "it is no YAML: "),
            ("{\"forms\": [}", true, "line 1 column 12"),
            ("forms: [", false, "it is no YAML: "),
            ("a: b: c", true, "it is no JSON: "),
            ("a: b: c", false, "it is no YAML: "),
            ("", false, "it is empty"),
            (" \n", true, "it is empty"),
        ] {
            let error = error(text, is_json);
            assert!(error.contains(says) && !error.contains('\n'), "{text}: {error:?}");
        }
    }

    #[test]
    fn a_key_that_is_there_twice_is_refused_in_either_notation() {
        let json = r#"{"forms": [{"identifier": "a", "identifier": "b"}]}"#;
        for is_json in [false, true] {
            assert_eq!(error(json, is_json), "forms[0].identifier: is there twice");
        }
        let yaml = error("forms:\n  - identifier: a\n    identifier: b\n", false);
        assert!(yaml.contains("identifier"), "{yaml}");
    }

    #[test]
    fn no_error_speaks_to_programmers() {
        for text in [
            "a: 1\na: 2\n",
            "a: 1\n---\nb: 2\n",
            "? \n: 1\n",
            "~: 1\n",
            "{",
            "a: *b",
            "a: !!int x",
            "\tforms: 1",
            "forms:\n - a\n  b: 1",
        ] {
            let Err(error) = parse(text, false) else { continue };
            let error = format!("{error:#}");
            for jargon in ["Options", "Option<", "from_str", "String", "Policy", "serialize", "serde"] {
                assert!(!error.contains(jargon), "{text:?}: {error}");
            }
        }
    }

    #[test]
    fn yaml_that_swells_is_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let below = format!("*a{}", level - 1);
            let line = format!("a{level}: &a{level} [{}]\n", [below.as_str(); 10].join(", "));
            bomb.push_str(&line);
        }
        assert!(parse(&bomb, false).is_err());
    }
}
