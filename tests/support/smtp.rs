//! A small mail server on this machine: it keeps the letters it takes, and misbehaves when it is told to.

mod certificate;
mod conversation;

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    net::{TcpListener, TcpSocket},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

use self::conversation::Conversation;
use crate::{
    secrets::{SecretKind, Secrets},
    wait::until,
    watch::Watch,
};

/// The ledgers of the mail servers in this process, by port.
static LEDGERS: LazyLock<Mutex<HashMap<u16, Secrets>>> = LazyLock::new(Mutex::default);

/// How the server offers encryption.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    #[default]
    None,
    /// After STARTTLS.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// What the server can do.
#[derive(Clone, Debug, Default)]
pub struct SmtpServerOptions {
    /// How it offers encryption.
    pub encryption: Encryption,
    /// Who has to sign in, with which password; nobody by default.
    pub credentials: Option<(String, String)>,
    /// The ways to sign in that it offers: `PLAIN`, `LOGIN` or both; both when empty.
    pub mechanisms: String,
    /// Whether it lacks SMTPUTF8.
    pub ascii_only: bool,
}

/// What the server does with letters; can be changed at any time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes them.
    #[default]
    Accept,
    /// Reads them and then says nothing more.
    HangAfterData,
    /// Refuses one recipient with a reply such as `550 5.1.1 no such user`.
    RefuseRecipient {
        /// Which one.
        address: String,
        /// With which reply.
        reply: String,
    },
    /// Refuses every letter after reading it, with a reply.
    RefuseLetters {
        /// With which reply.
        reply: String,
    },
    /// Refuses every sender with a reply such as `451 4.3.0 later`.
    RefuseEverything {
        /// With which reply.
        reply: String,
    },
    /// Says nothing more to whoever names this recipient.
    HangAtRecipient {
        /// Which one.
        address: String,
    },
    /// Closes every connection without a word.
    CloseAtConnect,
}

/// A letter that the server took.
#[derive(Clone, Debug)]
pub struct ReceivedLetter {
    /// The sender in the envelope.
    pub from: String,
    /// The recipients in the envelope.
    pub recipients: Vec<String>,
    /// Headers and body.
    pub data: String,
    /// Whether it came encrypted.
    pub encrypted: bool,
    /// Who had signed in.
    pub user: Option<String>,
}

/// What all conversations share.
pub(crate) struct Shared {
    options: SmtpServerOptions,
    acceptor: TlsAcceptor,
    secrets: Secrets,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    behaviour: Behaviour,
    letters: Vec<ReceivedLetter>,
    commands: Vec<String>,
    connections: usize,
}

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the codes and the tokens in a letter, taken or refused.
    fn note_letter(&self, data: &str) {
        let mail = mailparse::parse_mail(data.as_bytes()).expect("a letter is a mail message");
        for part in mail.parts().filter(|part| part.ctype.mimetype == "text/plain") {
            self.secrets.note_letter(&part.get_body().expect("the part is text"));
        }
    }
}

/// The secrets that the mail server at this URL, which is one of this process, has seen and will see.
pub(crate) fn secrets_at(url: &str) -> Option<Secrets> {
    let port = reqwest::Url::parse(url).ok()?.port()?;
    ledgers().get(&port).cloned()
}

fn ledgers() -> MutexGuard<'static, HashMap<u16, Secrets>> {
    LEDGERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running mail server. It ends when it is dropped; then no secret that it has seen may be in the log of this process.
pub struct SmtpServer {
    shared: Arc<Shared>,
    authority: String,
    address: SocketAddr,
    // Bound but not listening: the port stays this server's own while it is stopped.
    _reserved: TcpSocket,
    running: Mutex<Option<JoinHandle<()>>>,
    _watch: Watch,
}

impl SmtpServer {
    /// Starts a server on a free port of the loopback interface.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start(options: SmtpServerOptions) -> Self {
        let (acceptor, authority) = certificate::acceptor();
        let reserved = bound(SocketAddr::from(([127, 0, 0, 1], 0)));
        let address = reserved.local_addr().expect("a bound socket has an address");
        let secrets = Secrets::default();
        if let Some((_, password)) = &options.credentials {
            secrets.note(SecretKind::ServicePassword, password);
        }
        ledgers().insert(address.port(), secrets.clone());
        let watch = Watch::begin(&secrets, None);
        let shared = Arc::new(Shared { options, acceptor, secrets, log: Mutex::default() });
        let server = Self {
            shared,
            authority,
            address,
            _reserved: reserved,
            running: Mutex::default(),
            _watch: watch,
        };
        server.restart().await;
        server
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Where it is, for `PORTICO_SMTP_URL`, without encryption.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port())
    }

    /// The certificate that signed its own, which is for `localhost`, in PEM form.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Changes what it does with letters from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.shared.log().behaviour = behaviour;
    }

    /// The letters it took so far.
    #[must_use]
    pub fn letters(&self) -> Vec<ReceivedLetter> {
        self.shared.log().letters.clone()
    }

    /// The letters it took after the first `count`.
    #[must_use]
    pub fn letters_after(&self, count: usize) -> Vec<ReceivedLetter> {
        self.shared.log().letters.get(count..).unwrap_or_default().to_vec()
    }

    /// The commands it was given so far, one line each, of all connections; the end of a letter is a `.`.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        self.shared.log().commands.clone()
    }

    /// How many connections it has seen.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.log().connections
    }

    /// Waits until it has taken at least `count` letters, and gives them.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn wait_for(&self, count: usize) -> Vec<ReceivedLetter> {
        until("letters", async || Some(self.letters()).filter(|letters| letters.len() >= count)).await
    }

    /// Ends it, and every connection with it. Whoever connects is refused until [`SmtpServer::restart`].
    pub async fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running {
            running.abort();
            // It was cancelled, which is what this error says.
            drop(running.await);
        }
    }

    /// Starts it again on the same port.
    ///
    /// # Panics
    /// When the port cannot be listened on.
    pub async fn restart(&self) {
        self.stop().await;
        let listener = bound(self.address).listen(64).expect("the reserved port can be listened on");
        let serving = tokio::spawn(serve(listener, Arc::clone(&self.shared)));
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(serving);
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        ledgers().remove(&self.port());
        if let Some(running) = self.running.get_mut().unwrap_or_else(PoisonError::into_inner) {
            running.abort();
        }
    }
}

fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("there are sockets");
    socket.set_reuseaddr(true).expect("a port can be used again");
    #[cfg(unix)]
    socket.set_reuseport(true).expect("a port can be shared");
    socket.bind(address).expect("there is a free port");
    socket
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, and the conversations with it.
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let behaviour = {
            let mut log = shared.log();
            log.connections += 1;
            log.behaviour.clone()
        };
        if behaviour == Behaviour::CloseAtConnect {
            continue;
        }
        let shared = Arc::clone(&shared);
        conversations.spawn(async move {
            // A client that breaks off is no fault of the server.
            drop(Conversation::hold(stream, shared).await);
        });
    }
}
