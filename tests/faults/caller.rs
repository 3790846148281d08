//! Asking a server that may be gone.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use integration_tests::{process::ServerProcess, secrets::Secrets};
use reqwest::{
    Method, Request,
    header::{HeaderMap, RETRY_AFTER},
};
use serde_json::Value;

use crate::journal::Journal;

/// A request that is not answered by then hangs.
const HANGING: Duration = Duration::from_secs(30);

/// A client of one server process. What it cannot tell of a request is whether it was done: it was not answered, or
/// answered with 503.
#[derive(Clone)]
pub(crate) struct Caller {
    http: reqwest::Client,
    base: String,
    journal: Arc<Journal>,
    lost: Arc<AtomicBool>,
    secrets: Secrets,
}

impl Caller {
    /// A client of a server, which notes in its ledger every secret that goes to and fro.
    pub(crate) fn new(server: &ServerProcess, journal: &Arc<Journal>) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(HANGING).build();
        Self {
            http: http.expect("a client can be made"),
            base: format!("http://{}", server.address),
            journal: Arc::clone(journal),
            lost: Arc::default(),
            secrets: server.client.secrets().clone(),
        }
    }

    /// Tells everybody who has this client that its server is no more.
    pub(crate) fn lose(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    /// Whether its server is no more.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Asks; answers status and body, or nothing when it cannot be told whether it was done.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Option<(u16, Value)> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let asked = Instant::now();
        let request = request.build().expect("it is a request");
        self.secrets.note_request(&request);
        let answered = self.answer(request).await;
        self.journal.note(&method, asked, answered.as_ref().map(|(status, ..)| *status));
        let (status, headers, text) = answered?;
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        self.secrets.note_answer(&headers, &json);
        if status != 503 {
            return Some((status, json));
        }
        let retry_after = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let says_when = retry_after.and_then(|seconds| seconds.parse().ok()).is_some_and(|s: u64| s >= 1);
        let says_why =
            json["code"] == "TOO_BUSY" && json["error"].as_str().is_some_and(|why| !why.is_empty());
        if !says_when || !says_why {
            self.journal.complain(format!("{method} {path}: a 503 that is not clear: {text}"));
        }
        None
    }

    /// `POST`, when it is answered with `expected`. Another answer than that, and than 503, must not be.
    pub(crate) async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
        expected: u16,
    ) -> Option<Value> {
        let answered = self.ask(Method::POST, path, token, body.as_ref()).await?;
        self.expected("POST", path, answered, expected)
    }

    /// `GET` as the bearer of `token`, in the same way.
    pub(crate) async fn get(&self, path: &str, token: &str, expected: u16) -> Option<Value> {
        let answered = self.ask(Method::GET, path, Some(token), None).await?;
        self.expected("GET", path, answered, expected)
    }

    fn expected(&self, method: &str, path: &str, answered: (u16, Value), expected: u16) -> Option<Value> {
        let (status, json) = answered;
        if status != expected {
            self.journal.complain(format!("{method} {path}: {status} instead of {expected}: {json}"));
            return None;
        }
        Some(json)
    }

    async fn answer(&self, request: Request) -> Option<(u16, HeaderMap, String)> {
        let response = self.http.execute(request).await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Some((status, headers, response.text().await.ok()?))
    }
}
