//! Forms and providers of the sign-up API, from the command line.

mod text;

use anyhow::Context as _;
use portico_application::UseCases;
use portico_domain::signup::SignupDocument;

use super::{open, print};
use crate::{
    command_line::ApplySignup,
    settings::{Settings, quoted},
};

/// Prints what a file would change, and changes it unless this is a rehearsal.
pub(super) async fn apply(settings: &Settings, wanted: ApplySignup) -> anyhow::Result<()> {
    let ApplySignup { file, dry_run } = wanted;
    let name = quoted(&file.display().to_string());
    let given = tokio::task::spawn_blocking(move || text::read(&file)).await??;
    let document = SignupDocument::parse(&given).with_context(|| name.clone())?;
    let adapters = open(settings).await?;
    let apply = UseCases::new(&adapters.ports).apply_signup_document;
    let planned = apply.plan(document.clone()).await;
    let done = match planned {
        Ok(plan) => {
            let names_any = !plan.forms.is_empty() || !plan.providers.is_empty();
            if names_any {
                print(&format!("{plan}\n"))?;
            }
            if dry_run && names_any { Ok(None) } else { apply.execute(document).await.map(Some) }
        }
        Err(refused) => Err(refused),
    };
    adapters.store.close().await;
    print(match done.with_context(|| name)? {
        None => "nothing was changed; leave --dry-run out to do it\n",
        Some(plan) if plan.forms.is_empty() && plan.providers.is_empty() => {
            "it names no forms and no providers: nothing to change\n"
        }
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
