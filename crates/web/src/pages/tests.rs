//! The pages as a browser gets them.

use actix_web::{http::Method, test::TestRequest};
use chrono::TimeDelta;
use portico_application::UseCases;
use portico_domain::{
    email::{Email, EmailState},
    id::{EmailId, PasswordResetId},
    invite::{Invite, InviteState},
    password::PasswordHash,
    password_reset::PasswordReset,
    ports::{
        Comparison, PasswordsError,
        mocks::{CountingEntropy, MockPasswords, MockTransaction},
    },
    redirect_url::RedirectUrl,
    token::PlainToken,
};

use crate::{
    Site, Surroundings,
    testing::{Answer, bare_site, invite, now, ports, post_form, send, site, user, with_invite},
};

const PATH: &str = "/invite/invite-token";

async fn open(transaction: MockTransaction, path: &str) -> Answer {
    send(&site(transaction), TestRequest::get().uri(path)).await
}

fn site_with(transaction: MockTransaction, passwords: MockPasswords) -> Site {
    Site::new(UseCases::new(&ports(transaction, passwords))).unwrap()
}

fn assert_page(answer: &Answer, status: u16, texts: &[&str]) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    assert_eq!(answer.header("Content-Type"), "text/html; charset=utf-8");
    let policy = answer.header("Content-Security-Policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; form-action 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(!answer.body.contains("<script"), "{}", answer.body);
    for text in texts {
        assert!(answer.body.contains(text), "no {text:?} in {}", answer.body);
    }
}

#[actix_web::test]
async fn below_a_path_of_a_shared_host_every_link_stays_below_it() {
    let surroundings = Surroundings { base_path: "/club".to_owned(), ..Surroundings::default() };
    let use_cases = UseCases::new(&ports(with_invite(invite()), MockPasswords::new()));
    let site = Site::within(surroundings, use_cases).unwrap();
    for path in [PATH, "/reset-password"] {
        let answer = send(&site, TestRequest::get().uri(path)).await;
        assert_page(&answer, 200, &["href=\"&#x2f;club/assets/pages.css\""]);
        for link in ["href=\"/", "action=\"/"] {
            assert!(!answer.body.contains(link), "{}", answer.body);
        }
    }
}

#[actix_web::test]
async fn an_invite_shows_who_invites_whom_into_what_with_everything_escaped() {
    let answer = open(with_invite(invite()), PATH).await;
    assert_page(
        &answer,
        200,
        &[
            "&lt;script&gt;alert(1)&lt;&#x2f;script&gt; &amp; Co",
            "Ann &quot;&lt;b&gt;&quot; O&#x27;Hara",
            "bob@example.org",
            "<dd>member</dd>",
            "22 January 2024, 00:00 UTC",
        ],
    );
    assert!(!answer.body.contains("<b>"), "{}", answer.body);
}

#[actix_web::test]
async fn opening_an_invite_asks_the_store_for_nothing_but_reading() {
    // The mocks have no expectation that writes: a write would panic, and the answer would be a 500.
    let site = site(with_invite(invite()));
    for method in [Method::HEAD, Method::GET, Method::GET] {
        assert_eq!(send(&site, TestRequest::default().method(method).uri(PATH)).await.status, 200);
    }
}

#[actix_web::test]
async fn an_unknown_a_used_and_a_revoked_invite_are_not_valid() {
    let used = Invite { state: InviteState::Accepted { by: user().id, at: now() }, ..invite() };
    let revoked = Invite { state: InviteState::Revoked { at: now() }, ..invite() };
    for invite in [used, revoked, Invite { token: PlainToken::presented("x").digest(), ..invite() }] {
        assert_page(&open(with_invite(invite), PATH).await, 404, &["This invite is not valid", "send"]);
    }
}

#[actix_web::test]
async fn an_expired_invite_says_whom_to_ask() {
    let expired = Invite { expires_at: now(), ..invite() };
    assert_page(&open(with_invite(expired), PATH).await, 404, &["has expired", "send it anew"]);
}

#[actix_web::test]
async fn a_password_that_is_refused_brings_the_form_back_with_the_reason() {
    let answer = send(&site(with_invite(invite())), post_form(PATH, "action=register&password=short")).await;
    assert_page(&answer, 422, &["The password must be at least 8 characters.", "aria-invalid=\"true\""]);
    assert!(!answer.body.contains("short"), "the password must not be shown again");

    let mut passwords = MockPasswords::new();
    passwords
        .expect_protect()
        .returning(|_, _| Err(PasswordsError::Weak("Too common: <password1>.".to_owned())));
    let mut transaction = with_invite(invite());
    transaction.emails.expect_find_holder().returning(|_| Ok(None));
    let form = post_form(PATH, "action=register&password=password1");
    let answer = send(&site_with(transaction, passwords), form).await;
    assert_page(&answer, 422, &["Too common: &lt;password1&gt;."]);
}

#[actix_web::test]
async fn a_wrong_password_keeps_the_address_that_was_typed() {
    let mut passwords = MockPasswords::new();
    passwords.expect_compare().returning(|_, _| Ok(Comparison::Wrong));
    let mut transaction = with_invite(invite());
    transaction.emails.expect_find_holder().returning(|_| Ok(None));
    transaction.emails.expect_find_latest_claim().returning(|_| Ok(None));
    let form = post_form(PATH, "action=sign-in&email=a%2Bb%40example.org&password=x");
    let answer = send(&site_with(transaction, passwords), form).await;
    assert_page(&answer, 400, &["The email or the password is wrong.", "value=\"a+b@example.org\""]);
}

