//! Who may call, and that nobody else learns anything.

use portico_domain::session::{Bearer, Session, TokenPair};
use portico_domain::{policy::Lifetimes, ports::StoreError};

use super::*;

/// A request to every door, with what it shows.
async fn knock(transaction: MockTransaction, path: &str, header: (&'static str, &str)) -> Answer {
    let request = TestRequest::get().uri(path).insert_header((header.0, header.1.to_owned()));
    send(&site_with(transaction, MockIdentityProvider::new()), request).await
}

#[actix_web::test]
async fn whoever_shows_no_cookie_is_not_signed_in() {
    for path in [
        "/api/private/profile",
        "/api/private/nothing",
        "/api/private",
        "//api//private//nothing/",
        "/api/private/management/users",
        "/api/private/management/nothing",
        "/api/management",
        "/api/management/nothing",
        "/api/public/oidc_account",
    ] {
        let answer = send(&site(MockTransaction::default()), TestRequest::get().uri(path)).await;
        assert_problem(&answer, 401, "ログインしていません");
    }
    // A method that is not here is no reason to say so.
    let request = TestRequest::delete().uri("/api/private/profile");
    assert_problem(&send(&site(MockTransaction::default()), request).await, 401, "ログインしていません");
}

#[actix_web::test]
async fn a_cookie_that_opens_nothing_is_not_valid() {
    for path in ["/api/private/profile", "/api/private/nothing", "/api/management/nothing"] {
        let answer = knock(managed(), path, ("Cookie", "misw-portal-token=other")).await;
        assert_problem(&answer, 401, "トークンが無効です");
    }
}

#[actix_web::test]
async fn the_cookie_of_the_origin_is_taken_too() {
    let answer =
        knock(managed(), "/api/private/profile", ("Cookie", "misw-portal-secret=session-token")).await;
    assert_eq!(answer.status, 200);
}

#[actix_web::test]
async fn whoever_may_enter_is_told_what_is_not_there() {
    assert_problem(&get(managed(), "/api/private/nothing").await, 404, "Not Found");
    assert_problem(&get(managed(), "/api/management/nothing").await, 404, "Not Found");
    let request = signed_in(TestRequest::delete().uri("/api/private/profile"));
    let answer = send(&site(managed()), request).await;
    assert_problem(&answer, 405, "Method Not Allowed");
    assert_eq!(answer.header("Allow"), "GET, HEAD, POST");
    let bearer = ("Authorization", "Bearer service-token");
    assert_problem(&knock(managed(), "/api/external/nothing", bearer).await, 404, "Not Found");
}

#[actix_web::test]
async fn management_is_for_admins_alone() {
    for role in [MemberRole::Member, MemberRole::Retired, MemberRole::NotMember] {
        for path in ["/api/private/management/user?user_id=1", "/api/management/nothing"] {
            assert_problem(&get(visited_by(role), path).await, 403, "permission denied");
        }
    }
}

#[actix_web::test]
async fn a_body_is_not_looked_at_before_its_sender() {
    for path in ["/api/private/profile", "/api/private/management/user", "/api/private/signup"] {
        let request = TestRequest::post().uri(path).insert_header(("Content-Type", "application/json"));
        let answer = send(&site(MockTransaction::default()), request.set_payload("{")).await;
        assert_problem(&answer, 401, "ログインしていません");
    }
}

/// A store that knows the bearer token of an admin, who may have to change his password.
fn operated(password_change_required: bool) -> MockTransaction {
    let token = PlainToken::presented("hitkey_x");
    let pair = TokenPair { token: token.clone(), refresh: PlainToken::presented("refresh") };
    let entropy = CountingEntropy::default();
    let session = Session::open(user().id, &pair, &Lifetimes::default(), now(), &entropy);
    let mut transaction = managed();
    transaction.profiles.expect_find_by_number().returning(|_| Ok(None));
    transaction.payments.expect_periods().returning(|| Ok(portico_domain::period::Periods::default()));
    transaction.sessions.expect_find_bearer().returning(move |digest| {
        let bearer =
            Bearer { session: session.clone(), user_state: UserState::Active, password_change_required };
        Ok((*digest == token.digest()).then_some(bearer))
    });
    transaction
}

#[actix_web::test]
async fn an_operator_gets_in_by_his_bearer_token() {
    let path = "/api/private/management/user?user_id=7";
    let answer = knock(operated(false), path, ("Authorization", "Bearer hitkey_x")).await;
    assert_problem(&answer, 404, "user not found");
    let answer = knock(operated(true), path, ("Authorization", "Bearer hitkey_x")).await;
    assert_problem(&answer, 403, "先にパスワードを変更してください");
    let answer = knock(operated(false), path, ("Authorization", "Bearer hitkey_y")).await;
    assert_problem(&answer, 401, "トークンが無効です");
    // Another scheme is somebody else's business, such as a proxy's.
    let answer = knock(operated(false), path, ("Authorization", "Basic aGk6aG8=")).await;
    assert_problem(&answer, 401, "ログインしていません");
}

#[actix_web::test]
async fn a_bearer_token_opens_nothing_but_management() {
    let answer = knock(operated(false), "/api/private/profile", ("Authorization", "Bearer hitkey_x")).await;
    assert_problem(&answer, 401, "ログインしていません");
}

#[actix_web::test]
async fn services_show_one_of_the_operators_tokens_with_its_scheme() {
    for shown in
        ["", "service-token", "Bearer", "Bearer other", "Basic service-token", "Bearer service-token2"]
    {
        for path in ["/api/external/find_role?account_id=x", "/api/external/nothing", "/api/external"] {
            let answer = knock(MockTransaction::default(), path, ("Authorization", shown)).await;
            assert_problem(&answer, 403, "no valid token");
        }
    }
}

#[actix_web::test]
async fn nobody_is_a_service_unless_the_operator_says_so() {
    let request = TestRequest::get().uri("/api/external/all_member_roles");
    let request = request.insert_header(("Authorization", format!("Bearer {SERVICE}")));
    assert_problem(&send(&site(MockTransaction::default()), request).await, 403, "no valid token");
}

#[actix_web::test]
async fn a_store_out_of_reach_asks_to_come_back() {
    let mut transaction = MockTransaction::default();
    let cause = StoreError::Unavailable(Arc::new(std::io::Error::other("a secret host")));
    transaction.portal_sessions.expect_find_visitor().returning(move |_| Err(cause.clone()));
    let answer = get(transaction, "/api/private/profile").await;
    assert_problem(&answer, 503, "Service Unavailable");
    assert_eq!(answer.header("Retry-After"), "1");
}
