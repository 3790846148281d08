//! The wording of letters as a setting (portal contract section 7).

use integration_tests::{
    client::Answer,
    portal::{MANAGEMENT, Member, Portal},
};
use serde_json::{Value, json};

const KINDS: [&str; 4] = ["email_verification", "after_registration", "payment_receipt", "payment_reminder"];

async fn view(admin: &Member, query: &str) -> Answer {
    admin.browser.get(&format!("{MANAGEMENT}/config?{query}")).await
}

async fn template(admin: &Member, kind: &str) -> (String, String) {
    let answer = view(admin, &format!("kind=email_template&email_kind={kind}")).await;
    let body = answer.expect_ok(&["subject", "body"]);
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    (text(&body["subject"]), text(&body["body"]))
}

async fn save(admin: &Member, kind: &str, subject: &str, body: &str) -> Answer {
    let payload = json!({ "email_kind": kind, "subject": subject, "body": body });
    admin.configure("email_template", payload).await
}

#[tokio::test]
async fn a_letter_that_nobody_has_worded_shows_its_built_in_wording() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let mut subjects = Vec::new();
    for kind in KINDS {
        let (subject, body) = template(&admin, kind).await;
        assert!(!subject.is_empty() && body.contains("{{.User.Handle}}"), "{kind}: {body}");
        assert!(!subject.is_ascii() && !body.is_ascii(), "{kind} is in Japanese");
        assert_eq!(body.contains("{{.VerificationLink}}"), kind == "email_verification");
        // It is a template like any other.
        save(&admin, kind, &subject, &body).await.expect_ok(&[]);
        subjects.push(subject);
    }
    subjects.sort_unstable();
    subjects.dedup();
    assert_eq!(subjects.len(), 4);
    portal.stop().await;
}

#[tokio::test]
async fn a_wording_is_kept_as_it_was_given() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let long = "あ".repeat(20_000);
    for (subject, body) in [
        ("会費", "{{.User.Handle}} さん\n\nありがとうございます。\n"),
        (" 会費 ", "  \r\n{{- .User.Name -}}\t\n "),
        ("😀 {{ .User.ID }}", long.as_str()),
        ("", ""),
        ("<b>&amp;</b>", "a < b && c > d, {{\"{{\"}}"),
    ] {
        for kind in KINDS {
            save(&admin, kind, subject, body).await.expect_ok(&[]);
            assert_eq!(template(&admin, kind).await, (subject.to_owned(), body.to_owned()), "{kind}");
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn each_kind_has_a_wording_of_its_own() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for kind in KINDS {
        save(&admin, kind, &format!("subject of {kind}"), &format!("body of {kind}")).await.expect_ok(&[]);
    }
    for kind in KINDS {
        let expected = (format!("subject of {kind}"), format!("body of {kind}"));
        assert_eq!(template(&admin, kind).await, expected);
    }
    portal.stop().await;
}

#[tokio::test]
async fn every_variable_of_a_member_can_be_used() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let names = "ID Email Generation Name Kana Handle Avatar.URL Avatar.ThumbnailURL Sex University.Name \
        University.Department University.Subject StudentID EmergencyPhoneNumber OtherCircles Workshops Squads Role \
        AccountID DiscordID TwitterScreenName EmailVerified CardPublished CreatedAt UpdatedAt";
    let lines: Vec<String> = names.split_whitespace().map(|name| format!("{{{{.User.{name}}}}}")).collect();
    let body = lines.join("\n");
    for kind in KINDS {
        save(&admin, kind, "{{.User.Handle}}", &body).await.expect_ok(&[]);
    }
    let blocks = "{{if .User.DiscordID}}a{{else if .User.Role}}b{{else}}c{{end}}\
        {{range .User.Workshops}}- {{.}}{{else}}none{{end}}{{with .User.Avatar}}{{.URL}}{{end}}{{/* nothing */}}\
        {{- .User.Name -}}{{$.User.Kana}}";
    save(&admin, "payment_receipt", "会費", blocks).await.expect_ok(&[]);
    save(&admin, "email_verification", "{{.User.Handle}}", "{{ .VerificationLink }}").await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn a_faulty_wording_is_refused_with_its_part_and_changes_nothing() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let before = template(&admin, "payment_receipt").await;
    let faults = [
        "{{",
        "{{.User.Handle",
        "{{.User.Handle}",
        "{{}}",
        "{{if .User.Name}}x",
        "{{end}}",
        "{{else}}",
        "{{range .User.Name}}x{{end}}",
        "{{.User.Handel}}",
        "{{.User}}",
        "{{.Users.Handle}}",
        "{{.User.University.Nmae}}",
        "{{.User.handle}}",
        "{{.VerificationLink}}",
        "{{if .User.DiscordID}}{{.User.Nobody}}{{end}}",
        "{{template \"x\"}}",
        "{{printf \"%s\" .User.Name}}",
        "{{\"open}}",
        "a\u{0}b",
    ];
    for fault in faults {
        let answer = save(&admin, "payment_receipt", fault, "fine").await;
        answer.expect_problem_with(400, "subjectのフォーマットが不正です: ");
        let answer = save(&admin, "payment_receipt", "fine", fault).await;
        answer.expect_problem_with(400, "bodyのフォーマットが不正です: ");
        let answer = save(&admin, "payment_receipt", fault, fault).await;
        answer.expect_problem_with(400, "subjectのフォーマットが不正です: ");
    }
    assert_eq!(template(&admin, "payment_receipt").await, before);
    portal.stop().await;
}

