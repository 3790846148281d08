//! Providers as clients see them (sign-up contract section 3).

use integration_tests::{
    portal::with,
    server::TestServer,
    signup::{PROVIDERS, provider},
};
use serde_json::{Value, json};

use super::NO_PROVIDER;
use crate::shapes::assert_keys;

const KEYS: [&str; 10] = [
    "id",
    "identifier",
    "type",
    "formIdentifier",
    "userGroupIdentifier",
    "isActive",
    "isCheckCode",
    "version",
    "localizeInfos",
    "config",
];

fn identifiers(list: &Value) -> Vec<&str> {
    let items = list.as_array().expect("it is a bare list").iter();
    items.map(|provider| provider["identifier"].as_str().expect("a provider has a name")).collect()
}

#[tokio::test]
async fn a_fresh_database_has_a_provider_to_sign_up_at() {
    let server = TestServer::start().await;
    let app = server.application();
    let email = app.get(&format!("{PROVIDERS}/marker/email?langCode=en_US")).await.expect(200);
    assert_keys(&email, &KEYS);
    assert!(email["id"].is_i64() && email["version"].is_i64() && email["localizeInfos"].is_object());
    for (key, value) in [
        ("identifier", json!("email")),
        ("type", json!("email")),
        ("formIdentifier", json!("reg")),
        ("userGroupIdentifier", json!("guest")),
        ("isActive", json!(true)),
        ("isCheckCode", json!(false)),
    ] {
        assert_eq!(email[key], value, "{key}");
    }
    let config = &email["config"];
    for key in [
        "accessTokenTtlSec",
        "refreshTokenTtlMc",
        "deleteNoneActiveUsersAfterDays",
        "systemCodeTlsSec",
        "systemCodeLength",
    ] {
        assert!(config[key].as_str().is_some_and(|text| text.parse::<i64>().is_ok()), "{key} in {config}");
    }
    assert_eq!((&config["systemCodeOnlyNumbers"], &config["oauthAuthUrl"]), (&Value::Null, &Value::Null));
    assert!(config.get("tokenSecretKey").is_none());
    assert_eq!(app.get(PROVIDERS).await.expect(200), json!([email]));
    server.stop().await;
}

#[tokio::test]
async fn a_list_of_providers_is_a_stretch_of_the_active_ones() {
    let server = TestServer::start().await;
    let providers: Vec<Value> =
        (0..40).map(|n| provider(&format!("p{n:02}"), "reg", json!({ "isActive": n % 2 == 0 }))).collect();
    server.apply(&[], &providers).await;
    let app = server.application();
    for (query, first, count) in [
        ("", Some("email"), 21),
        ("?limit=1000", Some("email"), 21),
        ("?offset=1&limit=3", Some("p00"), 3),
        ("?offset=20", Some("p38"), 1),
        ("?offset=21", None, 0),
        ("?limit=0", None, 0),
    ] {
        let list = app.get(&format!("{PROVIDERS}{query}")).await.expect(200);
        let found = identifiers(&list);
        assert_eq!((found.first().copied(), found.len()), (first, count), "{query}");
        assert!(list.as_array().is_some_and(|all| all.iter().all(|one| one["isActive"] == true)));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_provider_that_is_not_active_is_not_found() {
    let server = TestServer::start().await;
    server.apply(&[], &[provider("shut", "reg", json!({ "isActive": false }))]).await;
    let app = server.application();
    for marker in ["shut", "nothing", "Email", "reg"] {
        app.get(&format!("{PROVIDERS}/marker/{marker}")).await.expect_refused(404, NO_PROVIDER);
    }
    server.apply(&[], &[provider("shut", "reg", json!({ "isActive": true }))]).await;
    let shown = app.get(&format!("{PROVIDERS}/marker/shut")).await.expect(200);
    assert_eq!((&shown["isActive"], &shown["version"]), (&json!(true), &json!(2)));
    server.stop().await;
}

#[tokio::test]
async fn texts_are_flat_in_the_language_asked_for_else_in_the_usual_one_else_in_the_first() {
    let server = TestServer::start().await;
    let infos = json!({ "tr_TR": { "title": "E-posta" }, "en_US": { "title": "Email" } });
    let foreign = json!({ "tr_TR": { "title": "Kapı" } });
    let doors = [
        provider("door", "reg", json!({ "localizeInfos": infos })),
        provider("foreign", "reg", json!({ "localizeInfos": foreign })),
    ];
    server.apply(&[], &doors).await;
    let app = server.application();
    for (marker, query, title) in [
        ("door", "?langCode=tr_TR", "E-posta"),
        ("door", "?langCode=de_DE", "Email"),
        ("door", "", "Email"),
        ("foreign", "?langCode=de_DE", "Kapı"),
    ] {
        let shown = app.get(&format!("{PROVIDERS}/marker/{marker}{query}")).await.expect(200);
        assert_eq!(shown["localizeInfos"], json!({ "title": title }), "{marker}{query}");
        let list = app.get(&format!("{PROVIDERS}{query}")).await.expect(200);
        assert!(list.as_array().is_some_and(|all| all.contains(&shown)), "{list}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_config_is_told_as_texts_whether_it_was_given_as_texts_or_numbers() {
    let server = TestServer::start().await;
    let numbers = json!({
        "accessTokenTtlSec": 36_000,
        "refreshTokenTtlMc": 604_800_000,
        "deleteNoneActiveUsersAfterDays": 30,
        "systemCodeTlsSec": 180,
        "systemCodeLength": 8,
        "systemCodeOnlyNumbers": true,
        "oauthAuthUrl": "https://accounts.example/authorize",
        "tokenSecretKey": "a-key-of-older-samples-3381",
    });
    let texts = with(
        numbers.clone(),
        json!({
            "accessTokenTtlSec": "36000",
            "refreshTokenTtlMc": "604800000",
            "deleteNoneActiveUsersAfterDays": "30",
            "systemCodeTlsSec": "180",
            "systemCodeLength": "8",
            "systemCodeOnlyNumbers": "1",
        }),
    );
    let doors = [
        provider("n", "reg", json!({ "config": numbers })),
        provider("t", "reg", json!({ "config": texts })),
    ];
    server.apply(&[], &doors).await;
    let app = server.application();
    let first = app.get(&format!("{PROVIDERS}/marker/n")).await;
    assert!(!first.text.contains("a-key-of-older-samples"), "{}", first.text);
    let (first, second) = (
        first.expect(200)["config"].clone(),
        app.get(&format!("{PROVIDERS}/marker/t")).await.expect(200)["config"].clone(),
    );
    assert_eq!(first, second);
    for key in [
        "accessTokenTtlSec",
        "refreshTokenTtlMc",
        "deleteNoneActiveUsersAfterDays",
        "systemCodeTlsSec",
        "systemCodeLength",
        "oauthAuthUrl",
    ] {
        assert_eq!(first[key], texts[key], "{key}");
    }
    assert_eq!(first["systemCodeOnlyNumbers"], "true");
    server.stop().await;
}
