//! Codes posted to a server that the test tells what to answer.

use std::{net::TcpListener, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    id::LetterId,
    letter::{LetterSecret, PhoneCode},
    ports::mocks::{CountingEntropy, FixedClock},
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::*;
use crate::{
    no_code_sender::NoCodeSender,
    options::WebhookSecret,
    posts::{answering, header, hmac_sha256},
};

const SECRET: &str = "a secret of both sides";
const CODE: &str = "90BDCX";

fn written_at() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_705_276_800_169).unwrap()
}

fn outgoing() -> OutgoingCode {
    OutgoingCode {
        id: LetterId::generate(written_at(), &CountingEntropy::default()),
        code: PhoneCode {
            provider: "phone".to_owned(),
            event: "user_registration".to_owned(),
            login: "+19991234567".to_owned(),
            phone_sms: Some("+19991234568".to_owned()),
            phone_push: vec!["+99999999999".to_owned(), "\"İ\"".to_owned()],
            fcm_tokens: vec!["token:1".to_owned()],
            locale: "tr_TR".to_owned(),
            valid_seconds: 120,
        },
        secret: LetterSecret::new(CODE),
        written_at: written_at(),
    }
}

/// A webhook at an address of the test, with a clock that the test can move.
fn webhook(url: &str, clock: &Arc<FixedClock>, request: Duration) -> CodeWebhook {
    let (url, secret) = (url.to_owned(), WebhookSecret::new(SECRET));
    let options = CodeWebhookOptions { url, secret, allow_loopback: true };
    let patience = Patience { connect: Duration::from_secs(5), request };
    CodeWebhook::with_patience(&options, patience, Arc::<FixedClock>::clone(clock)).unwrap()
}

/// Posts a code to a server that answers so.
async fn outcome(answer: ResponseTemplate) -> Result<(), MailerError> {
    let server = answering(answer).await;
    let url = format!("{}/hook?key=of+the+operator", server.uri());
    let sent = webhook(&url, &Arc::default(), Duration::from_secs(10)).send(outgoing()).await;
    assert_eq!(server.received_requests().await.unwrap().len(), 1, "it was asked once");
    if let Err(MailerError::Temporary(text) | MailerError::Permanent(text)) = &sent {
        for word in [CODE, SECRET, "19991234567", "operator", "words of the server", "v1=", "\n"] {
            assert!(!text.contains(word), "{word} is in {text}");
        }
    }
    sent
}

#[tokio::test]
async fn a_code_is_posted_as_json_that_says_who_made_it_and_when() {
    let server = answering(ResponseTemplate::new(204)).await;
    let clock = Arc::new(FixedClock::at(written_at() + TimeDelta::seconds(7)));
    let webhook = webhook(&format!("{}/hook?a=b", server.uri()), &clock, Duration::from_secs(10));
    assert!(webhook.is_configured());
    let outgoing = outgoing();
    webhook.send(outgoing.clone()).await.unwrap();

    let requests = server.received_requests().await.unwrap();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/hook"));
    assert_eq!(request.url.query(), Some("a=b"));
    let header = |name| header(request, name);
    assert_eq!(header("Content-Type"), "application/json");
    assert_eq!(header("Idempotency-Key"), outgoing.id.to_string());
    assert_eq!(header("X-Portico-Timestamp"), "1705276807");
    let signed = [b"1705276807.", request.body.as_slice()].concat();
    let expected = format!("v1={}", hmac_sha256(SECRET.as_bytes(), &signed));
    assert_eq!(header("X-Portico-Signature"), expected);
    assert_eq!(
        serde_json::from_slice::<Value>(&request.body).unwrap(),
        json!({
            "id": outgoing.id.to_string(),
            "type": "code",
            "provider": "phone",
            "event": "user_registration",
            "login": "+19991234567",
            "code": "90BDCX",
            "phoneSMS": "+19991234568",
            "phonePush": ["+99999999999", "\"İ\""],
            "fcmTokens": ["token:1"],
            "locale": "tr_TR",
            "validSeconds": 120,
            "createdAt": "2024-01-15T00:00:00.169Z",
        })
    );
}

#[tokio::test]
async fn a_number_that_is_missing_is_null_and_devices_that_are_missing_are_none() {
    let server = answering(ResponseTemplate::new(200)).await;
    let mut outgoing = outgoing();
    outgoing.code.phone_sms = None;
    outgoing.code.phone_push.clear();
    outgoing.code.fcm_tokens.clear();
    let webhook = webhook(&server.uri(), &Arc::default(), Duration::from_secs(10));
    webhook.send(outgoing).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let body: Value = requests[0].body_json().unwrap();
    assert_eq!(
        (&body["phoneSMS"], &body["phonePush"], &body["fcmTokens"]),
        (&Value::Null, &json!([]), &json!([]))
    );
}

