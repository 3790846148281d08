//! Many at the same moment in the portal: what must happen once happens once, and roles are right afterwards.

use std::collections::BTreeSet;

use integration_tests::{
    client::Answer,
    portal::{Browser, MANAGEMENT, Member, Portal, form, with},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{races::at_once, shapes::with_status};

/// A server with more than one thread for requests.
async fn busy() -> Portal {
    Portal::start_with(&[("PORTICO_WORKERS", "4")]).await
}

/// A request of a browser, ready to be sent.
fn ready(
    browser: &Browser,
    method: Method,
    path: &str,
    body: &Value,
) -> impl Future<Output = Answer> + Send + use<> {
    let (browser, path, body) = (browser.twin(), path.to_owned(), body.clone());
    async move { browser.with_body(method, &path, body).await }
}

/// Checks that exactly one succeeded, and that every other was told one of these.
#[track_caller]
fn assert_one_winner(answers: &[Answer], losers: &[(u16, &str)]) {
    assert_eq!(with_status(answers, 200).len(), 1, "{answers:?}");
    for loser in answers.iter().filter(|answer| answer.status != 200) {
        assert!(losers.contains(&(loser.status, loser.problem(loser.status))), "{}", loser.text);
    }
}

async fn offer(member: &Member) -> Value {
    let path = "/api/private/profile/payment_transaction";
    let body = member.browser.post_nothing(path).await.expect_ok(&["token", "expired_at"]);
    json!({ "token": body["token"] })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_treasurers_with_one_token_one_takes_the_payment() {
    let portal = busy().await;
    let treasurers = [portal.admin().await, portal.sign_up_admin("other").await];
    let names: Vec<String> = (0..6).map(|n| format!("ann{n}")).collect();
    let path = format!("{MANAGEMENT}/authorize_transaction");
    for (round, name) in names.iter().enumerate() {
        let ann = portal.sign_up(name).await;
        let token = offer(&ann).await;
        let requests = (0..2 + round).map(|n| ready(&treasurers[n % 2].browser, Method::POST, &path, &token));
        let answers = at_once(requests).await;
        assert_one_winner(&answers, &[(400, "無効なトークンです"), (409, "すでに支払い済みです")]);
        let _ = portal.server.mailbox.take(&ann.email).await;
        assert_eq!(portal.server.tables().letters_to(&ann.email), 3, "two for signing up, one receipt");
    }
    assert_eq!(portal.server.tables().count("payment_statuses", "1 = 1"), 6);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_and_a_hand_record_one_payment() {
    let portal = busy().await;
    let admin = portal.admin().await;
    for round in 0..5 {
        let ann = portal.sign_up(&format!("ann{round}")).await;
        let token = offer(&ann).await;
        let by_hand = json!({ "user_id": ann.id });
        let path = |name: &str| format!("{MANAGEMENT}/{name}");
        let answers = at_once([
            ready(&admin.browser, Method::POST, &path("authorize_transaction"), &token),
            ready(&admin.browser, Method::PUT, &path("payment_status"), &by_hand),
            ready(&admin.browser, Method::PUT, &path("payment_status"), &by_hand),
        ])
        .await;
        assert_one_winner(&answers, &[(409, "すでに支払い済みです")]);
        assert_eq!(ann.role().await, "member");
        let _ = portal.server.mailbox.take(&ann.email).await;
        assert_eq!(portal.server.tables().letters_to(&ann.email), 3);
    }
    portal.stop().await;
}

/// What somebody's role must be: by the rule of section 5.
async fn role_by_rule(admin: &Member, id: i64) -> &'static str {
    let path = format!("{MANAGEMENT}/payment_statuses?user_id={id}");
    let body = admin.browser.get(&path).await.expect_ok(&["payment_statuses"]);
    let counting = [admin.period("current_period").await, admin.period("payment_period").await];
    let payments = body["payment_statuses"].as_array().expect("a list");
    let pays = |payment: &Value| payment["period"].as_i64().is_some_and(|period| counting.contains(&period));
    if payments.iter().any(pays) { "member" } else { "not_member" }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payments_and_removals_while_the_periods_change_leave_the_right_roles() {
    let portal = busy().await;
    let admin = portal.admin().await;
    let names: Vec<String> = (0..6).map(|n| format!("ann{n}")).collect();
    let people: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "not_member")).collect();
    let ids = portal.import(&admin, &people).await;
    // Half of them have paid for the period that is about to count no more.
    let (payment, config) = (format!("{MANAGEMENT}/payment_status"), format!("{MANAGEMENT}/config"));
    for round in 0..10 {
        for id in &ids[..3] {
            let _ = admin.record(*id, 201_910).await;
        }
        let mut requests = vec![];
        let forward = round % 2 == 0;
        let (current, collected) = if forward { (202_004, 202_010) } else { (201_910, 202_004) };
        let changes = [("current_period", current), ("payment_period", collected)];
        for (n, id) in ids.iter().enumerate() {
            let body = json!({ "user_id": id, "period": 201_910 });
            // Each is paid for and taken back at the same moment, some the other way round.
            let mut methods = [Method::DELETE, Method::PUT];
            methods.rotate_left(n % 2);
            for method in methods {
                requests.push(ready(&admin.browser, method, &payment, &body));
            }
            if let Some((kind, period)) = changes.get(n) {
                let change = json!({ "kind": kind, "payload": { *kind: period } });
                requests.push(ready(&admin.browser, Method::POST, &config, &change));
            }
        }
        let answers = at_once(requests).await;
        // The order decides whether the two periods may follow each other so.
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 400 | 409)), "{answers:?}");
        for id in &ids {
            assert_eq!(admin.role_of(*id).await, role_by_rule(&admin, *id).await, "round {round}");
        }
        for id in &ids[3..] {
            admin.remove(*id, 201_910).await.expect_ok(&[]);
        }
    }
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_changes_of_the_periods_leave_two_that_belong_together() {
    let portal = busy().await;
    let admin = portal.admin().await;
    let config = format!("{MANAGEMENT}/config");
    for _ in 0..8 {
        admin.set_periods(201_910, 202_004).await;
        let change = |kind: &str, period: i64| {
            let body = json!({ "kind": kind, "payload": { kind: period } });
            ready(&admin.browser, Method::POST, &config, &body)
        };
        // Either is allowed, and both together are not.
        let answers = at_once([change("current_period", 202_004), change("payment_period", 201_910)]).await;
        let refusals = [
            (400, "支払い期間は現在の期間と同じか一つ次のみ指定できます"),
            (400, "現在の期間は現在の期間と同じか一つ次のみ指定できます"),
        ];
        assert_one_winner(&answers, &refusals);
        if answers[1].status == 200 {
            admin.configure("payment_period", json!({ "payment_period": 202_004 })).await.expect_ok(&[]);
        } else {
            admin.configure("current_period", json!({ "current_period": 201_910 })).await.expect_ok(&[]);
        }
    }
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_admins_who_demote_each_other_one_stays() {
    let portal = busy().await;
    let (ann, bob) = (portal.sign_up_admin("ann").await, portal.sign_up_admin("bob").await);
    let operator = portal.operator().await;
    let path = format!("{MANAGEMENT}/user");
    let mut told = BTreeSet::new();
    for round in 0..12 {
        let demote = |by: &Member, whom: &Member| {
            let body = json!({ "user_id": whom.id, "role": "member" });
            ready(&by.browser, Method::PATCH, &path, &body)
        };
        // Each the other, or each himself: that is the same to the portal.
        let requests = if round % 2 == 0 {
            [demote(&ann, &bob), demote(&bob, &ann)]
        } else {
            [demote(&ann, &ann), demote(&bob, &bob)]
        };
        let answers = at_once(requests).await;
        assert_one_winner(&answers, &[(409, "最後の管理者は変更できません"), (403, "permission denied")]);
        told.extend(answers.iter().map(|answer| answer.status));
        let roles = [ann.role().await, bob.role().await];
        assert_eq!(roles.iter().filter(|role| *role == "admin").count(), 1, "{roles:?}");
        for member in [&ann, &bob] {
            operator.appoint(&member.email, "admin").await;
        }
    }
    assert!(told.contains(&409), "the last admin was never asked to go");
    operator.close().await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ups_with_one_cookie_make_one_member() {
    let portal = busy().await;
    let path = "/api/public/oidc_account/signup";
    for round in 0..5 {
        let name = format!("ann{round}");
        let browser = portal.arrive(&name).await;
        let requests = (0..6).map(|n| ready(&browser, Method::POST, path, &form(&format!("{name}-{n}"))));
        let answers = at_once(requests).await;
        assert_one_winner(&answers, &[(401, "トークンが無効です"), (403, "既に存在しているユーザーです")]);
    }
    let tables = portal.server.tables();
    let counted = ["users", "member_profiles", "external_identities", "emails", "email_verifications"]
        .map(|table| tables.count(table, "1 = 1"));
    assert_eq!(counted, [5, 5, 5, 5, 5]);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_one_may_have_is_given_to_one() {
    let portal = busy().await;
    let path = "/api/public/oidc_account/signup";
    let mut requests = Vec::new();
    for n in 0..6 {
        let name = format!("ann{n}");
        let browser = portal.arrive(&name).await;
        let body = with(form(&name), json!({ "student_id": "the same" }));
        requests.push(ready(&browser, Method::POST, path, &body));
    }
    let answers = at_once(requests).await;
    assert_eq!(with_status(&answers, 200).len(), 1, "{answers:?}");
    assert_eq!(with_status(&answers, 400).len(), 5, "{answers:?}");
    assert_eq!(portal.server.tables().count("member_profiles", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_link_signs_in_once_and_one_callback_too() {
    let portal = busy().await;
    for round in 0..4 {
        let name = format!("ann{round}");
        let token = portal.sign_up_only(&name).await;
        let body = json!({ "token": token });
        let answers = at_once(
            (0..6).map(|_| ready(&portal.browser(), Method::POST, "/api/public/verify_email", &body)),
        )
        .await;
        assert_eq!(with_status(&answers, 200).len(), 6, "{answers:?}");
        let given = answers.iter().filter(|answer| !answer.cookies().is_empty()).count();
        assert_eq!(given, 1);

        let browser = portal.browser();
        let (code, state) = portal.begin(&browser, integration_tests::portal::claims_of(&name)).await;
        let body = json!({ "code": code, "state": state });
        let path = "/api/public/callback";
        let answers = at_once((0..6).map(|_| ready(&browser, Method::POST, path, &body))).await;
        assert_one_winner(&answers, &[(400, "failed to validate token")]);
    }
    let welcomes = portal.server.tables().count("outbox", "1 = 1");
    assert_eq!(welcomes, 8, "a verification and a welcome each");
    portal.stop().await;
}
