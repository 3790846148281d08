//! The page of a result as a browser gets it.

mod anything;

use actix_web::{
    http::{Method, header::ACCEPT_LANGUAGE},
    test::TestRequest,
};
use chrono::{DateTime, TimeZone as _, Utc};
use portico_application::UseCases;
use portico_domain::{
    id::{CheckResultId, PartnerId},
    partner::{
        CheckResult, Dictation, DictationId, Language, Model, PartnerName, ResultText, ShownCheckResult,
    },
    ports::{
        StoreError,
        mocks::{CountingEntropy, MockPasswords, MockTransaction},
    },
    token::PlainToken,
};
use serde_json::{Value, json};

use super::{
    language::PageLanguage,
    texts::{ENGLISH, JAPANESE, KAZAKH, RUSSIAN, TURKISH},
};
use crate::{
    Site, Surroundings,
    testing::{Answer, ports, send, site, user},
};

const TOKEN: &str = "result-token";
const PATH: &str = "/results/result-token";
const TAGS: [&str; 5] = ["en", "ru", "ja", "tr", "kk"];

fn saved_at() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 4, 30, 7, 5, 9).unwrap()
}

fn shown(text: &str, model: &str) -> ShownCheckResult {
    let partner = PartnerId::generate(saved_at(), &CountingEntropy::default());
    let id = DictationId::parse("611c9e9b8ffa577616d4fa3c").unwrap();
    let result = CheckResult {
        id: CheckResultId::generate(saved_at(), &CountingEntropy::default()),
        partner,
        user: user().id,
        dictation: id.clone(),
        text: ResultText::from_stored(text.to_owned()),
        model: Model::parse(model.to_owned()).unwrap(),
        page_token: Some(PlainToken::presented(TOKEN).digest()),
        created_at: saved_at(),
    };
    let dictation = Dictation {
        partner,
        id,
        title: "Осень <b>".to_owned(),
        language: Language::parse("de").unwrap(),
        created_at: saved_at(),
        retired_at: Some(saved_at()),
    };
    ShownCheckResult { result, dictation, partner: PartnerName::parse("Diktado & \"Co\"").unwrap() }
}

fn checked() -> Value {
    json!({
        "mark": 3.5,
        "score": 87,
        "wordCount": 120,
        "mistakes": [
            { "word": "карова", "right": "корова", "type": "spelling", "comment": "<i>" },
            { "word": "дом", "type": "a typo" },
        ],
        "further": { "a": [true, null] },
    })
}

fn in_language(tag: &str, mut shown: ShownCheckResult) -> ShownCheckResult {
    shown.dictation.language = Language::parse(tag).unwrap();
    shown
}

fn store(shown: ShownCheckResult) -> MockTransaction {
    let mut transaction = MockTransaction::default();
    transaction
        .check_results
        .expect_find_by_page_token()
        .returning(move |token| Ok((shown.result.page_token == Some(*token)).then(|| shown.clone())));
    transaction
}

async fn ask(site: &Site, path: &str, languages: &str) -> Answer {
    send(site, TestRequest::get().uri(path).insert_header((ACCEPT_LANGUAGE, languages))).await
}

async fn open(shown: ShownCheckResult, languages: &str) -> Answer {
    ask(&site(store(shown)), PATH, languages).await
}

