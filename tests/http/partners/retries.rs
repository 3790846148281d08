//! Posts that are not taken: tried again with growing pauses for a day, and told in the log (docs/partners.md,
//! "Webhooks").

use chrono::{DateTime, TimeDelta, Utc};
use integration_tests::{
    partners::{Office, Partner, Receiver, Webhook, instants},
    server::TestServer,
    wait::until,
};
use portico_domain::ports::Clock as _;
use serde_json::{Value, json};

use super::{ANN, BOB};

const CREATED: [&str; 1] = ["user.created"];

/// The one entry of a log, once a test of it holds.
async fn entry(office: &Office, partner: &Partner, webhook: &Webhook, is: impl Fn(&Value) -> bool) -> Value {
    until("an entry of the log", async || {
        let entries = office.deliveries(partner, webhook).await;
        entries.into_iter().find(|entry| is(entry))
    })
    .await
}

/// An instant in an answer, in whatever zone it is written. It may be cut to milliseconds, or to seconds.
fn instant(value: &Value) -> DateTime<Utc> {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
    let at = DateTime::parse_from_rfc3339(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    at.to_utc() + TimeDelta::seconds(1)
}

fn attempts(entry: &Value) -> i64 {
    entry["attempts"].as_i64().expect("it is a number")
}

/// Lets a partner hear of something else, so that whatever is due by now has been tried.
async fn meanwhile(partner: &Partner, receiver: &Receiver, email: &str) {
    let _ = partner.program.user(email).await;
    let told = async || receiver.posts().await.iter().any(|post| post.path == "/other").then_some(());
    until("another post", told).await;
}

#[tokio::test]
async fn a_post_that_is_not_taken_comes_again_until_it_is() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    receiver.answers(500);
    let webhook = office.webhook(&partner, &receiver.url("/"), &CREATED).await;
    let _ = partner.program.user(ANN).await;
    let failed = entry(&office, &partner, &webhook, |entry| attempts(entry) >= 1).await;
    assert_eq!((&failed["state"], &failed["last_status"]), (&json!("waiting"), &json!(500)));
    assert!(failed["last_error"].as_str().is_some_and(|error| error.contains("500")), "{failed}");
    assert!(failed["last_attempt_at"].is_string());
    server.clock.advance(TimeDelta::minutes(1));
    let _ = receiver.first(2).await;
    receiver.answers(204);
    server.clock.advance(TimeDelta::minutes(1));
    let taken = entry(&office, &partner, &webhook, |entry| entry["state"] == "delivered").await;
    assert_eq!((&taken["last_status"], &taken["last_error"]), (&json!(204), &Value::Null));
    let posts = receiver.posts().await;
    assert_eq!(i64::try_from(posts.len()).expect("a few"), attempts(&taken));
    for post in &posts {
        // The same event in the same delivery, signed anew each time.
        assert_eq!((&post.event_id, &post.delivery), (&posts[0].event_id, &posts[0].delivery));
        assert_eq!(post.body, posts[0].body);
        assert!(post.is_signed_with(&webhook.secret));
    }
    assert!(posts.iter().map(|post| post.timestamp).is_sorted());
    assert!(posts[posts.len() - 1].timestamp >= posts[0].timestamp + 60);
    server.stop().await;
}

#[tokio::test]
async fn whatever_is_no_success_is_tried_again() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let webhook = office.webhook(&partner, &receiver.url("/"), &CREATED).await;
    for (n, status) in [301, 302, 304, 400, 401, 403, 404, 410, 413, 429, 503].into_iter().enumerate() {
        receiver.answers(status);
        let _ = partner.program.user(&format!("ann{n}@example.org")).await;
        let failed = entry(&office, &partner, &webhook, |entry| entry["last_status"] == status).await;
        assert_eq!(failed["state"], "waiting", "{status}");
        receiver.answers(200);
        server.clock.advance(TimeDelta::minutes(1));
        let waits = async || {
            let entries = office.deliveries(&partner, &webhook).await;
            entries.iter().all(|entry| entry["state"] == "delivered").then_some(())
        };
        until("everything to be delivered", waits).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let webhook = office.webhook(&partner, &receiver.url("/"), &CREATED).await;
    for (n, status) in [301, 302, 303, 307, 308].into_iter().enumerate() {
        receiver.redirects(status, &elsewhere.url("/secret"));
        let _ = partner.program.user(&format!("ann{n}@example.org")).await;
        let failed = entry(&office, &partner, &webhook, |entry| entry["last_status"] == status).await;
        assert_eq!(failed["state"], "waiting");
        server.clock.advance(TimeDelta::minutes(1));
        let again = |entry: &Value| entry["last_status"] == status && attempts(entry) >= 2;
        let _ = entry(&office, &partner, &webhook, again).await;
    }
    assert!(elsewhere.posts().await.is_empty());
    assert!(receiver.posts().await.iter().all(|post| post.path == "/"));
    receiver.answers(200);
    server.clock.advance(TimeDelta::minutes(20));
    let all = async || {
        let entries = office.deliveries(&partner, &webhook).await;
        (entries.len() == 5 && entries.iter().all(|entry| entry["state"] == "delivered")).then_some(())
    };
    until("everything to be delivered", all).await;
    server.stop().await;
}

