//! What admins do about partners: who may, in which shapes, and what is refused (partner contract, "Management").

use integration_tests::{
    partners::{DICT, Office, PARTNERS, texts},
    portal::{Browser, Portal},
    server::TestServer,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ANN, NOBODY};
use crate::shapes::{assert_keys, id, token};

#[tokio::test]
async fn a_partner_is_let_in_and_listed() {
    let server = TestServer::start().await;
    let office = server.office().await;
    assert!(office.partners().await.is_empty());
    let body = office
        .browser
        .post(PARTNERS, json!({ "name": "  Diktado " }))
        .await
        .expect_ok(&["id", "name", "key"]);
    id(&body["id"]);
    token(&body["key"], "portico_key_");
    assert_eq!(body["name"], "Diktado");
    let second = office.create("Second, of \"course\" <b>").await;
    let listed = office.partners().await;
    assert_eq!(listed.len(), 2);
    for entry in &listed {
        assert_keys(entry, &["id", "name", "key_prefix", "created_at", "last_used_at", "revoked_at"]);
        assert_eq!((&entry["last_used_at"], &entry["revoked_at"]), (&Value::Null, &Value::Null));
        let at = entry["created_at"].as_str().expect("it is text");
        assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok(), "{at}");
    }
    assert_eq!((&listed[0]["id"], &listed[1]["id"]), (&body["id"], &json!(second.id)));
    assert_eq!(listed[1]["name"], second.name.as_str());
    server.stop().await;
}

#[tokio::test]
async fn the_other_prefix_leads_to_the_same() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    partner.program.save(&user, json!({})).await.expect_saved();
    for path in [
        PARTNERS.to_owned(),
        partner.path("/dictations"),
        partner.path("/results"),
        partner.path("/webhooks"),
    ] {
        let (here, there) =
            (office.browser.get(&path).await, office.browser.get(&path.replace("/private", "")).await);
        assert_eq!((here.status, here.text), (200, there.text), "{path}");
    }
    let also = PARTNERS.replace("/private", "");
    let body = office.browser.post(&also, json!({ "name": "Also" })).await.expect_ok(&["id", "name", "key"]);
    let path = format!("{also}/{}", body["id"].as_str().expect("an id"));
    let _ = office
        .browser
        .post_nothing(&format!("{path}/rotate"))
        .await
        .expect_ok(&["key", "old_key_valid_until"]);
    office.browser.delete(&path).await.expect_ok(&[]);
    server.stop().await;
}

