//! An HTTP client that speaks JSON, looks at everything that comes back, and notes every secret that goes to and fro.

use reqwest::{
    Method, RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::Value;

use crate::{described, secrets::Secrets};

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON; `null` when it is none.
    pub json: Value,
}

impl Answer {
    /// A header's text; empty when it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The JSON, when the status is the expected one.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    #[must_use]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// Checks that it is the contract's primary error with this status and code.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn expect_error(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.json["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert!(self.json["error"].as_str().is_some_and(|text| !text.is_empty()), "{}", self.text);
        assert_eq!(self.json.as_object().map(serde_json::Map::len), Some(2), "{}", self.text);
    }

    /// Checks that it is nothing but a word to the person.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn expect_message(&self) {
        assert_eq!(self.status, 200, "{}", self.text);
        assert!(self.json["message"].as_str().is_some_and(|text| !text.is_empty()), "{}", self.text);
        assert_eq!(self.json.as_object().map(serde_json::Map::len), Some(1), "{}", self.text);
    }

    /// Checks that it is a validation error of exactly these fields and rules.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn expect_invalid(&self, faults: &[(&str, &str)]) {
        assert_eq!(self.status, 422, "{}", self.text);
        let errors = self.json["errors"].as_array().unwrap_or_else(|| panic!("{}", self.text));
        let found: Vec<(&str, &str)> = errors
            .iter()
            .map(|error| {
                (error["field"].as_str().unwrap_or_default(), error["rule"].as_str().unwrap_or_default())
            })
            .collect();
        assert_eq!(found, faults, "{}", self.text);
        assert!(errors.iter().all(|error| {
            let told = error["message"].as_str().is_some_and(|text| !text.is_empty());
            told && error.as_object().map(serde_json::Map::len) == Some(3)
        }));
        assert_eq!(self.json.as_object().map(serde_json::Map::len), Some(1), "{}", self.text);
    }
}

/// A client of one server, as nobody or as the bearer of a token.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    secrets: Secrets,
}

impl Client {
    /// A client of the server at `base`, as nobody, with the ledger of that server.
    ///
    /// # Panics
    /// When the machine allows no sockets.
    #[must_use]
    pub fn new(base: String, secrets: &Secrets) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // A connection kept open would keep a server from ending.
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client can be made");
        Self { http, base, token: None, secrets: secrets.clone() }
    }

    /// The same client as the bearer of `token`.
    #[must_use]
    pub fn bearing(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The bearer token, if there is one.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The secrets that were used on the server.
    #[must_use]
    pub const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Where the server is, as `host:port`.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// A request that the test may still change.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request. Its answer must be as the description of the API says.
    ///
    /// # Panics
    /// When there is no answer, or one that is not described.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("it is a request");
        self.secrets.note_request(&request);
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.http.execute(request).await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer ends");
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        self.secrets.note_answer(&headers, &json);
        let answer = Answer { status, headers, text, json };
        described::check(&method, &path, status, answer.header("Content-Type"), &answer.text);
        answer
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// `POST` without a body.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// `POST` with a form, as a browser sends it.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.request(Method::POST, path).form(fields)).await
    }

    /// `POST` with these very bytes.
    pub async fn post_bytes(&self, path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, kind);
        self.send(request.body(body.into())).await
    }

    /// `HEAD`.
    pub async fn head(&self, path: &str) -> Answer {
        self.send(self.request(Method::HEAD, path)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}
