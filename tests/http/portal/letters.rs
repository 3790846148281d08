//! The letters of the portal, by the wording that an admin saved and by the built-in one (portal contract section 7).

use integration_tests::portal::{MANAGEMENT, Member, Portal, claims_of, form, with};
use serde_json::json;

async fn save(admin: &Member, kind: &str, subject: &str, body: &str) {
    let payload = json!({ "email_kind": kind, "subject": subject, "body": body });
    admin.configure("email_template", payload).await.expect_ok(&[]);
}

/// The subject of the built-in wording.
async fn built_in(admin: &Member, kind: &str) -> String {
    let path = format!("{MANAGEMENT}/config?kind=email_template&email_kind={kind}");
    let body = admin.browser.get(&path).await.expect_ok(&["subject", "body"]);
    body["subject"].as_str().expect("it is a text").to_owned()
}

#[tokio::test]
async fn all_four_letters_come_in_japanese_by_default() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let browser = portal.arrive("ann").await;
    browser.post("/api/public/oidc_account/signup", form("ann")).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take("ann@example.org").await;
    assert_eq!(letter.subject, built_in(&admin, "email_verification").await);
    assert!(letter.text.contains("ann") && !letter.text.contains("{{"), "{}", letter.text);
    let token = integration_tests::portal::verification_token(&letter);
    browser.post("/api/public/verify_email", json!({ "token": token })).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take("ann@example.org").await;
    assert_eq!(letter.subject, built_in(&admin, "after_registration").await);

    let id = browser.get("/api/private/profile").await.expect(200)["id"].as_i64().expect("a number");
    admin.record(id, 0).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take("ann@example.org").await;
    assert_eq!(letter.subject, built_in(&admin, "payment_receipt").await);
    admin.remove(id, 0).await.expect_ok(&[]);
    let member = json!({ "user_id": id, "role": "member" });
    admin.browser.patch(&format!("{MANAGEMENT}/user"), member).await.expect_ok(&[]);
    let path = format!("{MANAGEMENT}/remind_payment");
    admin.browser.post(&path, json!({ "filter": [id] })).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take("ann@example.org").await;
    assert_eq!(letter.subject, built_in(&admin, "payment_reminder").await);
    portal.stop().await;
}

#[tokio::test]
async fn whoever_reads_english_is_written_to_in_english() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for (name, locale, english) in [
        ("ann", json!("en"), true),
        ("bob", json!("en-GB"), true),
        ("cas", json!("ja"), false),
        ("dan", json!("de"), false),
        ("eve", json!(null), false),
    ] {
        let browser = portal.arrive_with(with(claims_of(name), json!({ "locale": locale }))).await;
        browser.post("/api/public/oidc_account/signup", form(name)).await.expect_ok(&[]);
        let email = format!("{name}@example.org");
        let letter = portal.server.mailbox.take(&email).await;
        assert_eq!(
            (letter.subject.is_ascii(), letter.text.is_ascii()),
            (english, english),
            "{}",
            letter.text
        );
        let token = integration_tests::portal::verification_token(&letter);
        browser.post("/api/public/verify_email", json!({ "token": token })).await.expect_ok(&[]);
        let letter = portal.server.mailbox.take(&email).await;
        assert_eq!(letter.text.is_ascii(), english, "{}", letter.text);
        let id = browser.get("/api/private/profile").await.expect(200)["id"].as_i64().expect("a number");
        admin.record(id, 0).await.expect_ok(&[]);
        assert_eq!(portal.server.mailbox.take(&email).await.text.is_ascii(), english);
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_saved_wording_is_for_everybody_and_is_filled_in() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let body = "{{.User.ID}}|{{.User.Email}}|{{.User.Generation}}|{{.User.Name}}|{{.User.Kana}}|{{.User.Handle}}|\
        {{.User.Avatar.URL}}|{{.User.Sex}}|{{.User.University.Name}}|{{.User.University.Subject}}|\
        {{.User.StudentID}}|{{.User.EmergencyPhoneNumber}}|{{.User.OtherCircles}}|{{.User.Workshops}}|\
        {{.User.Squads}}|{{.User.Role}}|{{.User.AccountID}}|{{.User.DiscordID}}|{{.User.EmailVerified}}|\
        {{.User.CardPublished}}|";
    save(&admin, "payment_receipt", "領収書: {{.User.Handle}} さん", body).await;
    let claims = with(claims_of("ann"), json!({ "locale": "en" }));
    let browser = portal.arrive_with(claims).await;
    let form = with(form("ann"), json!({ "other_circles": "<b>将棋</b> & \"茶道\"" }));
    browser.post("/api/public/oidc_account/signup", form.clone()).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take("ann@example.org").await;
    let token = integration_tests::portal::verification_token(&letter);
    browser.post("/api/public/verify_email", json!({ "token": token })).await.expect_ok(&[]);
    let _ = portal.server.mailbox.take("ann@example.org").await;

    let profile = browser.get("/api/private/profile").await.expect(200);
    let id = profile["id"].as_i64().expect("a number");
    admin.record(id, 0).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take("ann@example.org").await;
    assert_eq!(letter.subject, "領収書: ann さん");
    let text = |key: &str| form[key].as_str().expect("a text").to_owned();
    let expected = [
        id.to_string(),
        "ann@example.org".to_owned(),
        "61".to_owned(),
        text("name"),
        text("kana"),
        "ann".to_owned(),
        String::new(),
        "female".to_owned(),
        "早稲田大学".to_owned(),
        String::new(),
        text("student_id"),
        text("emergency_phone_number"),
        text("other_circles"),
        "[CG]".to_owned(),
        "[xR SysAd]".to_owned(),
        "member".to_owned(),
        "oauth2|discord|ann".to_owned(),
        String::new(),
        "true".to_owned(),
        "false".to_owned(),
    ];
    let found: Vec<&str> = letter.text.trim().trim_end_matches('|').split('|').collect();
    let joined = found.join("|").replace("oauth2|discord|ann", "ACCOUNT");
    let wanted = expected.join("|").replace("oauth2|discord|ann", "ACCOUNT");
    assert_eq!(joined, wanted);
    portal.stop().await;
}