#[actix_web::test]
async fn a_busy_house_asks_to_try_again() {
    let mut passwords = MockPasswords::new();
    passwords.expect_compare().returning(|_, _| Err(PasswordsError::Busy));
    let mut transaction = with_invite(invite());
    transaction.emails.expect_find_holder().returning(|_| Ok(None));
    transaction.emails.expect_find_latest_claim().returning(|_| Ok(None));
    let form = post_form(PATH, "action=sign-in&email=a%40example.org&password=x");
    let answer = send(&site_with(transaction, passwords), form).await;
    assert_page(&answer, 503, &["The server is busy"]);
    assert_eq!(answer.header("Retry-After"), "1");
}

#[actix_web::test]
async fn whoever_comes_in_gets_a_link_to_go_on_and_no_redirect() {
    let url = "https://app.example.org/welcome?a=1&b=\"2";
    let redirecting = Invite { redirect_url: Some(RedirectUrl::parse(url).unwrap()), ..invite() };
    let mut passwords = MockPasswords::new();
    passwords.expect_protect().returning(|_, _| Ok(PasswordHash::from_phc("$argon2id$".to_owned())));
    let mut transaction = with_invite(redirecting);
    transaction.emails.expect_find_holder().returning(|_| Ok(None));
    transaction.emails.expect_find_of().returning(|_, _| Ok(None));
    transaction.emails.expect_list_of().returning(|id| {
        let address = invite().address;
        let state = EmailState::Verified { at: now() };
        let email_id = EmailId::generate(now(), &CountingEntropy::default());
        Ok(vec![Email { id: email_id, user: id, address, state, is_default: true, created_at: now() }])
    });
    transaction.emails.expect_add().returning(|_| Ok(()));
    transaction.emails.expect_void_claims().returning(|_| Ok(()));
    transaction.users.expect_add().returning(|_| Ok(user()));
    transaction.credentials.expect_set().returning(|_| Ok(()));
    transaction.codes.expect_remove().returning(|_| Ok(()));
    transaction.sessions.expect_add().returning(|_| Ok(()));
    transaction.members.expect_find().returning(|_, _| Ok(None));
    transaction.members.expect_add().returning(|_| Ok(()));
    transaction.invites.expect_close().times(1).returning(|_| Ok(()));
    let form = post_form(PATH, "action=register&password=correct+horse+battery");
    let answer = send(&site_with(transaction, passwords), form).await;
    assert_page(
        &answer,
        200,
        &["Welcome to", "https:&#x2f;&#x2f;app.example.org&#x2f;welcome?a=1&amp;b=&quot;2"],
    );
    assert_eq!(answer.header("Location"), "");
}

#[actix_web::test]
async fn only_small_forms_are_taken() {
    let kinds = [("Content-Type", "application/json"), ("Content-Type", "multipart/form-data; boundary=x")];
    for kind in kinds {
        let request = TestRequest::post().uri(PATH).insert_header(kind).set_payload("{}");
        assert_page(&send(&bare_site(), request).await, 415, &["takes forms only"]);
    }
    let request = post_form(PATH, "").set_payload(format!("password={}", "x".repeat(64 * 1024)));
    assert_page(&send(&bare_site(), request).await, 413, &["too large"]);
    let request = post_form(PATH, "").set_payload(&b"password=\xff"[..]);
    assert_page(&send(&bare_site(), request).await, 400, &["in one piece"]);
}

fn reset_link() -> MockTransaction {
    let reset = PasswordReset {
        id: PasswordResetId::generate(now(), &CountingEntropy::default()),
        user: Some(user().id),
        token: PlainToken::presented("good").digest(),
        created_at: now(),
        expires_at: now() + TimeDelta::minutes(15),
        closed_at: None,
    };
    let old =
        PasswordReset { token: PlainToken::presented("old").digest(), expires_at: now(), ..reset.clone() };
    let mut transaction = MockTransaction::default();
    transaction
        .password_resets
        .expect_find_by_token()
        .returning(move |token| Ok([&reset, &old].into_iter().find(|reset| reset.token == *token).cloned()));
    transaction
}

#[actix_web::test]
async fn a_good_reset_link_asks_for_the_new_password() {
    let answer = open(reset_link(), "/reset-password?token=good").await;
    assert_page(&answer, 200, &["Choose a new password", "name=\"token\" value=\"good\""]);
}

#[actix_web::test]
async fn a_dead_reset_link_offers_a_new_one() {
    let answer = open(reset_link(), "/reset-password?token=%3Cb%3E").await;
    assert_page(&answer, 404, &["This link is not valid", "Send me a link"]);
    assert!(!answer.body.contains("<b>"), "{}", answer.body);
    let answer = open(reset_link(), "/reset-password?token=old").await;
    assert_page(&answer, 404, &["This link has expired", "Send me a link"]);
}

#[actix_web::test]
async fn without_a_token_the_page_asks_for_the_address() {
    for path in ["/reset-password", "/reset-password?token=", "/reset-password?x"] {
        assert_page(&open(MockTransaction::default(), path).await, 200, &["Forgotten the password?"]);
    }
    let answer = send(&bare_site(), post_form("/reset-password", "email=nobody")).await;
    assert_page(&answer, 422, &["The email must be a valid email address.", "value=\"nobody\""]);
}

#[actix_web::test]
async fn a_short_new_password_keeps_the_link() {
    let answer = send(&site(reset_link()), post_form("/reset-password", "token=good&password=short")).await;
    assert_page(&answer, 422, &["at least 8 characters", "name=\"token\" value=\"good\""]);
}

#[actix_web::test]
async fn the_stylesheet_may_be_cached() {
    let answer = send(&bare_site(), TestRequest::get().uri("/assets/pages.css")).await;
    assert_eq!((answer.status.as_u16(), answer.header("Content-Type")), (200, "text/css; charset=utf-8"));
    assert!(answer.header("Cache-Control").contains("max-age"), "{}", answer.header("Cache-Control"));
}
