//! A program of a partner's that is told what happened.

use std::sync::{Arc, Mutex, PoisonError};

use ring::hmac;
use serde_json::Value;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

use crate::wait::until;

/// Listens on the loopback interface, keeps every post, and answers as it is told.
pub struct Receiver {
    server: MockServer,
    answer: Arc<Mutex<ResponseTemplate>>,
}

/// What was posted.
#[derive(Clone, Debug)]
pub struct Post {
    /// The path it came to.
    pub path: String,
    /// `X-Portico-Event`.
    pub event: String,
    /// `X-Portico-Delivery`.
    pub delivery: String,
    /// `Idempotency-Key`.
    pub event_id: String,
    /// `X-Portico-Timestamp`.
    pub timestamp: i64,
    /// The body.
    pub body: Value,
    signature: String,
    signed: Vec<u8>,
}

impl Receiver {
    /// Starts one that takes everything.
    pub async fn start() -> Self {
        let server = MockServer::start().await;
        let answer = Arc::new(Mutex::new(ResponseTemplate::new(204)));
        let told = Arc::clone(&answer);
        let respond = move |_: &Request| told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Mock::given(any()).respond_with(respond).mount(&server).await;
        Self { server, answer }
    }

    /// The settings of a server that posts here.
    pub const SETTINGS: [(&'static str, &'static str); 1] = [("PORTICO_WEBHOOK_ALLOW_LOOPBACK", "true")];

    /// An address of it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.uri())
    }

    /// Answers with this status from now on.
    pub fn answers(&self, status: u16) {
        self.answers_with(ResponseTemplate::new(status));
    }

    /// Sends everybody elsewhere from now on.
    pub fn redirects(&self, status: u16, to: &str) {
        self.answers_with(ResponseTemplate::new(status).insert_header("Location", to));
    }

    fn answers_with(&self, answer: ResponseTemplate) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// Everything posted so far, the oldest first.
    pub async fn posts(&self) -> Vec<Post> {
        let requests = self.server.received_requests().await.unwrap_or_default();
        requests.iter().map(Post::read).collect()
    }

    /// The first posts, waiting until there are so many.
    pub async fn first(&self, count: usize) -> Vec<Post> {
        let enough = async || {
            let posts = self.posts().await;
            (posts.len() >= count).then_some(posts)
        };
        until(&format!("{count} posts"), enough).await
    }
}

impl Post {
    fn read(request: &Request) -> Self {
        assert_eq!(request.method.as_str(), "POST");
        let header = |name: &str| {
            let mut values = request.headers.get_all(name).iter();
            let value = values.next().and_then(|value| value.to_str().ok());
            assert!(values.next().is_none(), "{name} comes twice");
            value.unwrap_or_else(|| panic!("no {name}")).to_owned()
        };
        assert_eq!(header("content-type"), "application/json");
        for name in ["authorization", "cookie"] {
            assert!(request.headers.get(name).is_none(), "{name} is nobody's there");
        }
        let timestamp = header("x-portico-timestamp");
        Self {
            path: request.url.path().to_owned(),
            event: header("x-portico-event"),
            delivery: header("x-portico-delivery"),
            event_id: header("idempotency-key"),
            timestamp: timestamp.parse().expect("a timestamp is a number of seconds"),
            body: serde_json::from_slice(&request.body).expect("a post is JSON"),
            signature: header("x-portico-signature"),
            signed: [timestamp.as_bytes(), b".", &request.body].concat(),
        }
    }

    /// Whether it is signed with this secret.
    #[must_use]
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        self.signature == format!("v1={}", hex::encode(hmac::sign(&key, &self.signed)))
    }
}
