//! Partners, from the command line. Keys are printed alone, so that a script can keep them.

use anyhow::Context as _;
use portico_application::{FindPartner, UnknownPartnerError, UseCases};
use portico_domain::{
    id::PartnerId,
    page::{MAX_PAGE, Page},
    partner::{Dictation, DictationId, Language, Partner, PartnerName, PartnerSummary},
};

use super::{open, print};
use crate::{
    command_line::{AddDictation, PartnerCommand},
    settings::{Settings, quoted},
};

/// Does what is to be done about partners.
pub(super) async fn run(settings: &Settings, command: PartnerCommand) -> anyhow::Result<()> {
    match command {
        PartnerCommand::Create(wanted) => create(settings, &wanted.name).await,
        PartnerCommand::List => list(settings).await,
        PartnerCommand::Rotate(wanted) => rotate(settings, &wanted.name).await,
        PartnerCommand::Revoke(wanted) => revoke(settings, &wanted.name).await,
        PartnerCommand::AddDictation(wanted) => add_dictation(settings, &wanted).await,
    }
}

/// Lets a partner in and prints its key.
async fn create(settings: &Settings, name: &str) -> anyhow::Result<()> {
    let parsed = PartnerName::parse(name).with_context(|| format!("the name {}", quoted(name)))?;
    let adapters = open(settings).await?;
    let create_partner = UseCases::new(&adapters.ports).create_partner;
    let created = create_partner.execute(parsed).await;
    adapters.store.close().await;
    let created = created.with_context(|| quoted(name))?;
    print(&format!("{}\n", created.key.reveal()))
}

/// Prints every partner, one line each.
async fn list(settings: &Settings) -> anyhow::Result<()> {
    let adapters = open(settings).await?;
    let list_partners = UseCases::new(&adapters.ports).list_partners;
    let mut page = Page::first();
    loop {
        let partners = list_partners.execute(page).await?;
        print(&partners.iter().map(line).collect::<String>())?;
        let Some(last) = partners.last().filter(|_| partners.len() == usize::from(MAX_PAGE)) else { break };
        page = Page::new(MAX_PAGE, Some(last.partner.id.uuid()))?;
    }
    adapters.store.close().await;
    Ok(())
}

/// Gives a partner another key and prints it.
async fn rotate(settings: &Settings, name: &str) -> anyhow::Result<()> {
    let adapters = open(settings).await?;
    let UseCases { find_partner, rotate_partner_key, .. } = UseCases::new(&adapters.ports);
    let rotated = match find(&find_partner, name).await {
        Ok(partner) => rotate_partner_key.execute(partner.id).await,
        Err(error) => Err(error),
    };
    adapters.store.close().await;
    let rotated = rotated.with_context(|| unknown(name))?;
    print(&format!("{}\n", rotated.key.reveal()))
}

/// Shuts a partner out.
async fn revoke(settings: &Settings, name: &str) -> anyhow::Result<()> {
    let adapters = open(settings).await?;
    let UseCases { find_partner, revoke_partner, .. } = UseCases::new(&adapters.ports);
    let revoked = match find(&find_partner, name).await {
        Ok(partner) => revoke_partner.execute(partner.id).await.map(|()| partner),
        Err(error) => Err(error),
    };
    adapters.store.close().await;
    let Partner { id, name, .. } = revoked.with_context(|| unknown(name))?;
    print(&format!("revoked partner {id} {}\n", name.as_str()))
}

/// Registers a dictation of a partner.
async fn add_dictation(settings: &Settings, wanted: &AddDictation) -> anyhow::Result<()> {
    let AddDictation { partner: name, id, title, language } = wanted;
    let id = DictationId::parse(id).with_context(|| format!("the id {}", quoted(id)))?;
    let title = Dictation::title(title).with_context(|| format!("the title {}", quoted(title)))?;
    let language = Language::parse(language).with_context(|| format!("--language {}", quoted(language)))?;
    let adapters = open(settings).await?;
    let UseCases { find_partner, register_dictation, .. } = UseCases::new(&adapters.ports);
    let added = match find(&find_partner, name).await {
        Ok(partner) => {
            let added = register_dictation.execute(partner.id, id.clone(), title, language).await;
            added.with_context(|| quoted(id.as_str()))
        }
        Err(error) => Err(error).with_context(|| unknown(name)),
    };
    adapters.store.close().await;
    let added = added?;
    print(&format!("added dictation {} {} ({})\n", added.id, added.title, added.language.as_str()))
}

/// The partner that people call so, or that has this id. Of those revoked there may be several of a name.
async fn find(find_partner: &FindPartner, name: &str) -> Result<Partner, UnknownPartnerError> {
    if let Ok(id) = name.parse() {
        match find_partner.by_id(PartnerId::from_uuid(id)).await {
            // A name may look like an id.
            Err(UnknownPartnerError::Unknown) => {}
            found => return found,
        }
    }
    match PartnerName::parse(name) {
        Ok(name) => find_partner.by_name(name).await,
        Err(_) => Err(UnknownPartnerError::Unknown),
    }
}

fn unknown(name: &str) -> String {
    format!("the partner {}", quoted(name))
}

fn line(summary: &PartnerSummary) -> String {
    let PartnerSummary { partner, key_prefix, last_used_at } = summary;
    let state = if partner.revoked_at.is_some() { "revoked" } else { "active" };
    let since = partner.created_at.format("%Y-%m-%d");
    let used = last_used_at.map_or_else(|| "-".to_owned(), |at| at.format("%Y-%m-%dT%H:%MZ").to_string());
    format!("{}\t{}\t{key_prefix}\t{state}\t{since}\t{used}\n", partner.id, partner.name.as_str())
}
