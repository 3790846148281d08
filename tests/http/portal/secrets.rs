//! What opens the portal is given out once and kept as a digest only (portal contract sections 2 and 10).

use std::collections::BTreeMap;

use integration_tests::portal::{Portal, claims_of, email_of, form, verification_token};
use serde_json::json;

use crate::secrets::{Form, KEPT_BY_THE_PORTAL};

/// Plays the portal through; answers everything secret that was given out.
async fn play(portal: &Portal) -> BTreeMap<&'static str, String> {
    let mut secrets = BTreeMap::new();
    let browser = portal.browser();
    let (code, state) = portal.begin(&browser, claims_of("ann")).await;
    secrets.insert("the state cookie", browser.cookie("misw-portal-state").expect("it was given"));
    let body = json!({ "code": code, "state": state });
    secrets.extend([("the code", code), ("the state", state)]);
    browser.post("/api/public/callback", body).await.expect_ok(&["has_account"]);
    secrets.insert("the cookie of a newcomer", browser.token());
    browser.post("/api/public/oidc_account/signup", form("ann")).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take(&email_of("ann")).await;
    let token = verification_token(&letter);
    browser.post("/api/public/verify_email", json!({ "token": token })).await.expect_ok(&[]);
    secrets.extend([("the link of a letter", token), ("a session", browser.token())]);
    let _ = portal.server.mailbox.take(&email_of("ann")).await;
    let path = "/api/private/profile/payment_transaction";
    let offer = browser.post_nothing(path).await.expect_ok(&["token", "expired_at"]);
    secrets.insert("a payment token", offer["token"].as_str().expect("a text").to_owned());
    // One more of each that is still of use.
    let waiting = portal.browser();
    let (_, state) = portal.begin(&waiting, claims_of("bob")).await;
    secrets.insert("another state", state);
    secrets.insert("another state cookie", waiting.cookie("misw-portal-state").expect("it was given"));
    secrets.insert("another cookie of a newcomer", portal.arrive("cas").await.token());
    secrets
}

#[tokio::test]
async fn nothing_that_opens_the_portal_is_kept_in_clear() {
    let token = "first-service-token-7731";
    let portal = Portal::start_with(&[("PORTICO_EXTERNAL_TOKENS", token)]).await;
    let mut secrets = play(&portal).await;
    secrets.insert("the token of a service", token.to_owned());
    secrets
        .insert("the secret of the client", portal.provider.client_secret().expect("it has one").to_owned());
    let dump = portal.server.tables().dump();
    for name in KEPT_BY_THE_PORTAL {
        let column = dump.iter().find(|column| column.name == name).expect("it is in the dump");
        assert!(!column.values.is_empty(), "{name} is not covered");
        for value in &column.values {
            assert!(Form::Digest.fits(value.as_deref()), "{name}: {value:?}");
        }
    }
    for column in dump {
        for value in column.values.iter().flatten() {
            for (what, secret) in &secrets {
                let forms = [secret.clone(), hex::encode(secret), hex::encode_upper(secret)];
                assert!(!forms.iter().any(|form| value.contains(form)), "{what} in {}", column.name);
            }
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn no_answer_repeats_what_only_the_cookie_should_hold() {
    let portal = Portal::start().await;
    let ann = portal.sign_up_admin("ann").await;
    let session = ann.browser.token();
    for path in [
        "/api/private/profile",
        "/api/private/profile/payment_statuses",
        "/api/private/management/users",
        "/api/private/management/users/export.csv",
        "/api/private/management/config?kind=payment_period",
        "/api/public/oidc_account",
    ] {
        let answer = ann.browser.get(path).await;
        assert!(!answer.text.contains(&session), "{path}");
    }
    portal.stop().await;
}
