//! Answers to the letter of the contract, over a store of mocks.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use portico_application::UseCases;
use portico_domain::{
    credential::Credential,
    email::{Email, EmailAddress, EmailState},
    id::{EmailId, MemberId},
    invite::Invite,
    member::{Member, MemberProfile, Role},
    password::PasswordHash,
    policy::Policy,
    ports::{
        Comparison, PasswordsError, StoreError,
        mocks::{CountingEntropy, MockPasswords, MockTransaction},
    },
    redirect_url::RedirectUrl,
};
use serde_json::{Value, json};

use crate::{
    Site,
    testing::{
        Answer, TOKEN, invite, now, ports, post_json, project, send, signed_in, site, user, with_invite,
    },
};

fn email() -> Email {
    Email {
        id: EmailId::generate(now(), &CountingEntropy::default()),
        user: user().id,
        address: EmailAddress::parse("Ann@example.org").unwrap(),
        state: EmailState::Verified { at: now() },
        is_default: true,
        created_at: now(),
    }
}

fn owner() -> Member {
    Member {
        id: MemberId::generate(now(), &CountingEntropy::default()),
        project: project().id,
        user: user().id,
        role: Role::Owner,
        permissions: vec!["play".to_owned()],
        created_at: now(),
    }
}

fn bearer(request: TestRequest) -> TestRequest {
    request.insert_header(("Authorization", format!("Bearer {TOKEN}")))
}

async fn get(transaction: MockTransaction, path: &str) -> Answer {
    send(&site(transaction), bearer(TestRequest::get().uri(path))).await
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()["code"].as_str()),
        (status, Some(code)),
        "{}",
        answer.body
    );
    assert!(answer.json()["error"].as_str().is_some_and(|text| !text.is_empty()), "{}", answer.body);
}

#[actix_web::test]
async fn an_invite_is_shown_to_whoever_has_its_token() {
    let request = TestRequest::get().uri("/invites/invite-token");
    let answer = send(&site(with_invite(invite())), request).await;
    assert_eq!(answer.status, 200);
    let expected = json!({
        "id": invite().id.to_string(),
        "email": "bob@example.org",
        "role": "member",
        "project": {"name": "<script>alert(1)</script> & Co", "slug": "chess"},
        "invitedBy": {"displayName": "Ann \"<b>\" O'Hara"},
        "expiresAt": "2024-01-22T00:00:00.000Z",
        "is_expired": false,
    });
    assert_eq!(answer.json(), expected);
}

#[actix_web::test]
async fn an_unknown_and_an_expired_invite_are_not_found_but_told_apart() {
    let answer = send(&site(with_invite(invite())), TestRequest::get().uri("/invites/other")).await;
    assert_problem(&answer, 404, "INVITE_NOT_FOUND");
    let expired = Invite { expires_at: now(), ..invite() };
    let answer =
        send(&site(with_invite(expired.clone())), TestRequest::get().uri("/invites/invite-token")).await;
    assert_problem(&answer, 404, "INVITE_EXPIRED");

    let mut ports = ports(with_invite(expired), MockPasswords::new());
    ports.policy = Policy { show_expired_invites: true, ..Policy::default() }.into();
    let shown = Site::new(UseCases::new(&ports)).unwrap();
    let answer = send(&shown, TestRequest::get().uri("/invites/invite-token")).await;
    assert_eq!((answer.status.as_u16(), answer.json()["is_expired"].as_bool()), (200, Some(true)));
}

