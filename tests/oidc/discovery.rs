//! The provider's description: when it is asked for, and what is done without it.

use std::{net::TcpListener, time::Instant};

use chrono::TimeDelta;
use integration_tests::{
    fake_provider::{Endpoint, FakeProvider},
    smtp::{Encryption, SmtpServer, SmtpServerOptions},
    wait::until,
};
use portico_domain::ports::IdentityProvider as _;
use portico_oidc::{OidcOptionsError, OidcProvider};
use serde_json::{Value, json};

use crate::portal::{Portal, challenge, options, unavailable};

fn discoveries(portal: &Portal) -> usize {
    portal.provider.requests_to(Endpoint::Discovery)
}

#[tokio::test]
async fn the_provider_is_asked_when_it_is_first_needed_and_then_no_more() {
    let portal = Portal::start().await;
    assert_eq!(discoveries(&portal), 0);
    portal.oidc.prepare().await.unwrap();
    portal.sign_in().await;
    portal.clock.advance(TimeDelta::minutes(59));
    portal.sign_in().await;
    assert_eq!(discoveries(&portal), 1);
}

#[tokio::test]
async fn a_provider_that_was_away_is_found_when_it_is_back() {
    let portal = Portal::start().await;
    portal.provider.fails(Endpoint::Discovery, 500);
    let text = unavailable(portal.oidc.prepare().await);
    assert!(text.ends_with("openid-configuration: answers 500 Internal Server Error"), "{text}");
    unavailable(portal.oidc.authorization_url(&challenge("x")).await);
    unavailable(portal.oidc.redeem("code", &challenge("x")).await);
    portal.provider.recovers();
    portal.clock.advance(TimeDelta::seconds(1));
    portal.sign_in().await;
}

#[tokio::test]
async fn a_failed_discovery_is_tried_again_once_a_second_at_most() {
    let portal = Portal::start().await;
    portal.provider.fails(Endpoint::Discovery, 500);
    let text = unavailable(portal.oidc.prepare().await);
    for _ in 0..3 {
        assert_eq!(unavailable(portal.oidc.prepare().await), text);
    }
    assert_eq!(discoveries(&portal), 1);
    portal.clock.advance(TimeDelta::milliseconds(999));
    unavailable(portal.oidc.prepare().await);
    assert_eq!(discoveries(&portal), 1);
    portal.clock.advance(TimeDelta::milliseconds(1));
    unavailable(portal.oidc.prepare().await);
    assert_eq!(discoveries(&portal), 2);
    // A clock that is set back makes nobody wait for it.
    portal.clock.advance(TimeDelta::days(-1));
    unavailable(portal.oidc.prepare().await);
    assert_eq!(discoveries(&portal), 3);
}

#[tokio::test]
async fn many_who_come_at_once_share_one_attempt() {
    for broken in [false, true] {
        let portal = Portal::start().await;
        if broken {
            portal.provider.fails(Endpoint::Discovery, 500);
        }
        let prepare = || portal.oidc.prepare();
        let all = tokio::join!(prepare(), prepare(), prepare(), prepare());
        for outcome in <[_; 4]>::from(all) {
            assert_eq!(outcome.is_err(), broken);
        }
        assert_eq!(discoveries(&portal), 1);
    }
}

#[tokio::test]
async fn a_provider_that_says_nothing_costs_no_more_than_the_patience_for_it() {
    let waiting = async |endpoint| {
        let portal = Portal::start().await;
        portal.provider.hangs(endpoint);
        let begun = Instant::now();
        let (one, other) = tokio::join!(portal.oidc.prepare(), portal.oidc.prepare());
        let text = unavailable(one);
        assert!(text.contains("within 2000 ms"), "{text}");
        assert_eq!(unavailable(other), text);
        assert!(begun.elapsed().as_millis() < 3_900, "the two did not wait one after the other");
        assert_eq!(discoveries(&portal), 1);
    };
    tokio::join!(waiting(Endpoint::Discovery), waiting(Endpoint::Keys));
}

