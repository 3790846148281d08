//! From the provider into the portal.

use portico_application::ProfileConflict;
use portico_domain::{ports::StoreError, ports::Unique, user::User};

use super::*;
use crate::portal::refusals::taken;

/// A store where somebody waits behind [`WAITING`], and a member is signed in by [`SESSION`].
fn awaited() -> MockTransaction {
    let mut transaction = visited_by(MemberRole::Member);
    transaction
        .external_identities
        .expect_find_pending()
        .returning(|digest| Ok((*digest == waiting().digest).then(waiting)));
    transaction
}

async fn ask(path: &str, token: &str) -> Answer {
    send(&site(awaited()), cookie(TestRequest::get().uri(path), token)).await
}

#[actix_web::test]
async fn a_newcomer_sees_who_he_is_at_the_provider() {
    for path in ["/api/public/oidc_account", "/api/oidc_account"] {
        let answer = ask(path, WAITING).await;
        let body = answer.json();
        let token = body["token"].as_str().unwrap().to_owned();
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
        let expected = json!({
            "token": token,
            "account_id": "oauth2|discord|1234",
            "acciunt_id": "oauth2|discord|1234",
            "email": "mischa@example.org",
        });
        assert_done(&answer, &ok(expected));
        assert_problem(&ask(path, "other").await, 401, "トークンが無効です");
        assert_problem(&ask(path, SESSION).await, 403, "既に存在しているユーザーです");
    }
}

fn form() -> Value {
    json!({
        "discord_id": "",
        "squads": ["xR", "SysAd"],
        "workshops": ["CG"],
        "other_circles": "",
        "emergency_phone_number": "08041111111",
        "student_id": "1W26",
        "subject": "",
        "department": "d",
        "univ_name": "u",
        "sex": "female",
        "handle": "mischa",
        "kana": "ミス チャン",
        "name": "みす ちゃん",
        "generation": 61,
        "university": { "name": "u", "department": "d", "subject": "" },
        "email": "somebody@else.example",
        "role": "admin",
        "avatar": { "url": "https://x/evil.png", "thumbnail_url": "https://x/evil.png" },
    })
}

fn new_user() -> User {
    User { id: somebody_else(), number: 135, ..user() }
}

#[actix_web::test]
async fn a_form_makes_a_member_of_a_newcomer_under_every_path() {
    for path in ["/api/public/oidc_account/signup", "/api/oidc_account/signup", "/api/private/signup"] {
        let mut transaction = awaited();
        transaction.external_identities.expect_remove_pending().returning(|_| Ok(()));
        transaction.external_identities.expect_find_user().returning(|_, _| Ok(None));
        transaction.external_identities.expect_put().returning(|_, _| Ok(()));
        transaction.emails.expect_find_holder().returning(|_| Ok(None));
        transaction
            .emails
            .expect_add()
            .withf(|email| email.address.as_str() == "mischa@example.org")
            .returning(|_| Ok(()));
        transaction.profiles.expect_find_by_address().returning(|_| Ok(None));
        transaction.users.expect_add().returning(|_| Ok(new_user()));
        transaction
            .profiles
            .expect_add()
            .withf(|profile| profile.role == MemberRole::NotMember && profile.avatar.is_none())
            .times(1)
            .returning(|_| Err(StoreError::Duplicate(Unique::StudentNumber)));
        let request = json_body(TestRequest::post().uri(path), &form());
        let answer = send(&site(transaction), cookie(request, WAITING)).await;
        // The mocks go as far as the letter, whose sealing is none of this crate's business.
        assert_problem(&answer, 400, "学籍番号がすでに利用されています");
    }
}

#[actix_web::test]
async fn a_faulty_form_is_refused_with_the_first_fault() {
    for (change, message) in [
        (json!({ "squads": ["a\nb"] }), "班の名前に使えない文字を含んでいます"),
        (json!({ "workshops": ["a\rb"] }), "班の名前に使えない文字を含んでいます"),
        (json!({ "sex": "none" }), "性別の値が不正です"),
        (json!({ "sex": null, "generation": 1 }), "性別の値が不正です"),
        (json!({ "discord_id": "MISCHA" }), "DiscordIDの形式が不正です"),
        (json!({ "twitter_screen_name": "!" }), "Twitterのスクリーンネームの形式が不正です"),
        (json!({ "generation": 48 }), "不正な代が入力されています"),
        (json!({ "generation": null }), "不正な代が入力されています"),
        (json!({ "handle": "x".repeat(129) }), "handleが長すぎます(最大128文字)"),
        (json!({ "name": "a\u{0}b" }), "nameに使えない文字が含まれています"),
        (json!({ "university": { "name": "x".repeat(257) } }), "university.nameが長すぎます(最大256文字)"),
        (json!({ "generation": "61" }), "リクエストデータが不正です(generation must be a whole number)"),
        (json!({ "university": 7 }), "リクエストデータが不正です(university must be an object)"),
        (
            json!({ "university": { "name": 7 } }),
            "リクエストデータが不正です(university.name must be a string)",
        ),
    ] {
        let request = TestRequest::post().uri("/api/public/oidc_account/signup");
        let answer =
            send(&site(awaited()), cookie(json_body(request, &with(form(), &change)), WAITING)).await;
        assert_problem(&answer, 400, message);
    }
}

#[actix_web::test]
async fn only_newcomers_sign_up() {
    for (token, status, message) in
        [("other", 401, "トークンが無効です"), (SESSION, 403, "既に存在しているユーザーです")]
    {
        let request = json_body(TestRequest::post().uri("/api/public/oidc_account/signup"), &form());
        assert_problem(&send(&site(awaited()), cookie(request, token)).await, status, message);
    }
}

#[test]
fn each_conflict_names_its_field() {
    for (conflict, field) in [
        (ProfileConflict::Address, "メールアドレス"),
        (ProfileConflict::AccountId, "アカウントのID"),
        (ProfileConflict::StudentNumber, "学籍番号"),
        (ProfileConflict::Phone, "電話番号"),
        (ProfileConflict::DiscordId, "DiscordID"),
        (ProfileConflict::TwitterScreenName, "Twitterのスクリーンネーム"),
    ] {
        assert_eq!(taken(conflict), format!("{field}がすでに利用されています"));
    }
}
