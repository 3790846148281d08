//! Events posted to a server that the test tells what to answer.

use std::{net::TcpListener, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    id::{DeliveryId, uuid_v7},
    partner::{PartnerEvent, WebhookUrl},
    ports::mocks::{CountingEntropy, FixedClock},
    token::PlainToken,
};
use wiremock::{MockServer, ResponseTemplate};

use super::*;
use crate::posts::{answering, header, hmac_sha256};

const SECRET: &str = "whsec_c2VjcmV0IG9mIGJvdGggc2lkZXM";
const BODY: &str = r#"{"id":"0193","type":"check_result.saved","data":{"dict":"ö"}}"#;

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_705_276_800_169).unwrap()
}

fn event(url: &str) -> OutgoingEvent {
    let entropy = CountingEntropy::default();
    OutgoingEvent {
        delivery: DeliveryId::generate(at(), &entropy),
        event_id: uuid_v7(at(), &entropy),
        event: PartnerEvent::CheckResultSaved,
        url: WebhookUrl::from_stored(url).unwrap(),
        secret: PlainToken::presented(SECRET),
        body: BODY.to_owned(),
    }
}

fn webhook(clock: &Arc<FixedClock>, request: Duration) -> EventWebhook {
    let patience = Patience { connect: Duration::from_secs(5), request };
    EventWebhook::with_patience(true, patience, Arc::<FixedClock>::clone(clock)).unwrap()
}

/// Posts an event to an address.
async fn sent_to(url: &str) -> Result<u16, WebhookSenderError> {
    let sent = webhook(&Arc::default(), Duration::from_secs(10)).send(event(url)).await;
    if let Err(WebhookSenderError { reason, .. }) = &sent {
        for word in [SECRET, "hook", "of+the+partner", "words of the server", "dict", "v1=", "\n"] {
            assert!(!reason.contains(word), "{word} is in {reason}");
        }
    }
    sent
}

/// Posts an event to a server that answers so.
async fn outcome(answer: ResponseTemplate) -> Result<u16, WebhookSenderError> {
    let server = answering(answer).await;
    let sent = sent_to(&format!("{}/hook?key=of+the+partner", server.uri())).await;
    assert_eq!(requests_to(&server).await, 1, "it was asked once");
    sent
}

async fn requests_to(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

fn refused(status: u16, reason: &str) -> Result<u16, WebhookSenderError> {
    Err(WebhookSenderError { status: Some(status), reason: reason.to_owned() })
}

#[tokio::test]
async fn an_event_is_posted_as_it_is_and_says_who_made_it_and_when() {
    let server = answering(ResponseTemplate::new(204)).await;
    let clock = Arc::new(FixedClock::at(at() + TimeDelta::seconds(7)));
    let event = event(&format!("{}/hook?a=b", server.uri()));
    let sent = webhook(&clock, Duration::from_secs(10)).send(event.clone()).await;
    assert_eq!(sent, Ok(204));

    let requests = server.received_requests().await.unwrap();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/hook"));
    assert_eq!(request.url.query(), Some("a=b"));
    assert_eq!(request.body, BODY.as_bytes());
    assert_eq!(header(request, "Content-Type"), "application/json");
    assert_ne!(event.event_id, event.delivery.uuid());
    assert_eq!(header(request, "Idempotency-Key"), event.event_id.to_string());
    assert_eq!(header(request, "X-Portico-Event"), "check_result.saved");
    assert_eq!(header(request, "X-Portico-Delivery"), event.delivery.to_string());
    assert_eq!(header(request, "X-Portico-Timestamp"), "1705276807");
    let signed = [b"1705276807.", BODY.as_bytes()].concat();
    let expected = format!("v1={}", hmac_sha256(SECRET.as_bytes(), &signed));
    assert_eq!(header(request, "X-Portico-Signature"), expected);
}

#[tokio::test]
async fn an_event_that_is_posted_again_differs_in_its_time_alone() {
    let server = answering(ResponseTemplate::new(503)).await;
    let clock = Arc::<FixedClock>::default();
    let webhook = webhook(&clock, Duration::from_secs(10));
    webhook.send(event(&server.uri())).await.unwrap_err();
    clock.advance(TimeDelta::hours(3));
    webhook.send(event(&server.uri())).await.unwrap_err();
    let requests = server.received_requests().await.unwrap();
    let [first, second] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(first.body, second.body);
    for name in ["Idempotency-Key", "X-Portico-Event", "X-Portico-Delivery"] {
        assert_eq!(header(first, name), header(second, name));
    }
    for name in ["X-Portico-Timestamp", "X-Portico-Signature"] {
        assert_ne!(header(first, name), header(second, name));
    }
}

#[tokio::test]
async fn any_success_takes_the_event_over_whatever_is_said_beside() {
    let huge = "words of the server".repeat(1_000_000);
    for status in [200, 201, 202, 204, 299] {
        assert_eq!(outcome(ResponseTemplate::new(status)).await, Ok(status));
    }
    assert_eq!(outcome(ResponseTemplate::new(200).set_body_string(&huge)).await, Ok(200));
    assert_eq!(
        outcome(ResponseTemplate::new(500).set_body_string(&huge)).await,
        refused(500, "answers 500 Internal Server Error")
    );
}

#[tokio::test]
async fn every_other_answer_is_told_by_its_status() {
    for status in [300, 304, 400, 401, 403, 404, 408, 410, 418, 422, 429, 499, 500, 502, 503, 504, 599] {
        let sent = outcome(ResponseTemplate::new(status).set_body_string("words of the server")).await;
        assert_eq!(sent.unwrap_err().status, Some(status));
    }
    assert_eq!(outcome(ResponseTemplate::new(410)).await, refused(410, "answers 410 Gone"));
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let elsewhere = answering(ResponseTemplate::new(200)).await;
    for status in [301, 302, 303, 307, 308] {
        let redirection = ResponseTemplate::new(status).insert_header("Location", elsewhere.uri());
        assert_eq!(outcome(redirection).await.unwrap_err().status, Some(status));
    }
    assert_eq!(requests_to(&elsewhere).await, 0);
}

#[tokio::test]
async fn a_server_that_does_not_answer_has_no_status() {
    let slow = answering(ResponseTemplate::new(200).set_delay(Duration::from_mins(10))).await;
    let sent = webhook(&Arc::default(), Duration::from_millis(300)).send(event(&slow.uri())).await;
    let reason = "no answer within 300 ms".to_owned();
    assert_eq!(sent, Err(WebhookSenderError { status: None, reason }));

    // Bound and closed again: nobody listens there.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = sent_to(&format!("http://{address}/hook")).await.unwrap_err();
    assert!(error.status.is_none() && error.reason.contains("refused"), "{error}");
}

#[tokio::test]
async fn nothing_is_posted_inside() {
    let server = answering(ResponseTemplate::new(200)).await;
    let port = server.address().port();
    let strict = EventWebhook::new(false, Arc::<FixedClock>::default()).unwrap();
    for url in [
        server.uri(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        "https://10.0.0.1/".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
    ] {
        let error = strict.send(event(&url)).await.unwrap_err();
        assert_eq!((error.status, error.reason.as_str()), (None, "no encrypted public address"), "{url}");
    }
    let error = sent_to("https://10.0.0.1/hook").await.unwrap_err();
    assert_eq!(error.reason, "neither an encrypted public address nor on this machine");
    assert_eq!(requests_to(&server).await, 0);
}
