//! Tokens by which members pay (portal contract section 5.1).

use std::collections::BTreeSet;

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    portal::{MANAGEMENT, Member, Portal},
};
use portico_domain::ports::Clock as _;
use serde_json::json;

use super::shapes::{assert_payment, instant};

const OFFER: &str = "/api/private/profile/payment_transaction";
const INVALID: &str = "無効なトークンです";
const PAID: &str = "すでに支払い済みです";

async fn offer(member: &Member) -> String {
    let body = member.browser.post_nothing(OFFER).await.expect_ok(&["token", "expired_at"]);
    body["token"].as_str().expect("there is a token").to_owned()
}

async fn authorize(admin: &Member, token: &str) -> Answer {
    let path = format!("{MANAGEMENT}/authorize_transaction");
    admin.browser.post(&path, json!({ "token": token })).await
}

async fn preview(admin: &Member, token: &str) -> Answer {
    let path = format!("{MANAGEMENT}/authorize_transaction/preview");
    admin.browser.post(&path, json!({ "token": token })).await
}

#[tokio::test]
async fn a_token_pays_once_for_the_payment_period() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let token = offer(&ann).await;
    authorize(&admin, &token).await.expect_ok(&[]);
    let own = ann.browser.get("/api/private/profile/payment_statuses").await.expect(200);
    let own = own["payment_statuses"].as_array().expect("a list").clone();
    assert_eq!((own.len(), ann.role().await.as_str()), (1, "member"));
    assert_payment(&own[0], ann.id, 202_004, admin.id);
    let _ = portal.server.mailbox.take(&ann.email).await;
    authorize(&admin, &token).await.expect_problem(400, INVALID);
    admin.remove(ann.id, 0).await.expect_ok(&[]);
    authorize(&admin, &token).await.expect_problem(400, INVALID);
    assert_eq!(portal.server.tables().letters_to(&ann.email), 3, "two for signing up, one receipt");
    portal.stop().await;
}

#[tokio::test]
async fn a_token_is_short_safe_in_an_address_and_says_when_it_ends() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let bodies = [ann.browser.post_nothing(OFFER).await, ann.browser.post(OFFER, json!({})).await];
    let mut tokens = BTreeSet::new();
    for body in bodies {
        let now = portal.server.clock.now();
        let body = body.expect_ok(&["token", "expired_at"]);
        let token = body["token"].as_str().expect("a text").to_owned();
        assert!((22..=100).contains(&token.len()), "{token}");
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{token}");
        let left = instant(&body["expired_at"]).to_utc() - now;
        assert!((45..=61).contains(&left.num_seconds()), "{left}");
        tokens.insert(token);
    }
    assert_eq!(tokens.len(), 2);
    portal.stop().await;
}

