//! What services are told.

use super::*;

async fn ask(transaction: MockTransaction, path: &str) -> Answer {
    let request = TestRequest::get().uri(path).insert_header(("Authorization", format!("Bearer {SERVICE}")));
    send(&site_with(transaction, MockIdentityProvider::new()), request).await
}

#[actix_web::test]
async fn a_service_learns_a_role_and_nothing_else() {
    let mut transaction = MockTransaction::default();
    transaction.profiles.expect_find_role_of().returning(|_, subject| {
        Ok((subject.as_str() == "oauth2|discord|1234").then_some(MemberRole::NotMember))
    });
    let path = "/api/external/find_role?account_id=oauth2%7Cdiscord%7C1234";
    assert_done(&ask(transaction, path).await, &json!({ "role": "not_member" }));
    for query in ["?account_id=other", "?account_id=", "", "?account_id=%00"] {
        let mut transaction = MockTransaction::default();
        transaction.profiles.expect_find_role_of().returning(|_, _| Ok(None));
        let answer = ask(transaction, &format!("/api/external/find_role{query}")).await;
        assert_problem(&answer, 404, "no such user");
    }
}

#[actix_web::test]
async fn a_service_learns_all_roles() {
    let subject = |text| Subject::parse(text).unwrap();
    let mut transaction = MockTransaction::default();
    transaction
        .profiles
        .expect_list_roles()
        .returning(move |_| Ok(vec![(subject("b"), MemberRole::Admin), (subject("a"), MemberRole::Retired)]));
    let answer = ask(transaction, "/api/external/all_member_roles").await;
    assert_done(&answer, &json!({ "a": { "role": "retired" }, "b": { "role": "admin" } }));

    let mut transaction = MockTransaction::default();
    transaction.profiles.expect_list_roles().returning(|_| Ok(Vec::new()));
    let answer = ask(transaction, "/api/external/all_member_roles").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "{}"));
}
