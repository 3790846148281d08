//! What the provider says of people, and where.

use integration_tests::fake_provider::{Endpoint, FakeProvider};
use serde_json::{Value, json};

use crate::portal::{Portal, unavailable};

#[tokio::test]
async fn an_address_that_the_id_token_lacks_is_asked_for_at_userinfo() {
    let portal = Portal::start().await;
    for missing in [json!({ "sub": "somebody" }), json!({ "sub": "somebody", "email": "" })] {
        portal.provider.will_say(missing);
        portal.provider.will_say_at_userinfo(json!({ "sub": "somebody", "email": "somebody@example.org" }));
        assert_eq!(portal.sign_in().await.address.as_deref(), Some("somebody@example.org"));
    }
    assert_eq!(portal.provider.requests_to(Endpoint::Userinfo), 2);
}

#[tokio::test]
async fn somebody_may_have_no_address_at_all() {
    let portal = Portal::start().await;
    portal.provider.will_say(json!({ "sub": "somebody" }));
    for userinfo in [
        json!({ "sub": "somebody" }),
        json!({ "sub": "somebody", "email": "" }),
        json!({ "sub": "somebody", "x": 1 }),
    ] {
        portal.provider.will_say_at_userinfo(userinfo);
        assert_eq!(portal.sign_in().await.address, None);
    }
    let provider = FakeProvider::start().await;
    provider.describe(&json!({ "userinfo_endpoint": null }));
    provider.will_say(json!({ "sub": "somebody" }));
    assert_eq!(Portal::of(provider, |_| {}).sign_in().await.address, None);
}

#[tokio::test]
async fn userinfo_about_somebody_else_is_refused() {
    let portal = Portal::start().await;
    portal.provider.will_say(json!({ "sub": "somebody" }));
    portal.provider.will_say_at_userinfo(json!({ "sub": "Somebody", "email": "somebody@example.org" }));
    assert_eq!(portal.refusal().await, "userinfo is about somebody else");
    portal.provider.will_say_at_userinfo(json!({ "email": "somebody@example.org" }));
    assert_eq!(portal.refusal().await, "the answer of userinfo is malformed");
}

#[tokio::test]
async fn userinfo_that_fails_matters_only_when_it_is_needed() {
    let portal = Portal::start().await;
    portal.provider.fails(Endpoint::Userinfo, 500);
    assert_eq!(portal.sign_in().await.address.as_deref(), Some("somebody@example.org"));
    portal.provider.will_say(json!({ "sub": "somebody" }));
    let text = unavailable(portal.try_to_sign_in().await);
    assert!(text.ends_with("/userinfo: answers 500 Internal Server Error"), "{text}");
    portal.provider.fails(Endpoint::Userinfo, 403);
    assert_eq!(portal.refusal().await, "userinfo answers 403 Forbidden");
    portal.provider.says(Endpoint::Userinfo, 200, "text/html", "<h1>Hello</h1>");
    assert_eq!(portal.refusal().await, "userinfo answers 200 OK");
}

#[tokio::test]
async fn an_access_token_that_fits_into_no_header_is_refused() {
    let portal = Portal::start().await;
    portal.provider.will_say(json!({ "sub": "somebody" }));
    for token in ["a\r\nX-Header: b", "\u{0}", "キー", "a b"] {
        portal.provider.will_give_access_token(token);
        assert_eq!(portal.refusal().await, "the access token is malformed");
    }
}

#[tokio::test]
async fn one_picture_alone_is_no_avatar() {
    let portal = Portal::start().await;
    let (picture, thumbnail) = (json!("https://a.b/1.png"), json!("https://a.b/2.png"));
    for (picture, thumbnail) in [
        (&picture, &Value::Null),
        (&Value::Null, &thumbnail),
        (&picture, &json!("")),
        (&json!(""), &thumbnail),
        (&picture, &json!(5)),
        (&picture, &json!(["https://a.b/2.png"])),
        (&json!("javascript:alert(1)"), &thumbnail),
    ] {
        portal.provider.will_say(json!({
            "sub": "somebody", "email": "a@b.c", "picture": picture, "https://misw.jp/thumbnail": thumbnail,
        }));
        assert_eq!(portal.sign_in().await.avatar, None, "{picture} {thumbnail}");
    }
}

#[tokio::test]
async fn the_names_of_the_claims_with_pictures_are_settings() {
    let provider = FakeProvider::start().await;
    provider.will_say(json!({
        "sub": "somebody",
        "email": "a@b.c",
        "picture": "https://a.b/1.png",
        "large": "https://a.b/large.png",
        "profile": "https://a.b/small.png",
    }));
    let portal = Portal::of(provider, |options| {
        options.avatar_claim = "large".to_owned();
        options.thumbnail_claim = "profile".to_owned();
    });
    let avatar = portal.sign_in().await.avatar.unwrap();
    assert_eq!(
        (avatar.url.as_str(), avatar.thumbnail_url.as_str()),
        ("https://a.b/large.png", "https://a.b/small.png")
    );
}

#[tokio::test]
async fn the_claims_of_well_known_providers_are_read() {
    let portal = Portal::start().await;
    for further in [
        // Auth0.
        json!({ "updated_at": "2024-01-15T00:00:00.000Z", "sid": "x", "nickname": "somebody" }),
        // Amazon Cognito.
        json!({ "email_verified": "true", "cognito:username": "x", "token_use": "id", "auth_time": 1_799_999_999 }),
        // Keycloak, Google, Microsoft.
        json!({ "typ": "ID", "acr": "1", "at_hash": "x", "hd": "example.org", "ver": "2.0", "nbf": 1_800_000_000 }),
        json!({ "email_verified": true, "updated_at": 1_705_276_800, "picture": null, "locale": null }),
    ] {
        let mut claims = json!({ "sub": "somebody", "email": "somebody@example.org" });
        claims.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        portal.provider.will_say(claims);
        assert_eq!(portal.sign_in().await.address.as_deref(), Some("somebody@example.org"));
    }
}
