//! Shutting a partner out, while it is calling (partner contract, "Management").

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use integration_tests::{
    client::Answer,
    partners::{PARTNERS, Program, texts},
    server::TestServer,
    wait::until,
};
use serde_json::json;
use tokio::task::JoinSet;

use super::ANN;

const CALLERS: usize = 32;

#[tokio::test]
async fn a_revoked_partner_is_refused_at_once_whichever_key_it_shows() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    partner.program.save(&user, json!({})).await.expect_saved();
    let (next, _) = office.rotate(&partner).await;
    office.revoke(&partner).await;
    for program in [&partner.program, &next] {
        program.auth_user(ANN).await.expect_faulty(&[("key", texts::KEY)]);
        program.auth_user("new@example.org").await.expect_faulty(&[("key", texts::KEY)]);
        program.save(&user, json!({})).await.expect_faulty(&[("key", texts::KEY)]);
        program.save_as("call-1", &user, json!({})).await.expect_faulty(&[("key", texts::KEY)]);
    }
    // What it kept stays, and is not added to.
    assert_eq!(office.results(&partner, "").await.len(), 1);
    assert_eq!(server.tables().letters_to("new@example.org"), 0);
    let entry = office.entry(&partner).await;
    assert!(entry["revoked_at"].is_string(), "{entry}");
    server.stop().await;
}

#[tokio::test]
async fn of_a_revoked_partner_nothing_is_changed_any_more() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    office.revoke(&partner).await;
    let refused = [
        office.browser.post_nothing(&partner.path("/rotate")).await,
        office.browser.delete(&partner.path("")).await,
        office.browser.post(&partner.path("/dictations"), json!({ "id": "winter", "title": "Winter" })).await,
        office.try_webhook(&partner, json!({ "url": "https://partner.example/" })).await,
    ];
    for answer in refused {
        let _ = answer.problem(404);
    }
    // It can still be looked at.
    for path in ["/dictations", "/results", "/webhooks", "/results.csv", "/results.jsonl"] {
        let answer = office.browser.get(&partner.path(path)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_name_of_a_revoked_partner_is_free_and_another_has_nothing_of_it() {
    let server = TestServer::start().await;
    let (office, old) = server.partner().await;
    let user = old.program.user(ANN).await;
    old.program.save(&user, json!({})).await.expect_saved();
    office.revoke(&old).await;
    let new = office.create(&old.name).await;
    assert_ne!((&new.id, new.program.key()), (&old.id, old.program.key()));
    assert!(office.results(&new, "").await.is_empty());
    new.program.save(&user, json!({})).await.expect_faulty(&[("user", texts::USER), ("dict", texts::DICT)]);
    old.program.auth_user(ANN).await.expect_faulty(&[("key", texts::KEY)]);
    assert_eq!(office.partners().await.len(), 2);
    server.stop().await;
}

/// Calls again and again until it is refused; each call with the instant of its beginning.
async fn calls(
    program: Program,
    user: String,
    number: usize,
    made: Arc<AtomicUsize>,
) -> Vec<(Instant, Answer)> {
    let mut answers = Vec::new();
    for n in 0.. {
        let begun = Instant::now();
        let answer = match (number + n) % 3 {
            0 => program.auth_user(ANN).await,
            1 => program.save(&user, json!({ "text": format!("{number} {n}") })).await,
            _ => program.save_as(&format!("{number}-{n}"), &user, json!({})).await,
        };
        made.fetch_add(1, Ordering::SeqCst);
        let is_refused = answer.status != 200;
        answers.push((begun, answer));
        if is_refused {
            break;
        }
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_revoked_in_mid_flight_is_refused_from_then_on() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let made = Arc::new(AtomicUsize::new(0));
    let mut callers = JoinSet::new();
    for number in 0..CALLERS {
        callers.spawn(calls(partner.program.clone(), user.clone(), number, Arc::clone(&made)));
    }
    until("calls in full flow", async || (made.load(Ordering::SeqCst) >= 3 * CALLERS).then_some(())).await;
    let answer = office.browser.delete(&format!("{PARTNERS}/{}", partner.id)).await;
    let revoked = Instant::now();
    answer.expect_ok(&[]);

    let mut saved = 0;
    let mut refused = 0;
    for (begun, answer) in callers.join_all().await.into_iter().flatten() {
        assert!([200, 400].contains(&answer.status), "{} {}", answer.status, answer.text);
        if answer.status == 400 {
            answer.expect_faulty(&[("key", texts::KEY)]);
            refused += 1;
        } else {
            assert!(begun < revoked, "a call that began later was answered {}", answer.text);
            saved += usize::from(answer.json.get("user").is_none());
        }
    }
    assert_eq!(refused, CALLERS);
    // Who was answered that it is kept has it kept, and who was refused has not.
    let kept: usize = office.paged(&partner, 1000, "").await.iter().map(Vec::len).sum();
    assert_eq!(kept, saved);
    partner.program.auth_user(ANN).await.expect_faulty(&[("key", texts::KEY)]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_revoked_while_it_creates_people_creates_none_afterwards() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let (office, partner) = server.partner().await;
    let mut callers = JoinSet::new();
    let made = Arc::new(AtomicUsize::new(0));
    for number in 0..8 {
        let (program, made) = (partner.program.clone(), Arc::clone(&made));
        callers.spawn(async move {
            for created in 0.. {
                let answer = program.auth_user(&format!("ann{number}-{created}@example.org")).await;
                if answer.status != 200 {
                    answer.expect_faulty(&[("key", texts::KEY)]);
                    return created;
                }
                made.fetch_add(1, Ordering::SeqCst);
            }
            unreachable!("it goes on until it is refused")
        });
    }
    until("people to be created", async || (made.load(Ordering::SeqCst) >= 8).then_some(())).await;
    office.revoke(&partner).await;
    let created: i64 = callers.join_all().await.into_iter().sum();
    let tables = server.tables();
    assert_eq!(tables.count("partner_users", "1 = 1"), created);
    assert_eq!(tables.count("outbox", "kind = 'provisioned_password'"), created);
    server.stop().await;
}
