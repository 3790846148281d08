//! Forms and providers of the sign-up API, from the command line.

use std::{io::Read as _, path::Path};

use anyhow::Context as _;
use portico_application::UseCases;
use portico_domain::signup::SignupDocument;
use serde_json::Value;

use super::{open, print, source::source};
use crate::{
    command_line::ApplySignup,
    settings::{Settings, quoted},
};

/// The most bytes of a file.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Prints what a file would change, and changes it unless this is a rehearsal.
pub(super) async fn apply(settings: &Settings, wanted: ApplySignup) -> anyhow::Result<()> {
    let ApplySignup { file, dry_run } = wanted;
    let name = quoted(&file.display().to_string());
    let given = tokio::task::spawn_blocking(move || read(&file)).await?;
    let given = given.with_context(|| name.clone())?;
    let document = SignupDocument::parse(&given).with_context(|| name.clone())?;
    let adapters = open(settings).await?;
    let apply = UseCases::new(&adapters.ports).apply_signup_document;
    let planned = apply.plan(document.clone()).await;
    let done = match planned {
        Ok(plan) => {
            print(&format!("{plan}\n"))?;
            if dry_run { Ok(None) } else { apply.execute(document).await.map(Some) }
        }
        Err(refused) => Err(refused),
    };
    adapters.store.close().await;
    print(match done.with_context(|| name)? {
        None => "nothing was changed; leave --dry-run out to do it\n",
        Some(plan) if plan.is_empty() => "nothing to change\n",
        Some(_) => "applied\n",
    })
}

/// Prints all forms and providers as a file that can be applied.
pub(super) async fn export(settings: &Settings) -> anyhow::Result<()> {
    let adapters = open(settings).await?;
    let export = UseCases::new(&adapters.ports).export_signup_document;
    let exported = export.execute().await;
    adapters.store.close().await;
    let (forms, providers) = exported?;
    let document = SignupDocument {
        forms: forms.into_iter().map(|form| form.definition).collect(),
        providers: providers.into_iter().map(|provider| provider.definition).collect(),
    };
    print(&format!("{:#}\n", document.to_json()))
}

fn read(file: &Path) -> anyhow::Result<Value> {
    let mut text = String::new();
    source(file)?.take(MAX_BYTES + 1).read_to_string(&mut text).context("it is no UTF-8 text")?;
    anyhow::ensure!(text.len() as u64 <= MAX_BYTES, "it is larger than 16 MiB");
    parse(&text)
}

/// JSON, or else YAML: an error of the notation that was meant says more.
fn parse(text: &str) -> anyhow::Result<Value> {
    if text.trim_start().starts_with('{') {
        return Ok(serde_json::from_str(text)?);
    }
    serde_saphyr::from_str(text).map_err(|error| anyhow::anyhow!("{}", one_line(&error.to_string())))
}

/// The first line of a report, which shows the place in drawings below.
fn one_line(report: &str) -> &str {
    report.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_and_yaml_say_the_same() {
        let expected =
            json!({"forms": [{"identifier": "reg", "position": 1, "localizeInfos": {"title": "R"}}]});
        assert_eq!(parse(&expected.to_string()).unwrap(), expected);
        let yaml = "forms:\n  - identifier: reg\n    position: 1\n    localizeInfos: {title: R}\n";
        assert_eq!(parse(yaml).unwrap(), expected);
    }

    #[test]
    fn what_is_neither_is_refused_in_one_line() {
        for text in ["{", "forms: [", "a: b: c"] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(!error.is_empty() && !error.contains('\n'), "{error:?}");
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
        assert!(parse(&bomb).is_err());
    }
}
