//! The dictations of a partner.

use portico_domain::partner::{Dictation, DictationId, Language};

use super::*;

fn dictation(id: &str) -> Dictation {
    Dictation {
        partner: partner().id,
        id: DictationId::parse(id).unwrap(),
        title: "Осень".to_owned(),
        language: Language::parse("ru").unwrap(),
        created_at: now(),
        retired_at: None,
    }
}

fn shown_dictation(id: &str) -> Value {
    json!({
        "id": id,
        "title": "Осень",
        "language": "ru",
        "created_at": "2024-01-15T09:00:00+09:00",
        "retired_at": null,
    })
}

#[actix_web::test]
async fn dictations_are_listed_as_long_as_there_are_more() {
    let mut transaction = with_partner();
    transaction.dictations.expect_list().returning(|_, after, limit| {
        assert_eq!((after, limit), (Some(DictationId::parse("a").unwrap()), 3));
        Ok(["b", "c", "d"].map(dictation).into())
    });
    let answer = get(transaction, &of_partner("/dictations?after=a&limit=2")).await;
    let shown = ["b", "c"].map(shown_dictation);
    assert_done(&answer, &ok(json!({ "dictations": shown, "next": "c" })));

    let mut transaction = with_partner();
    transaction.dictations.expect_list().returning(|_, after, limit| {
        assert_eq!((after, limit), (None, 101));
        Ok(vec![Dictation { retired_at: Some(now()), ..dictation("b") }])
    });
    let answer = get(transaction, &of_partner("/dictations")).await;
    let retired = with(shown_dictation("b"), &json!({ "retired_at": "2024-01-15T09:00:00+09:00" }));
    assert_done(&answer, &ok(json!({ "dictations": [retired], "next": null })));
    let answer = get(managed(), &of_partner("/dictations?after=a%20b")).await;
    assert_invalid(&answer, "after must be 1 to 64 letters, digits, - and _");
    assert_invalid(&get(managed(), &of_partner("/dictations?limit=0")).await, "limit must be from 1 to 1000");
}

#[actix_web::test]
async fn a_dictation_is_registered() {
    for (language, kept) in
        [(json!({ "language": "en-GB" }), "en-GB"), (json!({}), "ru"), (json!({ "language": null }), "ru")]
    {
        let mut transaction = with_partner();
        transaction.dictations.expect_add().times(1).returning(move |added| {
            assert_eq!((added.partner, added.language.as_str()), (partner().id, kept));
            Ok(())
        });
        let body = json!({ "id": "autumn", "title": " Осень " });
        let answer = post(transaction, &of_partner("/dictations"), with(body, &language)).await;
        assert_done(&answer, &ok(json!({ "id": "autumn", "title": "Осень", "language": kept })));
    }
    let mut transaction = with_partner();
    transaction.dictations.expect_add().returning(|_| Err(StoreError::Duplicate(Unique::Dictation)));
    let body = json!({ "id": "autumn", "title": "Осень" });
    let answer = post(transaction, &of_partner("/dictations"), body.clone()).await;
    assert_problem(&answer, 409, "id: the partner has a dictation with it already");
    for (wrong, fault) in [
        (json!({ "id": null }), "id must be 1 to 64 letters, digits, - and _"),
        (json!({ "id": "a b" }), "id must be 1 to 64 letters, digits, - and _"),
        (json!({ "id": 7 }), "id must be a string"),
        (json!({ "title": "" }), "title must be one line of 1 to 200 characters"),
        (json!({ "language": "" }), "language must be a language tag such as ru or en-GB"),
        (json!({ "language": "ru_RU" }), "language must be a language tag such as ru or en-GB"),
    ] {
        let answer = post(managed(), &of_partner("/dictations"), with(body.clone(), &wrong)).await;
        assert_invalid(&answer, fault);
    }
}

#[actix_web::test]
async fn a_dictation_is_retired() {
    let retiring = |outcome: Result<(), StoreError>| {
        let mut transaction = managed();
        transaction.dictations.expect_retire().times(1).returning(move |of, id, at| {
            assert_eq!((of, id.as_str(), at), (partner().id, "autumn", now()));
            outcome.clone()
        });
        transaction
    };
    assert_done(&delete(retiring(Ok(())), &of_partner("/dictations/autumn")).await, &ok(json!({})));
    let answer = delete(retiring(Err(StoreError::Stale)), &of_partner("/dictations/autumn")).await;
    assert_problem(&answer, 404, "Not Found");
}
