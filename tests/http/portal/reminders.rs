//! Reminders of dues (portal contract sections 3.3 and 5).

use integration_tests::{
    client::Answer,
    portal::{ADMIN, MANAGEMENT, Member, Portal, email_of},
};
use serde_json::{Value, json};

async fn remind(admin: &Member, body: Value) -> Answer {
    admin.browser.post(&format!("{MANAGEMENT}/remind_payment"), body).await
}

/// How many letters each of these has been sent.
fn letters(portal: &Portal, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| portal.server.tables().letters_to(&email_of(name))).collect()
}

/// Everybody there can be, with the admin who is no member of the file.
const PEOPLE: [(&str, &str); 5] =
    [("mem", "member"), ("boss", "admin"), ("old", "retired"), ("not", "not_member"), ("paid", "member")];
const NAMES: [&str; 5] = ["mem", "boss", "old", "not", "paid"];

/// A portal with these people, of whom the last has paid; answers their numbers.
async fn with_people() -> (Portal, Member, Vec<i64>) {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ids = portal.import(&admin, &PEOPLE).await;
    admin.record(ids[4], 0).await.expect_ok(&[]);
    let _ = portal.server.mailbox.take(&email_of("paid")).await;
    (portal, admin, ids)
}

#[tokio::test]
async fn members_and_admins_who_have_not_paid_are_reminded() {
    let (portal, admin, _) = with_people().await;
    let before = portal.server.tables().letters_to(ADMIN);
    admin.browser.post_nothing(&format!("{MANAGEMENT}/remind_payment")).await.expect_ok(&[]);
    assert_eq!(letters(&portal, &NAMES), [1, 1, 0, 0, 1]);
    assert_eq!(portal.server.tables().letters_to(ADMIN), before + 1, "an admin of the operator owes too");
    let letter = portal.server.mailbox.take(&email_of("mem")).await;
    assert!(!letter.subject.is_empty() && letter.text.contains("mem"), "{}", letter.text);
    portal.stop().await;
}

#[tokio::test]
async fn a_payment_for_the_current_period_does_not_count_here() {
    let (portal, admin, ids) = with_people().await;
    admin.record(ids[0], 201_910).await.expect_ok(&[]);
    let _ = portal.server.mailbox.take(&email_of("mem")).await;
    remind(&admin, json!({ "filter": [ids[0]] })).await.expect_ok(&[]);
    assert_eq!(letters(&portal, &["mem"]), [2]);
    portal.stop().await;
}

#[tokio::test]
async fn an_empty_filter_is_everybody_and_another_names_people() {
    let (portal, admin, ids) = with_people().await;
    for (body, after) in [
        (json!({ "filter": [ids[1]] }), [0, 1, 0, 0, 1]),
        // Who owes nothing is not reminded, though he is named.
        (json!({ "filter": [ids[2], ids[3], ids[4]] }), [0, 1, 0, 0, 1]),
        (json!({ "filter": [999_999, -1, 0] }), [0, 1, 0, 0, 1]),
        (json!({ "filter": [ids[0], ids[0], ids[1]] }), [1, 2, 0, 0, 1]),
        (json!({ "filter": [] }), [2, 3, 0, 0, 1]),
        (json!({ "filter": null }), [3, 4, 0, 0, 1]),
        (json!({}), [4, 5, 0, 0, 1]),
        (json!({ "others": [ids[0]], "status": "OK" }), [5, 6, 0, 0, 1]),
    ] {
        remind(&admin, body.clone()).await.expect_ok(&[]);
        assert_eq!(letters(&portal, &NAMES), after, "{body}");
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_reminds_nobody() {
    let (portal, admin, ids) = with_people().await;
    for body in [
        json!({ "filter": ids[0] }),
        json!({ "filter": [ids[0].to_string()] }),
        json!({ "filter": { "0": ids[0] } }),
        json!([ids[0]]),
    ] {
        assert!(!remind(&admin, body).await.problem(400).is_empty());
    }
    assert_eq!(letters(&portal, &NAMES), [0, 0, 0, 0, 1]);
    portal.stop().await;
}

#[tokio::test]
async fn whoever_cannot_be_written_to_is_named_and_holds_up_nobody() {
    let (portal, admin, ids) = with_people().await;
    // For most it is short. For whoever has many squads and no Discord name it never ends.
    let body = "{{.User.Handle}}{{if .User.DiscordID}}{{else}}\
        {{range .User.Squads}}{{range $.User.Squads}}{{range $.User.Squads}}{{$.User.Kana}}{{end}}{{end}}{{end}}\
        {{end}}";
    let template = json!({ "email_kind": "payment_reminder", "subject": "会費", "body": body });
    admin.configure("email_template", template).await.expect_ok(&[]);
    let path = format!("{MANAGEMENT}/user?user_id={}", ids[1]);
    let mut user = admin.browser.get(&path).await.expect(200)["user"].clone();
    user["squads"] = json!(vec!["x"; 250]);
    admin.browser.post(&format!("{MANAGEMENT}/user"), json!({ "user": user })).await.expect_ok(&[]);

    let answer = remind(&admin, json!({ "filter": [ids[0], ids[1]] })).await;
    let message = answer.problem(500);
    assert!(message.starts_with(&format!("{}({}): ", ids[1], email_of("boss"))), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert_eq!(letters(&portal, &NAMES), [1, 0, 0, 0, 1]);
    assert_eq!(portal.server.mailbox.take(&email_of("mem")).await.text.trim(), "mem");
    portal.stop().await;
}

#[tokio::test]
async fn hundreds_are_reminded_at_once_each_with_one_letter() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let names: Vec<String> = (0..1100).map(|n| format!("ann{n}")).collect();
    let people: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "member")).collect();
    let ids = portal.import(&admin, &people).await;
    for id in [ids[0], ids[550], ids[1099]] {
        admin.record(id, 0).await.expect_ok(&[]);
    }
    let tables = portal.server.tables();
    let before = tables.count("outbox", "1 = 1");
    remind(&admin, json!({})).await.expect_ok(&[]);
    // Everybody but those three, and the admin.
    assert_eq!(tables.count("outbox", "1 = 1") - before, 1100 - 3 + 1);
    let doubled = "SELECT recipient AS value FROM outbox GROUP BY recipient HAVING count(*) > 1";
    assert!(tables.texts(doubled).iter().all(|address| address == ADMIN));
    portal.stop().await;
}
