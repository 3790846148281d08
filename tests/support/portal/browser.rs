//! A browser that keeps cookies.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use reqwest::{Method, RequestBuilder, header::COOKIE};
use serde_json::Value;

use crate::client::{Answer, Client};

/// The cookie that opens the portal.
pub const TOKEN_COOKIE: &str = "misw-portal-token";

/// Speaks to the portal and keeps the cookies it is given. Clones are one browser.
#[derive(Clone, Debug)]
pub struct Browser {
    client: Client,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Browser {
    /// A browser without cookies; it shows the bearer token of the client, if that has one.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone(), cookies: Arc::default() }
    }

    /// Another browser with the same cookies.
    #[must_use]
    pub fn twin(&self) -> Self {
        let cookies = self.cookies().clone();
        Self { client: self.client.clone(), cookies: Arc::new(Mutex::new(cookies)) }
    }

    /// The same browser showing a bearer token beside its cookies.
    #[must_use]
    pub fn bearing(&self, token: &str) -> Self {
        Self { client: self.client.bearing(token), cookies: Arc::clone(&self.cookies) }
    }

    /// What it speaks with.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    fn cookies(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value of a cookie that it has.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies().get(name).cloned()
    }

    /// The value of the cookie that opens the portal.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn token(&self) -> String {
        self.cookie(TOKEN_COOKIE).expect("the browser was given a token")
    }

    /// Puts a cookie in, whoever gave it.
    pub fn put_cookie(&self, name: &str, value: &str) {
        self.cookies().insert(name.to_owned(), value.to_owned());
    }

    /// A request that the test may still change, with the cookies.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, path);
        let pairs: Vec<String> =
            self.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { request } else { request.header(COOKIE, pairs.join("; ")) }
    }

    /// Sends a request and keeps the cookies of its answer.
    ///
    /// # Panics
    /// When there is no answer, or one that is not described.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = self.client.send(request).await;
        let mut kept = self.cookies();
        for cookie in answer.cookies() {
            if cookie.max_age() == Some(0) {
                kept.remove(&cookie.name);
            } else {
                kept.insert(cookie.name, cookie.value);
            }
        }
        drop(kept);
        answer
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// A request with a JSON body.
    pub async fn with_body(&self, method: Method, path: &str, body: Value) -> Answer {
        self.send(self.request(method, path).json(&body)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.with_body(Method::POST, path, body).await
    }

    /// `POST` without a body.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.with_body(Method::PUT, path, body).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.with_body(Method::PATCH, path, body).await
    }

    /// `DELETE` without a body.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}
