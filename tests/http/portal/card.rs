//! The card that everybody may see (portal contract section 3.1).

use integration_tests::portal::{Portal, with, without};
use serde_json::json;

#[tokio::test]
async fn a_published_card_shows_what_it_shows_and_no_more() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let path = format!("/api/public/card/{}", ann.id);
    let publish = with(ann.profile().await, json!({ "card_published": true }));
    let _ = ann.browser.post("/api/private/profile", publish.clone()).await.expect(200);
    let card = portal.browser().get(&path).await;
    let card = card.expect_ok(&["id", "generation", "handle", "workshops", "squads"]);
    assert_eq!(
        (&card["id"], &card["generation"], &card["handle"]),
        (&json!(ann.id), &json!(61), &json!("ann"))
    );
    assert_eq!((&card["workshops"], &card["squads"]), (&json!(["CG"]), &json!(["xR", "SysAd"])));

    let names = json!({ "discord_id": "ann#1234", "twitter_screen_name": "ann_1" });
    let _ = ann.browser.post("/api/private/profile", with(publish, names.clone())).await.expect(200);
    let keys = ["id", "generation", "handle", "workshops", "squads", "discord_id", "twitter_screen_name"];
    let card = portal.browser().get(&path).await.expect_ok(&keys);
    for key in ["discord_id", "twitter_screen_name"] {
        assert_eq!(card[key], names[key]);
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_card_shows_the_pictures_and_empty_lists_as_lists() {
    let portal = Portal::start().await;
    let pictures = json!({
        "sub": "oauth2|discord|ann",
        "email": "ann@example.org",
        "picture": "https://pictures.example/1.png",
        "https://misw.jp/thumbnail": "https://pictures.example/1-small.png",
    });
    let browser = portal.arrive_with(pictures).await;
    let body = with(
        integration_tests::portal::form("ann"),
        json!({ "card_published": true, "workshops": [], "squads": [] }),
    );
    browser.post("/api/public/oidc_account/signup", body).await.expect_ok(&[]);
    let id = portal.sign_in_as("ann").await.get("/api/private/profile").await.expect(200)["id"].clone();
    let card = portal.browser().get(&format!("/api/public/card/{id}")).await;
    let card = card.expect_ok(&["id", "generation", "handle", "avatar", "workshops", "squads"]);
    let avatar = json!({
        "url": "https://pictures.example/1.png",
        "thumbnail_url": "https://pictures.example/1-small.png",
    });
    assert_eq!((&card["avatar"], &card["workshops"], &card["squads"]), (&avatar, &json!([]), &json!([])));
    portal.stop().await;
}

#[tokio::test]
async fn an_unpublished_card_is_as_unknown_as_any() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let stranger = portal.browser();
    let shown = async |id: i64| stranger.get(&format!("/api/public/card/{id}")).await;
    for id in [ann.id, ann.id + 1, 0, -1, i64::MAX, i64::MIN] {
        shown(id).await.expect_problem(404, &format!("card not found for user({id})"));
    }
    // Not even its owner sees it here.
    let own = ann.browser.get(&format!("/api/public/card/{}", ann.id)).await;
    own.expect_problem(404, &format!("card not found for user({})", ann.id));

    let profile = with(ann.profile().await, json!({ "card_published": true }));
    let _ = ann.browser.post("/api/private/profile", profile.clone()).await.expect(200);
    assert_eq!(shown(ann.id).await.status, 200);
    // A key that is missing is empty, as everywhere in a profile.
    let _ = ann.browser.post("/api/private/profile", without(profile, "card_published")).await.expect(200);
    assert_eq!(shown(ann.id).await.status, 404);
    portal.stop().await;
}

#[tokio::test]
async fn a_number_must_be_one() {
    let portal = Portal::start().await;
    for (path, text) in [
        ("abc", "abc"),
        ("1.5", "1.5"),
        ("1a", "1a"),
        ("0x1", "0x1"),
        ("99999999999999999999", "99999999999999999999"),
        ("%20", " "),
        ("%E3%81%82", "あ"),
    ] {
        let answer = portal.browser().get(&format!("/api/public/card/{path}")).await;
        answer.expect_problem(400, &format!("expect int value, but got \"{text}\""));
    }
    portal.stop().await;
}
