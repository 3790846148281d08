//! Requests to a server that the test tells what to say.

use std::{collections::VecDeque, future::ready, net::SocketAddr, sync::Mutex, time::Instant};

use http::{Method, StatusCode};
use hyper_util::client::legacy::connect::dns::Name;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

use tower_service::Service as _;

use super::*;
use crate::resolver::Addresses;

/// More than the body of an answer may have.
const TOO_MANY: usize = 1024 * 1024 + 1;

/// A server that says the same to everybody, and then keeps the connection open until the other side closes it.
struct Server {
    address: SocketAddr,
    heard: UnboundedReceiver<String>,
}

impl Server {
    async fn saying(text: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, heard) = unbounded_channel();
        let text = text.into();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tell.send(request(&mut stream).await).unwrap();
                // Whoever has heard enough hangs up.
                drop(stream.write_all(&text).await);
                tokio::spawn(async move { stream.read(&mut [0]).await });
            }
        });
        Self { address, heard }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it was asked so far.
    fn requests(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.heard.try_recv().ok()).collect()
    }
}

/// A request whose body is `the body` or nothing.
async fn request(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 1024];
    while !text.ends_with("\r\n\r\n") && !text.ends_with("the body") {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "the request breaks off: {text}");
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    text
}

fn client() -> HttpClient {
    HttpClient::new(Patience::default(), AddressPolicy::EncryptedOrLoopback).unwrap()
}

fn get(url: &str) -> Request<Vec<u8>> {
    Request::get(url).body(Vec::new()).unwrap()
}

