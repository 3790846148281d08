//! The partner API under test: partners' programs, the admin who looks after partners, and a program of a partner's that
//! is told what happened.

mod answers;
mod instants;
mod letters;
mod office;
mod receiver;

use reqwest::{Method, RequestBuilder, header::ACCEPT_LANGUAGE};
use serde_json::{Value, json};

pub use self::{
    answers::{Fault, texts},
    instants::instants,
    letters::password_in,
    office::{Office, Partner, Webhook},
    receiver::{Post, Receiver},
};
use crate::{
    client::{Answer, Client},
    portal::with,
};

/// Where people are found or created.
pub const AUTH_USER: &str = "/api/public/auth_user/";
/// Where results are kept.
pub const SAVE: &str = "/api/public/save_check_result/";
/// The admins' endpoints.
pub const PARTNERS: &str = "/api/private/management/partners";
/// The dictation that [`Office::partner`] registers.
pub const DICT: &str = "611c9e9b8ffa577616d4fa3c";
/// The title of it.
pub const TITLE: &str = "Осень в парке";
/// What a script found.
pub const MODEL: &str = r#"{"mark":4,"mistakes":[{"word":"leafs","correct":"leaves"}]}"#;

/// A program of a partner's: it shows a key, and may ask for a language.
#[derive(Clone, Debug)]
pub struct Program {
    client: Client,
    key: String,
    language: Option<String>,
}

impl Program {
    /// A program that shows this key in every body.
    #[must_use]
    pub fn new(client: &Client, key: &str) -> Self {
        Self { client: client.clone(), key: key.to_owned(), language: None }
    }

    /// The same with another key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    /// The same at another server.
    #[must_use]
    pub fn at(&self, client: &Client) -> Self {
        Self { client: client.clone(), ..self.clone() }
    }

    /// The same asking for these languages.
    #[must_use]
    pub fn speaking(&self, languages: &str) -> Self {
        Self { language: Some(languages.to_owned()), ..self.clone() }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it speaks with.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// A request that the test may still change.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, path);
        match &self.language {
            Some(language) => request.header(ACCEPT_LANGUAGE, language),
            None => request,
        }
    }

    /// Sends a request. Its answer must be as the description of the API says, and carry the headers that every answer
    /// of this API does.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = self.client.send(request).await;
        answer.expect_headers();
        answer
    }

    /// `POST` of this very body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// `POST` of these very bytes, said to be JSON.
    pub async fn post_bytes(&self, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        let request = self.request(Method::POST, path).header("Content-Type", "application/json");
        self.send(request.body(body.into())).await
    }

    /// What asks for somebody.
    #[must_use]
    pub fn person(&self, email: &str) -> Value {
        json!({ "key": self.key, "email": email, "login": "Каролина" })
    }

    /// Finds or creates somebody.
    pub async fn auth_user(&self, email: &str) -> Answer {
        self.post(AUTH_USER, &self.person(email)).await
    }

    /// The id of somebody, whether he was there or not.
    pub async fn user(&self, email: &str) -> String {
        self.auth_user(email).await.expect_user()
    }

    /// What keeps a result of somebody.
    #[must_use]
    pub fn result(&self, user: &str) -> Value {
        json!({ "key": self.key, "user": user, "dict": DICT, "text": "The leafs are falling.", "model": MODEL })
    }

    /// Keeps a result of somebody, with these fields in place of the usual.
    pub async fn save(&self, user: &str, changes: Value) -> Answer {
        self.post(SAVE, &with(self.result(user), changes)).await
    }

    /// The same under a name of its own.
    pub async fn save_as(&self, name: &str, user: &str, changes: Value) -> Answer {
        let request = self.request(Method::POST, SAVE).header("Idempotency-Key", name);
        self.send(request.json(&with(self.result(user), changes))).await
    }
}
