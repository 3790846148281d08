//! One sign-in for each device of an account (sign-up contract section 3, "Sessions").

use integration_tests::{
    server::TestServer,
    signup::{Account, provider},
};
use serde_json::json;

use super::{ANN, BOB, NO_PROVIDER, UNAUTHORIZED};

#[tokio::test]
async fn a_sign_in_on_the_same_device_takes_the_place_of_the_one_before() {
    let server = TestServer::start().await;
    let app = server.application().on("UQ_laptop");
    let first = app.join(ANN).await;
    let second = app.sign_in(ANN).await;
    assert!(!first.is_in().await && second.is_in().await);
    app.refresh(&first.refresh).await.expect_refused(401, UNAUTHORIZED);
    assert!(second.is_in().await);
    assert_eq!(second.browsers().await, ["Node.js/UQ_laptop"]);
    server.stop().await;
}

#[tokio::test]
async fn sign_ins_on_other_devices_and_of_others_on_the_same_device_stay() {
    let server = TestServer::start().await;
    let app = server.application().on("UQ_laptop");
    let laptop = app.join(ANN).await;
    let phone = app.on("UQ_phone").sign_in(ANN).await;
    let bob = app.join(BOB).await;
    for account in [&laptop, &phone, &bob] {
        assert!(account.is_in().await);
    }
    assert_eq!(laptop.browsers().await, ["Node.js/UQ_laptop", "Node.js/UQ_phone"]);
    assert_eq!(phone.browsers().await, laptop.browsers().await);
    assert_eq!(bob.browsers().await, ["Node.js/UQ_laptop"]);
    server.stop().await;
}

#[tokio::test]
async fn the_devices_of_an_account_are_listed_at_its_provider() {
    let server = TestServer::start().await;
    server.apply(&[], &[provider("other", "reg", json!({}))]).await;
    let device = json!({
        "fingerprint": "UQ_x",
        "deviceInfo": { "os": "Linux \"x86\"", "browser": "Mozilla/5.0_(X11)", "location": "tr-TR", "more": 1 },
    });
    let app = server.application().telling(Some(&device.to_string()));
    let ann = app.join(ANN).await;
    let listed = ann.app.get(&app.door("/users/sessions")).await.expect(200);
    let expected = json!({ "os": "Linux \"x86\"", "browser": "Mozilla/5.0_(X11)", "location": "tr-TR" });
    assert_eq!(listed, json!([{ "deviceInfo": expected }]));
    for marker in ["other", "nothing", "Email"] {
        let answer = ann.app.get(&app.at(marker).door("/users/sessions")).await;
        answer.expect_refused(404, NO_PROVIDER);
    }
    app.get(&app.door("/users/sessions")).await.expect_refused(401, UNAUTHORIZED);
    server.stop().await;
}

#[tokio::test]
async fn ended_and_expired_sign_ins_are_not_listed() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let left = app.on("UQ_left").sign_in(ANN).await;
    let over = app.on("UQ_over").sign_in(ANN).await;
    let kept = app.on("UQ_kept").sign_in(ANN).await;
    app.logout(&left.refresh).await.expect_true(201);
    server.clock.advance(chrono::TimeDelta::days(20));
    let kept = Account::of(&app, ANN, &app.refresh(&kept.refresh).await);
    server.clock.advance(chrono::TimeDelta::days(10));
    let kept = Account::of(&app, ANN, &app.refresh(&kept.refresh).await);
    assert_eq!(kept.browsers().await, ["Node.js/UQ_kept"]);
    app.refresh(&over.refresh).await.expect_refused(401, UNAUTHORIZED);
    server.stop().await;
}

#[tokio::test]
async fn whatever_a_device_says_of_itself_is_kept_within_bounds() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let long = "x".repeat(3_000);
    for (n, device) in [
        json!({ "fingerprint": "", "deviceInfo": {} }),
        json!({ "fingerprint": "UQ_1", "deviceInfo": { "os": 1, "browser": null, "location": [] } }),
        json!({ "fingerprint": "UQ_2", "deviceInfo": { "os": "a\u{0}b\nc", "browser": "<b>", "location": "'" } }),
        json!({ "fingerprint": long, "deviceInfo": { "os": long } }),
    ]
    .into_iter()
    .enumerate()
    {
        let ann = app.telling(Some(&device.to_string())).sign_in(ANN).await;
        assert_eq!(ann.browsers().await.len(), n + 1);
    }
    let device = json!({ "fingerprint": "UQ_3", "deviceInfo": { "os": "x".repeat(9_000) } }).to_string();
    let answer = app.telling(Some(&device)).auth(ANN, "x").await;
    answer.expect_refused(400, "Invalid x-device-metadata format");
    server.stop().await;
}