#[tokio::test]
async fn pauses_grow() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    receiver.answers(500);
    let webhook = office.webhook(&partner, &receiver.url("/"), &CREATED).await;
    let _ = partner.program.user(ANN).await;
    let first = entry(&office, &partner, &webhook, |entry| attempts(entry) >= 1).await;
    let mut tried = attempts(&first);
    let mut pauses = Vec::new();
    for minutes in [4, 20, 60, 240] {
        server.clock.advance(TimeDelta::minutes(minutes));
        let now = server.clock.now();
        let office = Office::renewed(&server).await;
        let is_later = |entry: &Value| attempts(entry) > tried && instant(&entry["last_attempt_at"]) >= now;
        let later = entry(&office, &partner, &webhook, is_later).await;
        tried = attempts(&later);
        let tables = server.tables();
        let due = instants(&tables, "due_at", "outbox WHERE kind = 'partner_event'")[0];
        let last = instants(&tables, "last_attempt_at", "deliveries")[0];
        pauses.push((due - last).num_seconds());
    }
    // A quarter of its age, an hour at most.
    let expected = [60, 360, 1_260, 3_600];
    for (pause, expected) in pauses.iter().zip(expected) {
        assert!((expected - 2..=expected + 10).contains(pause), "{pauses:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn after_a_day_it_is_given_up_and_can_be_told_once_more() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    receiver.answers(503);
    let webhook = office.webhook(&partner, &receiver.url("/"), &CREATED).await;
    let _ = partner.program.user(ANN).await;
    let first = entry(&office, &partner, &webhook, |entry| attempts(entry) >= 1).await;
    server.clock.advance(TimeDelta::hours(23));
    let office = Office::renewed(&server).await;
    let late = entry(&office, &partner, &webhook, |entry| attempts(entry) > attempts(&first)).await;
    assert_eq!(late["state"], "waiting");
    server.clock.advance(TimeDelta::hours(2));
    let office = Office::renewed(&server).await;
    let failed = entry(&office, &partner, &webhook, |entry| entry["state"] == "failed").await;
    assert_eq!((&failed["last_status"], &failed["id"]), (&json!(503), &first["id"]));
    assert!(failed["last_error"].is_string(), "{failed}");

    // It is over: what comes later overtakes it.
    receiver.answers(204);
    server.clock.advance(TimeDelta::days(2));
    let office = Office::renewed(&server).await;
    let other = office.webhook(&partner, &receiver.url("/other"), &CREATED).await;
    meanwhile(&partner, &receiver, BOB).await;
    let _ = entry(&office, &partner, &other, |entry| entry["state"] == "delivered").await;
    let entries = office.deliveries(&partner, &webhook).await;
    let old = entries.iter().find(|entry| entry["id"] == failed["id"]).expect("it is still there");
    assert_eq!(old, &failed);

    let told = office.replay(&partner, &webhook, failed["id"].as_str().expect("an id")).await;
    assert_eq!(told["event_id"], failed["event_id"]);
    let again = entry(&office, &partner, &webhook, |entry| {
        entry["id"] == told["id"] && entry["state"] == "delivered"
    });
    assert_eq!(attempts(&again.await), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_removed_webhook_is_told_nothing_more_not_even_what_was_owed() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    receiver.answers(500);
    let webhook = office.webhook(&partner, &receiver.url("/removed"), &CREATED).await;
    let _ = partner.program.user(ANN).await;
    let _ = entry(&office, &partner, &webhook, |entry| attempts(entry) >= 1).await;
    office.remove(&partner, &webhook).await;
    receiver.answers(204);
    let before = async || receiver.posts().await.iter().filter(|post| post.path == "/removed").count();
    let told = before().await;
    let _ = office.webhook(&partner, &receiver.url("/other"), &CREATED).await;
    server.clock.advance(TimeDelta::minutes(1));
    meanwhile(&partner, &receiver, BOB).await;
    let tables = server.tables();
    let given_up = async || (tables.count("deliveries", "state = 'failed'") == 1).then_some(());
    until("what was owed to be given up", given_up).await;
    let closed = "kind = 'partner_event' AND outcome = 'abandoned'";
    assert_eq!(
        (tables.count("outbox", closed), tables.count("deliveries", "event = 'user.created'")),
        (1, 2)
    );
    // One that was on its way in that moment may still have come.
    assert!(before().await <= told + 1);
    server.stop().await;
}

#[tokio::test]
async fn a_revoked_partner_is_told_nothing_more() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let other = office.partner("Other").await;
    let _ = office.webhook(&other, &receiver.url("/other"), &CREATED).await;
    receiver.answers(500);
    let webhook = office.webhook(&partner, &receiver.url("/revoked"), &CREATED).await;
    let _ = partner.program.user(ANN).await;
    let waiting = entry(&office, &partner, &webhook, |entry| attempts(entry) >= 1).await;
    office.revoke(&partner).await;
    receiver.answers(204);
    server.clock.advance(TimeDelta::minutes(1));
    meanwhile(&other, &receiver, BOB).await;
    let failed = entry(&office, &partner, &webhook, |entry| entry["state"] == "failed").await;
    assert_eq!(failed["id"], waiting["id"]);
    let told = receiver.posts().await.iter().filter(|post| post.path == "/revoked").count();
    assert!(i64::try_from(told).expect("a few") <= attempts(&failed), "{failed}");
    // Nor is anything told once more.
    let path = partner.path(&format!(
        "/webhooks/{}/deliveries/{}/replay",
        webhook.id,
        failed["id"].as_str().expect("an id")
    ));
    let answer = office.browser.post_nothing(&path).await;
    if answer.status == 200 {
        let given_up = async || (server.tables().count("deliveries", "state = 'failed'") == 2).then_some(());
        until("the replay to be given up", given_up).await;
    } else {
        let _ = answer.problem(404);
    }
    let after = receiver.posts().await.iter().filter(|post| post.path == "/revoked").count();
    assert_eq!(after, told);
    server.stop().await;
}