fn answer(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_request_is_sent_as_it_is_in_the_name_of_this_server() {
    let mut server = Server::saying(answer("201 Created\r\nX-Said: yes", "hello")).await;
    let request = Request::builder()
        .method(Method::POST)
        .uri(server.url("/a/path?a=query"))
        .header("x-header", "its value")
        .header("user-agent", "somebody else")
        .body(b"the body".to_vec())
        .unwrap();
    let answer = client().send(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let whole = answer.whole().await.unwrap();
    assert_eq!((whole.status(), whole.headers()["x-said"].as_bytes()), (StatusCode::CREATED, &b"yes"[..]));
    assert_eq!(whole.body(), b"hello");

    let asked = server.requests().concat();
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /a/path?a=query HTTP/1.1\r\n"), "{head}");
    let expected = [
        ("x-header", "its value".to_owned()),
        ("user-agent", concat!("portico/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("host", server.address.to_string()),
        ("content-length", "8".to_owned()),
    ];
    for (name, value) in expected {
        let line = format!("{name}: {value}");
        assert_eq!(head.lines().filter(|other| other.starts_with(&format!("{name}:"))).count(), 1, "{head}");
        assert!(head.lines().any(|other| other == line), "{line} is not in {head}");
    }
    assert_eq!(body, "the body");
}

#[tokio::test]
async fn an_address_that_may_not_be_asked_is_not() {
    let mut server = Server::saying(answer("200 OK", "")).await;
    let port = server.address.port();
    let encrypted = HttpClient::new(Patience::default(), AddressPolicy::Encrypted).unwrap();
    let error = encrypted.send(get(&server.url("/x?secret"))).await.unwrap_err();
    assert_eq!(error.to_string(), format!("http://127.0.0.1:{port}/x: not encrypted"));
    for url in
        [format!("http://me:secret@127.0.0.1:{port}/"), "http://192.0.2.1/".to_owned(), "/x".to_owned()]
    {
        let error = client().send(get(&url)).await.unwrap_err().to_string();
        assert!(error.ends_with(": neither encrypted nor on this machine"), "{error}");
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

/// Names that stand for what the test says, with the next of its answers at every question.
struct Told(Mutex<VecDeque<Vec<&'static str>>>);

impl Told {
    fn answering<const N: usize>(answers: [&[&'static str]; N]) -> Arc<Self> {
        Arc::new(Self(Mutex::new(answers.into_iter().map(<[_]>::to_vec).collect())))
    }
}

impl Names for Told {
    fn look_up(&self, _: Name) -> Addresses {
        let answer = self.0.lock().unwrap().pop_front().expect("a name is asked for once more than expected");
        let addresses: Vec<_> = answer.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect();
        Box::pin(ready(Ok(addresses.into_iter())))
    }
}

/// A client that knows names as the test tells it.
fn told(policy: AddressPolicy, names: Arc<Told>) -> HttpClient {
    HttpClient::with_names(Patience::default(), policy, names).unwrap()
}

#[tokio::test]
async fn a_public_name_that_stands_for_an_address_inside_is_not_asked() {
    let mut server = Server::saying(answer("200 OK", "")).await;
    let port = server.address.port();
    let inside: [&[_]; 3] = [&["127.0.0.1"], &["10.0.0.1", "::1", "fe80::1"], &["::ffff:127.0.0.1"]];
    for policy in [AddressPolicy::Public, AddressPolicy::PublicOrLoopback] {
        let client = told(policy, Told::answering(inside));
        for _ in inside {
            let error = client.send(get(&format!("https://hook.example:{port}/x?y"))).await.unwrap_err();
            let said = error.reason();
            assert!(said.ends_with("hook.example stands for no address that may be asked"), "{said}");
            assert_eq!(error.to_string(), format!("https://hook.example:{port}/x: {said}"));
        }
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_checked_is_what_is_connected_to() {
    // A second question would be answered with an address inside.
    let names = Told::answering([&["127.0.0.1"], &["10.0.0.1"]]);
    let mut server = Server::saying(answer("200 OK", "")).await;
    let client = told(AddressPolicy::PublicOrLoopback, Arc::clone(&names));
    let url = format!("http://hook.localhost:{}/x", server.address.port());
    assert_eq!(client.send(get(&url)).await.unwrap().status(), StatusCode::OK);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(names.0.lock().unwrap().len(), 1);
    let error = client.send(get(&url)).await.unwrap_err().reason();
    assert!(error.contains("no address that may be asked"), "{error}");
}

#[tokio::test]
async fn of_the_addresses_of_a_name_those_inside_are_left_out() {
    let names = Told::answering([&["10.0.0.1", "127.0.0.1", "93.184.216.34", "::1"]]);
    let mut resolver = Resolver::new(names, AddressPolicy::Public);
    let found = resolver.call("hook.example".parse().unwrap()).await.unwrap();
    assert_eq!(found.collect::<Vec<_>>(), ["93.184.216.34:0".parse().unwrap()]);
}

#[tokio::test]
async fn a_name_that_stands_for_nothing_is_no_name_that_leads_inside() {
    let mut resolver = Resolver::new(Told::answering([&[]]), AddressPolicy::Public);
    assert_eq!(resolver.call("hook.example".parse().unwrap()).await.unwrap().count(), 0);
}

#[tokio::test]
async fn names_of_the_operators_may_stand_for_anything() {
    let server = Server::saying(answer("200 OK", "")).await;
    let port = server.address.port();
    let client = told(AddressPolicy::EncryptedOrLoopback, Told::answering([&["127.0.0.1"]]));
    let error = client.send(get(&format!("https://inside.example:{port}/"))).await.unwrap_err().reason();
    // It was connected to, and does not speak TLS.
    assert!(!error.contains("may be asked") && !error.contains("refused"), "{error}");
}

#[tokio::test]
async fn an_address_inside_is_asked_in_no_spelling() {
    let mut server = Server::saying(answer("200 OK", "")).await;
    let port = server.address.port();
    let system = HttpClient::new(Patience::default(), AddressPolicy::Public).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "localhost",
        "LOCALHOST",
        "a.localhost",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "0.0.0.0",
        "[::]",
    ] {
        for scheme in ["https", "http"] {
            let error = system.send(get(&format!("{scheme}://{host}:{port}/"))).await.unwrap_err().reason();
            assert_eq!(error, "no encrypted public address", "{scheme}://{host}");
        }
    }
    // Written in a way that not everybody reads alike.
    for host in ["0x5db8d822", "HOOK.example", "[2606:2800:0220:1::1]"] {
        let error = system.send(get(&format!("https://{host}:{port}/"))).await.unwrap_err().reason();
        assert_eq!(error, "no encrypted public address", "{host}");
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn tests_may_ask_this_machine() {
    let mut server = Server::saying(answer("302 Found\r\nLocation: http://10.0.0.1/", "")).await;
    let client = HttpClient::new(Patience::default(), AddressPolicy::PublicOrLoopback).unwrap();
    let port = server.address.port();
    for host in ["127.0.0.1", "localhost"] {
        let answer = client.send(get(&format!("http://{host}:{port}/"))).await.unwrap();
        assert_eq!(answer.status(), StatusCode::FOUND);
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_redirection_is_an_answer_and_not_followed() {
    let mut elsewhere = Server::saying(answer("200 OK", "")).await;
    for status in ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 x"] {
        let head = format!("{status}\r\nLocation: {}", elsewhere.url("/"));
        let server = Server::saying(answer(&head, "")).await;
        let answer = client().send(get(&server.url("/"))).await.unwrap();
        assert_eq!(answer.status().as_str(), &status[..3]);
        answer.whole().await.unwrap();
    }
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_status_is_an_error_when_the_caller_says_so() {
    let server = Server::saying(answer("503 x", "a secret")).await;
    let answer = client().send(get(&server.url("/x?y"))).await.unwrap();
    let debug = format!("{answer:?}");
    assert!(debug.contains("503") && !debug.contains("secret"), "{debug}");
    let error = answer.into_error();
    assert!(!error.is_too_large());
    let expected = format!("{}: answers 503 Service Unavailable", server.url("/x"));
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn whoever_says_nothing_is_not_waited_for_any_longer() {
    let patience = Patience { connect: Duration::from_secs(1), request: Duration::from_secs(1) };
    let impatient = HttpClient::new(patience, AddressPolicy::EncryptedOrLoopback).unwrap();
    let begun = Instant::now();
    let asking = async |said: &str| {
        let server = Server::saying(said).await;
        let error = match impatient.send(get(&server.url("/"))).await {
            Ok(answer) => answer.whole().await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.to_string(), format!("{}: no answer within 1000 ms", server.url("/")));
        assert!(!error.is_too_large());
    };
    tokio::join!(
        asking(""),
        asking("HTTP/1.1 200 OK\r\nContent-Le"),
        asking("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"),
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_answer_is_not_received_beyond_its_limit() {
    let longest = "x".repeat(TOO_MANY - 1);
    let server = Server::saying(answer("200 OK", &longest)).await;
    let whole = client().send(get(&server.url("/"))).await.unwrap().whole().await.unwrap();
    assert_eq!(whole.body().len(), longest.len());

    let endless = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", "x".repeat(TOO_MANY));
    for said in [answer("200 OK", &"x".repeat(TOO_MANY)), endless] {
        let server = Server::saying(said).await;
        let error = client().send(get(&server.url("/"))).await.unwrap().whole().await.unwrap_err();
        assert!(error.is_too_large());
        assert!(error.to_string().ends_with(": the answer is longer than 1048576 bytes"), "{error}");
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_told_with_the_cause() {
    // Bound and closed again: nobody listens there.
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = client().send(get(&format!("http://{address}/"))).await.unwrap_err().to_string();
    assert!(error.contains("refused"), "{error}");
    let error = client().send(get("https://nobody.invalid/")).await.unwrap_err().to_string();
    assert!(error.starts_with("https://nobody.invalid/: "), "{error}");
}

#[tokio::test]
async fn what_is_no_http_is_an_error() {
    let server = Server::saying("220 mail.example ESMTP\r\n").await;
    let error = client().send(get(&server.url("/"))).await.unwrap_err().to_string();
    assert!(error.starts_with(&server.url("/: ")), "{error}");
}
