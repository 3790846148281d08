//! Requests to the provider, as the crate `openidconnect` makes them.

use std::pin::Pin;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http::StatusCode};
use portico_http_client::{AddressPolicy, EncryptionError, HttpClient, HttpError, Patience};

/// A provider is encrypted, or on this machine.
pub(crate) const POLICY: AddressPolicy = AddressPolicy::EncryptedOrLoopback;

/// Asks the provider.
#[derive(Clone, Debug)]
pub(crate) struct ProviderClient(HttpClient);

impl ProviderClient {
    pub(crate) fn new(patience: Patience) -> Result<Self, EncryptionError> {
        HttpClient::new(patience, POLICY).map(Self)
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.send(request).await?;
        // Whoever says that he cannot answer now has not answered.
        if answer.status().is_server_error() || answer.status() == StatusCode::TOO_MANY_REQUESTS {
            return Err(answer.into_error());
        }
        answer.whole().await
    }
}

impl<'c> AsyncHttpClient<'c> for ProviderClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
