//! A server that would send codes to telephones.

use ring::hmac;
use serde_json::Value;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

use crate::{
    secrets::{SecretKind, Secrets},
    wait::until,
    watch::Watch,
};

/// What the gateway and the server under test both know.
const SECRET: &str = "a-secret-of-the-gateway-5520";

/// The gateway to telephones. It ends when it is dropped; then no code that it was given may be in the log.
pub struct Gateway {
    server: MockServer,
    url: String,
    secrets: Secrets,
    _watch: Watch,
}

impl Gateway {
    /// Starts one on the loopback interface that takes every code over.
    pub async fn start() -> Self {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(204)).mount(&server).await;
        let secrets = Secrets::default();
        let watch = Watch::begin(&secrets, None);
        let url = format!("{}/codes", server.uri());
        Self { server, url, secrets, _watch: watch }
    }

    /// The settings of a server that posts its codes here.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, &str); 3] {
        [
            ("PORTICO_CODE_WEBHOOK_URL", &self.url),
            ("PORTICO_CODE_WEBHOOK_SECRET", SECRET),
            ("PORTICO_WEBHOOK_ALLOW_LOOPBACK", "true"),
        ]
    }

    /// Lets every post fail with this status from now on.
    pub async fn fails(&self, status: u16) {
        self.server.reset().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(status)).mount(&self.server).await;
    }

    /// Takes every code over again.
    pub async fn recovers(&self) {
        self.fails(204).await;
    }

    /// Every post so far, the oldest first.
    ///
    /// # Panics
    /// When one of them is not signed as it should be.
    pub async fn posts(&self) -> Vec<Value> {
        let requests = self.server.received_requests().await.unwrap_or_default();
        requests.iter().map(|request| self.read(request)).collect()
    }

    /// The post of this number, counted from 0, waiting for it.
    pub async fn post(&self, number: usize) -> Value {
        until("a post to the gateway", async || self.posts().await.into_iter().nth(number)).await
    }

    fn read(&self, request: &Request) -> Value {
        let header = |name: &str| {
            let value = request.headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_else(|| panic!("no {name}")).to_owned()
        };
        assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/codes"));
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        let signed = [header("x-portico-timestamp").as_bytes(), b".", &request.body].concat();
        let expected = format!("v1={}", hex::encode(hmac::sign(&key, &signed)));
        assert_eq!(header("x-portico-signature"), expected);
        let post: Value = serde_json::from_slice(&request.body).expect("a post is JSON");
        assert_eq!(header("idempotency-key"), post["id"].as_str().expect("a post has an id"));
        self.secrets.note(SecretKind::Code, post["code"].as_str().expect("a post has a code"));
        post
    }
}
