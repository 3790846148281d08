//! What partners are told, and what is kept of it (docs/partners.md, "Webhooks").

use chrono::{DateTime, TimeDelta};
use integration_tests::{
    partners::{DICT, Office, PARTNERS, Partner, Receiver, Webhook},
    server::TestServer,
    wait::until,
};
use portico_domain::ports::Clock as _;
use serde_json::{Value, json};

use super::{ANN, BOB};
use crate::shapes::{assert_keys, id, token};

const BOTH: [&str; 2] = ["user.created", "check_result.saved"];
const ENTRY: [&str; 9] = [
    "id",
    "event_id",
    "event",
    "state",
    "attempts",
    "created_at",
    "last_attempt_at",
    "last_status",
    "last_error",
];

/// The log of a webhook, once each of its entries has this state.
async fn log(office: &Office, partner: &Partner, webhook: &Webhook, state: &str) -> Vec<Value> {
    until(&format!("deliveries that are {state}"), async || {
        let entries = office.deliveries(partner, webhook).await;
        let all = !entries.is_empty() && entries.iter().all(|entry| entry["state"] == state);
        all.then_some(entries)
    })
    .await
}

#[tokio::test]
async fn a_partner_is_told_by_signed_posts_of_ids_alone() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let webhook = office.webhook(&partner, &receiver.url("/hook?x=1"), &BOTH).await;
    let begun = server.clock.now();
    let user = partner.program.user(ANN).await;
    let _ = receiver.first(1).await;
    partner.program.save(&user, json!({})).await.expect_saved();
    let posts = receiver.first(2).await;
    let result = office.results(&partner, "").await[0]["id"].clone();
    let data = [json!({ "user": user }), json!({ "result": result, "user": user, "dict": DICT })];
    for ((post, event), data) in posts.iter().zip(BOTH).zip(data) {
        assert_eq!((post.path.as_str(), post.event.as_str()), ("/hook", event));
        assert!(post.is_signed_with(&webhook.secret) && !post.is_signed_with("whsec_x"));
        assert_keys(&post.body, &["id", "type", "created_at", "data"]);
        assert_eq!((&post.body["type"], &post.body["data"]), (&json!(event), &data));
        assert_eq!(id(&post.body["id"]), post.event_id);
        let at = post.body["created_at"].as_str().expect("it is text");
        let at = DateTime::parse_from_rfc3339(at).expect("it is an instant").to_utc();
        assert!((begun - TimeDelta::seconds(1)..=server.clock.now()).contains(&at), "{at}");
        let posted = DateTime::from_timestamp(post.timestamp, 0).expect("it is an instant");
        assert!((begun - TimeDelta::seconds(1)..=server.clock.now()).contains(&posted), "{posted}");
        for hidden in [ANN, "Каролина", "leafs", "mark"] {
            assert!(!post.body.to_string().contains(hidden), "{}", post.body);
        }
    }
    assert_ne!((&posts[0].event_id, &posts[0].delivery), (&posts[1].event_id, &posts[1].delivery));
    server.stop().await;
}