#[actix_web::test]
async fn a_sign_in_gives_both_tokens_and_the_person() {
    for must_change in [false, true] {
        let credential = Credential {
            user: user().id,
            hash: PasswordHash::from_phc("$argon2id$".to_owned()),
            must_change,
            changed_at: now(),
        };
        let mut transaction = MockTransaction::default();
        transaction.emails.expect_find_holder().returning(|_| Ok(Some(email())));
        transaction.emails.expect_list_of().returning(|_| Ok(vec![email()]));
        transaction.credentials.expect_find().returning(move |_| Ok(Some(credential.clone())));
        transaction.users.expect_find().returning(|_| Ok(Some(user())));
        transaction.sessions.expect_add().times(1).returning(|_| Ok(()));
        let mut passwords = MockPasswords::new();
        passwords.expect_compare().returning(|_, _| Ok(Comparison::Right { renewed: None }));
        let site = Site::new(UseCases::new(&ports(transaction, passwords))).unwrap();
        let answer =
            send(&site, post_json("/auth/login", r#"{"email":"ann@example.org","password":"x"}"#)).await;
        assert_eq!((answer.status.as_u16(), answer.header("Cache-Control")), (200, "no-store"));

        let body = answer.json();
        let mut expected = vec!["type", "token", "refresh_token", "expires_in", "user"];
        expected.extend(must_change.then_some("password_change_required"));
        assert_eq!(keys(&body), expected);
        assert_eq!((&body["type"], &body["expires_in"]), (&json!("bearer"), &json!(3600)));
        assert!(body["token"].as_str().unwrap().starts_with("hitkey_"), "{body}");
        assert_eq!(keys(&body["user"]), ["id", "email", "displayName"]);
        assert_eq!(body["user"]["email"], "Ann@example.org");
    }
}

#[actix_web::test]
async fn a_sign_in_is_refused_without_saying_whether_the_person_exists() {
    for (outcome, status, code) in [
        (Ok(Comparison::Wrong), 401, "INVALID_CREDENTIALS"),
        (Err(PasswordsError::Busy), 503, "TOO_BUSY"),
        (Err(PasswordsError::Failed("salt".to_owned())), 500, "INTERNAL_ERROR"),
    ] {
        let mut transaction = MockTransaction::default();
        transaction.emails.expect_find_holder().returning(|_| Ok(None));
        transaction.emails.expect_find_latest_claim().returning(|_| Ok(None));
        let mut passwords = MockPasswords::new();
        passwords.expect_compare().returning(move |_, _| outcome.clone());
        let site = Site::new(UseCases::new(&ports(transaction, passwords))).unwrap();
        let answer = send(&site, post_json("/auth/login", r#"{"email":"a@b.cc","password":""}"#)).await;
        assert_problem(&answer, status, code);
    }
}

#[actix_web::test]
async fn the_callers_record_has_every_key() {
    let mut transaction = signed_in(true);
    transaction.users.expect_find().returning(|_| Ok(Some(user())));
    transaction.emails.expect_list_of().returning(|_| Ok(vec![email()]));
    let answer = get(transaction, "/auth/me").await;
    let name = "Ann \"<b>\" O'Hara";
    let expected = json!({
        "id": user().id.to_string(),
        "email": "Ann@example.org",
        "name": name,
        "surname": null,
        "givenNames": null,
        "displayName": name,
        "nativeScript": null,
        "preferredOrder": null,
        "username": null,
        "emailVerified": true,
        "totpEnabled": false,
        "emails": [{
            "id": email().id.to_string(), "email": "Ann@example.org", "isDefault": true, "isVerified": true,
        }],
        "createdAt": "2024-01-15T00:00:00.000Z",
        "updatedAt": "2024-01-15T00:00:00.000Z",
    });
    assert_eq!((answer.status.as_u16(), answer.json()), (200, expected));
}

#[actix_web::test]
async fn a_project_is_listed_with_the_callers_role_and_shown_with_his_permissions() {
    let plain = json!({
        "id": project().id.to_string(),
        "name": "<script>alert(1)</script> & Co",
        "slug": "chess",
        "description": null,
        "is_public": false,
        "owner_id": user().id.to_string(),
        "created_at": "2024-01-15T00:00:00.000Z",
    });
    let with = |extra: Value| {
        let mut value = plain.clone();
        value.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        value
    };
    let mut transaction = signed_in(false);
    transaction.projects.expect_list_of().returning(|_, _| Ok(vec![(project(), Role::Owner)]));
    let answer = get(transaction, "/projects/").await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!([with(json!({"role": "owner"}))])));

    for (member, extra) in [
        (Some(owner()), json!({"role": "owner", "permissions": ["play"]})),
        (None, json!({"role": null, "permissions": [], "is_public": true})),
    ] {
        let mut transaction = signed_in(false);
        let is_public = member.is_none();
        transaction
            .projects
            .expect_find_by_slug()
            .returning(move |_| Ok(Some(portico_domain::project::Project { is_public, ..project() })));
        transaction.members.expect_find().returning(move |_, _| Ok(member.clone()));
        let answer = get(transaction, "/projects/chess").await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, with(extra)));
    }
}

