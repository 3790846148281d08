//! An OpenID Connect provider inside the test. It says of people what it is told to, and misbehaves on demand.

mod endpoints;
mod keys;
mod token;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use portico_domain::ports::Clock;
use portico_security::SystemClock;
use serde_json::{Value, json};
use url::Url;
use wiremock::{Mock, MockServer, matchers::any};

use self::keys::SigningKey;
use crate::{
    secrets::{SecretKind, Secrets},
    watch::Watch,
};

pub use self::{keys::Algorithm, token::Fault};

/// What the provider calls the portal. A character of it means something in a form.
const CLIENT_ID: &str = "the+portal";
/// Its characters mean something in forms, addresses and HTTP Basic.
const CLIENT_SECRET: &str = "a:secret/with+odd&characters=100%";
/// Where the provider sends browsers back to.
const REDIRECT_URL: &str = "https://portal.example/callback?from=provider";

/// What the provider can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// Its description.
    Discovery,
    /// Its keys.
    Keys,
    /// Tokens for a code.
    Token,
    /// What it knows of somebody.
    Userinfo,
}

/// How an endpoint behaves.
#[derive(Clone, Debug, Default)]
enum Mood {
    #[default]
    Answers,
    Hangs,
    Says {
        status: u16,
        content_type: String,
        body: String,
    },
}

/// A sign-in that waits for its code to be brought back.
#[derive(Clone, Debug)]
struct Grant {
    nonce: Option<String>,
    code_challenge: Option<String>,
    redirect_uri: String,
    claims: Value,
    userinfo: Value,
}

/// What the provider knows, and how it behaves.
struct State {
    issuer: String,
    client_secret: Option<&'static str>,
    clock: Arc<dyn Clock>,
    description: Value,
    claims: Value,
    userinfo: Option<Value>,
    access_token: Option<String>,
    fault: Option<Fault>,
    keys: Vec<SigningKey>,
    moods: BTreeMap<Endpoint, Mood>,
    asked: BTreeMap<Endpoint, usize>,
    codes: BTreeMap<String, Grant>,
    access_tokens: BTreeMap<String, Value>,
    made: usize,
    secrets: Secrets,
}

impl State {
    /// A name that was not given before.
    fn fresh(&mut self, what: &str) -> String {
        self.made += 1;
        format!("{what}-{}", self.made)
    }

    fn add_key(&mut self, algorithm: Algorithm) {
        let kid = self.fresh("key");
        self.keys.push(SigningKey::generate(algorithm, kid));
    }

    /// A code for whoever signs in now.
    fn grant(
        &mut self,
        nonce: Option<String>,
        code_challenge: Option<String>,
        redirect_uri: String,
    ) -> String {
        let code = self.fresh("authorization-code");
        self.secrets.note(SecretKind::Code, &code);
        let claims = self.claims.clone();
        let userinfo = self.userinfo.clone().unwrap_or_else(|| claims.clone());
        self.codes.insert(code.clone(), Grant { nonce, code_challenge, redirect_uri, claims, userinfo });
        code
    }

    fn algorithm(&self) -> Algorithm {
        self.keys.last().map_or(Algorithm::Es256, |key| key.algorithm)
    }
}

/// A running provider. It ends when it is dropped; then nothing secret that it has seen or given may be in the log.
pub struct FakeProvider {
    issuer: String,
    client_secret: Option<&'static str>,
    state: Arc<Mutex<State>>,
    _server: MockServer,
    _watch: Watch,
}

impl FakeProvider {
    /// Starts a provider on a free port of the loopback interface, at which the portal has a secret. It signs by
    /// ES256, since such keys are quickly made, and says that whoever comes is `somebody`.
    pub async fn start() -> Self {
        Self::start_with(Some(CLIENT_SECRET)).await
    }

    /// The same for a client without a secret.
    pub async fn start_for_public_client() -> Self {
        Self::start_with(None).await
    }

    async fn start_with(client_secret: Option<&'static str>) -> Self {
        let server = MockServer::start().await;
        let secrets = Secrets::default();
        if let Some(secret) = client_secret {
            secrets.note(SecretKind::Shared, secret);
        }
        let watch = Watch::begin(&secrets, None);
        // With the slash at its end that Auth0 has.
        let issuer = format!("{}/", server.uri());
        let mut state = State {
            description: endpoints::description(&issuer, client_secret.is_some()),
            issuer: issuer.clone(),
            client_secret,
            clock: Arc::new(SystemClock),
            claims: json!({ "sub": "somebody", "email": "somebody@example.org" }),
            userinfo: None,
            access_token: None,
            fault: None,
            keys: Vec::new(),
            moods: BTreeMap::new(),
            asked: BTreeMap::new(),
            codes: BTreeMap::new(),
            access_tokens: BTreeMap::new(),
            made: 0,
            secrets: secrets.clone(),
        };
        state.add_key(Algorithm::Es256);
        let state = Arc::new(Mutex::new(state));
        let answering = Arc::clone(&state);
        let answer = move |request: &wiremock::Request| endpoints::answer(&mut lock(&answering), request);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        Self { issuer, client_secret, state, _server: server, _watch: watch }
    }

