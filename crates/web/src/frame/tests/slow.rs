//! Clients that take their time.

use std::time::{Duration, Instant};

use super::*;

/// Sends `head`, then a byte now and then until the server has enough; answers what it said.
fn trickle(address: SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let (mut answer, mut chunk) = (Vec::new(), [0; 1024]);
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        assert!(Instant::now() < deadline, "the server waits for ever");
        match stream.read(&mut chunk) {
            Ok(0) => return String::from_utf8(answer).unwrap(),
            Ok(length) => answer.extend_from_slice(&chunk[..length]),
            // Nobody has said anything within the pause; an error ends the conversation.
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                let _ = stream.write_all(b"x");
            }
            Err(_) => return String::from_utf8(answer).unwrap(),
        }
    }
}

#[actix_web::test]
async fn a_body_that_trickles_is_not_waited_for() {
    let patience = Duration::from_millis(300);
    let (address, handle) =
        start_with(frame_in(Surroundings { body_time: patience, ..Surroundings::default() }));
    for framing in ["Content-Length: 99", "Transfer-Encoding: chunked"] {
        let began = Instant::now();
        let head = format!("POST /reads HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n");
        // The size of a chunk of the body, for the second kind.
        let head = if framing.contains("chunked") { format!("{head}63\r\n") } else { head };
        let answer = rt::task::spawn_blocking(move || trickle(address, &head)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408"), "{framing}: {answer}");
        assert!(answer.to_ascii_lowercase().contains("connection: close"), "{framing}: {answer}");
        assert!(began.elapsed() >= patience, "{framing}");
    }
    let seen = "GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let seen = rt::task::spawn_blocking(move || exchange(address, seen)).await.unwrap();
    assert!(seen.ends_with("five!"), "{seen}");
    handle.stop(false).await;
}

#[actix_web::test]
async fn a_body_that_arrives_in_time_is_read_whole() {
    let (address, handle) = start();
    let request = "POST /reads HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfive!";
    let answer = rt::task::spawn_blocking(move || exchange(address, request)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("five!"), "{answer}");
    handle.stop(false).await;
}

#[actix_web::test]
async fn a_next_head_that_trickles_is_not_waited_for() {
    let (address, handle) = start();
    let began = Instant::now();
    // The first request gets its answer; the bytes that follow make no head.
    let head = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\nX-Slow: ";
    let answer = rt::task::spawn_blocking(move || trickle(address, head)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("five!"), "{answer}");
    assert!(began.elapsed() >= IDLE, "{:?}", began.elapsed());
    handle.stop(false).await;
}

#[actix_web::test]
async fn a_connection_that_waits_for_its_answer_is_not_idle() {
    let (address, handle) = start();
    let request = "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = rt::task::spawn_blocking(move || exchange(address, request)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("slow!"), "{answer}");
    handle.stop(false).await;
}
