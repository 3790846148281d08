//! Members' own profiles, and their cards.

use portico_domain::ports::{StoreError, Unique};

use super::*;

#[actix_web::test]
async fn a_member_sees_his_profile_beside_the_status() {
    let answer = get(visited_by(MemberRole::Member), "/api/private/profile").await;
    assert_done(&answer, &ok(shown(134)));
    let keys: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ok(shown(134)).as_object().unwrap().keys().cloned().collect::<Vec<_>>());
}

#[actix_web::test]
async fn an_empty_profile_has_every_key_that_is_always_there() {
    let mut transaction = visited_by(MemberRole::Member);
    transaction.profiles.checkpoint();
    transaction.profiles.expect_find().returning(|id| {
        let profile = Profile::empty(id, 7, MemberRole::Admin, now());
        Ok(Some(MemberRecord { profile, email: None, account_id: None }))
    });
    let expected = json!({
        "id": 7,
        "email": "",
        "generation": 0,
        "name": "",
        "kana": "",
        "handle": "",
        "sex": "",
        "university": { "name": "", "department": "", "subject": "" },
        "student_id": "",
        "emergency_phone_number": "",
        "other_circles": "",
        "workshops": [],
        "squads": [],
        "role": "admin",
        "account_id": "",
        "email_verified": false,
        "card_published": false,
        "created_at": "2024-01-15T09:00:00+09:00",
        "updated_at": "2024-01-15T09:00:00+09:00",
    });
    assert_done(&get(transaction, "/api/private/profile").await, &ok(expected));
}

#[actix_web::test]
async fn a_session_without_a_profile_is_not_valid() {
    let mut transaction = visited_by(MemberRole::Member);
    transaction.profiles.checkpoint();
    transaction.profiles.expect_find().returning(|_| Ok(None));
    assert_problem(&get(transaction, "/api/private/profile").await, 401, "トークンが無効です");
}

#[actix_web::test]
async fn what_is_echoed_is_tolerated_and_what_a_member_may_not_change_stays() {
    let mut transaction = visited_by(MemberRole::Member);
    transaction
        .profiles
        .expect_write()
        .withf(|profile| {
            let details = &profile.details;
            profile.role == MemberRole::Member
                && profile.number == 134
                && profile.generation == Generation::new(61)
                && profile.avatar == member(134).profile.avatar
                && details.handle == "new"
                && details.discord_id.is_empty()
        })
        .times(1)
        .returning(|_| Ok(()));
    let mut body = with(
        ok(shown(1)),
        &json!({
            "handle": "new",
            "role": "admin",
            "email": "x",
            "generation": 100,
            "avatar": { "url": "https://x/evil.png", "thumbnail_url": "" },
            "univ_name": "u",
        }),
    );
    body.as_object_mut().unwrap().remove("discord_id");
    assert_done(&post(transaction, "/api/private/profile", body).await, &ok(shown(134)));
}

#[actix_web::test]
async fn what_a_member_sends_wrong_is_refused() {
    let path = "/api/private/profile";
    for (body, message) in [
        (json!([]), "リクエストデータが不正です(the body must be a JSON object)"),
        (json!({}), "性別の値が不正です"),
        (
            json!({ "sex": "male", "workshops": [7] }),
            "リクエストデータが不正です(workshops must be a list of strings)",
        ),
    ] {
        assert_problem(&post(visited_by(MemberRole::Member), path, body).await, 400, message);
    }
    let mut transaction = visited_by(MemberRole::Member);
    transaction.profiles.expect_write().returning(|_| Err(StoreError::Duplicate(Unique::Phone)));
    let answer = post(transaction, path, shown(134)).await;
    assert_problem(&answer, 409, "電話番号がすでに利用されています");
}

#[actix_web::test]
async fn a_published_card_is_for_everybody() {
    let mut transaction = MockTransaction::default();
    transaction.profiles.expect_find_by_number().returning(|number| Ok(Some(member(number))));
    let answer = send(&site(transaction), TestRequest::get().uri("/api/public/card/134")).await;
    let expected = json!({
        "id": 134,
        "generation": 61,
        "handle": "mischa",
        "avatar": { "url": "https://x/a.png", "thumbnail_url": "https://x/t.png" },
        "workshops": ["CG"],
        "squads": [],
        "discord_id": "mischa#1234",
    });
    assert_done(&answer, &ok(expected));
}

#[actix_web::test]
async fn a_card_that_is_unknown_or_not_published_is_not_found() {
    for known in [false, true] {
        let mut transaction = MockTransaction::default();
        transaction.profiles.expect_find_by_number().returning(move |number| {
            let mut member = member(number);
            member.profile.details.card_published = false;
            Ok(known.then_some(member))
        });
        let answer = send(&site(transaction), TestRequest::get().uri("/api/public/card/7")).await;
        assert_problem(&answer, 404, "card not found for user(7)");
    }
}

#[actix_web::test]
async fn a_card_has_a_number() {
    for (text, told) in [
        ("abc", "abc"),
        ("1.0", "1.0"),
        ("%00", "\0"),
        ("%ff", "\u{fffd}"),
        ("99999999999999999999", "99999999999999999999"),
    ] {
        let request = TestRequest::get().uri(&format!("/api/public/card/{text}"));
        let answer = send(&site(MockTransaction::default()), request).await;
        assert_problem(&answer, 400, &format!("expect int value, but got \"{told}\""));
    }
}
