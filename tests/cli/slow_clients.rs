//! Clients that take their time, against the real program. (Bodies that trickle are tried in `crates/web`, where the
//! patience can be short.)

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use integration_tests::process::ServerProcess;
use tempfile::TempDir;

/// Sends the bytes one by one with a pause between them, until they are over or the server has enough.
fn trickle(address: &str, bytes: &[u8]) -> (String, Duration) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a time-out can be set");
    let (began, mut answer, mut chunk) = (Instant::now(), Vec::new(), [0; 1024]);
    for byte in bytes {
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&chunk[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    (String::from_utf8_lossy(&answer).into_owned(), began.elapsed())
}

#[test]
fn a_head_that_trickles_is_not_waited_for() {
    let folder = TempDir::new().expect("a folder can be made");
    let server = ServerProcess::start(folder.path(), &[]);
    let head = format!("GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: {}\r\n\r\n", "x".repeat(200));
    let (answer, took) = trickle(&server.address, head.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(took >= Duration::from_secs(4) && took < Duration::from_secs(12), "{took:?}");
    server.terminate();
}

#[test]
fn a_head_that_arrives_in_time_is_answered() {
    let folder = TempDir::new().expect("a folder can be made");
    let server = ServerProcess::start(folder.path(), &[]);
    let (answer, _) = trickle(&server.address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    server.terminate();
}
