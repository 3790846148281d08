//! The sign-up API under test: applications that speak to it as the vendor's client library does, the people who use
//! them, and what the operator lays down.

mod account;
mod answers;
mod definitions;
mod gateway;
mod letters;
mod tokens;

use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::{
    Method, RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};

pub use self::{
    account::Account,
    answers::{is_moment, tokens_in},
    definitions::{credentials, field, form, login_field, password_field, provider, ruled},
    gateway::Gateway,
    letters::code_in,
    tokens::{Jwt, key_set},
};
use crate::{
    client::{Answer, Client},
    portal::{ADMIN, Browser, Operator},
    server::{PASSWORD, TestServer},
};

/// Where the API is.
pub const CONTENT: &str = "/api/content";
/// Where providers are.
pub const PROVIDERS: &str = "/api/content/users-auth-providers";
/// Where forms are.
pub const FORMS: &str = "/api/content/forms";
/// Where somebody finds himself.
pub const ME: &str = "/api/content/users/me";
/// The provider that a fresh database has.
pub const EMAIL: &str = "email";

const DEVICE: &str = "x-device-metadata";
const APP_TOKEN: &str = "x-app-token";

/// An application on one device, at one provider. It announces JSON with every request, tells its device with every
/// `POST`, and says `undefined` where it has no token, as the vendor's client library does (sign-up contract section 1).
#[derive(Clone, Debug)]
pub struct Application {
    client: Client,
    marker: String,
    device: Option<String>,
    app_token: Option<String>,
}

/// The text of the header that tells a device.
#[must_use]
pub fn device(fingerprint: &str) -> String {
    let browser = format!("Node.js/{fingerprint}");
    let info = json!({ "os": "Node.js", "browser": browser, "location": "en-US" });
    json!({ "fingerprint": fingerprint, "deviceInfo": info }).to_string()
}

/// What somebody fills in who wants this login at the provider of a fresh database.
#[must_use]
pub fn newcomer(login: &str) -> Value {
    json!({
        "formIdentifier": "reg",
        "authData": credentials(login, PASSWORD),
        "formData": [{ "marker": "last_name", "type": "string", "value": "Name" }],
        "notificationData": { "email": login, "phonePush": ["+99999999999"], "phoneSMS": "+99999999999" },
    })
}

