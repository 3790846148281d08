//! The members, for admins.

use portico_domain::{
    period::Periods,
    ports::{MemberFilter, StoreError, Unique},
};

use super::*;

/// Both prefixes of management.
const PREFIXES: [&str; 2] = ["/api/private/management", "/api/management"];

/// A store whose list of members goes by `list`.
fn listing(
    mut list: impl FnMut(&MemberFilter) -> Result<Vec<MemberWithDues>, StoreError> + Send + 'static,
) -> MockTransaction {
    let mut transaction = managed();
    transaction.payments.expect_periods().returning(|| Ok(Periods::default()));
    transaction.profiles.expect_list().returning(move |filter| list(filter));
    transaction
}

fn two() -> Vec<MemberWithDues> {
    vec![owing(1), MemberWithDues { payment: Some(payment(134, 202_004)), ..owing(134) }]
}

fn two_shown() -> Value {
    json!([
        with(shown(1), &json!({ "payment_status": null })),
        with(shown(134), &json!({ "payment_status": shown_payment(134, 202_004) })),
    ])
}

#[actix_web::test]
async fn all_members_are_listed_with_their_payment_or_null() {
    for prefix in PREFIXES {
        let answer = get(listing(|_| Ok(two())), &format!("{prefix}/users")).await;
        assert_done(&answer, &ok(json!({ "users": two_shown() })));
        let answer = get(listing(|_| Ok(two())), &format!("{prefix}/list_users")).await;
        assert_done(&answer, &two_shown());
    }
    let answer = get(listing(|_| Ok(Vec::new())), "/api/private/management/users").await;
    assert_done(&answer, &ok(json!({ "users": [] })));
}

