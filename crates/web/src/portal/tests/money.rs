//! Dues, for admins.

use portico_domain::{
    payment::{PaymentTransaction, RemovalReason},
    period::Periods,
    ports::{StoreError, Unique},
};

use super::*;

const STATUS: &str = "/api/private/management/payment_status";

async fn call(transaction: MockTransaction, request: TestRequest) -> Answer {
    send(&site(transaction), signed_in(request)).await
}

/// A store that knows everybody, and who paid for 202004.
fn paid() -> MockTransaction {
    let mut transaction = managed();
    transaction
        .profiles
        .expect_find_by_number()
        .returning(|number| Ok((1..1000).contains(&number).then(|| member(number))));
    transaction.payments.expect_periods().returning(|| Ok(Periods::default()));
    transaction
        .payments
        .expect_find()
        .returning(|_, period| Ok((period.number() == 202_004).then(|| payment(7, 202_004))));
    transaction
}

#[actix_web::test]
async fn a_payment_is_shown_by_member_and_period() {
    let expected = ok(json!({ "payment_status": shown_payment(7, 202_004) }));
    for query in ["user_id=7", "user_id=7&period=0", "user_id=7&period=202004"] {
        assert_done(&get(paid(), &format!("{STATUS}?{query}")).await, &expected);
    }
    for query in ["user_id=7&period=202010", "user_id=7&period=202005", "user_id=7000", ""] {
        let answer = get(paid(), &format!("{STATUS}?{query}")).await;
        assert_problem(&answer, 404, "存在しない支払い情報です");
    }
    let answer = get(paid(), &format!("{STATUS}?user_id=x")).await;
    assert_problem(&answer, 400, "invalid request values: user_id must be a whole number");
}

/// A store that takes payments with this outcome, of a period that does not count.
fn taking(outcome: Result<(), StoreError>) -> MockTransaction {
    let mut transaction = paid();
    let added = transaction.payments.expect_add();
    added.withf(|payment| payment.authorizer == user().id).returning(move |_| outcome.clone());
    transaction
}

#[actix_web::test]
async fn a_payment_is_recorded_by_put_or_post() {
    let body = json!({ "user_id": 7, "period": 202_110 });
    for request in [TestRequest::put(), TestRequest::post()] {
        let answer = call(taking(Ok(())), json_body(request.uri(STATUS), &body)).await;
        assert_done(&answer, &ok(json!({})));
    }
    for request in [TestRequest::put(), TestRequest::post()] {
        let twice = Err(StoreError::Duplicate(Unique::Payment));
        let answer = call(taking(twice), json_body(request.uri(STATUS), &body)).await;
        assert_problem(&answer, 409, "すでに支払い済みです");
    }
}

#[actix_web::test]
async fn a_payment_needs_a_member_and_a_period() {
    for (body, status, message) in [
        (json!({ "user_id": 7000, "period": 202_110 }), 404, "user not found"),
        (json!({ "user_id": 7, "period": 201_810 }), 400, "年の値が不正です"),
        (json!({ "user_id": 7, "period": 202_005 }), 400, "4月または10月のみが許可されています"),
        (json!({ "user_id": null }), 404, "user not found"),
        (
            json!({ "user_id": 7, "period": "x" }),
            400,
            "invalid request values: period must be a whole number",
        ),
    ] {
        let mut transaction = taking(Ok(()));
        transaction.profiles.expect_find_by_number().returning(|_| Ok(None));
        let answer = call(transaction, json_body(TestRequest::put().uri(STATUS), &body)).await;
        assert_problem(&answer, status, message);
    }
    // What would be a query elsewhere is none with PUT.
    let request = TestRequest::put().uri(&format!("{STATUS}?user_id=7"));
    let mut transaction = managed();
    transaction.profiles.expect_find_by_number().withf(|number| *number == 0).returning(|_| Ok(None));
    assert_problem(&call(transaction, request).await, 404, "user not found");
}

/// A store that takes a payment for this period back, once.
fn taking_back(period: i32, reason: Option<&'static str>) -> MockTransaction {
    let mut transaction = paid();
    transaction
        .payments
        .expect_remove()
        .withf(move |_, of, removal| {
            of.number() == period && removal.reason.as_ref().map(RemovalReason::as_str) == reason
        })
        .times(1)
        .returning(|_, _, _| Ok(false));
    transaction
}

#[actix_web::test]
async fn a_payment_is_taken_back_by_query_or_body() {
    let delete = |query: &str| TestRequest::delete().uri(&format!("{STATUS}{query}"));
    for (request, period, reason) in [
        (delete("?user_id=7"), 202_004, None),
        (delete("?user_id=7&period=202010"), 202_010, None),
        (delete("?user_id=7&reason=typo"), 202_004, Some("typo")),
        (json_body(delete(""), &json!({ "user_id": 7 })), 202_004, None),
        (
            json_body(delete("?period=202010"), &json!({ "user_id": 7, "reason": " typo " })),
            202_010,
            Some("typo"),
        ),
        (
            json_body(delete("?user_id=9&period=202010"), &json!({ "user_id": 7, "period": 201_910 })),
            201_910,
            None,
        ),
    ] {
        assert_done(&call(taking_back(period, reason), request).await, &ok(json!({})));
    }
    // There is nothing, and cannot be.
    for query in ["?user_id=7000", "?user_id=7&period=202005", ""] {
        let mut transaction = managed();
        transaction.profiles.expect_find_by_number().returning(|_| Ok(None));
        assert_done(&call(transaction, delete(query)).await, &ok(json!({})));
    }
    let answer = call(managed(), json_body(delete(""), &json!({ "reason": "x".repeat(501) }))).await;
    assert_problem(&answer, 400, "reasonが長すぎます(最大500文字)");
    let answer = call(managed(), json_body(delete(""), &json!({ "reason": "a\u{0}b" }))).await;
    assert_problem(&answer, 400, "reasonに使えない文字が含まれています");
}

