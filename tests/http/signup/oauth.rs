//! Signing in by a code of the OpenID Connect provider (sign-up contract section 3, `oauth`).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    fake_provider::{Endpoint, FakeProvider, Fault},
    portal::{Portal, claims_of, with, without},
    server::{PASSWORD, TestServer},
    signup::{Account, Application, field, form, provider, ruled},
};
use serde_json::{Value, json};

use super::{NO_PROVIDER, NOT_ACTIVE, TAKEN, wrong};

/// Where the client's own page takes the code back.
const REDIRECT: &str = "https://app.example/back";
const NOT_CONFIRMED: &str = "OpenID Connect provider does not confirm this sign-in";
const AWAY: &str = "OpenID Connect provider is out of reach";

/// What the vendor's client library sends once somebody signed in at the provider.
fn body(provider: &FakeProvider, code: &str) -> Value {
    json!({
        "client_id": provider.client_id(),
        "client_secret": "a-secret-of-another-client-4471",
        "code": code,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
    })
}

/// Brings this body to the server.
async fn oauth(app: &Application, body: Value) -> Answer {
    app.post(&app.door("/oauth"), body).await
}

/// Signs somebody in of whom the provider says this, with these changes to what is sent.
async fn sign_in(portal: &Portal, app: &Application, claims: Value, changes: Value) -> Answer {
    portal.provider.will_say(claims);
    let code = portal.provider.authorize_at_client(REDIRECT, None);
    oauth(app, with(body(&portal.provider, &code), changes)).await
}

#[tokio::test]
async fn a_newcomer_gets_an_account_under_his_address() {
    let portal = Portal::start().await;
    let app = portal.server.application();
    let answer = sign_in(&portal, &app, claims_of("ann"), json!({})).await;
    let ann = Account::of(&app, "ann@example.org", &answer);
    assert_eq!(answer.json["userIdentifier"], "ann@example.org");
    let me = ann.me().await;
    assert_eq!(
        (&me["identifier"], &me["authProviderIdentifier"]),
        (&json!("ann@example.org"), &json!("email"))
    );
    assert_eq!(me["notificationData"], json!({ "email": "ann@example.org", "phonePush": [] }));
    let login = json!({ "marker": "login", "type": "string", "value": "ann@example.org" });
    assert_eq!(me["formData"], json!([login]));
    // He has no password by which anybody could come in.
    assert_eq!(app.auth("ann@example.org", PASSWORD).await.status, 401);
    portal.stop().await;
}