#[tokio::test]
async fn an_attempt_goes_on_when_whoever_caused_it_hangs_up() {
    let portal = Portal::start().await;
    portal.provider.hangs(Endpoint::Keys);
    {
        let mut impatient = Box::pin(portal.oidc.prepare());
        until("the first request", async || {
            tokio::select! {
                _ = &mut impatient => None,
                () = tokio::task::yield_now() => (discoveries(&portal) == 1).then_some(()),
            }
        })
        .await;
    }
    unavailable(portal.oidc.prepare().await);
    assert_eq!(discoveries(&portal), 1, "the second waited for the attempt of the first");
}

#[tokio::test]
async fn after_an_hour_the_description_is_renewed_behind_the_callers_back() {
    let portal = Portal::start().await;
    portal.sign_in().await;
    portal.clock.advance(TimeDelta::hours(1));
    let moved = format!("{}moved", portal.provider.issuer());
    portal.provider.describe(&json!({ "authorization_endpoint": moved }));
    let url = portal.oidc.authorization_url(&challenge("x")).await.unwrap();
    assert!(!url.starts_with(&moved), "nobody waits for the renewal");
    until("the renewal", async || {
        let url = portal.oidc.authorization_url(&challenge("x")).await.unwrap();
        url.starts_with(&moved).then_some(())
    })
    .await;
    assert_eq!(discoveries(&portal), 2);
}

#[tokio::test]
async fn a_description_that_cannot_be_renewed_stays_in_use() {
    let portal = Portal::start().await;
    portal.sign_in().await;
    portal.provider.fails(Endpoint::Discovery, 500);
    portal.clock.advance(TimeDelta::hours(1));
    portal.sign_in().await;
    until("the renewal", async || (discoveries(&portal) == 2).then_some(())).await;
    portal.sign_in().await;
    portal.sign_in().await;
    assert_eq!(discoveries(&portal), 2, "it is too early to try again");
    portal.provider.hangs(Endpoint::Discovery);
    portal.clock.advance(TimeDelta::minutes(1));
    let begun = Instant::now();
    portal.sign_in().await;
    assert!(begun.elapsed().as_millis() < 1_900, "nobody waits for the renewal");
    until("another renewal", async || (discoveries(&portal) == 3).then_some(())).await;
}

#[tokio::test]
async fn a_description_of_somebody_else_is_not_taken() {
    let portal = Portal::start().await;
    for issuer in
        [portal.provider.issuer().trim_end_matches('/').to_owned(), "https://evil.example/".to_owned()]
    {
        portal.provider.describe(&json!({ "issuer": issuer }));
        portal.clock.advance(TimeDelta::seconds(1));
        let text = unavailable(portal.oidc.prepare().await);
        assert!(text.contains("unexpected issuer"), "{text}");
    }
    // The other way round: the slash is in the description alone.
    let portal = Portal::of(FakeProvider::start().await, |options| {
        options.issuer = options.issuer.trim_end_matches('/').to_owned();
    });
    unavailable(portal.oidc.prepare().await);
}

#[tokio::test]
async fn an_issuer_without_a_slash_is_one_too() {
    let provider = FakeProvider::start().await;
    let issuer = provider.issuer().trim_end_matches('/').to_owned();
    provider.describe(&json!({ "issuer": issuer }));
    provider.will_say(json!({ "sub": "somebody", "email": "somebody@example.org", "iss": issuer }));
    let portal = Portal::of(provider, |options| options.issuer.clone_from(&issuer));
    assert_eq!(portal.sign_in().await.issuer, issuer);
}

#[tokio::test]
async fn no_address_in_the_description_may_be_elsewhere_and_unencrypted() {
    let portal = Portal::start().await;
    for name in
        ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint", "jwks_uri"]
    {
        for address in ["http://login.example/x", "javascript:alert(1)", "https://me:secret@login.example/x"]
        {
            let mut changes = json!({ name: address });
            portal.provider.describe(&changes);
            portal.clock.advance(TimeDelta::seconds(1));
            let text = unavailable(portal.oidc.prepare().await);
            assert!(text.contains("neither encrypted nor on this machine"), "{name}: {text}");
            changes[name] = Value::from(format!("{}{name}", portal.provider.issuer()));
            portal.provider.describe(&changes);
        }
    }
}

