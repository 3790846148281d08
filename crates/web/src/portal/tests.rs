//! Answers to the letter of the contract, over a store of mocks.

mod callers;
mod dues;
mod managing;
mod money;
mod order;
mod partners;
mod profiles;
mod services;
mod settings;
mod signing_in;
mod signing_up;

use std::sync::Arc;

use actix_web::{http::header::SET_COOKIE, test::TestRequest};
use chrono::TimeDelta;
use portico_application::UseCases;
use portico_domain::{
    email::{Email, EmailAddress, EmailState},
    external_identity::{PendingSignIn, Subject},
    id::{EmailId, UserId},
    payment::{Payment, PaymentStatus},
    period::Period,
    policy::{Policy, PortalPolicy},
    portal_session::{PortalSession, Visitor},
    ports::mocks::{CountingEntropy, MockIdentityProvider, MockPasswords, MockTransaction},
    profile::{
        Avatar, Details, Generation, MemberRecord, MemberRole, MemberWithDues, Profile, Sex, University,
    },
    token::PlainToken,
    user::UserState,
};
use serde_json::{Value, json};

use crate::{
    Site,
    testing::{Answer, now, ports, send, site, user},
};

/// What is in the cookie of a session, of a newcomer, and in the header of a service.
const SESSION: &str = "session-token";
const WAITING: &str = "waiting-token";
const SERVICE: &str = "service-token";

fn cookie(request: TestRequest, token: &str) -> TestRequest {
    request.insert_header(("Cookie", format!("misw-portal-token={token}")))
}

fn signed_in(request: TestRequest) -> TestRequest {
    cookie(request, SESSION)
}

fn json_body(request: TestRequest, body: &Value) -> TestRequest {
    request.insert_header(("Content-Type", "application/json")).set_payload(body.to_string())
}

/// A site with this provider, one service, and a store that answers as told.
fn site_with(transaction: MockTransaction, provider: MockIdentityProvider) -> Site {
    let mut ports = ports(transaction, MockPasswords::new());
    ports.identity_provider = Arc::new(provider);
    let external_tokens = vec![PlainToken::presented(SERVICE).digest()];
    let portal = PortalPolicy { external_tokens, ..PortalPolicy::default() };
    ports.policy = Arc::new(Policy { portal, ..Policy::default() });
    Site::new(UseCases::new(&ports)).unwrap()
}

/// A store that knows the session of [`user`], and his profile with this role.
fn visited_by(role: MemberRole) -> MockTransaction {
    let entropy = CountingEntropy::default();
    let token = PlainToken::presented(SESSION);
    let session = PortalSession::open(user().id, &token, TimeDelta::days(10), now(), &entropy);
    let mut transaction = MockTransaction::default();
    transaction.portal_sessions.expect_find_visitor().returning(move |digest| {
        let visitor = Visitor { session: session.clone(), user_state: UserState::Active };
        Ok((*digest == token.digest()).then_some(visitor))
    });
    transaction.profiles.expect_find().returning(move |id| {
        let mut member = member(134);
        member.profile.role = role;
        Ok((id == user().id).then_some(member))
    });
    transaction
}

/// A store that knows the session of an admin.
fn managed() -> MockTransaction {
    visited_by(MemberRole::Admin)
}

/// A member about whom everything is known.
fn member(number: i64) -> MemberRecord {
    let text = str::to_owned;
    let details = Details {
        name: text("みす ちゃん"),
        kana: text("ミス チャン"),
        handle: text("mischa"),
        sex: Some(Sex::Female),
        university: University {
            name: text("早稲田大学"),
            department: text("基幹理工"),
            subject: text("情報"),
        },
        student_number: text("1W26"),
        phone: text("08041111111"),
        other_circles: text(""),
        workshops: vec![text("CG")],
        squads: Vec::new(),
        discord_id: text("mischa#1234"),
        twitter_screen_name: text(""),
        card_published: true,
    };
    let profile = Profile {
        generation: Generation::new(61),
        avatar: Some(Avatar { url: text("https://x/a.png"), thumbnail_url: text("https://x/t.png") }),
        details,
        ..Profile::empty(user().id, number, MemberRole::Member, now())
    };
    let email = Email {
        id: EmailId::generate(now(), &CountingEntropy::default()),
        user: user().id,
        address: EmailAddress::parse("mischa@example.org").unwrap(),
        state: EmailState::Verified { at: now() },
        is_default: true,
        created_at: now(),
    };
    MemberRecord { profile, email: Some(email), account_id: Subject::parse("oauth2|discord|1234").ok() }
}