#[tokio::test]
async fn whoever_comes_again_gets_the_same_account_whatever_his_address_is_by_now() {
    let portal = Portal::start().await;
    let app = portal.server.application();
    let first = Account::of(&app, "", &sign_in(&portal, &app, claims_of("ann"), json!({})).await);
    let id = first.me().await["id"].clone();
    first.fill_in("last_name", json!("Roe")).await.expect_true(200);
    let moved = with(claims_of("ann"), json!({ "email": "anna@example.org" }));
    let app = app.on("UQ_other");
    let second = Account::of(&app, "", &sign_in(&portal, &app, moved, json!({})).await);
    assert_eq!((&second.me().await["id"], second.field("last_name").await), (&id, json!("Roe")));
    assert!(first.is_in().await, "the other device stays signed in");
    assert_eq!(portal.server.tables().count("signups", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn a_member_of_the_portal_is_the_same_person_here() {
    let portal = Portal::start().await;
    let _ = portal.sign_up("ann").await;
    let tables = portal.server.tables();
    assert_eq!(tables.count("users", "1 = 1"), 1);
    let app = portal.server.application();
    let ann = Account::of(&app, "", &sign_in(&portal, &app, claims_of("ann"), json!({})).await);
    assert_eq!(tables.count("users", "1 = 1"), 1);
    ann.app.delete("/api/content/users/me/account").await.expect_true(200);
    assert_eq!(tables.count("users", "1 = 1"), 1, "the portal still knows him");
    // And the other way round: who came here first is known at the portal by the same name.
    let bob = sign_in(&portal, &app, claims_of("bob"), json!({})).await;
    assert!(Account::of(&app, "", &bob).is_in().await);
    portal.stop().await;
}

#[tokio::test]
async fn nobody_is_recognised_by_an_address_alone() {
    let portal = Portal::start().await;
    let app = portal.server.application();
    let ann = app.join("ann@example.org").await;
    let before = ann.me().await;
    let other =
        json!({ "sub": "oauth2|discord|mallory", "email": "ann@example.org", "email_verified": true });
    let answer = sign_in(&portal, &app, other, json!({})).await;
    answer.expect_refused(400, TAKEN);
    assert_eq!(ann.me().await, before);
    let tables = portal.server.tables();
    assert_eq!((tables.count("signups", "1 = 1"), tables.count("users", "1 = 1")), (1, 1));
    assert_eq!(tables.count("external_identities", "1 = 1"), 0);
    portal.stop().await;
}

#[tokio::test]
async fn an_account_that_is_gone_or_locked_out_does_not_come_back_by_it() {
    let portal = Portal::start().await;
    let app = portal.server.application();
    let ann = Account::of(&app, "", &sign_in(&portal, &app, claims_of("ann"), json!({})).await);
    assert_eq!(portal.server.tables().change("UPDATE users SET state = 'disabled'"), 1);
    let answer = sign_in(&portal, &app, claims_of("ann"), json!({})).await;
    answer.expect_refused(403, NOT_ACTIVE);
    assert_eq!(portal.server.tables().change("UPDATE users SET state = 'active'"), 1);
    ann.app.delete("/api/content/users/me/account").await.expect_true(200);
    let again = Account::of(&app, "", &sign_in(&portal, &app, claims_of("ann"), json!({})).await);
    assert!(again.is_in().await && !ann.is_in().await);
    again.app.delete("/api/content/users/me").await.expect_true(200);
    let third = Account::of(&app, "", &sign_in(&portal, &app, claims_of("ann"), json!({})).await);
    assert!(third.is_in().await && !again.is_in().await, "an archived one does not come back");
    assert_eq!(portal.server.tables().count("users", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn a_newcomer_may_fill_in_his_form_at_once() {
    let portal = Portal::start().await;
    let fields = vec![
        ruled("nick", "string", json!({ "stringInspectionValidator": { "stringMin": 3 } })),
        with(field("must", "string"), json!({ "isSignUpRequired": true })),
    ];
    portal.server.apply(&[form("reg", fields)], &[]).await;
    let app = portal.server.application();
    let data = |value: &str| json!({ "formData": { "en_US": [{ "marker": "nick", "type": "string", "value": value }] } });
    let refused = sign_in(&portal, &app, claims_of("ann"), data("x")).await;
    refused.expect_refused(400, &wrong("nick"));
    let login = json!({ "formData": [{ "marker": "login", "value": "somebody" }] });
    sign_in(&portal, &app, claims_of("ann"), login).await.expect_refused(400, &wrong("login"));
    let ann = Account::of(&app, "", &sign_in(&portal, &app, claims_of("ann"), data("annie")).await);
    assert_eq!(ann.field("nick").await, "annie");
    // Later it is what he himself says that counts.
    let ann = Account::of(&app, "", &sign_in(&portal, &app, claims_of("ann"), data("other")).await);
    assert_eq!(ann.field("nick").await, "annie");
    portal.stop().await;
}

#[tokio::test]
async fn what_does_not_hang_together_is_refused() {
    let portal = Portal::start().await;
    let app = portal.server.application();
    for changes in [
        json!({ "client_id": "another-client" }),
        json!({ "code": "nonsense" }),
        json!({ "redirect_uri": "https://evil.example/back" }),
    ] {
        let answer = sign_in(&portal, &app, claims_of("ann"), changes).await;
        answer.expect_refused(400, NOT_CONFIRMED);
    }
    let code = portal.provider.authorize_at_client(REDIRECT, None);
    let used = body(&portal.provider, &code);
    let _ = oauth(&app, used.clone()).await.expect(201);
    oauth(&app, used).await.expect_refused(400, NOT_CONFIRMED);
    for fault in [
        Fault::WrongIssuer,
        Fault::WrongAudience,
        Fault::BadSignature,
        Fault::Expired,
        Fault::AlgNone,
        Fault::Missing,
    ] {
        portal.provider.sign_with(fault);
        sign_in(&portal, &app, claims_of("bob"), json!({})).await.expect_refused(400, NOT_CONFIRMED);
    }
    assert_eq!(portal.server.tables().count("signups", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn the_body_is_that_of_a_code_grant() {
    let portal = Portal::start().await;
    let app = portal.server.application();
    let good = body(&portal.provider, "nonsense");
    for name in ["client_id", "code", "grant_type", "redirect_uri"] {
        for bad in [
            without(good.clone(), name),
            with(good.clone(), json!({ name: "" })),
            with(good.clone(), json!({ name: null })),
        ] {
            oauth(&app, bad).await.expect_refused(400, &format!("{name} should not be empty"));
        }
        let bad = with(good.clone(), json!({ name: [1] }));
        oauth(&app, bad).await.expect_refused(400, &format!("{name} must be a string"));
    }
    for grant in ["password", "client_credentials", "refresh_token", "Authorization_code"] {
        let bad = with(good.clone(), json!({ "grant_type": grant }));
        oauth(&app, bad).await.expect_refused(400, "grant_type must be authorization_code");
    }
    assert_eq!(portal.provider.requests_to(Endpoint::Token), 0);
    portal.stop().await;
}

#[tokio::test]
async fn somebody_without_an_address_gets_no_account() {
    let portal = Portal::start().await;
    let app = portal.server.application();
    for claims in [
        json!({ "sub": "somebody" }),
        json!({ "sub": "somebody", "email": "nonsense" }),
        json!({ "sub": "somebody", "email": "" }),
    ] {
        let answer = sign_in(&portal, &app, claims, json!({})).await;
        answer.expect_refused(400, "OpenID Connect provider tells no email");
    }
    let tables = portal.server.tables();
    assert_eq!((tables.count("users", "1 = 1"), tables.count("external_identities", "1 = 1")), (0, 0));
    portal.stop().await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_told_so() {
    let portal = Portal::start().await;
    let app = portal.server.application();
    for endpoint in [Endpoint::Discovery, Endpoint::Token] {
        portal.provider.fails(endpoint, 503);
        let answer = sign_in(&portal, &app, claims_of("ann"), json!({})).await;
        answer.expect_refused(503, AWAY);
        assert_eq!(answer.header("Retry-After"), "1");
        portal.provider.recovers();
        // Whoever comes at once is not worth another question.
        portal.server.clock.advance(TimeDelta::seconds(1));
    }
    let _ = sign_in(&portal, &app, claims_of("ann"), json!({})).await.expect(201);
    portal.stop().await;
}

#[tokio::test]
async fn without_a_configured_provider_nobody_comes_in_by_one() {
    let server = TestServer::start().await;
    let app = server.application();
    let body = json!({ "client_id": "x", "client_secret": "", "code": "nonsense", "grant_type": "authorization_code", "redirect_uri": REDIRECT });
    let answer = oauth(&app, body.clone()).await;
    answer.expect_refused(503, "No OpenID Connect provider is set");
    oauth(&app.at("nothing"), body).await.expect_refused(404, NO_PROVIDER);
    server.stop().await;
}

#[tokio::test]
async fn one_person_has_an_account_at_each_provider() {
    let portal = Portal::start().await;
    portal.server.apply(&[], &[provider("other", "reg", json!({}))]).await;
    let app = portal.server.application();
    let here = Account::of(&app, "", &sign_in(&portal, &app, claims_of("ann"), json!({})).await);
    let other = app.at("other");
    let there = Account::of(&other, "", &sign_in(&portal, &other, claims_of("ann"), json!({})).await);
    assert_ne!(here.me().await["id"], there.me().await["id"]);
    let tables = portal.server.tables();
    assert_eq!((tables.count("users", "1 = 1"), tables.count("signups", "1 = 1")), (1, 2));
    portal.stop().await;
}