#[tokio::test]
async fn a_malformed_description_is_none() {
    let portal = Portal::start().await;
    let long = format!("{{\"issuer\":\"{}\"}}", "x".repeat(1024 * 1024));
    for (status, content_type, body, said) in [
        (200, "application/json", "", "malformed at `.`"),
        (200, "application/json", "[]", "malformed at `.`"),
        (200, "application/json", "{}", "malformed at `.`"),
        (200, "text/html", "<h1>Hello</h1>", "answers 200 OK instead of JSON"),
        (404, "application/json", "{}", "answers 404 Not Found instead of JSON"),
        (302, "application/json", "{}", "answers 302 Found instead of JSON"),
        (429, "application/json", "{}", "answers 429 Too Many Requests"),
        (200, "application/json", &long, "the answer is longer than 1048576 bytes"),
    ] {
        portal.provider.says(Endpoint::Discovery, status, content_type, body);
        portal.clock.advance(TimeDelta::seconds(1));
        let text = unavailable(portal.oidc.prepare().await);
        assert!(text.ends_with(said), "{text}");
    }
    portal.provider.recovers();
    for name in ["jwks_uri", "authorization_endpoint", "token_endpoint"] {
        portal.provider.describe(&json!({ name: null }));
        portal.clock.advance(TimeDelta::seconds(1));
        unavailable(portal.oidc.prepare().await);
        portal.provider.describe(&json!({ name: format!("{}{name}", portal.provider.issuer()) }));
    }
    portal.provider.says(Endpoint::Keys, 200, "application/json", "{\"keys\":5}");
    portal.clock.advance(TimeDelta::seconds(1));
    unavailable(portal.oidc.prepare().await);
}

#[tokio::test]
async fn nobody_at_the_address_means_that_the_provider_is_away() {
    // Bound and closed again: nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let portal = Portal::of(FakeProvider::start().await, |options| {
        options.issuer = format!("http://127.0.0.1:{port}/");
    });
    let text = unavailable(portal.oidc.prepare().await);
    assert!(text.contains("refused"), "{text}");
    let portal = Portal::of(FakeProvider::start().await, |options| {
        options.issuer = "https://nobody.invalid/".to_owned();
    });
    unavailable(portal.oidc.prepare().await);
}

#[tokio::test]
async fn a_provider_whose_certificate_nobody_trusts_is_not_asked() {
    let options = SmtpServerOptions { encryption: Encryption::Implicit, ..SmtpServerOptions::default() };
    let stranger = SmtpServer::start(options).await;
    let portal = Portal::of(FakeProvider::start().await, |options| {
        options.issuer = format!("https://localhost:{}/", stranger.port());
    });
    let text = unavailable(portal.oidc.prepare().await);
    assert!(text.contains("invalid peer certificate: UnknownIssuer"), "{text}");
    assert!(stranger.commands().is_empty());
}

#[tokio::test]
async fn only_a_provider_that_may_be_asked_can_be_set() {
    let fake = FakeProvider::start().await;
    let set = |change: &dyn Fn(&mut portico_oidc::OidcOptions)| {
        let mut options = options(&fake);
        change(&mut options);
        OidcProvider::new(options, std::sync::Arc::<crate::portal::StandingClock>::default())
    };
    for issuer in
        ["", "login.example", "http://login.example", "https://a.b/?x", "https://a.b/#x", "https://u:p@a.b"]
    {
        let refused = set(&|options| options.issuer = issuer.to_owned());
        assert!(matches!(refused, Err(OidcOptionsError::Issuer)), "{issuer}");
    }
    let refused = set(&|options| options.redirect_url = "/callback".to_owned());
    assert!(matches!(refused, Err(OidcOptionsError::RedirectUrl)));
    let refused = set(&|options| {
        options.logout = portico_oidc::Logout::RpInitiated;
        options.post_logout_redirect_uri = Some("bye".to_owned());
    });
    assert!(matches!(refused, Err(OidcOptionsError::PostLogoutRedirectUri)));
    assert!(set(&|_| {}).is_ok());
}
