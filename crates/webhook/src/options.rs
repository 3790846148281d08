//! Where codes are posted, and how the posts are signed.

use std::fmt;

use http::Uri;
use portico_http_client::{AddressPolicy, EncryptionError};
use url::Url;
use zeroize::Zeroizing;

/// The secret that posts are signed with: never printed, wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Zeroizing<String>);

impl WebhookSecret {
    /// Takes the secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// Where codes are posted, and how the posts are signed.
#[derive(Clone, Debug)]
pub struct CodeWebhookOptions {
    /// The address, which may have a query.
    pub url: String,
    /// The secret that the server at that address knows too.
    pub secret: WebhookSecret,
    /// Whether the address may be an `http` one of this machine.
    pub allow_loopback: bool,
}

/// Options that no code can be posted with.
#[derive(Debug, thiserror::Error)]
pub enum CodeWebhookOptionsError {
    /// The URL is no absolute web address.
    #[error("the URL of the code webhook must be an absolute https address")]
    Url,
    /// The URL is neither encrypted nor on this machine, or it is on this machine and that is not allowed.
    #[error(
        "the URL of the code webhook must be https (http is for this machine alone, and only when allowed)"
    )]
    Unencrypted,
    /// A user name or a password in the URL would be logged.
    #[error("the URL of the code webhook must not contain a user name or a password")]
    Credentials,
    /// A fragment is not sent to anybody.
    #[error("the URL of the code webhook must not have a fragment")]
    Fragment,
    /// There is nothing to sign with.
    #[error("the secret of the code webhook must not be empty")]
    Secret,
    /// Encryption cannot be set up.
    #[error("the encrypted way to the code webhook cannot be set up: {0}")]
    Encryption(#[from] EncryptionError),
}

impl CodeWebhookOptions {
    /// Which addresses these options allow.
    pub(crate) const fn policy(&self) -> AddressPolicy {
        if self.allow_loopback { AddressPolicy::EncryptedOrLoopback } else { AddressPolicy::Encrypted }
    }

    /// The address, once all is checked.
    pub(crate) fn checked(&self) -> Result<Uri, CodeWebhookOptionsError> {
        let url = Url::parse(&self.url).map_err(|_| CodeWebhookOptionsError::Url)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(CodeWebhookOptionsError::Url);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(CodeWebhookOptionsError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(CodeWebhookOptionsError::Fragment);
        }
        if !self.policy().allows(&url) {
            return Err(CodeWebhookOptionsError::Unencrypted);
        }
        if self.secret.reveal().trim().is_empty() {
            return Err(CodeWebhookOptionsError::Secret);
        }
        Uri::try_from(url.as_str()).map_err(|_| CodeWebhookOptionsError::Url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(url: &str, allow_loopback: bool) -> CodeWebhookOptions {
        CodeWebhookOptions { url: url.to_owned(), secret: WebhookSecret::new("hunter2"), allow_loopback }
    }

    fn refusal(url: &str, allow_loopback: bool) -> String {
        options(url, allow_loopback).checked().unwrap_err().to_string()
    }

    #[test]
    fn codes_are_posted_encrypted_or_when_allowed_to_this_machine() {
        for (url, expected) in [
            ("https://sms.example", "https://sms.example/"),
            ("https://sms.example:8443/hook?a=b&c=d", "https://sms.example:8443/hook?a=b&c=d"),
            ("https://sms.example/ü|{x}?ü=[1]", "https://sms.example/%C3%BC|%7Bx%7D?%C3%BC=[1]"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
            ("https://127.0.0.1/", "https://127.0.0.1/"),
        ] {
            assert_eq!(options(url, false).checked().unwrap(), expected);
        }
        for url in ["http://localhost:9000/hook", "http://127.0.0.1/", "http://[::1]:1/"] {
            assert_eq!(options(url, true).checked().unwrap(), url);
            assert!(refusal(url, false).contains("must be https"), "{url}");
        }
        for url in ["http://sms.example/", "http://localhost.example/", "http://192.168.0.1/"] {
            assert!(refusal(url, true).contains("must be https"), "{url}");
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for url in
            ["", "sms.example/hook", "/hook", "ftp://sms.example", "https://", "mailto:a@b.c", "file:///x"]
        {
            assert_eq!(refusal(url, true), "the URL of the code webhook must be an absolute https address");
        }
        for url in
            ["https://me:secret@sms.example/", "https://me@sms.example/", "http://me:secret@localhost/"]
        {
            assert!(refusal(url, true).ends_with("must not contain a user name or a password"), "{url}");
        }
        assert!(refusal("https://sms.example/#x", true).ends_with("must not have a fragment"));
    }

    #[test]
    fn posts_are_always_signed() {
        for secret in ["", "  ", "\n"] {
            let options = CodeWebhookOptions {
                secret: WebhookSecret::new(secret),
                ..options("https://sms.example/", false)
            };
            let error = options.checked().unwrap_err().to_string();
            assert_eq!(error, "the secret of the code webhook must not be empty");
        }
    }

    #[test]
    fn the_secret_is_never_printed() {
        let text = format!("{:?}", options("https://sms.example/", false));
        assert!(text.contains("WebhookSecret(…)") && !text.contains("hunter2"), "{text}");
    }
}
