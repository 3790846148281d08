//! Where nothing is posted: this machine and private networks, however they are written and whatever their names say
//! (docs/partners.md, "Webhooks").

use std::{
    fs,
    io::ErrorKind,
    net::{IpAddr, TcpListener, ToSocketAddrs as _},
};

use integration_tests::{
    partners::{Office, Partner, Receiver, Webhook},
    server::TestServer,
    wait::until,
};
use serde_json::{Value, json};

use super::ANN;

const CREATED: [&str; 1] = ["user.created"];

/// The log of a webhook, once its one delivery was tried.
async fn tried(office: &Office, partner: &Partner, webhook: &Webhook) -> Value {
    until("a try", async || {
        let mut entries = office.deliveries(partner, webhook).await;
        let entry = entries.pop().filter(|entry| entry["attempts"].as_i64() > Some(0))?;
        Some(entry)
    })
    .await
}

#[track_caller]
fn assert_refused(entry: &Value, url: &str) {
    assert_eq!((&entry["last_status"], &entry["state"]), (&Value::Null, &json!("waiting")), "{url}: {entry}");
    assert!(entry["last_error"].as_str().is_some_and(|error| !error.is_empty()), "{url}: {entry}");
}

#[tokio::test]
async fn this_machine_is_refused_when_it_is_registered() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for url in [
        "http://127.0.0.1:8000/",
        "http://localhost:8000/",
        "http://[::1]/",
        "https://127.0.0.1/",
        "https://127.0.0.1:8443/hook",
        "https://127.1.2.3/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.0.0.1./",
        "https://localhost/",
        "https://LOCALHOST/",
        "https://localhost./",
        "https://a.localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://\u{ff11}27.0.0.1/",
    ] {
        let answer = office.try_webhook(&partner, json!({ "url": url })).await;
        assert!(!answer.problem(400).is_empty(), "{url}");
    }
    assert!(office.webhooks(&partner).await.is_empty());
    server.stop().await;
}

/// Registers addresses, lets something happen, and sees each of them refused: at once, or when it is posted to.
async fn refuses(server: &TestServer, urls: &[&str]) {
    let office = server.office().await;
    for (round, urls) in urls.chunks(10).enumerate() {
        let partner = office.create(&format!("of round {round}")).await;
        let mut registered = Vec::new();
        for url in urls {
            let answer = office.try_webhook(&partner, json!({ "url": url, "events": CREATED })).await;
            if answer.status == 400 {
                assert!(!answer.problem(400).is_empty(), "{url}");
                continue;
            }
            let body = answer.expect_ok(&["id", "url", "events", "secret"]);
            let id = body["id"].as_str().expect("an id").to_owned();
            registered.push((url, Webhook { id, secret: String::new() }));
        }
        let _ = partner.program.user(&format!("ann{round}@example.org")).await;
        for (url, webhook) in registered {
            assert_refused(&tried(&office, &partner, &webhook).await, url);
        }
    }
}

/// Addresses inside, as they are written.
const INSIDE: [&str; 26] = [
    "https://10.0.0.1/",
    "https://10.255.255.255/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.0.1/",
    "https://192.168.255.255:8443/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://0/",
    "https://0.1.2.3/",
    "https://192.0.0.1/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://198.51.100.1/",
    "https://203.0.113.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://0x0a000001/",
    "https://[::]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[ff02::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[2001:db8::1]/",
];

#[tokio::test]
async fn private_addresses_are_never_connected_to() {
    let server = TestServer::start().await;
    refuses(&server, &INSIDE).await;
    server.stop().await;
}

#[tokio::test]
async fn they_are_not_even_where_this_machine_is_allowed() {
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    refuses(&server, &INSIDE).await;
    server.stop().await;
}

/// Names beside `localhost` that this machine resolves to itself.
fn names_of_this_machine() -> Vec<String> {
    let own = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
    let known = hosts.lines().filter(|line| !line.trim_start().starts_with('#'));
    let known = known.flat_map(|line| line.split_whitespace().skip(1).map(str::to_owned));
    let mut names: Vec<String> = known.chain([own.trim().to_owned()]).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| {
        let is_own = |ip: IpAddr| ip.is_loopback();
        let found = (name.as_str(), 0).to_socket_addrs();
        let is_inside = found.is_ok_and(|found| found.map(|address| address.ip()).all(is_own));
        is_inside && !name.is_empty() && name != "localhost" && !name.ends_with(".localhost")
    });
    names
}

#[tokio::test]
async fn a_name_that_stands_for_this_machine_is_never_connected_to() {
    let names = names_of_this_machine();
    if names.is_empty() {
        eprintln!("note: no name but localhost stands for this machine, so no such name is tried");
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    listener.set_nonblocking(true).expect("it can be asked");
    let port = listener.local_addr().expect("it is bound").port();
    let server = TestServer::start().await;
    let urls: Vec<String> = names.iter().map(|name| format!("https://{name}:{port}/hook")).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    refuses(&server, &urls).await;
    let nobody = listener.accept().map(drop).map_err(|error| error.kind());
    assert_eq!(nobody, Err(ErrorKind::WouldBlock), "somebody has connected");
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_stands_for_nothing_is_told_in_the_log() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let url = "https://nobody.invalid/";
    let webhook = office.webhook(&partner, url, &CREATED).await;
    let _ = partner.program.user(ANN).await;
    assert_refused(&tried(&office, &partner, &webhook).await, url);
    server.stop().await;
}

#[tokio::test]
async fn what_was_registered_while_it_was_allowed_is_refused_once_it_is_not() {
    let receiver = Receiver::start().await;
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let webhook = office.webhook(&partner, "https://partner.example/", &CREATED).await;
    let url = receiver.url("/");
    assert_eq!(server.tables().change(&format!("UPDATE webhooks SET url = '{url}'")), 1);
    let _ = partner.program.user(ANN).await;
    assert_refused(&tried(&office, &partner, &webhook).await, &url);
    assert!(receiver.posts().await.is_empty());
    server.stop().await;
}