#[tokio::test]
async fn a_name_is_one_line_of_at_most_a_hundred_characters() {
    let server = TestServer::start().await;
    let office = server.office().await;
    for body in [
        json!({}),
        json!({ "name": null }),
        json!({ "name": "" }),
        json!({ "name": "  \t " }),
        json!({ "name": 7 }),
        json!({ "name": true }),
        json!({ "name": ["x"] }),
        json!({ "name": { "a": "x" } }),
        json!({ "name": "a\nb" }),
        json!({ "name": "a\u{0}b" }),
        json!({ "name": "ж".repeat(101) }),
        json!([]),
        json!("Diktado"),
    ] {
        let answer = office.browser.post(PARTNERS, body.clone()).await;
        assert!(!answer.problem(400).is_empty(), "{body}");
    }
    for name in ["x", &"ж".repeat(100), "Общество «Знание» 🐴"] {
        assert_eq!(office.create(name).await.name, name);
    }
    assert_eq!(office.partners().await.len(), 3);
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_another_has_is_refused() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for name in [partner.name.clone(), format!(" {} ", partner.name)] {
        let answer = office.browser.post(PARTNERS, json!({ "name": name })).await;
        assert!(!answer.problem(409).is_empty());
    }
    assert_eq!(office.partners().await.len(), 1);
    let _ = partner.program.user(ANN).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_create_one_name_at_once_one_does() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let office = server.office().await;
    let answers = crate::races::at_once((0..12).map(|_| {
        let office = office.clone();
        async move { office.browser.post(PARTNERS, json!({ "name": "Diktado" })).await }
    }))
    .await;
    assert_eq!(crate::shapes::with_status(&answers, 200).len(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        let _ = answer.problem(409);
    }
    assert_eq!(office.partners().await.len(), 1);
    server.stop().await;
}

/// Everything that there is to be done about a partner, with its paths.
fn everything(partner: &str, webhook: &str, delivery: &str) -> Vec<(Method, String, Value)> {
    let at = |rest: &str| format!("{PARTNERS}/{partner}{rest}");
    let deliveries = format!("/webhooks/{webhook}/deliveries");
    vec![
        (Method::POST, at("/rotate"), json!({})),
        (Method::GET, at("/dictations"), json!({})),
        (Method::POST, at("/dictations"), json!({ "id": "winter", "title": "Winter", "language": "en" })),
        (Method::DELETE, at(&format!("/dictations/{DICT}")), json!({})),
        (Method::GET, at("/results"), json!({})),
        (Method::GET, at("/results.csv"), json!({})),
        (Method::GET, at("/results.jsonl"), json!({})),
        (Method::GET, at("/webhooks"), json!({})),
        (Method::POST, at("/webhooks"), json!({ "url": "https://partner.example/" })),
        (Method::GET, at(&deliveries), json!({})),
        (Method::POST, at(&format!("{deliveries}/{delivery}/replay")), json!({})),
        (Method::DELETE, at(&format!("/webhooks/{webhook}")), json!({})),
        (Method::DELETE, at(""), json!({})),
    ]
}

#[tokio::test]
async fn what_is_unknown_is_not_found() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let webhook = office.webhook(&partner, "https://partner.example/", &["user.created"]).await;
    for (method, path, body) in everything(NOBODY, NOBODY, NOBODY) {
        let _ = office.ask(method, &path, body).await.problem(404);
    }
    for strange in ["x", "0", "%00", "%ff", "../x", &partner.id[1..], &format!("{}0", partner.id)] {
        for (method, path, body) in everything(strange, NOBODY, NOBODY) {
            let answer = office.ask(method.clone(), &path, body).await;
            // A path with more slashes may be another one's.
            assert!([400, 404, 405].contains(&answer.status), "{method} {path}: {}", answer.text);
        }
    }
    for rest in [
        "/dictations/winter".to_owned(),
        "/dictations/%D0%B6".to_owned(),
        format!("/dictations/{}", "x".repeat(65)),
        format!("/webhooks/{NOBODY}"),
        "/webhooks/x".to_owned(),
    ] {
        let answer = office.browser.delete(&partner.path(&rest)).await;
        let _ = answer.problem(404);
    }
    for rest in [
        format!("/webhooks/{NOBODY}/deliveries/{NOBODY}/replay"),
        format!("/webhooks/{}/deliveries/{NOBODY}/replay", webhook.id),
        format!("/webhooks/{}/deliveries/x/replay", webhook.id),
    ] {
        let _ = office.browser.post_nothing(&partner.path(&rest)).await.problem(404);
    }
    let _ = office.browser.get(&partner.path("/nothing")).await.problem(404);
    assert_eq!(office.partners().await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn what_is_another_partners_is_not_found() {
    let server = TestServer::start().await;
    let (office, first) = server.partner().await;
    let second = office.create("Second").await;
    office.register(&second, "winter", "Winter").await;
    let webhook = office.webhook(&second, "https://partner.example/", &["user.created"]).await;
    let _ = second.program.user(ANN).await;
    let delivery = office.deliveries(&second, &webhook).await[0]["id"].as_str().expect("an id").to_owned();
    for (method, rest) in [
        (Method::DELETE, "/dictations/winter".to_owned()),
        (Method::DELETE, format!("/webhooks/{}", webhook.id)),
        (Method::GET, format!("/webhooks/{}/deliveries", webhook.id)),
        (Method::POST, format!("/webhooks/{}/deliveries/{delivery}/replay", webhook.id)),
    ] {
        let _ = office.ask(method, &first.path(&rest), json!({})).await.problem(404);
    }
    assert_eq!(office.webhooks(&second).await.len(), 1);
    assert_eq!(office.deliveries(&second, &webhook).await.len(), 1);
    let user = second.program.user(ANN).await;
    second.program.save(&user, json!({ "dict": "winter" })).await.expect_saved();
    first
        .program
        .save(&user, json!({ "dict": "winter" }))
        .await
        .expect_faulty(&[("user", texts::USER), ("dict", texts::DICT)]);
    server.stop().await;
}

#[tokio::test]
async fn admins_may_by_cookie_and_by_bearer_token_and_nobody_else_may() {
    let portal = Portal::start().await;
    let server = &portal.server;
    let by_cookie = portal.sign_up_admin("ann").await;
    let by_bearer = portal.admin().await;
    let member = portal.sign_up("bob").await;
    let account = server.register("somebody@example.org").await;
    let signed_up = server.application().join("cas@example.org").await;
    let office = Office::of(server, &by_bearer.browser);
    let partner = office.partner("Diktado").await;
    let webhook = office.webhook(&partner, "https://partner.example/", &["user.created"]).await;
    let user = partner.program.user("pat@example.org").await;
    partner.program.save(&user, json!({})).await.expect_saved();
    let delivery = office.deliveries(&partner, &webhook).await[0]["id"].as_str().expect("an id").to_owned();

    let stranger = portal.browser();
    let mut tries = everything(&partner.id, &webhook.id, &delivery);
    tries.push((Method::GET, PARTNERS.to_owned(), json!({})));
    tries.push((Method::POST, PARTNERS.to_owned(), json!({ "name": "Mallory" })));
    for (method, path, body) in &tries {
        for path in [path.clone(), path.replace("/private", "")] {
            let ask = async |browser: &Browser| browser.with_body(method.clone(), &path, body.clone()).await;
            let _ = ask(&stranger).await.problem(401);
            for token in [partner.program.key(), &signed_up.access, "no-such-token-5512"] {
                let _ = ask(&stranger.bearing(token)).await.problem(401);
            }
            ask(&member.browser).await.expect_problem(403, "permission denied");
            ask(&Browser::new(&account.client)).await.expect_problem(403, "permission denied");
        }
    }
    assert_eq!((office.partners().await.len(), office.webhooks(&partner).await.len()), (1, 1));
    let _ = partner.program.user("pat@example.org").await;

    // Everything, by each admin, to a partner of his own.
    for admin in [&by_cookie.browser, &by_bearer.browser] {
        let office = Office::of(server, admin);
        let partner = office.partner(&format!("of {}", admin.client().token().is_some())).await;
        let webhook = office.webhook(&partner, "https://partner.example/", &["user.created"]).await;
        let _ = partner.program.user(&format!("{}@example.org", partner.id)).await;
        let delivery =
            office.deliveries(&partner, &webhook).await[0]["id"].as_str().expect("an id").to_owned();
        for (method, path, body) in everything(&partner.id, &webhook.id, &delivery) {
            let answer = office.ask(method.clone(), &path, body).await;
            assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text);
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_path_that_is_asked_otherwise_says_how() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for (method, path) in [
        (Method::PUT, PARTNERS.to_owned()),
        (Method::GET, partner.path("/rotate")),
        (Method::PATCH, partner.path("")),
        (Method::DELETE, partner.path("/dictations")),
        (Method::POST, partner.path("/results")),
        (Method::POST, partner.path("/results.csv")),
        (Method::PUT, partner.path("/webhooks")),
    ] {
        let answer = office.ask(method, &path, json!({})).await;
        answer.expect_problem(405, "Method Not Allowed");
        assert!(!answer.header("Allow").is_empty());
    }
    server.stop().await;
}
