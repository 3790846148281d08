//! Providers as clients see them.

use std::collections::BTreeSet;

use portico_domain::ports::{StoreError, Stretch};

use super::*;

const LIST: &str = "/api/content/users-auth-providers";

fn shown(title: &str) -> Value {
    let config = provider(json!({})).shown(&Locale::default())["config"].clone();
    json!({
        "id": 1,
        "identifier": "email",
        "type": "email",
        "formIdentifier": "reg",
        "userGroupIdentifier": "guest",
        "isActive": true,
        "isCheckCode": false,
        "version": 3,
        "localizeInfos": { "title": title },
        "config": config,
    })
}

fn titled() -> Provider {
    let infos = json!({ "en_US": { "title": "Email" }, "tr_TR": { "title": "E-posta" } });
    provider(json!({ "localizeInfos": infos }))
}

async fn get(transaction: MockTransaction, path: &str) -> Answer {
    send(&site(transaction), TestRequest::get().uri(path)).await
}

fn listing(expected: Stretch) -> MockTransaction {
    let mut transaction = MockTransaction::default();
    let asked = transaction.signup_providers.expect_list_active().withf(move |stretch| *stretch == expected);
    asked.returning(|_| Ok(vec![titled()]));
    transaction
}

#[actix_web::test]
async fn the_list_is_bare() {
    let answer = get(listing(Stretch { offset: 0, limit: 30 }), LIST).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!([shown("Email")])));
    let path = format!("{LIST}/?langCode=tr_TR&offset=2&limit=5000");
    let answer = get(listing(Stretch { offset: 2, limit: 1000 }), &path).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!([shown("E-posta")])));
    assert_problem(
        &get(MockTransaction::default(), &format!("{LIST}?limit=x")).await,
        400,
        "limit must be a whole number",
    );
}

#[actix_web::test]
async fn one_is_found_by_its_marker() {
    let answer = get(door(titled()), &format!("{LIST}/marker/email?langCode=undefined")).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, shown("Email")));
    let encoded = provider(json!({ "identifier": "é+mail" }));
    let answer = get(door(encoded), &format!("{LIST}/marker/%C3%A9+mail")).await;
    assert_eq!(answer.json()["identifier"], "é+mail");
    for marker in ["Email", "%20", "email%2f", "email%252e", "%ff"] {
        let answer = get(door(titled()), &format!("{LIST}/marker/{marker}")).await;
        assert_problem(&answer, 404, "Auth provider not found");
    }
    let inactive = provider(json!({ "isActive": false }));
    let answer = get(door(inactive), &format!("{LIST}/marker/email")).await;
    assert_problem(&answer, 404, "Auth provider not found");
}

#[actix_web::test]
async fn a_store_that_is_busy_asks_to_come_back() {
    let mut transaction = MockTransaction::default();
    transaction.signup_providers.expect_list_active().returning(|_| Err(StoreError::Overloaded));
    let answer = get(transaction, LIST).await;
    assert_problem(&answer, 503, "Service Unavailable");
    assert_eq!(answer.header("Retry-After"), "1");
}

#[test]
fn the_description_names_the_keys_that_are_shown() {
    let document: Value = serde_json::from_str(&crate::openapi()).unwrap();
    let described = &document["components"]["schemas"]["SignupProvider"];
    let keys = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
    assert_eq!(keys(&described["properties"]), keys(&shown("")));
    assert_eq!(keys(&described["example"]), keys(&shown("")));
    assert_eq!(keys(&described["example"]["config"]), keys(&shown("")["config"]));
}