#[actix_web::test]
async fn a_member_is_shown_with_his_default_address() {
    let mut transaction = signed_in(false);
    transaction.projects.expect_find_by_slug().returning(|_| Ok(Some(project())));
    transaction.members.expect_find().returning(|_, _| Ok(Some(owner())));
    transaction.members.expect_list().returning(|_, _| {
        let display_name = user().display_name;
        Ok(vec![MemberProfile { member: owner(), address: Some(email().address), display_name }])
    });
    let answer = get(transaction, "/projects/chess/members").await;
    let user_id = user().id.to_string();
    let expected = json!([{
        "id": owner().id.to_string(),
        "user_id": user_id,
        "role": "owner",
        "user": {"id": user_id, "email": "Ann@example.org", "display_name": "Ann \"<b>\" O'Hara"},
        "permissions": ["play"],
        "created_at": "2024-01-15T00:00:00.000Z",
    }]);
    assert_eq!((answer.status.as_u16(), answer.json()), (200, expected));
}

#[actix_web::test]
async fn an_invite_is_listed_without_its_token() {
    let url = RedirectUrl::parse("https://app.example.org/x").unwrap();
    let mut transaction = signed_in(false);
    transaction.projects.expect_find_by_slug().returning(|_| Ok(Some(project())));
    transaction.members.expect_find().returning(|_, _| Ok(Some(owner())));
    transaction.invites.expect_list_pending().returning(move |_, _| {
        let expired = Invite { expires_at: now() - TimeDelta::days(1), ..invite() };
        Ok(vec![Invite { redirect_url: Some(url.clone()), ..invite() }, expired])
    });
    let answer = get(transaction, "/projects/chess/invites").await;
    let shown = |redirect_url: Value, expires_at: &str, is_expired: bool| {
        json!({
            "id": invite().id.to_string(),
            "email": "bob@example.org",
            "role": "member",
            "redirect_url": redirect_url,
            "expires_at": expires_at,
            "is_expired": is_expired,
            "created_at": "2024-01-15T00:00:00.000Z",
        })
    };
    let expected = json!([
        shown(json!("https://app.example.org/x"), "2024-01-22T00:00:00.000Z", false),
        shown(Value::Null, "2024-01-14T00:00:00.000Z", true),
    ]);
    assert_eq!((answer.status.as_u16(), answer.json()), (200, expected));
}

#[actix_web::test]
async fn faults_of_projects_and_invites_are_named() {
    for (path, body, faults) in [
        (
            "/projects",
            r#"{"name":" ","is_public":"yes"}"#,
            json!([["name", "required"], ["is_public", "boolean"]]),
        ),
        (
            "/projects",
            r#"{"name":"a\nb","description":7}"#,
            json!([["name", "regex"], ["description", "string"]]),
        ),
        (
            "/projects/chess/invites",
            r#"{"redirect_url":"http://a.b","role":"owner","email":"x"}"#,
            json!([["email", "email"], ["role", "enum"], ["redirect_url", "url"]]),
        ),
    ] {
        let answer = send(&site(signed_in(false)), bearer(post_json(path, body))).await;
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        let named: Vec<Value> = errors.iter().map(|fault| json!([fault["field"], fault["rule"]])).collect();
        assert_eq!((answer.status.as_u16(), Value::from(named)), (422, faults), "{body}");
    }
}

#[actix_web::test]
async fn an_id_or_slug_that_is_none_names_nothing() {
    for (path, code) in [
        ("/projects/Not-A-Slug/invites/x/resend", "NOT_FOUND"),
        ("/projects/chess/invites/x/resend", "INVITE_NOT_FOUND"),
        ("/projects/%00/join", "NOT_FOUND"),
    ] {
        let answer = send(&site(signed_in(false)), bearer(TestRequest::post().uri(path))).await;
        assert_problem(&answer, 404, code);
    }
}

#[actix_web::test]
async fn a_store_out_of_reach_asks_to_come_back() {
    let mut transaction = signed_in(false);
    let cause = StoreError::Unavailable(std::sync::Arc::new(std::io::Error::other("a secret host")));
    transaction.projects.expect_list_of().returning(move |_, _| Err(cause.clone()));
    let answer = get(transaction, "/projects").await;
    assert_problem(&answer, 503, "TOO_BUSY");
    assert_eq!(answer.header("Retry-After"), "1");
    assert!(!answer.body.contains("secret"), "{}", answer.body);
}
