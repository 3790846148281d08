//! Lists of payments, one's own and those of others (portal contract sections 3.2 and 3.3).

use integration_tests::portal::{MANAGEMENT, Member, Portal};
use serde_json::{Value, json};

use super::shapes::assert_payment;

const OF_A_PERIOD: &str = "特定のperiodに対する支払い情報一覧を取得する機能は未実装です";
const OF_ALL: &str = "全支払い情報を一括で取得する機能は提供されていません";

async fn listed(admin: &Member, query: &str) -> Vec<Value> {
    let path = format!("{MANAGEMENT}/payment_statuses?{query}");
    let body = admin.browser.get(&path).await.expect_ok(&["payment_statuses"]);
    body["payment_statuses"].as_array().expect("it is a list").clone()
}

#[tokio::test]
async fn payments_are_listed_with_the_newest_period_first() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    for period in [202_004, 201_904, 202_110, 201_910] {
        admin.record(ann.id, period).await.expect_ok(&[]);
    }
    let expected = [202_110, 202_004, 201_910, 201_904];
    let own = ann.browser.get("/api/private/profile/payment_statuses").await;
    let own = own.expect_ok(&["payment_statuses"])["payment_statuses"].as_array().expect("a list").clone();
    assert_eq!(own.len(), 4);
    for (payment, period) in own.iter().zip(expected) {
        assert_payment(payment, ann.id, period, admin.id);
    }
    assert_eq!(listed(&admin, &format!("user_id={}", ann.id)).await, own);
    portal.stop().await;
}

#[tokio::test]
async fn a_person_and_a_period_give_one_payment_or_none() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ids = portal.import(&admin, &[("ann", "member"), ("bob", "member")]).await;
    admin.record(ids[0], 202_004).await.expect_ok(&[]);
    for (query, found) in [
        (format!("user_id={}&period=202004", ids[0]), 1),
        (format!("user_id={}&period=0", ids[0]), 1),
        (format!("user_id={}&period=201910", ids[0]), 0),
        (format!("user_id={}&period=201905", ids[0]), 0),
        (format!("user_id={}&period=202004", ids[1]), 0),
        (format!("user_id={}", ids[1]), 0),
        ("user_id=999999".to_owned(), 0),
        ("user_id=999999&period=202004".to_owned(), 0),
    ] {
        let found_now = listed(&admin, &query).await;
        assert_eq!(found_now.len(), found, "{query}");
        for payment in found_now {
            assert_payment(&payment, ids[0], 202_004, admin.id);
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn without_a_person_nothing_is_listed() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let path = format!("{MANAGEMENT}/payment_statuses");
    admin.browser.get(&path).await.expect_problem(400, OF_ALL);
    for period in ["202004", "0", "201905"] {
        let answer = admin.browser.get(&format!("{path}?period={period}")).await;
        answer.expect_problem(400, OF_A_PERIOD);
    }
    for query in ["user_id=abc", "user_id=1&period=abc", "user_id=1.5"] {
        assert!(!admin.browser.get(&format!("{path}?{query}")).await.problem(400).is_empty());
    }
    portal.stop().await;
}

#[tokio::test]
async fn one_sees_only_ones_own_payments() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let (ann, bob) = (portal.sign_up("ann").await, portal.sign_up("bob").await);
    admin.record(ann.id, 202_004).await.expect_ok(&[]);
    let path = format!("/api/private/profile/payment_statuses?user_id={}", ann.id);
    let body = bob.browser.get(&path).await.expect_ok(&["payment_statuses"]);
    assert_eq!(body["payment_statuses"], json!([]));
    portal.stop().await;
}
