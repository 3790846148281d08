//! What happened, posted to partners.

use std::sync::Arc;

use async_trait::async_trait;
use http::{Request, Uri, header::CONTENT_TYPE};
use portico_domain::ports::{Clock, OutgoingEvent, WebhookSender, WebhookSenderError};
use portico_http_client::{AddressPolicy, EncryptionError, HttpClient, Patience};

use crate::signature::Signer;

/// Posts what happened to addresses that partners named, and nowhere inside.
#[derive(Clone)]
pub struct EventWebhook {
    http: HttpClient,
    clock: Arc<dyn Clock>,
}

impl EventWebhook {
    /// Prepares to post, with `allow_loopback` also to `http` addresses of this machine. Does not connect.
    ///
    /// # Errors
    /// When encryption cannot be set up.
    pub fn new(allow_loopback: bool, clock: Arc<dyn Clock>) -> Result<Self, EncryptionError> {
        Self::with_patience(allow_loopback, Patience::default(), clock)
    }

    /// The same with another patience than the usual.
    ///
    /// # Errors
    /// As [`EventWebhook::new`].
    pub fn with_patience(
        allow_loopback: bool,
        patience: Patience,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, EncryptionError> {
        let policy = if allow_loopback { AddressPolicy::PublicOrLoopback } else { AddressPolicy::Public };
        Ok(Self { http: HttpClient::new(patience, policy)?, clock })
    }

    fn request(&self, event: OutgoingEvent) -> Result<Request<Vec<u8>>, http::Error> {
        let body = event.body.into_bytes();
        let timestamp = self.clock.now().timestamp();
        let signature = Signer::new(event.secret.reveal()).sign(timestamp, &body);
        Request::post(Uri::try_from(event.url.as_str())?)
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", event.event_id.to_string())
            .header("x-portico-event", event.event.name())
            .header("x-portico-delivery", event.delivery.to_string())
            .header("x-portico-timestamp", timestamp)
            .header("x-portico-signature", signature)
            .body(body)
    }
}

#[async_trait]
impl WebhookSender for EventWebhook {
    async fn send(&self, event: OutgoingEvent) -> Result<u16, WebhookSenderError> {
        let failed = |status, reason| WebhookSenderError { status, reason };
        let request = self.request(event).map_err(|error| failed(None, error.to_string()))?;
        let answer = self.http.send(request).await.map_err(|error| failed(None, error.reason()))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(status.as_u16());
        }
        Err(failed(Some(status.as_u16()), answer.into_error().reason()))
    }
}

#[cfg(test)]
mod tests;