#[actix_web::test]
async fn the_list_is_of_the_period_asked_for_or_of_the_payment_period() {
    for (query, period) in
        [("", 202_004), ("?period=0", 202_004), ("?period=", 202_004), ("?period=202110", 202_110)]
    {
        let list = move |filter: &MemberFilter| {
            assert_eq!(filter.period.number(), period, "{query}");
            Ok(Vec::new())
        };
        let answer = get(listing(list), &format!("/api/private/management/users{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
    }
    for period in ["x", "202005", "1", "-202004", "99999999999999999999"] {
        let path = format!("/api/private/management/users?period={period}");
        assert_problem(&get(managed(), &path).await, 400, "invalid period");
    }
}

#[actix_web::test]
async fn a_store_that_fails_before_the_list_begins_gets_its_status() {
    for path in ["users", "list_users", "users/export.csv", "users/export.jsonl"] {
        let path = format!("/api/private/management/{path}");
        let answer = get(listing(|_| Err(StoreError::Overloaded)), &path).await;
        assert_problem(&answer, 503, "Service Unavailable");
    }
}

#[actix_web::test]
async fn members_are_taken_away_as_a_table() {
    let mut odd = owing(7);
    odd.record.profile.details.handle = "=1+1".to_owned();
    odd.record.profile.details.name = "a \"b\", c".to_owned();
    let list = move |_: &MemberFilter| Ok(vec![odd.clone()]);
    let answer = get(listing(list), "/api/private/management/users/export.csv").await;
    assert_eq!((answer.status.as_u16(), answer.header("Content-Type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(answer.header("Content-Disposition"), "attachment; filename=\"members.csv\"");
    let expected = "代,苗字,名前,セイ,メイ,性別,ハンネ,大学,学部,学科,学籍番号,accountID,メール,研究会,班,電話,ロール\r\n\
        61,a,\"\"\"b\"\", c\",ミス,チャン,女,'=1+1,早稲田大学,基幹理工,情報,1W26,oauth2|discord|1234,\
        mischa@example.org,CG,,08041111111,member\r\n";
    assert_eq!(answer.body, expected);
}

#[actix_web::test]
async fn members_are_taken_away_as_lines() {
    let answer = get(listing(|_| Ok(two())), "/api/management/users/export.jsonl").await;
    assert_eq!((answer.status.as_u16(), answer.header("Content-Type")), (200, "application/x-ndjson"));
    let lines: Vec<Value> = answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::from(lines), two_shown());
    assert!(answer.body.ends_with('\n'));
}

#[actix_web::test]
async fn files_take_the_same_filters_as_a_search() {
    for file in ["export.csv", "export.jsonl"] {
        let list = |filter: &MemberFilter| {
            assert_eq!((filter.words.prefixes().len(), filter.period.number()), (1, 202_010));
            assert_eq!((filter.role, filter.paid), (Some(MemberRole::Admin), Some(true)));
            Ok(Vec::new())
        };
        let query = "q=mis&role=admin&paid=true&period=202010";
        let answer = get(listing(list), &format!("/api/private/management/users/{file}?{query}")).await;
        assert_eq!(answer.status, 200);
        for (query, fault) in [
            ("period=1", "period must be a period"),
            ("role=boss", "role must be a role"),
            ("paid=1", "paid must be true or false"),
        ] {
            let answer = get(managed(), &format!("/api/management/users/{file}?{query}")).await;
            assert_problem(&answer, 400, &format!("invalid request values: {fault}"));
        }
    }
}

#[actix_web::test]
async fn a_search_goes_on_as_long_as_there_is_more() {
    let list = |filter: &MemberFilter| {
        let prefixes = filter.words.prefixes();
        assert_eq!((prefixes.len(), filter.role, filter.paid), (1, Some(MemberRole::Member), Some(false)));
        assert_eq!((filter.after, filter.limit, filter.period.number()), (Some(5), 3, 202_004));
        Ok(vec![owing(6), owing(7), owing(8)])
    };
    let query = "q=mis&role=member&paid=false&after=5&limit=2";
    let answer = get(listing(list), &format!("/api/private/management/users/search?{query}")).await;
    let users = [6, 7].map(|number| with(shown(number), &json!({ "payment_status": null })));
    assert_done(&answer, &ok(json!({ "users": users, "next": 7 })));

    let list = |filter: &MemberFilter| {
        assert_eq!((filter.words.prefixes().len(), filter.role, filter.paid), (0, None, None));
        assert_eq!((filter.after, filter.limit), (None, 101));
        Ok(vec![owing(6)])
    };
    let answer = get(listing(list), "/api/management/users/search").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["next"]), (200, &Value::Null));
}

#[actix_web::test]
async fn a_search_for_nonsense_is_refused() {
    for (query, fault) in [
        ("limit=0", "limit must be from 1 to 1000"),
        ("limit=1001", "limit must be from 1 to 1000"),
        ("limit=ten", "limit must be a whole number"),
        ("after=x", "after must be a whole number"),
        ("paid=yes", "paid must be true or false"),
        ("role=boss", "role must be a role"),
    ] {
        let answer = get(managed(), &format!("/api/private/management/users/search?{query}")).await;
        assert_problem(&answer, 400, &format!("invalid request values: {fault}"));
    }
}

#[actix_web::test]
async fn one_member_is_shown_within_an_object() {
    let mut transaction = managed();
    transaction.profiles.expect_find_by_number().returning(|number| Ok(Some(member(number))));
    transaction.payments.expect_periods().returning(|| Ok(Periods::default()));
    transaction.payments.expect_find().returning(|_, _| Ok(None));
    let answer = get(transaction, "/api/private/management/user?user_id=7").await;
    assert_done(&answer, &ok(json!({ "user": with(shown(7), &json!({ "payment_status": null })) })));

    for query in ["?user_id=7", "", "?user_id="] {
        let mut transaction = managed();
        transaction.profiles.expect_find_by_number().returning(|_| Ok(None));
        let answer = get(transaction, &format!("/api/management/user{query}")).await;
        assert_problem(&answer, 404, "user not found");
    }
    let answer = get(managed(), "/api/management/user?user_id=x").await;
    assert_problem(&answer, 400, "invalid request values: user_id must be a whole number");
}

/// A store whose member 7 can be written over.
fn writable(outcome: Result<(), StoreError>) -> MockTransaction {
    let mut transaction = managed();
    transaction
        .profiles
        .expect_find_by_number()
        .returning(|number| Ok((number == 7).then(|| member(number))));
    transaction.profiles.expect_write().returning(move |_| outcome.clone());
    transaction
}

#[actix_web::test]
async fn an_admin_writes_over_a_member() {
    let path = "/api/private/management/user";
    let body = json!({ "user": with(shown(7), &json!({ "role": "admin", "payment_status": null })) });
    assert_done(&post(writable(Ok(())), path, body.clone()).await, &ok(json!({})));
    let answer = post(writable(Err(StoreError::Duplicate(Unique::DiscordId))), path, body).await;
    assert_problem(&answer, 409, "DiscordIDがすでに利用されています");
    // Nobody has this number, and nothing happens.
    let unknown = json!({ "user": shown(8) });
    assert_done(&post(writable(Ok(())), path, unknown).await, &ok(json!({})));
}

#[actix_web::test]
async fn what_an_admin_writes_wrong_is_refused() {
    for (change, message) in [
        (json!({ "email": "nobody" }), "メールアドレスの形式が不正です"),
        (json!({ "role": "boss" }), "存在しないロールが指定されています"),
        (json!({ "account_id": "" }), "アカウントのIDが設定されていません"),
        (json!({ "generation": 101 }), "不正な代が入力されています"),
        (json!({ "avatar": { "url": "x".repeat(257) } }), "avatar.urlが長すぎます(最大256文字)"),
        (json!({ "id": "7" }), "invalid request values[user.id must be a whole number]"),
        (json!({ "avatar": "x" }), "invalid request values[user.avatar must be an object]"),
        (json!({ "email_verified": 1 }), "invalid request values[user.email_verified must be true or false]"),
    ] {
        let body = json!({ "user": with(with(shown(7), &json!({ "role": "admin" })), &change) });
        let answer = post(writable(Ok(())), "/api/management/user", body).await;
        assert_problem(&answer, 400, message);
    }
    for body in [json!({}), json!({ "user": null }), json!({ "user": {} })] {
        let answer = post(writable(Ok(())), "/api/management/user", body).await;
        assert_problem(&answer, 400, "性別の値が不正です");
    }
    let answer = post(managed(), "/api/management/user", json!({ "user": [] })).await;
    assert_problem(&answer, 400, "invalid request values[user must be an object]");
}

async fn patch(transaction: MockTransaction, body: &Value) -> Answer {
    let request = TestRequest::patch().uri("/api/private/management/user");
    send(&site(transaction), signed_in(json_body(request, body))).await
}

#[actix_web::test]
async fn an_admin_changes_a_role_by_either_spelling_of_it() {
    for key in ["role", "Role"] {
        let mut transaction = managed();
        transaction.profiles.expect_find_by_number().returning(|number| Ok(Some(member(number))));
        let changed = transaction.profiles.expect_change_role();
        changed.withf(|_, _, to, _| *to == MemberRole::Retired).times(1).returning(|_, _, _, _| Ok(()));
        assert_done(&patch(transaction, &json!({ "user_id": 7, key: "retired" })).await, &ok(json!({})));
    }
    for body in [json!({}), json!({ "user_id": 7, "role": "boss" }), json!({ "user_id": 7, "role": null })] {
        assert_problem(&patch(managed(), &body).await, 400, "存在しないロールが指定されています");
    }
    let answer = patch(managed(), &json!({ "user_id": "7" })).await;
    assert_problem(&answer, 400, "invalid request values: user_id must be a whole number");
}

#[actix_web::test]
async fn the_last_admin_stays() {
    let last = || {
        let mut transaction = managed();
        transaction.profiles.expect_find_by_number().returning(|number| {
            let mut admin = member(number);
            admin.profile.role = MemberRole::Admin;
            Ok(Some(admin))
        });
        transaction.profiles.expect_has_other_admin().returning(|_| Ok(false));
        transaction
    };
    let answer = patch(last(), &json!({ "user_id": 7, "role": "member" })).await;
    assert_problem(&answer, 409, "最後の管理者は変更できません");
    let answer = post(last(), "/api/private/management/user", json!({ "user": shown(7) })).await;
    assert_problem(&answer, 409, "最後の管理者は変更できません");
}