    /// The issuer, to the letter.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What it calls the portal.
    #[must_use]
    pub fn client_id(&self) -> &'static str {
        CLIENT_ID
    }

    /// The portal's secret, if it has one.
    #[must_use]
    pub fn client_secret(&self) -> Option<&'static str> {
        self.client_secret
    }

    /// Where it sends browsers back to.
    #[must_use]
    pub fn redirect_url(&self) -> &'static str {
        REDIRECT_URL
    }

    /// The settings of a server whose people sign in here.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, &str)> {
        let mut settings = vec![
            ("PORTICO_OIDC_ISSUER", self.issuer()),
            ("PORTICO_OIDC_CLIENT_ID", CLIENT_ID),
            ("PORTICO_OIDC_REDIRECT_URL", REDIRECT_URL),
        ];
        settings.extend(self.client_secret.map(|secret| ("PORTICO_OIDC_CLIENT_SECRET", secret)));
        settings
    }

    /// Takes the time of its tokens from a clock that the test can move.
    pub fn use_clock(&self, clock: Arc<dyn Clock>) {
        self.state().clock = clock;
    }

    /// Says this of whoever signs in from now on, in the ID token and at userinfo. Claims such as `exp` take the place
    /// of the right ones; `null` leaves one out.
    pub fn will_say(&self, claims: Value) {
        let mut state = self.state();
        state.claims = claims;
        state.userinfo = None;
    }

    /// Says this at userinfo, from now on, instead of what the ID token says.
    pub fn will_say_at_userinfo(&self, claims: Value) {
        self.state().userinfo = Some(claims);
    }

    /// Gives this as the access token from now on.
    pub fn will_give_access_token(&self, token: &str) {
        self.state().access_token = Some(token.to_owned());
    }

    /// Makes wrong ID tokens from now on.
    pub fn sign_with(&self, fault: Fault) {
        self.state().fault = Some(fault);
    }

    /// Makes right ID tokens from now on.
    pub fn sign_well(&self) {
        self.state().fault = None;
    }

    /// Signs by another algorithm, with another key. Keys of RSA take a second to make, once for all tests.
    pub fn sign_as(&self, algorithm: Algorithm) {
        let mut state = self.state();
        state.keys.clear();
        state.add_key(algorithm);
    }

    /// A new key takes the place of the old ones, which are not published any more.
    pub fn rotate_keys(&self) {
        let algorithm = self.state().algorithm();
        self.sign_as(algorithm);
    }

    /// A new key signs, and is published beside the old ones.
    pub fn add_key(&self) {
        let mut state = self.state();
        let algorithm = state.algorithm();
        state.add_key(algorithm);
    }

    /// A new key takes the place of the old one, under its name.
    pub fn replace_key_under_its_name(&self) {
        let mut state = self.state();
        let algorithm = state.algorithm();
        if let Some(old) = state.keys.pop() {
            state.keys.push(SigningKey::generate(algorithm, old.kid));
        }
    }

    /// Changes its description: keys with other values take the place of the right ones; `null` leaves one out.
    pub fn describe(&self, changes: &Value) {
        merge(&mut self.state().description, changes);
    }

    /// An endpoint says nothing more.
    pub fn hangs(&self, endpoint: Endpoint) {
        self.state().moods.insert(endpoint, Mood::Hangs);
    }

    /// An endpoint fails with a status.
    pub fn fails(&self, endpoint: Endpoint, status: u16) {
        self.says(endpoint, status, "text/html", "<h1>Oh no</h1>");
    }

    /// An endpoint answers every request with the same.
    pub fn says(&self, endpoint: Endpoint, status: u16, content_type: &str, body: &str) {
        let (content_type, body) = (content_type.to_owned(), body.to_owned());
        self.state().moods.insert(endpoint, Mood::Says { status, content_type, body });
    }

    /// Every endpoint answers as it should again.
    pub fn recovers(&self) {
        self.state().moods.clear();
    }

    /// How often an endpoint was asked.
    #[must_use]
    pub fn requests_to(&self, endpoint: Endpoint) -> usize {
        self.state().asked.get(&endpoint).copied().unwrap_or_default()
    }

    /// Goes to the authorization URL as a browser would, and signs in; answers the `code` and the `state` with which
    /// it comes back.
    ///
    /// # Panics
    /// When the URL is not one of the authorization code flow with PKCE for this client.
    #[must_use]
    pub fn authorize(&self, authorization_url: &str) -> (String, String) {
        let url = Url::parse(authorization_url).expect("the authorization URL is an address");
        assert!(authorization_url.starts_with(&format!("{}authorize?", self.issuer)), "{url}");
        let value = |name: &str| {
            let mut values = url.query_pairs().filter(|(other, _)| other == name);
            let (_, value) = values.next().unwrap_or_else(|| panic!("no {name}: {url}"));
            assert!(!value.is_empty() && values.next().is_none(), "not one {name}: {url}");
            value.into_owned()
        };
        let fixed =
            ["response_type", "client_id", "redirect_uri", "scope", "code_challenge_method"].map(value);
        assert_eq!(fixed, ["code", CLIENT_ID, REDIRECT_URL, "openid profile email", "S256"]);
        let (nonce, challenge) = (value("nonce"), value("code_challenge"));
        let code = self.state().grant(Some(nonce), Some(challenge), value("redirect_uri"));
        (code, value("state"))
    }

    /// Signs in at an application that knows the name of the portal and began by itself, without PKCE; answers the
    /// `code` with which the browser comes back to `redirect_uri`.
    #[must_use]
    pub fn authorize_at_client(&self, redirect_uri: &str, nonce: Option<&str>) -> String {
        self.state().grant(nonce.map(str::to_owned), None, redirect_uri.to_owned())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the keys of one object into another; `null` takes a key away.
fn merge(object: &mut Value, changes: &Value) {
    let object = object.as_object_mut().expect("it is an object");
    for (key, value) in changes.as_object().expect("changes are an object") {
        if value.is_null() {
            object.shift_remove(key);
        } else {
            object.insert(key.clone(), value.clone());
        }
    }
}