impl Application {
    /// An application on a device of its own, at the provider of a fresh database.
    #[must_use]
    pub fn of(server: &TestServer) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let fingerprint = format!("UQ_{}", MADE.fetch_add(1, Ordering::Relaxed));
        Self {
            client: server.client.clone(),
            marker: EMAIL.to_owned(),
            device: Some(device(&fingerprint)),
            app_token: Some("undefined".to_owned()),
        }
    }

    /// The same at another provider.
    #[must_use]
    pub fn at(&self, marker: &str) -> Self {
        Self { marker: marker.to_owned(), ..self.clone() }
    }

    /// The same on another device.
    #[must_use]
    pub fn on(&self, fingerprint: &str) -> Self {
        self.telling(Some(&device(fingerprint)))
    }

    /// The same with this text, or nothing, in the header that tells the device.
    #[must_use]
    pub fn telling(&self, device: Option<&str>) -> Self {
        Self { device: device.map(str::to_owned), ..self.clone() }
    }

    /// The same with this text, or nothing, in the header of the application's token.
    #[must_use]
    pub fn with_app_token(&self, token: Option<&str>) -> Self {
        Self { app_token: token.map(str::to_owned), ..self.clone() }
    }

    /// The same as the bearer of a token.
    #[must_use]
    pub fn bearing(&self, token: &str) -> Self {
        Self { client: self.client.bearing(token), ..self.clone() }
    }

    /// What it speaks with.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The path of its provider, or of something there, such as `/users/auth`.
    #[must_use]
    pub fn door(&self, rest: &str) -> String {
        format!("{PROVIDERS}/marker/{}{rest}", self.marker)
    }

    /// The headers of a request.
    fn headers(&self, method: &Method) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let device = self.device.as_ref().filter(|_| method == Method::POST);
        for (name, value) in [(APP_TOKEN, self.app_token.as_ref()), (DEVICE, device)] {
            if let Some(value) = value {
                let value = HeaderValue::from_bytes(value.as_bytes()).expect("it can be sent");
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers
    }

    /// A request that the test may still change.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let headers = self.headers(&method);
        self.client.request(method, path).headers(headers)
    }

    /// Sends a request. Its answer must be as the description of the API says.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.client.send(request).await
    }

    /// A request without a body.
    pub async fn ask(&self, method: Method, path: &str) -> Answer {
        self.send(self.request(method, path)).await
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).body(body.to_string())).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    /// `POST` with this very body.
    pub async fn post_text(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.send(self.request(Method::POST, path).body(body)).await
    }

    /// `POST` to what people do at the provider, such as `auth`.
    pub async fn act(&self, what: &str, body: Value) -> Answer {
        self.post(&self.door(&format!("/users/{what}")), body).await
    }

    /// Asks for a code for the usual event.
    pub async fn generate_code(&self, login: &str) -> Answer {
        let body = json!({ "userIdentifier": login, "eventIdentifier": "send_code" });
        self.act("generate-code", body).await
    }

    /// Tries a code.
    pub async fn check_code(&self, login: &str, code: &str) -> Answer {
        let body = json!({ "userIdentifier": login, "eventIdentifier": "send_code", "code": code });
        self.act("check-code", body).await
    }

    /// Shows a code to become active.
    pub async fn activate(&self, login: &str, code: &str) -> Answer {
        self.act("activate", json!({ "userIdentifier": login, "code": code })).await
    }

    /// Sets another password by a code.
    pub async fn change_password(&self, login: &str, code: &str, password: &str) -> Answer {
        let body = json!({
            "userIdentifier": login,
            "eventIdentifier": "password_reset",
            "type": 2,
            "code": code,
            "password1": password,
            "password2": password,
        });
        self.act("change-password", body).await
    }

    /// Signs in with login and password.
    pub async fn auth(&self, login: &str, password: &str) -> Answer {
        self.act("auth", json!({ "authData": credentials(login, password) })).await
    }

    /// Signs in with a code beside the login.
    pub async fn auth_by_code(&self, login: &str, code: &str) -> Answer {
        let login = json!([{ "marker": "login", "value": login }]);
        self.act("auth", json!({ "authData": login, "code": code })).await
    }

    /// Shows a refresh token for the next pair.
    pub async fn refresh(&self, token: &str) -> Answer {
        self.act("refresh", json!({ "refreshToken": token })).await
    }

    /// Shows a refresh token to leave.
    pub async fn logout(&self, token: &str) -> Answer {
        self.act("logout", json!({ "refreshToken": token })).await
    }

    /// Signs somebody up as [`newcomer`] says; answers what he is told.
    pub async fn sign_up(&self, login: &str) -> Value {
        self.act("sign-up", newcomer(login)).await.expect(201)
    }

    /// Signs somebody in who signed up by [`Application::sign_up`].
    pub async fn sign_in(&self, login: &str) -> Account {
        let answer = self.auth(login, PASSWORD).await;
        Account::of(self, login, &answer)
    }

    /// Signs somebody up and in.
    pub async fn join(&self, login: &str) -> Account {
        let _ = self.sign_up(login).await;
        self.sign_in(login).await
    }
}

impl TestServer {
    /// An application on a device of its own.
    #[must_use]
    pub fn application(&self) -> Application {
        Application::of(self)
    }

    /// Lets the operator apply forms and providers.
    pub async fn apply(&self, forms: &[Value], providers: &[Value]) {
        let operator = Operator::of(self, None).await;
        operator.apply_signup(&json!({ "forms": forms, "providers": providers })).await;
        operator.close().await;
    }

    /// Starts a server whose provider checks codes, with this `config`.
    pub async fn start_with_codes(config: Value) -> Self {
        let server = Self::start().await;
        server.check_codes(config).await;
        server
    }

    /// Lets the provider of a fresh database check codes from now on, with this `config`.
    pub async fn check_codes(&self, config: Value) {
        let changes = json!({ "isCheckCode": true, "config": config });
        self.apply(&[], &[provider(EMAIL, "reg", changes)]).await;
    }

    /// Forgets those who did not become active in time, as the server does each hour; answers how many.
    pub async fn purge_waiting(&self) -> usize {
        let operator = Operator::of(self, None).await;
        let removed = operator.purge_waiting_signups().await;
        operator.close().await;
        removed
    }

    /// The browser of an admin of the portal, as an operator makes one.
    ///
    /// # Panics
    /// When he is not made.
    pub async fn admin(&self) -> Browser {
        let person = self.register(ADMIN).await;
        let operator = Operator::of(self, None).await;
        operator.appoint(ADMIN, "admin").await;
        operator.close().await;
        Browser::new(&person.client)
    }

    /// The code in the next letter to an address.
    pub async fn mailed_code(&self, address: &str) -> String {
        code_in(&self.mailbox.take(address).await)
    }
}
