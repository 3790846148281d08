//! A real OpenID Connect provider on loopback, in a process of its own, that signs in whom it is told to.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use reqwest::{StatusCode, Url};
use serde_json::{Value, json};

pub use browser::Browser;

mod browser;
mod installation;

/// How long a provider may take to start.
const START: Duration = Duration::from_mins(1);
/// What the provider calls its client.
const CLIENT_ID: &str = "portico";
/// Its characters mean something in a form, in an address and in HTTP Basic, as those of a true secret may.
const CLIENT_SECRET: &str = "reserved:characters+in/the%secret=";

/// A person that the provider knows. What is `None` is nowhere among the claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The claim `sub`.
    pub sub: String,
    /// The claim `email`.
    pub email: Option<String>,
    /// The claim `picture`.
    pub picture: Option<String>,
    /// The claim `https://misw.jp/thumbnail`.
    pub thumbnail: Option<String>,
    /// The claim `locale`.
    pub locale: Option<String>,
    /// Whether the ID token lacks the address, so that only userinfo has it.
    pub email_only_in_userinfo: bool,
}

impl Account {
    /// Somebody with an address, and no more.
    #[must_use]
    pub fn new(sub: &str, email: &str) -> Self {
        Self { sub: sub.to_owned(), email: Some(email.to_owned()), ..Self::default() }
    }

    fn to_json(&self) -> Value {
        json!({
            "sub": self.sub,
            "email": self.email,
            "picture": self.picture,
            "thumbnail": self.thumbnail,
            "locale": self.locale,
            "email_only_in_userinfo": self.email_only_in_userinfo,
        })
    }
}

/// An OpenID Connect provider with one confidential client, which must use HTTP Basic and PKCE. Ended when dropped.
#[derive(Debug)]
pub struct RealProvider {
    http: reqwest::Client,
    issuer: Url,
    redirect_uri: String,
    folder: &'static Path,
    process: Option<ProviderProcess>,
}

impl RealProvider {
    /// Starts a provider on a free port, whose client is sent back to `redirect_uri`, and waits until it listens.
    /// `None` on a machine without Node.js, which a line says.
    ///
    /// # Panics
    /// When it does not listen, and when there is no Node.js although `PORTICO_TEST_REQUIRE_NODE` is 1.
    #[must_use]
    pub fn start(redirect_uri: &str) -> Option<Self> {
        let folder = installation::folder()?;
        let (process, port) = ProviderProcess::start(folder, redirect_uri, 0);
        let issuer = format!("http://127.0.0.1:{port}").parse().expect("the issuer is an address");
        let redirect_uri = redirect_uri.to_owned();
        Some(Self { http: http(), issuer, redirect_uri, folder, process: Some(process) })
    }

    /// The issuer, as in the description of the provider and in ID tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }

    /// What the provider calls its client.
    #[must_use]
    pub fn client_id(&self) -> &'static str {
        CLIENT_ID
    }

    /// The secret that the client shares with it. In HTTP Basic it must be encoded as in a form (RFC 6749, 2.3.1).
    #[must_use]
    pub fn client_secret(&self) -> &'static str {
        CLIENT_SECRET
    }

    /// From now on this is who signs in at browsers without a session.
    ///
    /// # Panics
    /// When the provider is not there.
    pub async fn will_sign_in(&self, account: Account) {
        self.control("next", &account.to_json()).await;
    }

    /// Another signing key takes the place of the one so far, which is not published any more.
    ///
    /// # Panics
    /// When the provider is not there.
    pub async fn rotate_keys(&self) {
        self.control("rotate", &Value::Null).await;
    }

    /// A browser without a session.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser::new(self.issuer.clone(), &self.redirect_uri)
    }

    /// Goes to the authorization URL with a browser without a session; answers the `code` and the `state` with which
    /// it comes back.
    ///
    /// # Panics
    /// When it comes back with anything else, or not at all.
    pub async fn authorize(&self, authorization_url: &str) -> (String, String) {
        self.browser().authorize(authorization_url).await
    }

    /// Ends the provider as a power failure would.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Starts it on the same port. It has another signing key, and has forgotten accounts, sessions and codes.
    ///
    /// # Panics
    /// When it does not listen.
    pub fn restart(&mut self) {
        self.stop();
        let port = self.issuer.port().expect("the issuer has a port");
        self.process = Some(ProviderProcess::start(self.folder, &self.redirect_uri, port).0);
    }

    /// What the provider has to say about the requests that it refused.
    ///
    /// # Panics
    /// When the thread that reads it panicked.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.as_ref().map(ProviderProcess::log).unwrap_or_default()
    }

    async fn control(&self, name: &str, body: &Value) {
        let asked = self.http.post(format!("{}/control/{name}", self.issuer())).json(body);
        let answer = asked.send().await.expect("the provider answers");
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", self.log());
    }
}

/// A client that follows nothing by itself.
fn http() -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    // A connection kept open would belong to a provider that has been restarted.
    builder.pool_max_idle_per_host(0).build().expect("a client can be made")
}

/// The provider's process; killed when dropped.
#[derive(Debug)]
struct ProviderProcess {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl ProviderProcess {
    /// Starts the process on a port, 0 for a free one; answers the port when it listens.
    fn start(folder: &Path, redirect_uri: &str, port: u16) -> (Self, u16) {
        let mut child = Command::new("node")
            .arg(folder.join("provider.mjs"))
            .env("CLIENT_ID", CLIENT_ID)
            .env("CLIENT_SECRET", CLIENT_SECRET)
            .env("REDIRECT_URI", redirect_uri)
            .env("POST_LOGOUT_REDIRECT_URIS", post_logout_redirect_uris(redirect_uri).to_string())
            .env("PORT", port.to_string())
            // It ends when this pipe does, even where nobody could drop it.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the provider starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (errors, kept) =
            (BufReader::new(child.stderr.take().expect("its errors are piped")), Arc::clone(&log));
        thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                let mut log = kept.lock().expect("the log is not poisoned");
                log.push_str(&line);
                log.push('\n');
            }
        });
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let process = Self { child, log };
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let _ = output.read_line(&mut line);
            let _ = tell.send(line);
        });
        let line = told.recv_timeout(START).unwrap_or_default();
        let port = line.strip_prefix("listening ").and_then(|port| port.trim_end().parse().ok());
        let port = port.unwrap_or_else(|| panic!("the provider does not listen: {}", process.log()));
        (process, port)
    }

    fn log(&self) -> String {
        self.log.lock().expect("the log is not poisoned").clone()
    }
}

impl Drop for ProviderProcess {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a browser may be sent after the end of its session: the origin of the redirect URI, with and without a slash.
fn post_logout_redirect_uris(redirect_uri: &str) -> Value {
    let origin =
        Url::parse(redirect_uri).expect("the redirect URI is an address").origin().ascii_serialization();
    json!([origin, format!("{origin}/")])
}