#[tokio::test]
async fn a_wording_that_grows_without_end_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let nested = format!(
        "{}{{{{.User.Name}}}}{}",
        "{{range .User.Squads}}".to_owned() + &"{{range $.User.Squads}}".repeat(7),
        "{{end}}".repeat(8)
    );
    let answer = save(&admin, "payment_reminder", "会費", &nested).await;
    answer.expect_problem_with(400, "bodyのフォーマットが不正です: ");
    portal.stop().await;
}

#[tokio::test]
async fn what_there_is_not_can_neither_be_seen_nor_set() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for kind in ["weather", "", "Payment_period", "email_template_v1"] {
        view(&admin, &format!("kind={kind}")).await.expect_problem(400, &format!("unknown kind: {kind}"));
        let answer = admin.configure(kind, json!({ "payment_period": 202_004 })).await;
        answer.expect_problem(400, &format!("unknown kind: {kind}"));
    }
    view(&admin, "").await.expect_problem(400, "unknown kind: ");
    let path = format!("{MANAGEMENT}/config");
    admin.browser.post_nothing(&path).await.expect_problem(400, "unknown kind: ");
    for kind in ["weather", "", "payment"] {
        let message = format!("不正なEメールの種別です: {kind}");
        save(&admin, kind, "会費", "会費").await.expect_problem(400, &message);
        let answer = view(&admin, &format!("kind=email_template&email_kind={kind}")).await;
        assert!(!answer.problem(400).is_empty());
    }
    assert!(!view(&admin, "kind=email_template").await.problem(400).is_empty());
    portal.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let path = format!("{MANAGEMENT}/config");
    for body in [
        json!({ "kind": 5, "payload": {} }),
        json!({ "kind": "payment_period", "payload": [] }),
        json!({ "kind": "email_template", "payload": "x" }),
        json!({ "kind": "email_template", "payload": { "email_kind": 1, "subject": "", "body": "" } }),
        json!({ "kind": "email_template", "payload": { "email_kind": "payment_receipt", "subject": [], "body": "" } }),
        json!([]),
    ] {
        admin.browser.post(&path, body).await.expect_problem_with(400, "invalid request values: ");
    }
    for body in ["{", "kind=payment_period", "{} {}"] {
        let answer = admin.browser.client().post_bytes(&path, "application/json", body).await;
        answer.expect_problem_with(400, "invalid request values: ");
    }
    portal.stop().await;
}
