//! The adapters that the settings ask for, joined into the ports of the use cases.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use portico_application::Ports;
use portico_domain::ports::{Clock, CodeSender, Entropy, IdentityProvider, Mailer, WebhookSender};
use portico_mail::{FileMailer, Links, Renderer, SmtpMailer, SmtpOptions};
use portico_oidc::{ClientSecret, Logout, NoProvider, OidcOptions, OidcProvider};
use portico_persistence::{DieselStore, Options, Place};
use portico_security::{
    AccessTokenKey, AmmoniaSanitizer, HashingThreads, MasterSecret, RefreshTokenKey, SystemClock,
    SystemEntropy, WebhookSecretKey,
};
use portico_webhook::{CodeWebhook, CodeWebhookOptions, EventWebhook, NoCodeSender, WebhookSecret};

use crate::settings::{OidcLogout, Settings};

/// Passwords that may wait to be hashed; more are answered with 503.
const HASHING_QUEUE: NonZeroUsize = NonZeroUsize::new(64).unwrap();
/// The name of the file that keeps the master secret, beside the SQLite file.
const SECRET_FILE: &str = "secret.key";

/// What a program that works on the store needs.
pub(crate) struct Adapters {
    pub(crate) store: DieselStore,
    pub(crate) passwords: Arc<HashingThreads>,
    pub(crate) ports: Ports,
}

impl Adapters {
    /// Opens the store, which must be migrated, and starts the threads that hash.
    pub(crate) async fn open(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let secret = master_secret(settings)?;
        let store = open_store(settings).await?;
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let passwords = HashingThreads::start(settings.hash_threads, HASHING_QUEUE, Arc::clone(&entropy))
            .context("the threads that hash passwords cannot be started")?;
        let passwords = Arc::new(passwords);
        let identity_provider = identity_provider(settings, Arc::clone(&clock))?;
        let code_sender = code_sender(settings, Arc::clone(&clock))?;
        let ports = Ports {
            store: Arc::new(store.clone()),
            clock,
            entropy,
            passwords: Arc::<HashingThreads>::clone(&passwords),
            sealer: Arc::new(secret.clone()),
            codes: Arc::new(secret.clone()),
            identity_provider,
            access_tokens: Arc::new(AccessTokenKey::new(&secret)),
            refresh_tokens: Arc::new(RefreshTokenKey::new(&secret)),
            html_sanitizer: Arc::new(AmmoniaSanitizer::default()),
            code_sender,
            webhook_secrets: Arc::new(WebhookSecretKey::new(&secret)),
            policy: Arc::new(settings.policy.clone()),
        };
        Ok(Self { store, passwords, ports })
    }
}

/// The clock of the machine.
pub(crate) fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The way out for letters: a mail server, or a folder of files.
pub(crate) fn mailer(settings: &Settings) -> anyhow::Result<Arc<dyn Mailer>> {
    let (invite, password_reset) = (settings.links.invite.as_str(), settings.links.password_reset.as_str());
    let links = Links::new(settings.link_base(), invite, password_reset)?;
    let renderer = Renderer::new(settings.mail.from.clone(), links)?;
    Ok(match &settings.mail.smtp_url {
        Some(url) => Arc::new(SmtpMailer::new(url.clone(), renderer, SmtpOptions::default())?),
        None => Arc::new(FileMailer::new(settings.mail.dir.clone(), renderer)),
    })
}

/// The OpenID Connect provider of the portal login, when there is one. Nothing is asked of it before somebody signs in.
fn identity_provider(
    settings: &Settings,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Arc<dyn IdentityProvider>> {
    let oidc = &settings.portal.oidc;
    let Some(provider) = &oidc.provider else { return Ok(Arc::new(NoProvider)) };
    let options = OidcOptions {
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.clone(),
        client_secret: provider.client_secret.as_ref().map(|secret| ClientSecret::new(secret.reveal())),
        redirect_url: provider.redirect_url.clone(),
        logout: match oidc.logout {
            OidcLogout::Auth0 => Logout::Auth0,
            OidcLogout::RpInitiated => Logout::RpInitiated,
        },
        avatar_claim: oidc.avatar_claim.clone(),
        thumbnail_claim: oidc.thumbnail_claim.clone(),
        post_logout_redirect_uri: Some(settings.link_base().to_owned()),
    };
    Ok(Arc::new(OidcProvider::new(options, clock).context("the OpenID Connect provider cannot be used")?))
}

/// The way of codes to telephones, when there is one.
fn code_sender(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Arc<dyn CodeSender>> {
    let Some(webhook) = &settings.code_webhook else { return Ok(Arc::new(NoCodeSender)) };
    let options = CodeWebhookOptions {
        url: webhook.url.clone(),
        secret: WebhookSecret::new(webhook.secret.reveal()),
        allow_loopback: webhook.allow_loopback,
    };
    Ok(Arc::new(CodeWebhook::new(&options, clock).context("the webhook of codes cannot be used")?))
}

/// The way out to partners' programs.
pub(crate) fn webhook_sender(
    settings: &Settings,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Arc<dyn WebhookSender>> {
    let allow_loopback = settings.policy.partners.webhooks_to_loopback;
    let webhook = EventWebhook::new(allow_loopback, clock).context("partners cannot be told anything")?;
    Ok(Arc::new(webhook))
}

async fn open_store(settings: &Settings) -> anyhow::Result<DieselStore> {
    let options = Options {
        readers: settings.database.readers,
        writers: settings.database.writers,
        ..Options::new(settings.database.url.reveal())
    };
    // Connecting blocks, for seconds when a server is far away.
    let opened = tokio::task::spawn_blocking(move || DieselStore::open(&options)).await?;
    opened.context("the database cannot be opened")
}

fn master_secret(settings: &Settings) -> anyhow::Result<MasterSecret> {
    if let Some(text) = &settings.secret_key {
        return Ok(MasterSecret::from_text(text.reveal())?);
    }
    match Place::parse(settings.database.url.reveal())? {
        Place::Sqlite { path } => Ok(MasterSecret::load_or_create(&secret_file(&path))?),
        Place::Postgres { .. } => anyhow::bail!("PORTICO_SECRET_KEY is required with PostgreSQL"),
    }
}

fn secret_file(database: &Path) -> PathBuf {
    database.with_file_name(SECRET_FILE)
}
