//! To the provider, back from there, and out again.

use portico_domain::{
    email_verification::EmailVerification,
    external_identity::{Challenge, ExternalIdentity, ProvedIdentity},
    ports::{IdentityProviderError, StoreError},
};

use super::*;
use crate::surroundings::{PortalFace, Surroundings};

const SECRET: &str = "the-secret";

/// How many characters a token of ours has.
const TOKEN_CHARS: usize = 43;

async fn login(provider: MockIdentityProvider) -> Answer {
    let mut transaction = MockTransaction::default();
    transaction.external_identities.expect_add_attempt().returning(|_| Ok(()));
    send(&site_with(transaction, provider), TestRequest::post().uri("/api/public/login")).await
}

fn sends_to(outcome: Result<&str, IdentityProviderError>) -> MockIdentityProvider {
    let outcome = outcome.map(str::to_owned);
    let mut provider = MockIdentityProvider::new();
    provider.expect_authorization_url().returning(move |_| outcome.clone());
    provider
}

#[actix_web::test]
async fn a_sign_in_begins_with_the_way_to_the_provider_and_a_secret() {
    let answer = login(sends_to(Ok("https://provider.example/authorize"))).await;
    assert_done(&answer, &ok(json!({ "redirect_url": "https://provider.example/authorize" })));
    let [cookie] = &cookies_set(&answer)[..] else { panic!("{:?}", answer.headers) };
    let rest = cookie.strip_prefix("misw-portal-state=").unwrap();
    let (secret, attributes) = rest.split_at(TOKEN_CHARS);
    assert!(secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{cookie}");
    assert_eq!(attributes, "; Path=/; Max-Age=300; HttpOnly; SameSite=Lax; Secure");
}

#[actix_web::test]
async fn without_a_provider_nobody_can_sign_in() {
    let answer = login(sends_to(Err(IdentityProviderError::NotConfigured))).await;
    assert_problem(&answer, 503, "ログイン用のOpenID Connectプロバイダが設定されていません");
    assert_eq!(answer.header("Retry-After"), "");
    let answer = login(sends_to(Err(IdentityProviderError::Unavailable("a secret host".to_owned())))).await;
    assert_eq!((answer.status.as_u16(), answer.header("Retry-After")), (503, "1"));
    assert!(!answer.body.contains("secret"), "{}", answer.body);
    assert!(cookies_set(&answer).is_empty());
}

fn state() -> String {
    Challenge::of(&PlainToken::presented(SECRET)).state().to_owned()
}

async fn come_back(transaction: MockTransaction, provider: MockIdentityProvider, body: &Value) -> Answer {
    let request = TestRequest::post().uri("/api/public/callback");
    let request = request.insert_header(("Cookie", format!("misw-portal-state={SECRET}")));
    send(&site_with(transaction, provider), json_body(request, body)).await
}

fn provider_says(outcome: Result<(), IdentityProviderError>) -> MockIdentityProvider {
    let proved = ProvedIdentity {
        issuer: "https://provider.example/".to_owned(),
        subject: waiting().subject,
        address: Some("mischa@example.org".to_owned()),
        avatar: None,
        locale: None,
    };
    let mut provider = MockIdentityProvider::new();
    provider.expect_prepare().returning(|| Ok(()));
    provider.expect_redeem().returning(move |_, _| outcome.clone().map(|()| proved.clone()));
    provider
}

const NO_STATE: &str = "misw-portal-state=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure";

#[actix_web::test]
async fn a_newcomer_comes_back_with_a_token_that_is_good_for_signing_up() {
    let mut transaction = MockTransaction::default();
    transaction.external_identities.expect_use_attempt().returning(|_, _| Ok(()));
    transaction.external_identities.expect_find_user().returning(|_, _| Ok(None));
    transaction.external_identities.expect_add_pending().times(1).returning(|_| Ok(()));
    let body = json!({ "code": "c", "state": state() });
    let answer = come_back(transaction, provider_says(Ok(())), &body).await;
    assert_done(&answer, &ok(json!({ "has_account": false })));
    let cookies = cookies_set(&answer);
    assert_eq!(cookies[0], NO_STATE);
    assert!(cookies[1].starts_with("misw-portal-token="), "{cookies:?}");
    assert!(cookies[1].ends_with("; Path=/; Max-Age=864000; HttpOnly; SameSite=Lax; Secure"), "{cookies:?}");
}

#[actix_web::test]
async fn a_member_comes_back_with_a_session() {
    let mut transaction = visited_by(MemberRole::Member);
    transaction.external_identities.expect_use_attempt().returning(|_, _| Ok(()));
    transaction.external_identities.expect_find_user().returning(|_, _| Ok(Some(user().id)));
    transaction.external_identities.expect_find_of().returning(|_| {
        let issuer = Some("https://provider.example/".to_owned());
        Ok(Some(ExternalIdentity { issuer, subject: waiting().subject }))
    });
    transaction.users.expect_find().returning(|_| Ok(Some(user())));
    transaction.portal_sessions.expect_add().times(1).returning(|_| Ok(()));
    let body = json!({ "code": "c", "state": state() });
    let answer = come_back(transaction, provider_says(Ok(())), &body).await;
    assert_done(&answer, &ok(json!({ "has_account": true })));
    assert_eq!(cookies_set(&answer).len(), 2);
}

#[actix_web::test]
async fn what_the_browser_brings_is_a_code_and_a_state() {
    let callback = |body: Value| json_body(TestRequest::post().uri("/api/public/callback"), &body);
    for body in [json!([]), json!(7), json!({ "code": 7 }), json!({ "code": "c", "state": {} })] {
        let answer = come_back(MockTransaction::default(), MockIdentityProvider::new(), &body).await;
        assert_problem(&answer, 400, "code and state is not set");
    }
    // What is missing is empty: whoever was refused at the provider comes back with nothing.
    for body in [json!({}), json!({ "code": null, "state": null }), json!({ "code": "c", "state": "s" })] {
        let answer = send(&site(MockTransaction::default()), callback(body.clone())).await;
        assert_problem(&answer, 400, "state is not set");
        let answer = come_back(MockTransaction::default(), MockIdentityProvider::new(), &body).await;
        assert_problem(&answer, 400, "failed to validate token");
    }
}

#[actix_web::test]
async fn a_refused_sign_in_is_used_up_unless_it_was_somebody_elses() {
    let refused = || provider_says(Err(IdentityProviderError::Refused("nonce".to_owned())));
    let (right, wrong) = (json!({ "code": "c", "state": state() }), json!({ "code": "c", "state": "x" }));

    let answer = come_back(MockTransaction::default(), refused(), &wrong).await;
    assert_problem(&answer, 400, "failed to validate token");
    assert!(cookies_set(&answer).is_empty());

    let mut transaction = MockTransaction::default();
    transaction.external_identities.expect_use_attempt().returning(|_, _| Ok(()));
    let answer = come_back(transaction, refused(), &right).await;
    assert_problem(&answer, 400, "failed to validate token");
    assert_eq!(cookies_set(&answer), [NO_STATE]);

    let mut transaction = MockTransaction::default();
    transaction.external_identities.expect_use_attempt().returning(|_, _| Err(StoreError::Stale));
    let answer = come_back(transaction, refused(), &right).await;
    assert_problem(&answer, 400, "failed to validate token");
    assert_eq!(cookies_set(&answer), [NO_STATE]);

    let mut away = MockIdentityProvider::new();
    away.expect_prepare().returning(|| Err(IdentityProviderError::Unavailable("refused".to_owned())));
    let answer = come_back(MockTransaction::default(), away, &right).await;
    assert_eq!((answer.status.as_u16(), cookies_set(&answer).len()), (503, 0));
}

#[actix_web::test]
async fn plain_http_gets_cookies_without_secure() {
    let mut ports = ports(MockTransaction::default(), MockPasswords::new());
    let mut provider = MockIdentityProvider::new();
    provider.expect_logout_url().returning(|| Ok("https://provider.example/v2/logout".to_owned()));
    ports.identity_provider = Arc::new(provider);
    let portal = PortalFace { insecure_cookies: true, ..PortalFace::default() };
    let surroundings = Surroundings { portal, ..Surroundings::default() };
    let site = Site::within(surroundings, UseCases::new(&ports)).unwrap();
    let answer = send(&site, TestRequest::post().uri("/api/public/logout")).await;
    assert_done(&answer, &ok(json!({ "logout_url": "https://provider.example/v2/logout" })));
    let gone = |name| format!("misw-portal-{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    assert_eq!(cookies_set(&answer), [gone("token"), gone("secret")]);
}

#[actix_web::test]
async fn leaving_ends_the_session_and_clears_the_cookie() {
    let mut transaction = visited_by(MemberRole::NotMember);
    transaction.portal_sessions.expect_end().times(1).returning(|_, _| Ok(()));
    transaction.external_identities.expect_remove_pending().returning(|_| Err(StoreError::Stale));
    let mut provider = MockIdentityProvider::new();
    provider.expect_logout_url().returning(|| Ok("https://provider.example/v2/logout".to_owned()));
    let request = signed_in(TestRequest::post().uri("/api/private/logout"));
    let answer = send(&site_with(transaction, provider), request).await;
    assert_done(&answer, &ok(json!({ "logout_url": "https://provider.example/v2/logout" })));
    assert!(
        cookies_set(&answer)[0].starts_with("misw-portal-token=; Path=/; Max-Age=0;"),
        "{:?}",
        answer.headers
    );
}

/// Follows a link that went to this address.
async fn verify(path: &str, address: &str, body: &Value) -> Answer {
    let address = EmailAddress::parse(address).unwrap();
    let link = EmailVerification::issue(user().id, &address, &PlainToken::presented("link"), now());
    let mut transaction = visited_by(MemberRole::NotMember);
    transaction.users.expect_find().returning(|_| Ok(Some(user())));
    transaction
        .email_verifications
        .expect_find()
        .returning(move |digest| Ok((*digest == link.digest).then(|| link.clone())));
    send(&site(transaction), json_body(TestRequest::post().uri(path), body)).await
}

#[actix_web::test]
async fn a_link_proves_an_address_under_both_spellings() {
    for path in ["/api/public/verify_email", "/api/public/veryfy_email"] {
        // It is proved already: nothing more happens, and nobody is signed in.
        let answer = verify(path, "mischa@example.org", &json!({ "token": "link" })).await;
        assert_done(&answer, &ok(json!({})));
        assert!(cookies_set(&answer).is_empty());
    }
}

#[actix_web::test]
async fn a_link_that_proves_nothing_says_why() {
    let path = "/api/public/verify_email";
    for (address, body, message) in [
        ("mischa@example.org", json!({ "token": "other" }), "invalid token(unknown)"),
        ("former@example.org", json!({ "token": "link" }), "Your email address has been changed"),
        ("mischa@example.org", json!({}), "invalid token(unknown)"),
        ("mischa@example.org", json!({ "token": 7 }), "token is missing"),
    ] {
        assert_problem(&verify(path, address, &body).await, 400, message);
    }
}
