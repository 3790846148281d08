//! Members of the portal, from the command line.

mod sheet;

use std::io::{self, Write as _};

use anyhow::Context as _;
use portico_application::{ImportMode, ImportReport, ListProfilesRequest, MemberName, UseCases};
use portico_domain::{page::MAX_PAGE, profile::MemberRole, search_words::WordQuery};

use self::sheet::Sheet;
use super::{open, print, source::source};
use crate::{
    command_line::{AppointMember, ImportMembers},
    settings::{Settings, quoted},
};

/// Makes somebody what he is to be.
pub(super) async fn set_role(settings: &Settings, wanted: AppointMember) -> anyhow::Result<()> {
    let role = MemberRole::parse(&wanted.role).context("there is no such role")?;
    let adapters = open(settings).await?;
    let name = MemberName::parse(&wanted.user);
    let appoint_member = UseCases::new(&adapters.ports).appoint_member;
    let appointed = appoint_member.execute(name, role).await;
    adapters.store.close().await;
    let appointed = appointed.with_context(|| quoted(&wanted.user))?;
    let before = appointed.before.map_or("without a profile", MemberRole::as_str);
    print(&format!("member {} is {} now (was {before})\n", appointed.number, role.as_str()))
}

/// Makes members of the rows of a file, or says what is wrong with them.
pub(super) async fn import(settings: &Settings, wanted: ImportMembers) -> anyhow::Result<()> {
    let ImportMembers { file, apply } = wanted;
    let sheet = tokio::task::spawn_blocking(move || {
        sheet::read(source(&file)?).with_context(|| quoted(&file.display().to_string()))
    });
    let Sheet { rows, faults } = sheet.await??;
    let adapters = open(settings).await?;
    let mode = if apply && faults.is_empty() { ImportMode::Apply } else { ImportMode::DryRun };
    let import_members = UseCases::new(&adapters.ports).import_members;
    let report = import_members.execute(rows, mode).await;
    adapters.store.close().await;
    let mut report = report?;
    report.faults.extend(faults);
    report.faults.sort_by_key(|fault| fault.line);
    tell(&report, mode)
}

/// Prints all members as a file that can be imported.
pub(super) async fn export(settings: &Settings) -> anyhow::Result<()> {
    let adapters = open(settings).await?;
    let list_profiles = UseCases::new(&adapters.ports).list_profiles;
    let mut sheet = sheet::Writer::new();
    let mut after = None;
    loop {
        let request = ListProfilesRequest {
            period: None,
            words: WordQuery::default(),
            role: None,
            paid: None,
            after,
            limit: MAX_PAGE,
        };
        let members = list_profiles.execute(request).await?;
        print(&sheet.rows(&members)?)?;
        let Some(last) = members.last().filter(|_| members.len() == usize::from(MAX_PAGE)) else { break };
        after = Some(last.record.profile.number);
    }
    adapters.store.close().await;
    Ok(())
}

fn tell(report: &ImportReport, mode: ImportMode) -> anyhow::Result<()> {
    for fault in &report.faults {
        writeln!(io::stderr(), "line {}: {}", fault.line, fault.text)?;
    }
    let faulty = report.faults.len();
    anyhow::ensure!(faulty == 0, "nothing was imported: {faulty} faults");
    let count = report.new;
    print(&match mode {
        ImportMode::Apply => format!("imported {count} members\n"),
        ImportMode::DryRun => format!("{count} members can be imported; add --apply to do it\n"),
    })
}
