//! What a member sees and shows of his dues.

use super::*;

#[actix_web::test]
async fn a_member_sees_what_he_has_paid() {
    let mut transaction = visited_by(MemberRole::Member);
    transaction
        .payments
        .expect_list_of()
        .returning(|_| Ok(vec![payment(134, 202_010), payment(134, 202_004)]));
    let answer = get(transaction, "/api/private/profile/payment_statuses").await;
    let expected = json!({ "payment_statuses": [shown_payment(134, 202_010), shown_payment(134, 202_004)] });
    assert_done(&answer, &ok(expected));

    let mut transaction = visited_by(MemberRole::Member);
    transaction.payments.expect_list_of().returning(|_| Ok(Vec::new()));
    let answer = get(transaction, "/api/private/profile/payment_statuses").await;
    assert_done(&answer, &ok(json!({ "payment_statuses": [] })));
}

fn offering() -> MockTransaction {
    let mut transaction = visited_by(MemberRole::NotMember);
    transaction.payments.expect_add_transaction().times(1).returning(|_| Ok(()));
    transaction
}

#[actix_web::test]
async fn an_offer_is_good_for_a_minute() {
    let request = signed_in(TestRequest::post().uri("/api/private/profile/payment_transaction"));
    let answer = send(&site(offering()), request).await;
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(token.len(), 43);
    assert_done(&answer, &ok(json!({ "token": token, "expired_at": "2024-01-15T09:01:00+09:00" })));
}

#[actix_web::test]
async fn an_offer_can_be_a_picture_that_nobody_keeps() {
    let answer = get(offering(), "/api/private/profile/payment_transaction.svg").await;
    assert_eq!((answer.status.as_u16(), answer.header("Content-Type")), (200, "image/svg+xml"));
    assert_eq!(answer.header("Cache-Control"), "no-store");
    assert!(answer.body.starts_with("<?xml ") && answer.body.ends_with("</svg>"), "{}", answer.body);
}

#[actix_web::test]
async fn whoever_has_no_profile_offers_nothing() {
    let mut transaction = visited_by(MemberRole::Member);
    transaction.profiles.checkpoint();
    transaction.profiles.expect_find().returning(|_| Ok(None));
    let answer = get(transaction, "/api/private/profile/payment_transaction.svg").await;
    assert_problem(&answer, 401, "トークンが無効です");
}