#[actix_web::test]
async fn payments_are_listed_of_one_member() {
    let path = "/api/private/management/payment_statuses";
    let mut transaction = paid();
    transaction.payments.expect_list_of().returning(|_| Ok(vec![payment(7, 202_010), payment(7, 202_004)]));
    let all = json!({ "payment_statuses": [shown_payment(7, 202_010), shown_payment(7, 202_004)] });
    assert_done(&get(transaction, &format!("{path}?user_id=7")).await, &ok(all));
    let one = json!({ "payment_statuses": [shown_payment(7, 202_004)] });
    assert_done(&get(paid(), &format!("{path}?user_id=7&period=202004")).await, &ok(one));
    for period in ["202010", "202005"] {
        let answer = get(paid(), &format!("{path}?user_id=7&period={period}")).await;
        assert_done(&answer, &ok(json!({ "payment_statuses": [] })));
    }
    let answer = get(managed(), &format!("{path}?period=202004")).await;
    assert_problem(&answer, 400, "特定のperiodに対する支払い情報一覧を取得する機能は未実装です");
    let answer = get(managed(), path).await;
    assert_problem(&answer, 400, "全支払い情報を一括で取得する機能は提供されていません");
}

const AUTHORIZE: &str = "/api/private/management/authorize_transaction";

/// A store with an offer to pay behind `token`.
fn offered() -> MockTransaction {
    let token = PlainToken::presented("offer");
    let offer = PaymentTransaction::issue(user().id, &token, TimeDelta::seconds(60), now());
    let mut transaction = paid();
    transaction
        .payments
        .expect_find_transaction()
        .returning(move |digest| Ok((*digest == offer.digest).then(|| offer.clone())));
    transaction
}

#[actix_web::test]
async fn whose_payment_a_token_is_can_be_seen_before() {
    let answer = post(offered(), &format!("{AUTHORIZE}/preview"), json!({ "token": "offer" })).await;
    let expected = json!({
        "user_id": 134,
        "handle": "mischa",
        "generation": 61,
        "period": 202_004,
        "already_paid": true,
    });
    assert_done(&answer, &ok(expected));
}

#[actix_web::test]
async fn a_token_that_is_not_good_authorizes_nothing() {
    for path in [AUTHORIZE.to_owned(), format!("{AUTHORIZE}/preview")] {
        for body in [json!({ "token": "other" }), json!({ "token": null }), json!({})] {
            assert_problem(&post(offered(), &path, body).await, 400, "無効なトークンです");
        }
        let answer = post(managed(), &path, json!({ "token": 7 })).await;
        assert_problem(&answer, 400, "invalid request values: token must be a string");
    }
    let mut transaction = offered();
    transaction.payments.expect_add().returning(|_| Err(StoreError::Duplicate(Unique::Payment)));
    let answer = post(transaction, AUTHORIZE, json!({ "token": "offer" })).await;
    assert_problem(&answer, 409, "すでに支払い済みです");
}

#[actix_web::test]
async fn whoever_cannot_be_reminded_is_named() {
    let path = "/api/private/management/remind_payment";
    let owing = || {
        let mut transaction = managed();
        transaction.payments.expect_periods().returning(|| Ok(Periods::default()));
        transaction.mail_templates.expect_find().returning(|_| Ok(None));
        transaction.profiles.expect_list().returning(|_| {
            let without = |number| {
                let mut member = owing(number);
                member.record.email = None;
                member
            };
            Ok(vec![without(7), without(8)])
        });
        transaction
    };
    let request = || signed_in(TestRequest::post().uri(path));
    let answer = send(&site(owing()), request()).await;
    assert_eq!((answer.status.as_u16(), answer.json()["status_code"].as_u64()), (500, Some(500)));
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    let lines: Vec<&str> = message.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("7(): ") && lines[1].starts_with("8(): "), "{message}");

    let answer = send(&site(owing()), json_body(request(), &json!({ "filter": [8] }))).await;
    assert!(answer.json()["message"].as_str().unwrap().starts_with("8(): "), "{}", answer.body);
    let answer = send(&site(owing()), json_body(request(), &json!({ "filter": [9] }))).await;
    assert_done(&answer, &ok(json!({})));
    let answer = send(&site(managed()), json_body(request(), &json!({ "filter": 9 }))).await;
    assert_problem(&answer, 400, "invalid request values: filter must be a list of whole numbers");
}
