//! The address of the mail server, as the operator writes it.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// How the way to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// From the first byte: `smtps://`, port 465.
    Implicit,
    /// By STARTTLS, or no letter leaves: `smtp://`, port 587.
    Required,
    /// By STARTTLS where the server offers it, else not at all: `smtp://…?tls=opportunistic`, port 587. Somebody on
    /// the way can make it "not at all".
    Opportunistic,
    /// Not at all: `smtp://…?tls=none`, port 25. For a mail server on the same machine.
    None,
}

impl SmtpSecurity {
    const fn default_port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::Required | Self::Opportunistic => 587,
            Self::None => 25,
        }
    }
}

/// Why a text is no address of a mail server. None of the texts repeats it: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpUrlError {
    /// It is no URL. A special character in a password must be percent-encoded.
    #[error("must be a URL such as smtp://user:password@host:587, special characters percent-encoded")]
    Invalid,
    /// It is the address of something else.
    #[error("must begin with smtp:// or smtps://")]
    Scheme,
    /// It names no host.
    #[error("must name a host")]
    Host,
    /// Port 0 is none.
    #[error("the port must be from 1 to 65535")]
    Port,
    /// It has a path or a fragment.
    #[error("must end after the port, but for ?tls=…")]
    Excess,
    /// It asks for something other than `tls`, or for another value of it.
    #[error(
        "allows only ?tls=none, ?tls=opportunistic or ?tls=required after smtp://, and nothing after smtps://"
    )]
    Query,
    /// It has a user without a password, or the reverse, or they are no plain text.
    #[error("must have both a user and a password, or neither")]
    Credentials,
}

/// Name and password at the mail server.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SmtpCredentials {
    pub(crate) user: String,
    pub(crate) password: String,
}

/// The address of a mail server: host, port, encryption and credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    host: String,
    port: u16,
    security: SmtpSecurity,
    credentials: Option<SmtpCredentials>,
}

impl SmtpUrl {
    /// Reads `smtp://user:password@host:587` (STARTTLS required; `?tls=opportunistic` or `?tls=none` to loosen it)
    /// or `smtps://user:password@host:465`. Without a port it is 587, 465, or 25 with `?tls=none`.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, SmtpUrlError> {
        let text = text.trim();
        // The grammar of URLs drops tabs and line ends silently.
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(SmtpUrlError::Invalid);
        }
        let url = Url::parse(text).map_err(|error| match error {
            url::ParseError::EmptyHost => SmtpUrlError::Host,
            _ => SmtpUrlError::Invalid,
        })?;
        if !matches!(url.scheme(), "smtp" | "smtps") {
            return Err(SmtpUrlError::Scheme);
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(SmtpUrlError::Excess);
        }
        let security = security(&url)?;
        let port = url.port().unwrap_or_else(|| security.default_port());
        if port == 0 {
            return Err(SmtpUrlError::Port);
        }
        Ok(Self { host: host(&url)?, port, security, credentials: credentials(&url)? })
    }

    /// The name or the IP address of the host, for connecting and for its certificate.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// How the way is encrypted.
    #[must_use]
    pub const fn security(&self) -> SmtpSecurity {
        self.security
    }

    pub(crate) const fn credentials(&self) -> Option<&SmtpCredentials> {
        self.credentials.as_ref()
    }
}

fn security(url: &Url) -> Result<SmtpSecurity, SmtpUrlError> {
    match (url.scheme(), url.query()) {
        ("smtps", None) => Ok(SmtpSecurity::Implicit),
        ("smtp", None | Some("tls=required")) => Ok(SmtpSecurity::Required),
        ("smtp", Some("tls=opportunistic")) => Ok(SmtpSecurity::Opportunistic),
        ("smtp", Some("tls=none")) => Ok(SmtpSecurity::None),
        _ => Err(SmtpUrlError::Query),
    }
}

fn host(url: &Url) -> Result<String, SmtpUrlError> {
    match url.host() {
        Some(Host::Ipv4(address)) => Ok(address.to_string()),
        Some(Host::Ipv6(address)) => Ok(address.to_string()),
        Some(Host::Domain(name)) if !name.is_empty() => {
            // The grammar leaves the host of an unknown scheme as it is.
            let name = decoded(name).ok_or(SmtpUrlError::Host)?;
            match Host::parse(&name).map_err(|_| SmtpUrlError::Host)? {
                Host::Domain(name) => Ok(name),
                Host::Ipv4(address) => Ok(address.to_string()),
                Host::Ipv6(address) => Ok(address.to_string()),
            }
        }
        _ => Err(SmtpUrlError::Host),
    }
}

fn credentials(url: &Url) -> Result<Option<SmtpCredentials>, SmtpUrlError> {
    let user = decoded(url.username()).ok_or(SmtpUrlError::Credentials)?;
    let password = url.password().map(|password| decoded(password).ok_or(SmtpUrlError::Credentials));
    match (user.is_empty(), password.transpose()?) {
        (true, None) => Ok(None),
        (false, Some(password)) if !password.is_empty() => Ok(Some(SmtpCredentials { user, password })),
        _ => Err(SmtpUrlError::Credentials),
    }
}

/// The text behind percent signs; nothing when it is none, or holds control characters.
fn decoded(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    (!text.chars().any(char::is_control)).then(|| text.into_owned())
}

impl fmt::Display for SmtpUrl {
    /// The address with its password masked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, query) = match self.security {
            SmtpSecurity::Implicit => ("smtps", ""),
            SmtpSecurity::Required => ("smtp", ""),
            SmtpSecurity::Opportunistic => ("smtp", "?tls=opportunistic"),
            SmtpSecurity::None => ("smtp", "?tls=none"),
        };
        let user = self.credentials.as_ref().map(|c| format!("{}:***@", c.user)).unwrap_or_default();
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        write!(f, "{scheme}://{user}{host}:{}{query}", self.port)
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({self})")
    }
}

#[cfg(test)]
mod tests;
