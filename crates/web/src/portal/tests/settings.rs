//! Periods and letters, for admins.

use portico_domain::period::Periods;

use super::*;

const CONFIG: &str = "/api/private/management/config";

fn with_periods() -> MockTransaction {
    let mut transaction = managed();
    transaction.payments.expect_periods().returning(|| Ok(Periods::default()));
    transaction
}

#[actix_web::test]
async fn each_setting_is_shown_by_its_kind() {
    let answer = get(with_periods(), &format!("{CONFIG}?kind=payment_period")).await;
    assert_done(&answer, &ok(json!({ "payment_period": 202_004 })));
    let answer = get(with_periods(), "/api/management/config?kind=current_period").await;
    assert_done(&answer, &ok(json!({ "current_period": 201_910 })));
    for kind in ["email_verification", "after_registration", "payment_receipt", "payment_reminder"] {
        let mut transaction = managed();
        transaction.mail_templates.expect_find().returning(|_| Ok(None));
        let answer = get(transaction, &format!("{CONFIG}?kind=email_template&email_kind={kind}")).await;
        let body = answer.json();
        assert_done(&answer, &ok(json!({ "subject": body["subject"], "body": body["body"] })));
        assert!(body["subject"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    }
}

#[actix_web::test]
async fn unknown_kinds_are_named() {
    for (query, message) in [
        ("", "unknown kind: "),
        ("?kind=weather", "unknown kind: weather"),
        ("?kind=email_template", "不正なEメールの種別です: "),
        ("?kind=email_template&email_kind=x", "不正なEメールの種別です: x"),
    ] {
        assert_problem(&get(managed(), &format!("{CONFIG}{query}")).await, 400, message);
    }
    let long = format!("{}…", "x".repeat(100));
    let answer = post(managed(), CONFIG, json!({ "kind": "x".repeat(5000) })).await;
    assert_problem(&answer, 400, &format!("unknown kind: {long}"));
    let body = json!({ "kind": "email_template", "payload": { "email_kind": "y" } });
    assert_problem(&post(managed(), CONFIG, body).await, 400, "不正なEメールの種別です: y");
}

/// A store in which these become the periods.
fn set_to(current: i32, payment: i32) -> MockTransaction {
    let mut transaction = with_periods();
    transaction
        .payments
        .expect_set_periods()
        .withf(move |periods, _| {
            (periods.current().number(), periods.payment().number()) == (current, payment)
        })
        .times(1)
        .returning(|_, _| Ok(()));
    transaction.profiles.expect_follow_dues().returning(|_, _| Ok(0));
    transaction
}

#[actix_web::test]
async fn periods_are_set_also_by_the_key_of_the_first_documentation() {
    for (kind, payload, current, payment) in [
        ("payment_period", json!({ "payment_period": 201_910 }), 201_910, 201_910),
        ("current_period", json!({ "current_period": 202_004 }), 202_004, 202_004),
        ("current_period", json!({ "payment_period": 202_004 }), 202_004, 202_004),
        ("current_period", json!({ "current_period": 202_004, "payment_period": 201_910 }), 202_004, 202_004),
    ] {
        let body = json!({ "kind": kind, "payload": payload });
        assert_done(&post(set_to(current, payment), CONFIG, body).await, &ok(json!({})));
    }
}

#[actix_web::test]
async fn periods_out_of_reach_are_refused() {
    let payment =
        |period: Value| json!({ "kind": "payment_period", "payload": { "payment_period": period } });
    let current =
        |period: Value| json!({ "kind": "current_period", "payload": { "current_period": period } });
    for (body, message) in [
        (payment(json!(202_010)), "支払い期間は現在の期間と同じか一つ次のみ指定できます"),
        (payment(json!(201_904)), "支払い期間は現在の期間と同じか一つ次のみ指定できます"),
        (current(json!(201_904)), "現在の期間は現在の期間と同じか一つ次のみ指定できます"),
        (payment(json!(201_804)), "年の値が不正です"),
        (current(json!(null)), "年の値が不正です"),
        (json!({ "kind": "current_period" }), "年の値が不正です"),
        (payment(json!(202_005)), "4月または10月のみが許可されています"),
        (payment(json!("202004")), "invalid request values: payload.payment_period must be a whole number"),
        (
            json!({ "kind": "payment_period", "payload": [] }),
            "invalid request values: payload must be an object",
        ),
        (json!({ "kind": 7 }), "invalid request values: kind must be a string"),
    ] {
        assert_problem(&post(with_periods(), CONFIG, body).await, 400, message);
    }
}

fn template(subject: &str, body: &str) -> Value {
    let payload = json!({ "email_kind": "payment_receipt", "subject": subject, "body": body });
    json!({ "kind": "email_template", "payload": payload })
}

#[actix_web::test]
async fn a_letter_is_worded_anew_even_by_nothing() {
    for (subject, body) in [("{{.User.Handle}}", "{{ .User.Name }}"), ("", "")] {
        let mut transaction = managed();
        transaction
            .mail_templates
            .expect_put()
            .withf(move |_, template, _| template.subject == subject && template.body == body)
            .times(1)
            .returning(|_, _, _| Ok(()));
        assert_done(&post(transaction, CONFIG, template(subject, body)).await, &ok(json!({})));
    }
}

#[actix_web::test]
async fn a_wording_that_cannot_be_used_says_where_and_why() {
    for (subject, body, start) in [
        ("{{", "", "subjectのフォーマットが不正です: "),
        ("", "{{.User.Nmae}}", "bodyのフォーマットが不正です: line 1: unknown variable .User.Nmae"),
        ("", "{{.VerificationLink}}", "bodyのフォーマットが不正です: "),
        ("{{", "{{", "subjectのフォーマットが不正です: "),
    ] {
        let answer = post(managed(), CONFIG, template(subject, body)).await;
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with(start), "{message}");
        assert_eq!(answer.status, 400);
    }
}