fn assert_page(answer: &Answer, status: u16, texts: &[&str]) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    for (name, value) in [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Robots-Tag", "noindex"),
        ("X-Content-Type-Options", "nosniff"),
        ("Vary", "Accept-Language"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let policy = answer.header("Content-Security-Policy");
    let expected =
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    assert_eq!(policy, expected);
    for text in texts {
        assert!(answer.body.contains(text), "no {text:?} in {}", answer.body);
    }
}

#[actix_web::test]
async fn a_result_shows_what_was_written_the_mark_and_the_mistakes_with_everything_escaped() {
    let answer = open(shown("Eins & <zwei>\n\n  drei", &checked().to_string()), "en").await;
    let texts = [
        "<html lang=\"en\">",
        "<title>Dictation result: Осень &lt;b&gt;</title>",
        "<h1><bdi lang=\"de\">Осень &lt;b&gt;</bdi></h1>",
        "Mark <strong><bdi>3.5</bdi></strong>",
        "<dt>Score</dt><dd><bdi>87</bdi></dd>",
        "<dt>Words</dt><dd><bdi>120</bdi></dd>",
        "<dt>Mistakes</dt><dd><bdi>2</bdi></dd>",
        "<dt>Checked by</dt><dd><bdi>Diktado &amp; &quot;Co&quot;</bdi></dd>",
        "<time datetime=\"2024-04-30T07:05:09Z\">30 April 2024, 07:05 UTC</time>",
        "<dt>Written</dt><dd class=\"wrong\"><bdi lang=\"de\">карова</bdi></dd>",
        "<dt>Correct</dt><dd class=\"right\"><bdi lang=\"de\">корова</bdi></dd>",
        "<dt>Kind</dt><dd><bdi>Spelling</bdi></dd>",
        "<dt>Comment</dt><dd><bdi>&lt;i&gt;</bdi></dd>",
        "<dt>Kind</dt><dd><bdi>a typo</bdi></dd>",
        "<div class=\"written\" dir=\"auto\" lang=\"de\">Eins &amp; &lt;zwei&gt;\n\n  drei</div>",
        "<details>",
        "<bdi class=\"name\">mistakes</bdi> (2)",
        "<bdi class=\"name\">1</bdi>: <bdi class=\"value\">yes</bdi>",
    ];
    assert_page(&answer, 200, &texts);
    for text in ["Not shown", "left out", "Nothing was written"] {
        assert!(!answer.body.contains(text), "{text}");
    }
}

#[actix_web::test]
async fn everything_is_in_the_language_the_reader_asks_for() {
    let site = site(store(shown("x", &checked().to_string())));
    for (tag, texts) in [
        ("en", ["Words", "3.5", "Spelling", "All details"]),
        ("ru", ["Количество слов", "3,5", "Орфография", "Все подробности"]),
        ("ja", ["単語数", "3.5", "つづり", "すべての詳細"]),
        ("tr", ["Sözcük sayısı", "3,5", "Yazım", "Tüm ayrıntılar"]),
        ("kk", ["Сөз саны", "3,5", "Орфография", "Толық мәлімет"]),
    ] {
        let answer = ask(&site, PATH, &format!("fr, {tag};q=0.5")).await;
        assert_page(&answer, 200, &texts);
        assert!(answer.body.contains(&format!("<html lang=\"{tag}\">")), "{}", answer.body);
        assert_eq!(answer.body.contains("Written"), tag == "en", "{tag}");
    }
}

#[actix_web::test]
async fn without_such_a_language_it_is_that_of_the_dictation_or_english() {
    for languages in ["", "*", "fr", "*, ja;q=0.9"] {
        for (tag, expected) in [("kk-Cyrl-KZ", "kk"), ("RU", "ru"), ("de", "en"), ("en-GB", "en")] {
            let answer = open(in_language(tag, shown("x", "{}")), languages).await;
            assert_page(&answer, 200, &[&format!("<html lang=\"{expected}\">")]);
        }
    }
    let answer = send(&site(store(in_language("tr", shown("x", "{}")))), TestRequest::get().uri(PATH)).await;
    assert_page(&answer, 200, &["<html lang=\"tr\">"]);
}

#[test]
fn nothing_is_left_untranslated() {
    let tables = [&ENGLISH, &RUSSIAN, &JAPANESE, &TURKISH, &KAZAKH];
    let mut told: Vec<Vec<&str>> = Vec::new();
    for texts in tables {
        let Value::Object(shown) = serde_json::to_value(texts).unwrap() else { panic!("no object") };
        assert!(shown.values().all(|text| !text.as_str().unwrap().is_empty()));
        told.push(vec![
            texts.result,
            texts.checked_by,
            texts.saved,
            texts.mistakes,
            texts.written,
            texts.right,
            texts.kind,
            texts.comment,
            texts.text,
            texts.no_text,
            texts.details,
            texts.shortened,
            texts.not_shown,
            texts.empty,
            texts.yes,
            texts.no,
            texts.nothing,
            texts.missing,
            texts.missing_text,
            texts.busy,
            texts.busy_text,
            texts.crashed,
            texts.crashed_text,
        ]);
        for list in [&texts.marks[..], &texts.counts, &texts.kinds, &texts.months] {
            assert!(list.iter().all(|text| !text.is_empty()));
        }
    }
    let english = told.remove(0);
    for other in told {
        for (text, original) in other.iter().zip(&english) {
            assert!(!text.is_empty() && text != original, "{text}");
        }
    }
}

#[actix_web::test]
async fn an_unknown_token_is_not_found_in_the_readers_language() {
    let site = site(store(shown("x", "{}")));
    for (tag, texts) in TAGS.into_iter().zip([&ENGLISH, &RUSSIAN, &JAPANESE, &TURKISH, &KAZAKH]) {
        for path in ["/results/other", "/results/%3Cb%3E", "/results/%00"] {
            let answer = ask(&site, path, tag).await;
            assert_page(
                &answer,
                404,
                &[&format!("<html lang=\"{tag}\">"), texts.missing, texts.missing_text],
            );
            assert!(!answer.body.contains("<b>"), "{}", answer.body);
        }
    }
    assert_page(&ask(&site, "/results/other", "fr").await, 404, &["<html lang=\"en\">", "Not found"]);
}

#[actix_web::test]
async fn a_store_that_fails_is_told_of_in_the_readers_language() {
    let failing = |error: fn() -> StoreError| {
        let mut transaction = MockTransaction::default();
        transaction.check_results.expect_find_by_page_token().returning(move |_| Err(error()));
        site(transaction)
    };
    let answer = ask(&failing(|| StoreError::Overloaded), PATH, "kk").await;
    assert_page(&answer, 503, &["<html lang=\"kk\">", KAZAKH.busy, KAZAKH.busy_text]);
    assert_eq!(answer.header("Retry-After"), "1");
    let corrupt = || StoreError::Corrupt { table: "check_results", column: "model" };
    let answer = ask(&failing(corrupt), PATH, "ja").await;
    assert_page(&answer, 500, &["<html lang=\"ja\">", JAPANESE.crashed, JAPANESE.crashed_text]);
    assert!(!answer.body.contains("check_results"), "{}", answer.body);
}

#[actix_web::test]
async fn opening_a_result_asks_the_store_for_nothing_but_reading() {
    // The mocks have no expectation that writes: a write would panic, and the answer would be a 500.
    let site = site(store(shown("x", "{}")));
    for method in [Method::HEAD, Method::GET, Method::GET] {
        let request = TestRequest::default().method(method).uri(PATH);
        assert_page(&send(&site, request).await, 200, &[]);
    }
}

#[actix_web::test]
async fn of_a_model_of_another_layout_everything_is_unfolded() {
    let answer = open(shown("", r#"{"a":{"b":1},"c":[]}"#), "en").await;
    let texts = ["<details open>", "<bdi class=\"name\">a</bdi> (1)", "empty", "Nothing was written."];
    assert_page(&answer, 200, &texts);
    assert!(!answer.body.contains("class=\"mark\"") && !answer.body.contains("id=\"mistakes\""));
    let raw = open(shown("x", r#"{"a":"\ud800<"}"#), "en").await;
    assert_page(
        &raw,
        200,
        &["<div class=\"written\" dir=\"auto\">{&quot;a&quot;:&quot;\\ud800&lt;&quot;}</div>"],
    );
    assert_page(&open(shown("x", "{}"), "en").await, 200, &["<li class=\"hint\">empty</li>"]);
}

#[actix_web::test]
async fn what_is_not_shown_is_told() {
    let model = json!({ "mistakes": vec!["x"; 1_234], "long": "ж".repeat(1_000) });
    let answer = open(shown("x", &model.to_string()), "ru").await;
    assert_page(&answer, 200, &["Не показано: 1034", RUSSIAN.shortened, "жж…</bdi>"]);
}

#[actix_web::test]
async fn below_a_path_of_a_shared_host_the_stylesheet_is_there_too() {
    let surroundings = Surroundings { base_path: "/club".to_owned(), ..Surroundings::default() };
    let use_cases = UseCases::new(&ports(store(shown("x", "{}")), MockPasswords::new()));
    let answer = ask(&Site::within(surroundings, use_cases).unwrap(), PATH, "en").await;
    assert_page(&answer, 200, &["href=\"&#x2f;club/assets/pages.css\""]);
}

#[test]
fn every_language_calls_itself_by_its_tag() {
    assert_eq!(TAGS.map(|tag| PageLanguage::of_tag(tag).map(PageLanguage::tag)), TAGS.map(Some));
}
