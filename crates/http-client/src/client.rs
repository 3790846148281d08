//! The client.

use std::{fmt, io::Cursor, sync::Arc, time::Duration};

use http::{HeaderValue, Request, Uri, header::USER_AGENT};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use url::Url;

use crate::{
    address::AddressPolicy,
    answer::{Answer, Deadline},
    error::{Cause, HttpError, broken},
    resolver::{Names, Resolver, SystemNames},
};

/// How long another server is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the connection.
    pub connect: Duration,
    /// For a request, from the connection to the end of the answer.
    pub request: Duration,
}

impl Default for Patience {
    /// Five seconds for the connection, ten in all.
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), request: Duration::from_secs(10) }
    }
}

/// Encryption cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct EncryptionError(#[from] rustls::Error);

/// Asks other servers. A connection serves one request: requests are rare, and one that was kept may have died.
#[derive(Clone)]
pub struct HttpClient {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Cursor<Vec<u8>>>>,
    patience: Patience,
    policy: AddressPolicy,
}

impl HttpClient {
    /// A client that trusts whom the operating system trusts. Does not connect.
    ///
    /// # Errors
    /// When encryption cannot be set up.
    pub fn new(patience: Patience, policy: AddressPolicy) -> Result<Self, EncryptionError> {
        Self::with_names(patience, policy, Arc::new(SystemNames))
    }

    fn with_names(
        patience: Patience,
        policy: AddressPolicy,
        names: Arc<dyn Names>,
    ) -> Result<Self, EncryptionError> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trusted_roots())
            .with_no_client_auth();
        let mut tcp = HttpConnector::new_with_resolver(Resolver::new(names, policy));
        // The one around it tells the two schemes apart.
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(patience.connect));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Ok(Self { client, patience, policy })
    }

    /// Sends a request in the name of this server, and waits for the head of the answer, whatever its status is.
    ///
    /// # Errors
    /// When the address may not be asked, nobody answers there in time, or the connection breaks.
    pub async fn send(&self, mut request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        let at = without_query(request.uri());
        if !Url::parse(&at).is_ok_and(|url| self.may_ask(&url, request.uri())) {
            return Err(HttpError::new(at, Cause::Forbidden(self.policy)));
        }
        // Some servers answer nobody who does not say who he is.
        let name = HeaderValue::from_static(concat!("portico/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().insert(USER_AGENT, name);
        let request = request.map(|body| Full::new(Cursor::new(body)));
        let deadline = Deadline::within(self.patience.request);
        let sent =
            deadline.hold(async { self.client.request(request).await.map_err(|error| broken(&error)) });
        match sent.await {
            Ok(response) => Ok(Answer::new(at, response, deadline)),
            Err(cause) => Err(HttpError::new(at, cause)),
        }
    }

    /// Whether an address may be asked. One that a stranger names must be written in the one way that is read alike by
    /// whoever checks and whoever connects.
    fn may_ask(&self, url: &Url, uri: &Uri) -> bool {
        self.policy.allows(url) && (self.policy.trusts_names() || url.host_str() == uri.host())
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { patience, policy, .. } = self;
        f.debug_struct("HttpClient")
            .field("patience", patience)
            .field("policy", policy)
            .finish_non_exhaustive()
    }
}

/// What may be told of an address: a query may hold a secret.
fn without_query(uri: &Uri) -> String {
    let text = uri.to_string();
    text.split('?').next().unwrap_or_default().to_owned()
}

/// A machine may have no authorities at all: then only unencrypted servers on it can be asked, and this server serves
/// what needs no other.
fn trusted_roots() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (trusted, _) = roots.add_parsable_certificates(found.certs);
    if trusted == 0 {
        let errors: Vec<_> = found.errors.iter().map(ToString::to_string).collect();
        tracing::warn!(errors = errors.join(", "), "no certificate authority was found on this machine");
    }
    roots
}

#[cfg(test)]
mod tests;
