//! The web client sends the old profile and, without waiting, the new one: the new one must stay (portal contract
//! section 11).

use integration_tests::portal::{Browser, Portal, with};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const PATH: &str = "/api/private/profile";

/// A request on a connection of its own, sent piece by piece.
struct Sending {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Sending {
    /// Sends the head; with `expect` it waits until the server has read it.
    async fn begin(browser: &Browser, body: &Value, expect: bool) -> Self {
        let authority = browser.client().authority();
        let stream = TcpStream::connect(authority).await.expect("the server listens");
        let body = body.to_string();
        let cookie = format!("misw-portal-token={}", browser.token());
        let expects = if expect { "Expect: 100-continue\r\n" } else { "" };
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nHost: {authority}\r\nCookie: {cookie}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n{expects}\r\n",
            body.len()
        );
        let mut sending = Self { rest: body.into_bytes(), stream };
        if expect {
            sending.write(head.as_bytes()).await;
            let mut answer = [0; 25];
            sending.stream.read_exact(&mut answer).await.expect("the server goes on");
            assert_eq!(&answer[..], b"HTTP/1.1 100 Continue\r\n\r\n");
        } else {
            sending.rest.splice(..0, head.into_bytes());
        }
        sending
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("the server reads");
        self.stream.flush().await.expect("the server reads");
    }

    /// Sends half of what is left.
    async fn half(&mut self) {
        let rest = self.rest.split_off(self.rest.len() / 2);
        let half = std::mem::replace(&mut self.rest, rest);
        self.write(&half).await;
    }

    /// Sends what is left.
    async fn whole(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        self.write(&rest).await;
    }

    /// The status of the answer.
    async fn answer(mut self) -> String {
        let mut text = String::new();
        self.stream.read_to_string(&mut text).await.expect("the answer ends");
        text.split(' ').nth(1).unwrap_or_default().to_owned()
    }
}

fn with_handle(profile: &Value, handle: &str) -> Value {
    with(profile.clone(), json!({ "handle": handle }))
}

#[tokio::test]
async fn the_new_profile_stays_though_the_old_one_was_sent_just_before() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let profile = ann.profile().await;
    for round in 0..50 {
        let (old, new) = (format!("old{round}"), format!("new{round}"));
        let mut first = Sending::begin(&ann.browser, &with_handle(&profile, &old), false).await;
        first.whole().await;
        let mut second = Sending::begin(&ann.browser, &with_handle(&profile, &new), false).await;
        second.whole().await;
        assert_eq!((second.answer().await, first.answer().await), ("200".to_owned(), "200".to_owned()));
        assert_eq!(ann.profile().await["handle"], new);
    }
    portal.stop().await;
}

#[tokio::test]
async fn an_old_profile_that_arrives_slowly_is_still_the_first() {
    let portal = Portal::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let ann = portal.sign_up("ann").await;
    let profile = ann.profile().await;
    for round in 0..10 {
        let (old, new) = (format!("old{round}"), format!("new{round}"));
        let mut first = Sending::begin(&ann.browser, &with_handle(&profile, &old), true).await;
        first.half().await;
        let mut second = Sending::begin(&ann.browser, &with_handle(&profile, &new), false).await;
        second.whole().await;
        // Time enough for the second to overtake, if it could.
        for _ in 0..3 {
            assert_eq!(portal.browser().get("/health").await.status, 200);
        }
        first.whole().await;
        assert_eq!((first.answer().await, second.answer().await), ("200".to_owned(), "200".to_owned()));
        assert_eq!(ann.profile().await["handle"], new);
    }
    portal.stop().await;
}

#[tokio::test]
async fn nobody_waits_for_somebody_elses_slow_profile() {
    let portal = Portal::start().await;
    let (ann, bob) = (portal.sign_up("ann").await, portal.sign_up("bob").await);
    let elsewhere = portal.sign_in_as("ann").await;
    let mut slow = Sending::begin(&ann.browser, &ann.profile().await, true).await;
    slow.half().await;
    let _ = bob.browser.post(PATH, with_handle(&bob.profile().await, "bobby")).await.expect(200);
    // Reading goes on, and so does another browser of the same person.
    assert_eq!(ann.profile().await["handle"], "ann");
    let _ = elsewhere.post(PATH, with_handle(&ann.profile().await, "other")).await.expect(200);
    slow.whole().await;
    assert_eq!(slow.answer().await, "200");
    assert_eq!(ann.profile().await["handle"], "ann");
    portal.stop().await;
}

#[tokio::test]
async fn whoever_goes_away_in_the_middle_holds_up_nobody() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let profile = ann.profile().await;
    let mut gone = Sending::begin(&ann.browser, &with_handle(&profile, "gone"), true).await;
    gone.half().await;
    drop(gone);
    let _ = ann.browser.post(PATH, with_handle(&profile, "new")).await.expect(200);
    assert_eq!(ann.profile().await["handle"], "new");
    portal.stop().await;
}