#[tokio::test]
async fn a_token_is_good_for_a_minute() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let (ann, bob) = (portal.sign_up("ann").await, portal.sign_up("bob").await);
    let (quick, slow) = (offer(&ann).await, offer(&bob).await);
    portal.server.clock.advance(TimeDelta::seconds(50));
    authorize(&admin, &quick).await.expect_ok(&[]);
    portal.server.clock.advance(TimeDelta::seconds(10));
    preview(&admin, &slow).await.expect_problem(400, INVALID);
    authorize(&admin, &slow).await.expect_problem(400, INVALID);
    assert_eq!(portal.server.tables().count("payment_statuses", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn the_minute_is_a_setting() {
    let portal = Portal::start_with(&[("PORTICO_TRANSACTION_TTL", "5m")]).await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let (quick, slow) = (offer(&ann).await, offer(&ann).await);
    portal.server.clock.advance(TimeDelta::seconds(290));
    authorize(&admin, &quick).await.expect_ok(&[]);
    portal.server.clock.advance(TimeDelta::seconds(10));
    authorize(&admin, &slow).await.expect_problem(400, INVALID);
    portal.stop().await;
}

#[tokio::test]
async fn a_token_is_kept_when_the_dues_are_paid_already() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let (first, second) = (offer(&ann).await, offer(&ann).await);
    authorize(&admin, &first).await.expect_ok(&[]);
    authorize(&admin, &second).await.expect_problem(409, PAID);
    authorize(&admin, &second).await.expect_problem(409, PAID);
    admin.remove(ann.id, 0).await.expect_ok(&[]);
    authorize(&admin, &second).await.expect_ok(&[]);
    authorize(&admin, &second).await.expect_problem(400, INVALID);
    assert_eq!(portal.server.tables().count("payment_statuses", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn a_look_beforehand_uses_nothing_up() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let (token, other) = (offer(&ann).await, offer(&ann).await);
    let keys = ["user_id", "handle", "generation", "period", "already_paid"];
    let expected = |paid: bool| {
        json!({
            "user_id": ann.id,
            "handle": "ann",
            "generation": 61,
            "period": 202_004,
            "already_paid": paid,
            "status": "OK",
            "status_code": 200,
        })
    };
    for _ in 0..2 {
        assert_eq!(preview(&admin, &token).await.expect_ok(&keys), expected(false));
    }
    assert_eq!(portal.server.tables().count("payment_statuses", "1 = 1"), 0);
    authorize(&admin, &token).await.expect_ok(&[]);
    preview(&admin, &token).await.expect_problem(400, INVALID);
    assert_eq!(preview(&admin, &other).await.expect_ok(&keys), expected(true));
    portal.stop().await;
}

#[tokio::test]
async fn what_is_no_token_pays_nothing() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let token = offer(&ann).await;
    let session = ann.browser.token();
    for wrong in ["", "no-such-token-5521", &token.to_lowercase(), &token[1..], &session] {
        if wrong != token {
            authorize(&admin, wrong).await.expect_problem(400, INVALID);
            preview(&admin, wrong).await.expect_problem(400, INVALID);
        }
    }
    for path in ["authorize_transaction", "authorize_transaction/preview"] {
        let path = format!("{MANAGEMENT}/{path}");
        for body in [json!({ "token": 5 }), json!({ "token": [token] }), json!("x")] {
            assert!(!admin.browser.post(&path, body).await.problem(400).is_empty());
        }
        admin.browser.post_nothing(&path).await.expect_problem(400, INVALID);
        admin.browser.post(&path, json!({ "token": null })).await.expect_problem(400, INVALID);
        let query = format!("{path}?token={token}");
        admin.browser.post_nothing(&query).await.expect_problem(400, INVALID);
    }
    assert_eq!(portal.server.tables().count("payment_statuses", "1 = 1"), 0);
    portal.stop().await;
}

#[tokio::test]
async fn only_an_admin_takes_payments() {
    let portal = Portal::start().await;
    let (ann, bob) = (portal.sign_up("ann").await, portal.sign_up("bob").await);
    let token = offer(&ann).await;
    for member in [&ann, &bob] {
        authorize(member, &token).await.expect_problem(403, "permission denied");
        preview(member, &token).await.expect_problem(403, "permission denied");
    }
    let admin = portal.admin().await;
    authorize(&admin, &token).await.expect_ok(&[]);
    portal.stop().await;
}

/// The dark squares of a picture, as columns and rows, and how wide it is without its margin.
fn modules(picture: &str) -> (BTreeSet<(usize, usize)>, usize) {
    let path = picture.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    let mut squares = Vec::new();
    for square in path.split('M').filter(|square| !square.is_empty()) {
        let numbers = square.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
        let numbers: Vec<usize> = numbers.map(|number| number.parse().expect("a number")).collect();
        squares.push((numbers[0], numbers[1], numbers[2]));
    }
    let left = squares.iter().map(|square| square.0).min().expect("there are squares");
    let top = squares.iter().map(|square| square.1).min().expect("there are squares");
    let side = squares[0].2;
    let dark: BTreeSet<(usize, usize)> =
        squares.iter().map(|(x, y, _)| ((x - left) / side, (y - top) / side)).collect();
    let width = 1 + dark.iter().map(|(x, _)| *x).max().expect("there are squares");
    (dark, width)
}

#[tokio::test]
async fn a_picture_for_the_camera_offers_a_token_each_time() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let path = format!("{OFFER}.svg");
    let mut pictures = BTreeSet::new();
    for _ in 0..2 {
        let answer = ann.browser.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.header("Content-Type").starts_with("image/svg+xml"));
        assert_eq!(answer.header("Cache-Control"), "no-store");
        assert!(answer.text.contains("<svg") && answer.text.trim_end().ends_with("</svg>"));
        assert!(answer.text.contains("xmlns=\"http://www.w3.org/2000/svg\""));
        pictures.insert(answer.text);
    }
    assert_eq!(pictures.len(), 2);
    for picture in &pictures {
        let (dark, width) = modules(picture);
        assert!(width >= 21 && (width - 17) % 4 == 0, "{width} is the width of no QR code");
        // The three large squares by which a camera finds a code: a ring, a gap and a core.
        for (left, top) in [(0, 0), (width - 7, 0), (0, width - 7)] {
            for (x, y) in (0..7).flat_map(|x| (0..7).map(move |y| (x, y))) {
                let ring = x == 0 || x == 6 || y == 0 || y == 6;
                let core = (2..5).contains(&x) && (2..5).contains(&y);
                assert_eq!(dark.contains(&(left + x, top + y)), ring || core, "{x} {y}");
            }
        }
        for n in 8..width - 8 {
            assert_eq!(dark.contains(&(n, 6)), n % 2 == 0, "the line that tells the width");
        }
    }
    assert_eq!(portal.server.tables().count("payment_transactions", "1 = 1"), 2);
    portal.browser().get(&path).await.expect_problem(401, "ログインしていません");
    portal.stop().await;
}
