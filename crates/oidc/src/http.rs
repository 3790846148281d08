//! Requests to the provider: encrypted, bounded in time and size, never redirected.

use std::{error::Error, fmt, future::Future, io::Cursor, pin::Pin, sync::Arc, time::Duration};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use openidconnect::{
    AsyncHttpClient, HttpRequest, HttpResponse,
    http::{HeaderValue, StatusCode, header::USER_AGENT},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::time::timeout;
use url::Url;

use crate::endpoint;

/// The most bytes of an answer.
const MAX_ANSWER: usize = 1024 * 1024;

/// How long a provider is waited for.
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

/// Why there is no answer. Says where, and never what was sent.
#[derive(Debug, thiserror::Error)]
#[error("{at}: {cause}")]
pub(crate) struct HttpError {
    at: String,
    cause: Cause,
}

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("neither encrypted nor on this machine")]
    Forbidden,
    #[error("no answer within {} ms", .0.as_millis())]
    Silence(Duration),
    #[error("{0}")]
    Broken(String),
    #[error("answers {0}")]
    Failing(StatusCode),
    #[error("the answer is longer than {MAX_ANSWER} bytes")]
    TooLarge,
}

impl HttpError {
    /// Whether there was an answer, though one that cannot be taken.
    pub(crate) const fn is_answer(&self) -> bool {
        matches!(self.cause, Cause::TooLarge)
    }
}

/// Asks the provider. A connection serves one request: sign-ins are rare, and one that was kept may have died.
#[derive(Clone)]
pub(crate) struct HttpClient {
    client: Client<HttpsConnector<HttpConnector>, Full<Cursor<Vec<u8>>>>,
    patience: Patience,
}

impl HttpClient {
    /// A client that trusts whom the operating system trusts.
    pub(crate) fn new(patience: Patience) -> Result<Self, rustls::Error> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trusted_roots())
            .with_no_client_auth();
        let mut tcp = HttpConnector::new();
        // The one around it tells the two schemes apart.
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(patience.connect));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Ok(Self { client, patience })
    }

    async fn ask(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let at = request.uri().to_string();
        let at = at.split('?').next().unwrap_or_default().to_owned();
        if !Url::parse(&at).is_ok_and(|url| endpoint::is_safe(&url)) {
            return Err(HttpError { at, cause: Cause::Forbidden });
        }
        // Some providers answer nobody who does not say who he is.
        let name = HeaderValue::from_static(concat!("portico/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().insert(USER_AGENT, name);
        let limit = self.patience.request;
        let answer = timeout(limit, self.exchange(request)).await;
        answer.unwrap_or(Err(Cause::Silence(limit))).map_err(|cause| HttpError { at, cause })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, Cause> {
        let request = request.map(|body| Full::new(Cursor::new(body)));
        let (head, body) = self.client.request(request).await.map_err(|error| broken(&error))?.into_parts();
        // Whoever says that he cannot answer now has not answered.
        if head.status.is_server_error() || head.status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Cause::Failing(head.status));
        }
        match Limited::new(body, MAX_ANSWER).collect().await {
            Ok(body) => Ok(HttpResponse::from_parts(head, body.to_bytes().to_vec())),
            Err(error) if error.is::<LengthLimitError>() => Err(Cause::TooLarge),
            Err(error) => Err(broken(error.as_ref())),
        }
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").field("patience", &self.patience).finish_non_exhaustive()
    }
}

/// A machine may have no authorities at all: then only unencrypted providers on it can be asked, and the server serves
/// what needs no provider.
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

/// What broke, down to the cause: the outermost error only says that something did.
fn broken(error: &(dyn Error + 'static)) -> Cause {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(cause) = inner {
        let said = cause.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        inner = cause.source();
    }
    Cause::Broken(text)
}
