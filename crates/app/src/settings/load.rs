//! Reads the settings, group by group, in the order of the table.

use std::{num::NonZeroUsize, path::PathBuf, thread};

use portico_domain::{
    policy::{Lifetimes, PartnerPolicy, Policy, PortalPolicy, SignupPolicy},
    token::{PlainToken, TokenDigest},
};
use portico_mail::{Sender, SmtpUrl};
use url::Url;

use super::{
    Backend, CodeWebhookSettings, DatabaseSettings, LinkPattern, LinkSettings, LogSettings, MailSettings,
    NetworkSettings, OidcLogout, OidcSettings, PortalSettings, ProviderSettings, SecretText, SettingError,
    Settings, Spec, links::without_trailing_slash, network, parse, reader::Reader, table,
};
use crate::telemetry::{self, LogFormat};

/// Reads every setting.
pub(super) fn load(mut reader: Reader<'_>) -> Result<Settings, SettingError> {
    let read = &mut reader;
    let listen = read.value(&table::LISTEN, network::listen)?;
    let public_url = read.value(&table::PUBLIC_URL, network::base_url)?;
    let database = database(read)?;
    let secret_key = secret_key(read, &database.backend)?;
    let mail = mail(read)?;
    let oidc = oidc(read)?;
    let code_webhook_url =
        read.option(&table::CODE_WEBHOOK_URL, |text| network::webhook(text, true).map(|_| text.to_owned()))?;
    let code_webhook_secret = read.option(&table::CODE_WEBHOOK_SECRET, parse::secret_line)?;
    let bind_refresh_to_device = read.value(&table::BIND_REFRESH_TO_DEVICE, parse::switch)?;
    let allow_loopback = read.value(&table::WEBHOOK_ALLOW_LOOPBACK, parse::switch)?;
    let code_webhook = code_webhook(code_webhook_url, code_webhook_secret, allow_loopback)?;
    let insecure_cookies = read.value(&table::INSECURE_COOKIES, parse::switch)?;
    let external_tokens = read.option(&table::EXTERNAL_TOKENS, parse::tokens)?.unwrap_or_default();
    let app_tokens = read.option(&table::APP_TOKEN, parse::tokens)?.unwrap_or_default();
    let token_prefix = read.value(&table::TOKEN_PREFIX, parse::token_prefix)?;
    let time_zone = read.value(&table::TIME_ZONE, parse::time_zone)?;
    let trusted_proxies = list(read, &table::TRUSTED_PROXIES, network::cidr)?;
    let cors_origins = list(read, &table::CORS_ORIGINS, network::origin)?;
    let log = log(read)?;
    let workers = threads(read, &table::WORKERS)?.get();
    let hash_threads = threads(read, &table::HASH_THREADS)?;
    let lifetimes = lifetimes(read)?;
    let transaction_ttl = read.value(&table::TRANSACTION_TTL, parse::lifetime)?;
    let session_ttl = read.value(&table::SESSION_TTL, parse::lifetime)?;
    let show_expired_invites = read.value(&table::SHOW_EXPIRED_INVITES, parse::switch)?;
    let require_verification_token = read.value(&table::REQUIRE_VERIFICATION_TOKEN, parse::switch)?;
    let links = links(read, &public_url)?;
    let rate_limits = read.value(&table::RATE_LIMITS, parse::on_or_off)?;
    let portal_policy = PortalPolicy {
        issuer: oidc.provider.as_ref().map(|provider| provider.issuer.clone()),
        session: session_ttl,
        transaction: transaction_ttl,
        time_zone,
        verify_email_link: links.verify_email.as_str().to_owned(),
        home: without_trailing_slash(&public_url).to_owned(),
        external_tokens: external_tokens.iter().map(digest).collect(),
    };

    let signup_policy =
        SignupPolicy { app_tokens: app_tokens.iter().map(digest).collect(), bind_refresh_to_device };

    Ok(Settings {
        listen,
        public_url,
        database,
        secret_key,
        mail,
        links,
        policy: Policy {
            lifetimes,
            token_prefix,
            show_expired_invites,
            require_verification_token,
            portal: portal_policy,
            signup: signup_policy,
            partners: PartnerPolicy { webhooks_to_loopback: allow_loopback },
        },
        log,
        workers,
        hash_threads,
        portal: PortalSettings { oidc, insecure_cookies },
        code_webhook,
        network: NetworkSettings { trusted_proxies, cors_origins, rate_limits },
        in_force: reader.into_in_force(),
    })
}

fn database(read: &mut Reader<'_>) -> Result<DatabaseSettings, SettingError> {
    let (backend, url) = read.value(&table::DATABASE_URL, |text| {
        network::database(text).map(|backend| (backend, SecretText::new(text)))
    })?;
    let otherwise = backend.default_readers(processors().get());
    let readers = read.count(&table::DATABASE_READERS, otherwise, parse::count)?;
    let writers = read.count(&table::DATABASE_WRITERS, backend.default_writers(), |text| {
        parse::count(text).filter(|count| backend == Backend::PostgreSql || count.get() == 1)
    })?;
    let get = |count: Option<NonZeroUsize>| count.map(NonZeroUsize::get);
    Ok(DatabaseSettings { url, backend, readers: get(readers), writers: get(writers) })
}