#[tokio::test]
async fn the_log_shows_what_was_told() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    receiver.answers(202);
    let webhook = office.webhook(&partner, &receiver.url("/"), &BOTH).await;
    assert!(office.deliveries(&partner, &webhook).await.is_empty());
    let user = partner.program.user(ANN).await;
    partner.program.save(&user, json!({})).await.expect_saved();
    let posts = receiver.first(2).await;
    let entries = log(&office, &partner, &webhook, "delivered").await;
    assert_eq!(entries.len(), 2);
    // The newest first.
    let events: Vec<&str> = entries.iter().filter_map(|entry| entry["event"].as_str()).collect();
    assert_eq!(events, ["check_result.saved", "user.created"]);
    for entry in &entries {
        assert_keys(entry, &ENTRY);
        let post = posts.iter().find(|post| entry["id"] == post.delivery.as_str()).expect("it was posted");
        assert_eq!((&entry["event_id"], &entry["event"]), (&json!(post.event_id), &json!(post.event)));
        assert_eq!((&entry["attempts"], &entry["last_status"]), (&json!(1), &json!(202)));
        assert_eq!(entry["last_error"], Value::Null);
        for key in ["created_at", "last_attempt_at"] {
            let at = entry[key].as_str().expect("it is text");
            assert!(DateTime::parse_from_rfc3339(at).is_ok(), "{at}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn only_what_was_subscribed_is_told_and_only_of_the_partners_own_calls() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let other = office.partner("Other").await;
    let people = office.webhook(&partner, &receiver.url("/people"), &["user.created"]).await;
    let results = office.webhook(&partner, &receiver.url("/results"), &["check_result.saved"]).await;
    let body = office.try_webhook(&partner, json!({ "url": receiver.url("/all") })).await;
    assert_eq!(body.expect_ok(&["id", "url", "events", "secret"])["events"], json!(BOTH));
    let strangers = office.webhook(&other, &receiver.url("/other"), &BOTH).await;

    let ann = partner.program.user(ANN).await;
    partner.program.save(&ann, json!({})).await.expect_saved();
    // Whoever was there was not created, and what was refused did not happen.
    assert_eq!(other.program.user(ANN).await, ann);
    assert_eq!(partner.program.user(ANN).await, ann);
    let _ = server.register(BOB).await;
    let _ = partner.program.user(BOB).await;
    assert_eq!(partner.program.save(&ann, json!({ "model": "[]" })).await.status, 400);
    assert!(office.deliveries(&other, &strangers).await.is_empty());
    other.program.save(&ann, json!({})).await.expect_saved();

    let posts = receiver.first(5).await;
    let mut told: Vec<(&str, &str)> =
        posts.iter().map(|post| (post.path.as_str(), post.event.as_str())).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("/all", "check_result.saved"),
            ("/all", "user.created"),
            ("/other", "check_result.saved"),
            ("/people", "user.created"),
            ("/results", "check_result.saved"),
        ]
    );
    let secrets = [("/people", &people), ("/results", &results), ("/other", &strangers)];
    for post in posts.iter().filter(|post| post.path != "/all") {
        for (path, webhook) in secrets {
            assert_eq!(post.is_signed_with(&webhook.secret), post.path == path);
        }
    }
    // One event, told at two addresses.
    for event in BOTH {
        let mut same: Vec<_> =
            posts.iter().filter(|post| post.event == event && post.path != "/other").collect();
        same.dedup_by_key(|post| post.event_id.clone());
        assert_eq!(same.len(), 1);
    }
    assert_eq!(server.tables().count("deliveries", "1 = 1"), 5);
    server.stop().await;
}

#[tokio::test]
async fn a_webhook_is_registered_listed_and_removed_and_its_secret_is_shown_once() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let url = "https://partner.example:8443/hook?x=1";
    let answer = office.try_webhook(&partner, json!({ "url": url, "events": ["user.created"] })).await;
    let body = answer.expect_ok(&["id", "url", "events", "secret"]);
    id(&body["id"]);
    let secret = token(&body["secret"], "whsec_").to_owned();
    assert_eq!((&body["url"], &body["events"]), (&json!(url), &json!(["user.created"])));
    // What is left out, or null, is everything; twice is once.
    for events in [json!(null), json!(["check_result.saved", "user.created", "check_result.saved"])] {
        let answer = office.try_webhook(&partner, json!({ "url": url, "events": events })).await;
        let body = answer.expect_ok(&["id", "url", "events", "secret"]);
        assert_eq!(body["events"], json!(BOTH));
        assert_ne!(body["secret"], json!(secret));
    }
    let listed = office.browser.get(&partner.path("/webhooks")).await;
    assert!(!listed.text.contains("whsec_") && !listed.text.contains("secret"), "{}", listed.text);
    let webhooks = office.webhooks(&partner).await;
    assert_eq!((webhooks.len(), &webhooks[0]["id"], &webhooks[0]["url"]), (3, &body["id"], &json!(url)));
    for path in [PARTNERS.to_owned(), partner.path("/results"), partner.path("/dictations")] {
        assert!(!office.browser.get(&path).await.text.contains(&secret));
    }
    let webhook = Webhook { id: body["id"].as_str().expect("an id").to_owned(), secret };
    office.remove(&partner, &webhook).await;
    assert_eq!(office.webhooks(&partner).await.len(), 2);
    let path = partner.path(&format!("/webhooks/{}", webhook.id));
    let _ = office.browser.delete(&path).await.problem(404);
    let _ = office.browser.get(&format!("{path}/deliveries")).await.problem(404);
    server.stop().await;
}