#[tokio::test]
async fn a_code_that_is_posted_again_has_the_same_id_and_body_and_another_time() {
    let server = answering(ResponseTemplate::new(503)).await;
    let clock = Arc::<FixedClock>::default();
    let webhook = webhook(&server.uri(), &clock, Duration::from_secs(10));
    let outgoing = outgoing();
    webhook.send(outgoing.clone()).await.unwrap_err();
    clock.advance(TimeDelta::seconds(3));
    webhook.send(outgoing).await.unwrap_err();
    let requests = server.received_requests().await.unwrap();
    let [first, second] = requests.as_slice() else { panic!("{requests:?}") };
    let header = |name| (&first.headers[name], &second.headers[name]);
    assert_eq!(header("idempotency-key").0, header("idempotency-key").1);
    assert_eq!(first.body, second.body);
    assert_ne!(header("x-portico-timestamp").0, header("x-portico-timestamp").1);
    assert_ne!(header("x-portico-signature").0, header("x-portico-signature").1);
}

#[tokio::test]
async fn any_success_takes_the_code_over() {
    for status in [200, 201, 202, 204, 299] {
        assert_eq!(outcome(ResponseTemplate::new(status)).await, Ok(()), "{status}");
    }
}

#[tokio::test]
async fn no_refusal_is_final() {
    for status in
        [300, 301, 302, 304, 307, 400, 401, 403, 404, 408, 409, 410, 413, 422, 429, 499, 500, 503, 599]
    {
        let sent = outcome(ResponseTemplate::new(status).set_body_string("words of the server")).await;
        assert!(matches!(sent, Err(MailerError::Temporary(_))), "{status}: {sent:?}");
    }
    let Err(MailerError::Temporary(text)) = outcome(ResponseTemplate::new(422)).await else { panic!() };
    assert!(text.starts_with("http://127.0.0.1:"), "{text}");
    assert!(text.ends_with("/hook: answers 422 Unprocessable Entity"), "{text}");
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let elsewhere = answering(ResponseTemplate::new(200)).await;
    for status in [301, 302, 303, 307, 308] {
        let redirection = ResponseTemplate::new(status).insert_header("Location", elsewhere.uri());
        let sent = outcome(redirection).await;
        assert!(matches!(sent, Err(MailerError::Temporary(_))), "{status}: {sent:?}");
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_the_answer_says_beside_its_status_does_not_matter() {
    let huge = "words of the server".repeat(1_000_000);
    assert_eq!(outcome(ResponseTemplate::new(200).set_body_string(&huge)).await, Ok(()));
    let sent = outcome(ResponseTemplate::new(500).set_body_string(&huge)).await;
    assert!(matches!(sent, Err(MailerError::Temporary(_))), "{sent:?}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_may_take_the_code_later() {
    let slow = answering(ResponseTemplate::new(200).set_delay(Duration::from_mins(10))).await;
    let webhook_there = webhook(&slow.uri(), &Arc::default(), Duration::from_millis(300));
    let text = format!("{}/: no answer within 300 ms", slow.uri());
    assert_eq!(webhook_there.send(outgoing()).await, Err(MailerError::Temporary(text)));

    // Bound and closed again: nobody listens there.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = webhook(&format!("http://{address}/"), &Arc::default(), Duration::from_secs(10));
    let sent = nobody.send(outgoing()).await;
    assert!(matches!(&sent, Err(MailerError::Temporary(text)) if text.contains("refused")), "{sent:?}");
}

#[tokio::test]
async fn only_what_can_be_posted_to_can_be_set() {
    let set = |url: &str, secret: &str| {
        let (url, secret) = (url.to_owned(), WebhookSecret::new(secret));
        let options = CodeWebhookOptions { url, secret, allow_loopback: false };
        CodeWebhook::new(&options, Arc::<FixedClock>::default())
    };
    assert!(set("https://sms.example/hook", SECRET).is_ok());
    let refused = set("http://127.0.0.1/hook", SECRET);
    assert!(matches!(refused, Err(CodeWebhookOptionsError::Unencrypted)));
    assert!(matches!(set("https://sms.example/hook", ""), Err(CodeWebhookOptionsError::Secret)));
}

#[tokio::test]
async fn nothing_secret_is_in_the_debug_text() {
    let webhook = webhook("http://localhost/?key=of+the+operator", &Arc::default(), Duration::from_secs(1));
    let text = format!("{webhook:?}");
    assert!(text.starts_with("CodeWebhook"), "{text}");
    assert!(!text.contains(SECRET) && !text.contains("operator"), "{text}");
}

#[tokio::test]
async fn without_a_webhook_codes_wait() {
    assert!(!NoCodeSender.is_configured());
    let sent = NoCodeSender.send(outgoing()).await;
    assert_eq!(sent, Err(MailerError::Temporary("no code webhook is set".to_owned())));
}
