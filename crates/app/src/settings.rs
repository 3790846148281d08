//! The settings: environment variables, checked once at the start.
//!
//! [`SPECS`] declares every one of them; [`Settings::load`] reads and checks them all, also those whose reader comes
//! with a later part of Portico, so that a wrong one stops the start and not a request.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf};

use portico_domain::policy::Policy;
use portico_mail::{Sender, SmtpUrl};
use url::Url;

use crate::telemetry::LogFormat;

mod environment;
mod error;
mod links;
mod load;
mod network;
mod parse;
mod reader;
mod report;
mod secret;
mod spec;
mod table;
mod unknown;

use self::reader::{InForce, Reader};
pub use self::{
    environment::Environment,
    error::SettingError,
    links::LinkPattern,
    network::{Backend, Cidr},
    report::quoted,
    secret::SecretText,
    spec::{Fallback, Part, Secrecy, Spec},
    table::SPECS,
};

/// Everything that an operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The base of every link; [`Settings::link_base`] is what a path goes behind.
    pub public_url: Url,
    /// The database.
    pub database: DatabaseSettings,
    /// The master secret; `None` when it is to be made beside the SQLite file.
    pub secret_key: Option<SecretText>,
    /// Letters.
    pub mail: MailSettings,
    /// Links in letters.
    pub links: LinkSettings,
    /// What the domain is told.
    pub policy: Policy,
    /// Log lines.
    pub log: LogSettings,
    /// Threads that serve HTTP.
    pub workers: usize,
    /// Threads that hash passwords.
    pub hash_threads: NonZeroUsize,
    /// The members' portal.
    pub portal: PortalSettings,
    /// Where codes for telephones go; without it no provider may need them.
    pub code_webhook: Option<CodeWebhookSettings>,
    /// What is between the server and the network.
    pub network: NetworkSettings,
    in_force: Vec<InForce>,
}

/// The database and how many connections it gets.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// The URL, which may hold a password.
    pub url: SecretText,
    /// Which database it names.
    pub backend: Backend,
    /// Connections that read; `None` leaves it to the database.
    pub readers: Option<usize>,
    /// Connections that write; `None` leaves it to the database, and always 1 on SQLite.
    pub writers: Option<usize>,
}

/// How letters leave.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The mail server; `None` when letters are written to files.
    pub smtp_url: Option<SmtpUrl>,
    /// The folder of these files.
    pub dir: PathBuf,
    /// Who sends them.
    pub from: Sender,
}

/// The links that letters carry, with the public URL filled in.
#[derive(Clone, Debug)]
pub struct LinkSettings {
    /// To an invite.
    pub invite: LinkPattern,
    /// To a new password.
    pub password_reset: LinkPattern,
    /// To the proof of a changed address (members' portal).
    pub verify_email: LinkPattern,
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Which events, by level and module.
    pub filter: String,
    /// In which form.
    pub format: LogFormat,
}

/// The settings of the members' portal.
#[derive(Clone, Debug)]
pub struct PortalSettings {
    /// The OpenID Connect provider.
    pub oidc: OidcSettings,
    /// Whether cookies go without `Secure`.
    pub insecure_cookies: bool,
}

/// The OpenID Connect provider of the portal login.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// The provider; none closes the portal login.
    pub provider: Option<ProviderSettings>,
    /// How its session is ended.
    pub logout: OidcLogout,
    /// The claim that holds the avatar.
    pub avatar_claim: String,
    /// The claim that holds the thumbnail.
    pub thumbnail_claim: String,
}

/// Which OpenID Connect provider, and who we are there. The addresses are kept to the letter: a provider compares them
/// as texts.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// The provider.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// The secret shared with it; none for a public client.
    pub client_secret: Option<SecretText>,
    /// Where it sends people back to.
    pub redirect_url: String,
}

/// How the provider's own session is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OidcLogout {
    /// At `/v2/logout`, as Auth0 has it.
    Auth0,
    /// At the discovered `end_session_endpoint`.
    RpInitiated,
}

/// Where codes for telephones are posted.
#[derive(Clone, Debug)]
pub struct CodeWebhookSettings {
    /// The address.
    pub url: String,
    /// What signs the posts.
    pub secret: SecretText,
    /// Whether it may be plain http on loopback.
    pub allow_loopback: bool,
}

/// The settings of what is between the server and the network.
#[derive(Clone, Debug)]
pub struct NetworkSettings {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Cidr>,
    /// Browser origins that may call the APIs, as browsers write them.
    pub cors_origins: Vec<String>,
    /// Whether requests are limited.
    pub rate_limits: bool,
}

impl Settings {
    /// Reads and checks every setting; `source` gives the value of a variable.
    ///
    /// # Errors
    /// For the first variable, in the order of [`SPECS`], that holds what it may not hold or lacks what it must.
    pub fn load(source: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        load::load(Reader::new(source))
    }

    /// The public URL without a slash at its end.
    #[must_use]
    pub fn link_base(&self) -> &str {
        links::without_trailing_slash(&self.public_url)
    }

    /// One `NAME=value` line a setting in the order of [`SPECS`], secrets masked, defaults marked by a comment.
    #[must_use]
    pub fn report(&self) -> String {
        report::lines(&self.in_force)
    }
}

#[cfg(test)]
mod tests;