#[tokio::test]
async fn the_link_stands_where_the_wording_has_it() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let body = "{{if .User.Handle}}{{.User.Handle}}:{{end}} <{{.VerificationLink}}>\n{{range .User.Squads}}[{{.}}]{{end}}";
    save(&admin, "email_verification", "確認", body).await;
    let token = portal.sign_up_only("ann").await;
    let letters = portal.server.mailbox.all_to("ann@example.org");
    let expected = format!("ann: <http://localhost:8080/verify_email?token={token}>\n[xR][SysAd]");
    assert_eq!(letters[0].text.trim().replace("\r\n", "\n"), expected);
    portal.browser().post("/api/public/verify_email", json!({ "token": token })).await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn a_member_cannot_write_into_the_head_of_a_letter() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    save(&admin, "email_verification", "{{.User.OtherCircles}}", "{{.VerificationLink}}").await;
    let browser = portal.arrive("ann").await;
    let circles = "将棋\r\nBcc: everybody@example.org\r\n\r\nfree text";
    let body = with(form("ann"), json!({ "other_circles": circles }));
    browser.post("/api/public/oidc_account/signup", body).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take("ann@example.org").await;
    let raw = std::fs::read_to_string(&letter.path).expect("the letter is there");
    assert!(!raw.lines().any(|line| line.starts_with("Bcc:")), "{raw}");
    assert!(letter.subject.contains("将棋") && !letter.subject.contains('\n'), "{}", letter.subject);
    assert!(letter.text.contains("/verify_email?token="), "{}", letter.text);
    portal.stop().await;
}

#[tokio::test]
async fn a_receipt_that_cannot_be_written_holds_up_no_payment() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let wording = built_in(&admin, "payment_receipt").await;
    let body = "{{if .User.DiscordID}}{{else}}{{range .User.Squads}}{{range $.User.Squads}}\
        {{range $.User.Squads}}{{$.User.Kana}}{{end}}{{end}}{{end}}{{end}}";
    save(&admin, "payment_receipt", "会費", body).await;
    let many = with(ann.profile().await, json!({ "squads": vec!["x"; 250] }));
    let _ = ann.browser.post("/api/private/profile", many).await.expect(200);
    admin.record(ann.id, 0).await.expect_ok(&[]);
    assert_eq!(ann.role().await, "member");
    let letter = portal.server.mailbox.take("ann@example.org").await;
    assert_eq!(letter.subject, wording, "the built-in wording takes its place");
    portal.stop().await;
}
