//! Partners that take no posts, and the mail that leaves beside them.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use integration_tests::{
    partners::{PARTNERS, Program},
    process::ServerProcess,
    secrets::SecretKind,
    server::PASSWORD,
    settings,
    wait::until,
};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use crate::office::Office;

/// Posts that are on their way at a time.
const AT_ONCE: usize = 8;
/// People who are created, of each of whom two webhooks are told.
const PEOPLE: usize = 8;

/// A server that takes connections and never says a word.
struct Silence {
    address: SocketAddr,
    held: Arc<Mutex<Vec<TcpStream>>>,
}

impl Silence {
    async fn begin() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("it has an address");
        let held = Arc::<Mutex<Vec<TcpStream>>>::default();
        let kept = Arc::clone(&held);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
            }
        });
        Self { address, held }
    }

    /// How many have tried so far.
    fn tries(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// The id of the only partner, which gets two webhooks that hang.
async fn hang_webhooks(office: &Office, server: &ServerProcess, silence: &Silence) {
    office.user("ann@example.org");
    office.prints(&["member", "set-role", "ann@example.org", "admin"]);
    let login = json!({ "email": "ann@example.org", "password": PASSWORD });
    let login = server.client.post("/auth/login", login).await.expect(200);
    let ann = server.client.bearing(login["token"].as_str().expect("she is signed in"));
    let partners = ann.get(PARTNERS).await.expect(200);
    let partner = partners["partners"][0]["id"].as_str().expect("there is a partner").to_owned();
    for hook in ["one", "other"] {
        let wanted =
            json!({ "url": format!("http://{}/{hook}", silence.address), "events": ["user.created"] });
        let _ = ann.post(&format!("{PARTNERS}/{partner}/webhooks"), wanted).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_that_hang_hold_up_no_letter() {
    let office = Office::open().await;
    let loopback = [("PORTICO_WEBHOOK_ALLOW_LOOPBACK", "true")];
    let server = ServerProcess::start(office.path(), &settings::on(office.database.url(), &loopback));
    let key = office.prints(&["partner", "create", "Diktado"]).trim_end().to_owned();
    server.client.secrets().note(SecretKind::Token, &key);
    let silence = Silence::begin().await;
    hang_webhooks(&office, &server, &silence).await;

    let program = Program::new(&server.client, &key);
    for n in 0..PEOPLE {
        program.user(&format!("person{n}@example.org")).await;
    }
    until("every place to be taken by a post", async || (silence.tries() >= AT_ONCE).then_some(())).await;
    let begun = server.client.post("/auth/register/start", json!({ "email": "bob@example.org" })).await;
    let _ = begun.expect(200);
    let mailbox = server.mailbox();
    let letter = mailbox.take("bob@example.org").await;
    // In one lane it would have waited for all of them.
    assert!(silence.tries() < 2 * PEOPLE, "it came after {} posts", silence.tries());
    assert_eq!(letter.code().len(), 6);
    for n in 0..PEOPLE {
        mailbox.take(&format!("person{n}@example.org")).await;
    }
}
