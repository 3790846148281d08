//! The two periods that count, and the roles of everybody when they change (portal contract sections 5 and 7).

use integration_tests::{
    client::Answer,
    portal::{MANAGEMENT, Member, Portal},
};
use serde_json::json;

const PAYMENT_OUT_OF_REACH: &str = "支払い期間は現在の期間と同じか一つ次のみ指定できます";
const CURRENT_OUT_OF_REACH: &str = "現在の期間は現在の期間と同じか一つ次のみ指定できます";
const YEAR: &str = "年の値が不正です";
const MONTH: &str = "4月または10月のみが許可されています";

async fn set(admin: &Member, kind: &str, period: i64) -> Answer {
    admin.configure(kind, json!({ kind: period })).await
}

async fn periods(admin: &Member) -> (i64, i64) {
    (admin.period("current_period").await, admin.period("payment_period").await)
}

#[tokio::test]
async fn the_periods_have_their_defaults() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    assert_eq!(periods(&admin).await, (201_910, 202_004));
    portal.stop().await;
}

#[tokio::test]
async fn dues_are_collected_for_the_current_period_or_the_next() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for period in [201_904, 202_010, 202_104, 210_010] {
        set(&admin, "payment_period", period).await.expect_problem(400, PAYMENT_OUT_OF_REACH);
        set(&admin, "current_period", period).await.expect_problem(400, CURRENT_OUT_OF_REACH);
    }
    for (kind, period, after) in [
        ("payment_period", 201_910, (201_910, 201_910)),
        ("payment_period", 202_004, (201_910, 202_004)),
        ("current_period", 202_004, (202_004, 202_004)),
        ("payment_period", 202_010, (202_004, 202_010)),
        ("current_period", 202_010, (202_010, 202_010)),
        ("current_period", 202_004, (202_004, 202_010)),
        ("current_period", 202_004, (202_004, 202_010)),
        ("payment_period", 202_004, (202_004, 202_004)),
        ("current_period", 201_910, (201_910, 202_004)),
    ] {
        set(&admin, kind, period).await.expect_ok(&[]);
        assert_eq!(periods(&admin).await, after, "{kind} {period}");
    }
    // Equal periods, and the half-year before.
    set(&admin, "payment_period", 201_910).await.expect_ok(&[]);
    set(&admin, "current_period", 201_904).await.expect_ok(&[]);
    set(&admin, "payment_period", 202_004).await.expect_problem(400, PAYMENT_OUT_OF_REACH);
    portal.stop().await;
}

#[tokio::test]
async fn what_is_no_period_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for kind in ["payment_period", "current_period"] {
        for (period, message) in [
            (0, YEAR),
            (201_810, YEAR),
            (210_104, YEAR),
            (-201_910, YEAR),
            (19, YEAR),
            (202_001, MONTH),
            (202_000, MONTH),
            (202_011, MONTH),
        ] {
            set(&admin, kind, period).await.expect_problem(400, message);
        }
        admin.configure(kind, json!({})).await.expect_problem(400, YEAR);
        admin.configure(kind, json!({ kind: null })).await.expect_problem(400, YEAR);
        admin.configure(kind, json!(null)).await.expect_problem(400, YEAR);
        for payload in
            [json!({ kind: "202004" }), json!({ kind: 202_004.5 }), json!([202_004]), json!(202_004)]
        {
            let answer = admin.configure(kind, payload).await;
            answer.expect_problem_with(400, "invalid request values: ");
        }
    }
    assert_eq!(periods(&admin).await, (201_910, 202_004));
    portal.stop().await;
}

#[tokio::test]
async fn the_seeds_key_for_the_current_period_is_understood() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    admin.configure("current_period", json!({ "payment_period": 202_004 })).await.expect_ok(&[]);
    assert_eq!(periods(&admin).await, (202_004, 202_004));
    let both = json!({ "current_period": 201_910, "payment_period": 202_004 });
    admin.configure("current_period", both).await.expect_ok(&[]);
    assert_eq!(periods(&admin).await, (201_910, 202_004));
    // It does not work the other way round.
    let other = json!({ "current_period": 201_910 });
    admin.configure("payment_period", other).await.expect_problem(400, YEAR);
    portal.stop().await;
}

#[tokio::test]
async fn everybodys_role_follows_a_change_of_either_period() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let people = [
        ("unpaid", "member"),
        ("now", "member"),
        ("next", "member"),
        ("later", "not_member"),
        ("retired", "retired"),
        ("boss", "admin"),
    ];
    let ids = portal.import(&admin, &people).await;
    let roles = async || {
        let mut roles = Vec::new();
        for id in &ids {
            roles.push(admin.role_of(*id).await);
        }
        roles.truncate(4);
        assert_eq!([admin.role_of(ids[4]).await, admin.role_of(ids[5]).await], ["retired", "admin"]);
        roles
    };
    admin.record(ids[1], 201_910).await.expect_ok(&[]);
    admin.record(ids[2], 202_004).await.expect_ok(&[]);
    admin.record(ids[3], 202_010).await.expect_ok(&[]);
    let (member, not) = ("member", "not_member");
    assert_eq!(roles().await, [member, member, member, not]);
    // The same period once more is a recalculation too.
    set(&admin, "payment_period", 202_004).await.expect_ok(&[]);
    assert_eq!(roles().await, [not, member, member, not]);
    // The season is over.
    set(&admin, "current_period", 202_004).await.expect_ok(&[]);
    assert_eq!(roles().await, [not, not, member, not]);
    // The next one begins: nobody loses anything, and who has paid early gains.
    set(&admin, "payment_period", 202_010).await.expect_ok(&[]);
    assert_eq!(roles().await, [not, not, member, member]);
    set(&admin, "current_period", 202_010).await.expect_ok(&[]);
    assert_eq!(roles().await, [not, not, not, member]);
    set(&admin, "current_period", 202_004).await.expect_ok(&[]);
    assert_eq!(roles().await, [not, not, member, member]);
    // A refused change changes nobody.
    let patch = json!({ "user_id": ids[0], "role": "member" });
    admin.browser.patch(&format!("{MANAGEMENT}/user"), patch).await.expect_ok(&[]);
    set(&admin, "current_period", 201_904).await.expect_problem(400, CURRENT_OUT_OF_REACH);
    assert_eq!(roles().await, [member, not, member, member]);
    portal.stop().await;
}

#[tokio::test]
async fn a_season_moves_the_lists_with_it() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let id = portal.import(&admin, &[("ann", "not_member")]).await[0];
    admin.record(id, 0).await.expect_ok(&[]);
    let shown = async || {
        let path = format!("{MANAGEMENT}/user?user_id={id}");
        admin.browser.get(&path).await.expect(200)["user"]["payment_status"]["period"].as_i64()
    };
    assert_eq!(shown().await, Some(202_004));
    admin.set_periods(202_004, 202_010).await;
    assert_eq!(shown().await, None);
    admin.record(id, 0).await.expect_ok(&[]);
    assert_eq!(shown().await, Some(202_010));
    admin.set_periods(202_604, 202_610).await;
    assert_eq!((shown().await, admin.role_of(id).await.as_str()), (None, "not_member"));
    portal.stop().await;
}
