//! Every field missing, null, of another type, empty, and wrong; and all that is wrong at once (partner contract,
//! "Common").

use integration_tests::{
    partners::{AUTH_USER, Fault, Partner, SAVE, texts},
    portal::{with, without},
    server::TestServer,
};
use serde_json::{Value, json};

use super::{ANN, BOB, NO_KEY, NOBODY};

/// The fields that a call must have, with what is said of a value that a field does not take.
const OF_AUTH_USER: [Fault<'_>; 3] = [("key", texts::KEY), ("email", texts::EMAIL), ("login", texts::LOGIN)];
const OF_SAVE: [Fault<'_>; 5] = [
    ("key", texts::KEY),
    ("user", texts::USER),
    ("dict", texts::DICT),
    ("text", texts::TEXT),
    ("model", texts::MODEL),
];

/// Both calls as they should be, and what is said of their fields.
async fn calls(partner: &Partner) -> [(&'static str, Value, &'static [Fault<'static>]); 2] {
    let program = &partner.program;
    let user = program.user(ANN).await;
    [(AUTH_USER, program.person(ANN), &OF_AUTH_USER), (SAVE, program.result(&user), &OF_SAVE)]
}

/// Values of another type than text.
fn no_texts() -> [Value; 8] {
    [json!(7), json!(0.5), json!(true), json!(false), json!([]), json!(["x"]), json!({}), json!({ "a": "x" })]
}

#[tokio::test]
async fn a_field_that_is_missing_or_null_is_required() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for (path, body, fields) in calls(&partner).await {
        for (field, _) in fields {
            // Of no partner there is nobody.
            let beside: &[Fault<'_>] = match (path, *field) {
                (SAVE, "key") => &[("user", texts::USER), ("dict", texts::DICT)],
                _ => &[],
            };
            let expected = [&[(*field, texts::REQUIRED)], beside].concat();
            partner.program.post(path, &without(body.clone(), field)).await.expect_faulty(&expected);
            let null = with(body.clone(), json!({ *field: null }));
            partner.program.post(path, &null).await.expect_faulty(&expected);
        }
        let all: Vec<Fault<'_>> = fields.iter().map(|(field, _)| (*field, texts::REQUIRED)).collect();
        partner.program.post(path, &json!({})).await.expect_faulty(&all);
        let strange = json!({ "Key": "x", "KEY": "x", "e-mail": ANN, "sendemailtouser": 7 });
        partner.program.post(path, &strange).await.expect_faulty(&all);
    }
    assert!(office.results(&partner, "").await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_field_of_another_type_is_not_valid() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for (path, body, fields) in calls(&partner).await {
        for (field, text) in fields {
            let beside: &[Fault<'_>] = match (path, *field) {
                (SAVE, "key") => &[("user", texts::USER), ("dict", texts::DICT)],
                _ => &[],
            };
            let expected = [&[(*field, *text)], beside].concat();
            for value in no_texts() {
                let wrong = with(body.clone(), json!({ *field: value }));
                partner.program.post(path, &wrong).await.expect_faulty(&expected);
            }
        }
    }
    assert!(office.results(&partner, "").await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn whether_to_mail_is_true_or_false_or_not_said() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    for value in [
        json!("true"),
        json!("false"),
        json!(""),
        json!(1),
        json!(0),
        json!(null),
        json!([]),
        json!([true]),
        json!({}),
        json!({ "a": true }),
    ] {
        let answer = partner.program.save(&user, json!({ "sendEmailToUser": value })).await;
        answer.expect_faulty(&[("sendEmailToUser", texts::BOOLEAN)]);
    }
    assert!(office.results(&partner, "").await.is_empty());
    for value in [json!(true), json!(false)] {
        partner.program.save(&user, json!({ "sendEmailToUser": value })).await.expect_saved();
    }
    server.stop().await;
}

#[tokio::test]
async fn an_empty_field_is_not_valid_but_a_text_may_be_empty() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for (path, body, fields) in calls(&partner).await {
        for (field, text) in fields.iter().filter(|(field, _)| *field != "text") {
            let answer = partner.program.post(path, &with(body.clone(), json!({ *field: "" }))).await;
            let said = answer.fault_of(field);
            assert!([texts::REQUIRED, *text].contains(&said), "{field}: {said}");
        }
    }
    for empty in ["", " ", "\t\n", "\u{a0}"] {
        let body = with(partner.program.person(BOB), json!({ "login": empty }));
        partner.program.post(AUTH_USER, &body).await.expect_faulty(&[("login", texts::REQUIRED)]);
    }
    let user = partner.program.user(ANN).await;
    for text in ["", " ", "\n"] {
        partner.program.save(&user, json!({ "text": text })).await.expect_saved();
    }
    let kept: Vec<Value> =
        office.results(&partner, "").await.into_iter().map(|result| result["text"].clone()).collect();
    assert_eq!(kept, ["", " ", "\n"]);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_address_is_not_valid() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    for email in [
        "String",
        "ann",
        "@example.org",
        "ann@",
        "a b@example.org",
        "a@b@example.org",
        "Ann <ann@example.org>",
        "ann@[127.0.0.1]",
        "ann@example.org\r\nBcc: x@example.org",
        "ann\u{0}@example.org",
        "ann@example..org",
    ] {
        let answer = partner.program.auth_user(email).await;
        answer.expect_faulty(&[("email", texts::EMAIL)]);
    }
    assert_eq!(server.tables().count("partner_users", "1 = 1"), 0);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_id_and_what_is_nobodys_id_are_told_alike() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let other = office.create("Other").await;
    office.register(&other, "winter", "Winter").await;
    let (ann, bob) = (partner.program.user(ANN).await, other.program.user(BOB).await);
    let account = server.register("cas@example.org").await.id;
    for user in ["x", "0", "611c9e9b8ffa577616d4fa3c", NOBODY, &bob, &account, &format!("{ann}0"), "a\u{0}b"]
    {
        let answer = partner.program.save(user, json!({})).await;
        answer.expect_faulty(&[("user", texts::USER)]);
    }
    for dict in [
        "x",
        "winter",
        NOBODY,
        "611c9e9b8ffa577616d4fa3d",
        "a/b",
        "ж",
        " 611c9e9b8ffa577616d4fa3c",
        "611C9E9B8FFA577616D4FA3C",
        "a\u{0}b",
        &"x".repeat(65),
        &"x".repeat(100_000),
    ] {
        let answer = partner.program.save(&ann, json!({ "dict": dict })).await;
        answer.expect_faulty(&[("dict", texts::DICT)]);
    }
    server.stop().await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_and_in_order() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let key = partner.program.key();
    let all_of_save = json!({
        "sendEmailToUser": "yes", "model": "{", "text": 7, "dict": 7, "user": 7, "key": NO_KEY,
    });
    partner.program.post(SAVE, &all_of_save).await.expect_faulty(&[
        ("key", texts::KEY),
        ("user", texts::USER),
        ("dict", texts::DICT),
        ("text", texts::TEXT),
        ("model", texts::MODEL),
        ("sendEmailToUser", texts::BOOLEAN),
    ]);
    let all_but_the_key = with(all_of_save, json!({ "key": key, "user": null }));
    partner.program.post(SAVE, &all_but_the_key).await.expect_faulty(&[
        ("user", texts::REQUIRED),
        ("dict", texts::DICT),
        ("text", texts::TEXT),
        ("model", texts::MODEL),
        ("sendEmailToUser", texts::BOOLEAN),
    ]);
    let all_of_auth_user = json!({ "login": [], "email": "ann", "key": NO_KEY });
    partner.program.post(AUTH_USER, &all_of_auth_user).await.expect_faulty(&OF_AUTH_USER);
    let some = json!({ "email": "ann", "key": key });
    let expected = [("email", texts::EMAIL), ("login", texts::REQUIRED)];
    partner.program.post(AUTH_USER, &some).await.expect_faulty(&expected);
    server.stop().await;
}

#[tokio::test]
async fn control_characters_are_kept_out_of_names_and_nul_out_of_texts() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for login in ["a\nb", "a\u{0}b", "a\u{7}b"] {
        let body = with(partner.program.person(ANN), json!({ "login": login }));
        partner.program.post(AUTH_USER, &body).await.expect_faulty(&[("login", texts::LOGIN)]);
    }
    let user = partner.program.user(ANN).await;
    let answer = partner.program.save(&user, json!({ "text": "a\u{0}b" })).await;
    answer.expect_faulty(&[("text", texts::TEXT)]);
    let odd = "\u{202e}Żółć 🐴 \\ \" ' <b> %00 \u{1f468}\u{200d}\u{1f469}\r\n\t\u{7} $1 {{x}}";
    partner.program.save(&user, json!({ "text": odd })).await.expect_saved();
    assert_eq!(office.results(&partner, "").await[0]["text"], odd);
    server.stop().await;
}

#[tokio::test]
async fn a_model_that_is_no_object_in_a_string_is_not_valid() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    for model in [
        "String",
        "[]",
        "1",
        "null",
        "true",
        "\"{}\"",
        "{",
        "{}{}",
        "{}x",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":\"\n\"}",
        "\u{feff}{}",
        "// x\n{}",
        " ",
    ] {
        let answer = partner.program.save(&user, json!({ "model": model })).await;
        answer.expect_faulty(&[("model", texts::MODEL)]);
    }
    assert!(office.results(&partner, "").await.is_empty());
    server.stop().await;
}
