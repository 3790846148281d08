//! Codes for telephones, posted.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use chrono::SecondsFormat;
use http::{Request, Uri, header::CONTENT_TYPE};
use portico_domain::ports::{Clock, CodeSender, MailerError, OutgoingCode};
use portico_http_client::{HttpClient, Patience};
use serde_json::json;

use crate::{
    options::{CodeWebhookOptions, CodeWebhookOptionsError},
    signature::Signer,
};

/// Posts codes to a server that sends them to telephones and devices.
#[derive(Clone)]
pub struct CodeWebhook {
    http: HttpClient,
    uri: Uri,
    signer: Signer,
    clock: Arc<dyn Clock>,
}

impl CodeWebhook {
    /// Prepares to post. Does not connect.
    ///
    /// # Errors
    /// When the address is none that may be used, the secret is empty, or encryption cannot be set up.
    pub fn new(options: &CodeWebhookOptions, clock: Arc<dyn Clock>) -> Result<Self, CodeWebhookOptionsError> {
        Self::with_patience(options, Patience::default(), clock)
    }

    /// The same with another patience than the usual.
    ///
    /// # Errors
    /// As [`CodeWebhook::new`].
    pub fn with_patience(
        options: &CodeWebhookOptions,
        patience: Patience,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CodeWebhookOptionsError> {
        let uri = options.checked()?;
        let http = HttpClient::new(patience, options.policy())?;
        Ok(Self { http, uri, signer: Signer::new(options.secret.reveal()), clock })
    }

    fn request(&self, code: &OutgoingCode) -> Result<Request<Vec<u8>>, http::Error> {
        let body = body(code);
        let timestamp = self.clock.now().timestamp();
        Request::post(self.uri.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", code.id.to_string())
            .header("x-portico-timestamp", timestamp)
            .header("x-portico-signature", self.signer.sign(timestamp, &body))
            .body(body)
    }
}

#[async_trait]
impl CodeSender for CodeWebhook {
    fn is_configured(&self) -> bool {
        true
    }

    async fn send(&self, code: OutgoingCode) -> Result<(), MailerError> {
        let request = self.request(&code).map_err(|error| MailerError::Permanent(error.to_string()))?;
        let answer =
            self.http.send(request).await.map_err(|error| MailerError::Temporary(error.to_string()))?;
        if answer.status().is_success() {
            return Ok(());
        }
        // Whatever the server answers, it may be mended while the code is good.
        Err(MailerError::Temporary(answer.into_error().to_string()))
    }
}

impl fmt::Debug for CodeWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeWebhook").field("http", &self.http).finish_non_exhaustive()
    }
}

/// What is posted.
fn body(outgoing: &OutgoingCode) -> Vec<u8> {
    let code = &outgoing.code;
    let body = json!({
        "id": outgoing.id.to_string(),
        "type": "code",
        "provider": code.provider,
        "event": code.event,
        "login": code.login,
        "code": outgoing.secret.reveal(),
        "phoneSMS": code.phone_sms,
        "phonePush": code.phone_push,
        "fcmTokens": code.fcm_tokens,
        "locale": code.locale,
        "validSeconds": code.valid_seconds,
        "createdAt": outgoing.written_at.to_rfc3339_opts(SecondsFormat::Millis, true),
    });
    body.to_string().into_bytes()
}

#[cfg(test)]
mod tests;