#[tokio::test]
async fn a_partner_has_ten_webhooks_at_most() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let (office, partner) = server.partner().await;
    let other = office.create("Other").await;
    let body = json!({ "url": "https://partner.example/" });
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(office.try_webhook(&partner, body.clone()).await);
    }
    // Of several at once no more than there is room for, either.
    answers.extend(
        crate::races::at_once((0..8).map(|_| {
            let (office, partner, body) = (office.clone(), partner.clone(), body.clone());
            async move { office.try_webhook(&partner, body).await }
        }))
        .await,
    );
    assert_eq!(crate::shapes::with_status(&answers, 200).len(), 10, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert!([400, 409].contains(&answer.status), "{}", answer.text);
        assert!(!answer.problem(answer.status).is_empty());
    }
    let webhooks = office.webhooks(&partner).await;
    assert_eq!(webhooks.len(), 10);
    let _ = office.webhook(&other, "https://partner.example/", &["user.created"]).await;
    let removed =
        Webhook { id: webhooks[3]["id"].as_str().expect("an id").to_owned(), secret: String::new() };
    office.remove(&partner, &removed).await;
    let _ = office.webhook(&partner, "https://partner.example/", &["user.created"]).await;
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_registered_is_refused() {
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let url = "https://partner.example/";
    let long = format!("https://partner.example/{}", "x".repeat(2_000));
    for body in [
        json!({}),
        json!([]),
        json!({ "url": null }),
        json!({ "url": 7 }),
        json!({ "url": "" }),
        json!({ "url": "partner.example" }),
        json!({ "url": "//partner.example" }),
        json!({ "url": "http://partner.example" }),
        json!({ "url": "http://10.0.0.1" }),
        json!({ "url": "ftp://partner.example" }),
        json!({ "url": "file:///etc/passwd" }),
        json!({ "url": "javascript:alert(1)" }),
        json!({ "url": "https://" }),
        json!({ "url": "https://me@partner.example" }),
        json!({ "url": "https://me:pass@partner.example" }),
        json!({ "url": "https://partner.example/#x" }),
        json!({ "url": "https://partner.example:99999" }),
        json!({ "url": long }),
        json!({ "url": url, "events": [] }),
        json!({ "url": url, "events": ["user.deleted"] }),
        json!({ "url": url, "events": ["user.created", 7] }),
        json!({ "url": url, "events": "user.created" }),
        json!({ "url": url, "events": {} }),
        json!({ "url": url, "events": [null] }),
        json!({ "url": url, "events": ["USER.CREATED"] }),
    ] {
        let answer = office.try_webhook(&partner, body.clone()).await;
        assert!(!answer.problem(400).is_empty(), "{body}");
    }
    assert!(office.webhooks(&partner).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_replay_posts_the_same_event_under_another_delivery() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let webhook = office.webhook(&partner, &receiver.url("/"), &BOTH).await;
    let _ = partner.program.user(ANN).await;
    let first = receiver.first(1).await.remove(0);
    let _ = log(&office, &partner, &webhook, "delivered").await;
    server.clock.advance(TimeDelta::minutes(10));
    let entry = office.replay(&partner, &webhook, &first.delivery).await;
    assert_keys(&entry, &ENTRY);
    assert_eq!((&entry["event_id"], &entry["event"]), (&json!(first.event_id), &json!("user.created")));
    assert_ne!(entry["id"], json!(first.delivery));
    assert_eq!((&entry["state"], &entry["attempts"]), (&json!("waiting"), &json!(0)));
    let second = receiver.first(2).await.remove(1);
    assert_eq!((&second.body, &second.event_id), (&first.body, &first.event_id));
    assert_eq!(json!(second.delivery), entry["id"]);
    assert!(second.timestamp >= first.timestamp + 600 && second.is_signed_with(&webhook.secret));
    let entries = log(&office, &partner, &webhook, "delivered").await;
    let ids: Vec<&Value> = entries.iter().map(|entry| &entry["id"]).collect();
    assert_eq!(ids, [&json!(second.delivery), &json!(first.delivery)]);
    // What was told once more can be told once more.
    let third = office.replay(&partner, &webhook, &second.delivery).await;
    assert_eq!(json!(receiver.first(3).await[2].delivery), third["id"]);
    server.stop().await;
}

#[tokio::test]
async fn the_log_comes_in_pages() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let webhook = office.webhook(&partner, &receiver.url("/"), &["check_result.saved"]).await;
    let user = partner.program.user(ANN).await;
    for _ in 0..12 {
        partner.program.save(&user, json!({})).await.expect_saved();
    }
    let _ = receiver.first(12).await;
    let all = log(&office, &partner, &webhook, "delivered").await;
    assert_eq!(all.len(), 12);
    let path = partner.path(&format!("/webhooks/{}/deliveries", webhook.id));
    for limit in [1, 5, 11, 12, 13] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let body = office.browser.get(&format!("{path}?limit={limit}{after}")).await;
            let body = body.expect_ok(&["deliveries", "next"]);
            seen.extend(body["deliveries"].as_array().expect("a list").iter().cloned());
            let Some(next) = body["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen, all, "{limit}");
    }
    for query in ["limit=0", "limit=1001", "limit=x", "after=x"] {
        let _ = office.browser.get(&format!("{path}?{query}")).await.problem(400);
    }
    server.stop().await;
}
