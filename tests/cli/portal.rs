//! The members' portal of the real program, over a restart.

use integration_tests::{
    database::TestDatabase,
    fake_provider::FakeProvider,
    portal::{Browser, claims_of, email_of, form, verification_token, with},
    process::ServerProcess,
    settings,
};
use serde_json::json;
use tempfile::TempDir;

const STATE_COOKIE: &str = "misw-portal-state";
const TOKEN_COOKIE: &str = "misw-portal-token";

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_waits_over_a_restart_and_brings_the_pictures_of_the_claims_that_are_set() {
    let folder = TempDir::new().expect("a folder can be made");
    let database = TestDatabase::create().await;
    let provider = FakeProvider::start().await;
    let claims = [("PORTICO_OIDC_AVATAR_CLAIM", "photo"), ("PORTICO_OIDC_THUMBNAIL_CLAIM", "small_photo")];
    let settings = settings::on(database.url(), &[provider.settings().as_slice(), &claims].concat());

    let server = ServerProcess::start(folder.path(), &settings);
    let browser = Browser::new(&server.client);
    let (large, small) = ("https://img.example/ann.png", "https://img.example/ann-small.png");
    provider.will_say(with(claims_of("ann"), json!({ "photo": large, "small_photo": small })));
    let begun = browser.post("/api/public/login", json!({})).await.expect_ok(&["redirect_url"]);
    server.kill();

    let server = ServerProcess::start(folder.path(), &settings);
    let second = Browser::new(&server.client);
    second.put_cookie(STATE_COOKIE, &browser.cookie(STATE_COOKIE).expect("it was given"));
    let (code, state) = provider.authorize(begun["redirect_url"].as_str().expect("it is an address"));
    let body = json!({ "code": code, "state": state });
    let arrived = second.post("/api/public/callback", body).await.expect_ok(&["has_account"]);
    assert_eq!(arrived["has_account"], false);
    let waiting = second.cookie(TOKEN_COOKIE).expect("he waits");
    server.kill();

    let server = ServerProcess::start(folder.path(), &settings);
    let third = Browser::new(&server.client);
    third.put_cookie(TOKEN_COOKIE, &waiting);
    third.post("/api/public/oidc_account/signup", form("ann")).await.expect_ok(&[]);
    let token = verification_token(&server.mailbox().take(&email_of("ann")).await);
    third.post("/api/public/verify_email", json!({ "token": token })).await.expect_ok(&[]);
    let profile = third.get("/api/private/profile").await.expect(200);
    assert_eq!(profile["avatar"], json!({ "url": large, "thumbnail_url": small }));
    server.terminate();
    database.drop().await;
}