/// How [`member`] is shown.
fn shown(number: i64) -> Value {
    json!({
        "id": number,
        "email": "mischa@example.org",
        "generation": 61,
        "name": "みす ちゃん",
        "kana": "ミス チャン",
        "handle": "mischa",
        "avatar": { "url": "https://x/a.png", "thumbnail_url": "https://x/t.png" },
        "sex": "female",
        "university": { "name": "早稲田大学", "department": "基幹理工", "subject": "情報" },
        "student_id": "1W26",
        "emergency_phone_number": "08041111111",
        "other_circles": "",
        "workshops": ["CG"],
        "squads": [],
        "role": "member",
        "account_id": "oauth2|discord|1234",
        "discord_id": "mischa#1234",
        "email_verified": true,
        "card_published": true,
        "created_at": "2024-01-15T09:00:00+09:00",
        "updated_at": "2024-01-15T09:00:00+09:00",
    })
}

/// With further keys.
fn with(value: Value, more: &Value) -> Value {
    let mut object = value;
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

/// With the keys of success.
fn ok(value: Value) -> Value {
    with(value, &json!({ "status": "OK", "status_code": 200 }))
}

/// A payment of [`member`].
fn payment(number: i64, period: i64) -> PaymentStatus {
    let payment = Payment {
        user: user().id,
        period: Period::parse(period).unwrap(),
        authorizer: user().id,
        created_at: now(),
        updated_at: now(),
    };
    PaymentStatus { payment, number, authorizer_number: 1 }
}

/// How it is shown.
fn shown_payment(number: i64, period: i64) -> Value {
    json!({
        "user_id": number,
        "authorizer": 1,
        "period": period,
        "created_at": "2024-01-15T09:00:00+09:00",
        "updated_at": "2024-01-15T09:00:00+09:00",
    })
}

fn owing(number: i64) -> MemberWithDues {
    MemberWithDues { record: member(number), payment: None }
}

/// Somebody who has signed in at the provider and waits behind [`WAITING`].
fn waiting() -> PendingSignIn {
    PendingSignIn {
        digest: PlainToken::presented(WAITING).digest(),
        issuer: "https://provider.example/".to_owned(),
        subject: Subject::parse("oauth2|discord|1234").unwrap(),
        address: EmailAddress::parse("mischa@example.org").unwrap(),
        avatar: None,
        locale: None,
        expires_at: now() + TimeDelta::hours(1),
    }
}

#[track_caller]
fn assert_done(answer: &Answer, expected: &Value) {
    assert_eq!((answer.status.as_u16(), answer.json()), (200, expected.clone()), "{}", answer.body);
    assert_eq!(answer.header("Content-Type"), "application/json");
}

#[track_caller]
fn assert_problem(answer: &Answer, status: u16, message: &str) {
    let expected = json!({
        "status": super::problem::status_text(answer.status),
        "status_code": status,
        "message": message,
    });
    assert_eq!((answer.status.as_u16(), answer.json()), (status, expected), "{}", answer.body);
}

/// What browsers are told about cookies.
fn cookies_set(answer: &Answer) -> Vec<String> {
    answer.headers.get_all(SET_COOKIE).map(|cookie| cookie.to_str().unwrap().to_owned()).collect()
}

async fn get(transaction: MockTransaction, path: &str) -> Answer {
    send(&site(transaction), signed_in(TestRequest::get().uri(path))).await
}

async fn post(transaction: MockTransaction, path: &str, body: Value) -> Answer {
    send(&site(transaction), signed_in(json_body(TestRequest::post().uri(path), &body))).await
}

/// A person who is not [`user`].
fn somebody_else() -> UserId {
    UserId::generate(now() + TimeDelta::days(1), &CountingEntropy::default())
}
