//! Dictations: registered, listed, retired, and registered again (partner contract, "Management").

use integration_tests::{
    partners::{DICT, Office, Partner, TITLE, texts},
    portal::{with, without},
    server::TestServer,
};
use serde_json::{Value, json};

use super::ANN;
use crate::shapes::assert_keys;

async fn listed(office: &Office, partner: &Partner, query: &str) -> (Vec<Value>, Value) {
    let body = office.browser.get(&partner.path(&format!("/dictations{query}"))).await;
    let body = body.expect_ok(&["dictations", "next"]);
    (body["dictations"].as_array().expect("a list").clone(), body["next"].clone())
}

fn ids(dictations: &[Value]) -> Vec<&str> {
    dictations.iter().map(|dictation| dictation["id"].as_str().expect("an id is text")).collect()
}

#[tokio::test]
async fn a_dictation_is_registered_and_listed() {
    let server = TestServer::start().await;
    let office = server.office().await;
    let partner = office.create("Diktado").await;
    let (none, next) = listed(&office, &partner, "").await;
    assert_eq!((none.len(), next), (0, Value::Null));
    let path = partner.path("/dictations");
    let body = json!({ "id": DICT, "title": TITLE, "language": "en-GB" });
    let answer = office.browser.post(&path, body.clone()).await.expect_ok(&["id", "title", "language"]);
    for key in ["id", "title", "language"] {
        assert_eq!(answer[key], body[key]);
    }
    let plain = office.browser.post(&path, json!({ "id": "A-b_9", "title": " A title " })).await;
    let plain = plain.expect_ok(&["id", "title", "language"]);
    assert_eq!((&plain["title"], &plain["language"]), (&json!("A title"), &json!("ru")));
    let (dictations, next) = listed(&office, &partner, "").await;
    // In the order of their bytes.
    assert_eq!((ids(&dictations), next), (vec![DICT, "A-b_9"], Value::Null));
    for dictation in &dictations {
        assert_keys(dictation, &["id", "title", "language", "created_at", "retired_at"]);
        assert_eq!(dictation["retired_at"], Value::Null);
        let at = dictation["created_at"].as_str().expect("it is text");
        assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok(), "{at}");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_registered_is_refused() {
    let server = TestServer::start().await;
    let office = server.office().await;
    let partner = office.create("Diktado").await;
    let right = json!({ "id": "autumn", "title": "Autumn", "language": "en" });
    let mut wrong = vec![without(right.clone(), "id"), without(right.clone(), "title"), json!({}), json!([])];
    let long = "x".repeat(65);
    for id in [
        json!(""),
        json!(" "),
        json!("a b"),
        json!("ж"),
        json!("a/b"),
        json!("a.b"),
        json!(long),
        json!(7),
        json!(null),
    ] {
        wrong.push(with(right.clone(), json!({ "id": id })));
    }
    for title in
        [json!(""), json!("  "), json!("a\nb"), json!("ж".repeat(201)), json!(7), json!(null), json!(["x"])]
    {
        wrong.push(with(right.clone(), json!({ "title": title })));
    }
    for language in [
        json!(""),
        json!("r"),
        json!("ru_RU"),
        json!("русский"),
        json!("a-"),
        json!(7),
        json!("ab-".repeat(20)),
    ] {
        wrong.push(with(right.clone(), json!({ "language": language })));
    }
    for body in wrong {
        let answer = office.browser.post(&partner.path("/dictations"), body.clone()).await;
        assert!(!answer.problem(400).is_empty(), "{body}");
    }
    assert!(listed(&office, &partner, "").await.0.is_empty());
    let longest = json!({ "id": "x".repeat(64), "title": "ж".repeat(200), "language": null });
    let _ = office
        .browser
        .post(&partner.path("/dictations"), longest)
        .await
        .expect_ok(&["id", "title", "language"]);
    server.stop().await;
}

#[tokio::test]
async fn an_id_that_the_partner_has_is_refused_and_another_may_have_it() {
    let server = TestServer::start().await;
    let (office, first) = server.partner().await;
    let second = office.create("Second").await;
    let body = json!({ "id": DICT, "title": "Another", "language": "en" });
    let _ = office.browser.post(&first.path("/dictations"), body.clone()).await.problem(409);
    assert_eq!(listed(&office, &first, "").await.0[0]["title"], TITLE);
    let _ =
        office.browser.post(&second.path("/dictations"), body).await.expect_ok(&["id", "title", "language"]);
    // A difference in case is one.
    office.register(&first, &DICT.to_uppercase(), "Capital").await;
    assert_eq!(listed(&office, &first, "").await.0.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_retired_dictation_takes_no_more_results_and_keeps_those_it_has() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    partner.program.save(&user, json!({})).await.expect_saved();
    office.retire(&partner, DICT).await;
    partner.program.save(&user, json!({})).await.expect_faulty(&[("dict", texts::DICT)]);
    let answer = office.browser.delete(&partner.path(&format!("/dictations/{DICT}"))).await;
    let _ = answer.problem(404);
    let (dictations, _) = listed(&office, &partner, "").await;
    assert!(dictations[0]["retired_at"].is_string(), "{dictations:?}");
    assert_eq!(office.results(&partner, &format!("?dict={DICT}")).await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_retired_dictation_comes_back_with_another_title() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    partner.program.save(&user, json!({})).await.expect_saved();
    office.retire(&partner, DICT).await;
    office.register(&partner, DICT, "Another title").await;
    let (dictations, _) = listed(&office, &partner, "").await;
    assert_eq!((dictations.len(), &dictations[0]["title"]), (1, &json!("Another title")));
    assert_eq!(dictations[0]["retired_at"], Value::Null);
    partner.program.save(&user, json!({})).await.expect_saved();
    assert_eq!(office.results(&partner, "").await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn dictations_come_in_pages_that_lose_none_and_repeat_none() {
    let server = TestServer::start().await;
    let office = server.office().await;
    let partner = office.create("Diktado").await;
    let mut expected: Vec<String> =
        (0..60).map(|n| format!("{}{n:02}", ["d", "D", "_", "-", "9"][n % 5])).collect();
    for id in &expected {
        office.register(&partner, id, "A title").await;
    }
    expected.sort_unstable();
    for limit in [1, 7, 30, 59, 60, 61, 1000] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let (page, next) = listed(&office, &partner, &format!("?limit={limit}{after}")).await;
            assert!(page.len() <= limit, "{}", page.len());
            seen.extend(ids(&page).into_iter().map(str::to_owned));
            let Some(next) = next.as_str() else { break };
            assert_eq!(Some(next), seen.last().map(String::as_str));
            after = format!("&after={next}");
        }
        assert_eq!(seen, expected, "{limit}");
    }
    for query in ["?limit=0", "?limit=1001", "?limit=-1", "?limit=x", "?limit=1.5", "?after=a%20b"] {
        let answer = office.browser.get(&partner.path(&format!("/dictations{query}"))).await;
        let _ = answer.problem(400);
    }
    server.stop().await;
}