/// Several servers may share one PostgreSQL database, and all of them must hold the same secret: there it is never
/// made by one of them.
fn secret_key(read: &mut Reader<'_>, backend: &Backend) -> Result<Option<SecretText>, SettingError> {
    let secret_key = read.option(&table::SECRET_KEY, parse::secret_key)?;
    if secret_key.is_none() && *backend == Backend::PostgreSql {
        return Err(SettingError::missing(&table::SECRET_KEY));
    }
    Ok(secret_key)
}

fn mail(read: &mut Reader<'_>) -> Result<MailSettings, SettingError> {
    Ok(MailSettings {
        smtp_url: read.option(&table::SMTP_URL, |text| SmtpUrl::parse(text).ok())?,
        dir: read.value(&table::MAIL_DIR, |text| Some(PathBuf::from(text)))?,
        from: read.value(&table::MAIL_FROM, |text| Sender::parse(text).ok())?,
    })
}

fn oidc(read: &mut Reader<'_>) -> Result<OidcSettings, SettingError> {
    Ok(OidcSettings {
        provider: provider(read)?,
        logout: read.value(&table::OIDC_LOGOUT, |text| match text {
            "auth0" => Some(OidcLogout::Auth0),
            "rp-initiated" => Some(OidcLogout::RpInitiated),
            _ => None,
        })?,
        avatar_claim: read.value(&table::OIDC_AVATAR_CLAIM, parse::claim)?,
        thumbnail_claim: read.value(&table::OIDC_THUMBNAIL_CLAIM, parse::claim)?,
    })
}

/// All of the provider or nothing: half of it would only show when somebody signs in.
fn provider(read: &mut Reader<'_>) -> Result<Option<ProviderSettings>, SettingError> {
    let issuer = read.option(&table::OIDC_ISSUER, |text| network::issuer(text).map(|_| text.to_owned()))?;
    let client_id = read.option(&table::OIDC_CLIENT_ID, parse::word)?;
    let client_secret = read.option(&table::OIDC_CLIENT_SECRET, parse::secret_line)?;
    let redirect_url =
        read.option(&table::OIDC_REDIRECT_URL, |text| network::redirect_url(text).map(|_| text.to_owned()))?;
    if issuer.is_none() && client_id.is_none() && client_secret.is_none() && redirect_url.is_none() {
        return Ok(None);
    }
    Ok(Some(ProviderSettings {
        issuer: issuer.ok_or_else(|| SettingError::missing(&table::OIDC_ISSUER))?,
        client_id: client_id.ok_or_else(|| SettingError::missing(&table::OIDC_CLIENT_ID))?,
        client_secret,
        redirect_url: redirect_url.ok_or_else(|| SettingError::missing(&table::OIDC_REDIRECT_URL))?,
    }))
}

/// What is kept of a token that opens a part of the house.
fn digest(token: &SecretText) -> TokenDigest {
    PlainToken::presented(token.reveal()).digest()
}

/// Both of address and secret, or neither: unsigned codes could come from anybody.
fn code_webhook(
    url: Option<String>,
    secret: Option<SecretText>,
    allow_loopback: bool,
) -> Result<Option<CodeWebhookSettings>, SettingError> {
    let Some(url) = url else {
        return match secret {
            Some(_) => Err(SettingError::missing(&table::CODE_WEBHOOK_URL)),
            None => Ok(None),
        };
    };
    if network::webhook(&url, allow_loopback).is_none() {
        return Err(SettingError::refused(&table::CODE_WEBHOOK_URL, &url));
    }
    let secret = secret.ok_or_else(|| SettingError::missing(&table::CODE_WEBHOOK_SECRET))?;
    Ok(Some(CodeWebhookSettings { url, secret, allow_loopback }))
}

fn log(read: &mut Reader<'_>) -> Result<LogSettings, SettingError> {
    Ok(LogSettings {
        filter: read.value(&table::LOG, |text| telemetry::filter(text).map(|_| text.to_owned()))?,
        format: read.value(&table::LOG_FORMAT, LogFormat::parse)?,
    })
}

fn lifetimes(read: &mut Reader<'_>) -> Result<Lifetimes, SettingError> {
    Ok(Lifetimes {
        invite: read.value(&table::INVITE_TTL, parse::lifetime)?,
        registration_code: read.value(&table::REGISTRATION_CODE_TTL, parse::lifetime)?,
        resend_cooldown: read.value(&table::RESEND_COOLDOWN, parse::lifetime)?,
        access_token: read.value(&table::ACCESS_TOKEN_TTL, parse::lifetime)?,
        refresh_token: read.value(&table::REFRESH_TOKEN_TTL, parse::lifetime)?,
        password_reset: read.value(&table::PASSWORD_RESET_TTL, parse::lifetime)?,
    })
}

fn links(read: &mut Reader<'_>, public_url: &Url) -> Result<LinkSettings, SettingError> {
    let mut link = |spec| read.value(spec, |text| LinkPattern::parse(text, public_url));
    Ok(LinkSettings {
        invite: link(&table::INVITE_URL)?,
        password_reset: link(&table::PASSWORD_RESET_URL)?,
        verify_email: link(&table::VERIFY_EMAIL_URL)?,
    })
}

fn list<T>(
    read: &mut Reader<'_>,
    spec: &'static Spec,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, SettingError> {
    Ok(read.option(spec, |text| parse::list(text, parse))?.unwrap_or_default())
}

fn threads(read: &mut Reader<'_>, spec: &'static Spec) -> Result<NonZeroUsize, SettingError> {
    Ok(read.count(spec, processors().get(), parse::count)?.unwrap_or_else(processors))
}

fn processors() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
