//! In which language a call is refused (partner contract, "Languages").

use std::collections::BTreeSet;

use integration_tests::{
    client::Answer,
    partners::{AUTH_USER, Partner, Program, texts},
    server::TestServer,
};
use serde_json::json;

use super::{ANN, NO_KEY};

const EMAIL: &str = "Enter a valid email address.";
const REQUIRED: &str = "This field is required.";

/// Every text that can be said of a field, by what it is about.
async fn told(partner: &Partner, program: &Program) -> Vec<(&'static str, String)> {
    let user = partner.program.user(ANN).await;
    let mut told = Vec::new();
    let mut note = |what, answer: &Answer, field| told.push((what, answer.fault_of(field).to_owned()));
    let stranger = program.with_key(NO_KEY);
    let wrong = json!({ "dict": 7, "text": 7, "model": 7, "sendEmailToUser": 7 });
    let answer = stranger.save("x", wrong).await;
    for field in ["key", "user", "dict", "text", "model", "sendEmailToUser"] {
        note(field, &answer, field);
    }
    let answer = program.post(AUTH_USER, &json!({ "email": "ann", "login": 7 })).await;
    for (what, field) in [("email", "email"), ("login", "login"), ("required", "key")] {
        note(what, &answer, field);
    }
    let long = json!({ "key": NO_KEY, "email": "x".repeat(255), "login": "x".repeat(151) });
    let answer = program.post(AUTH_USER, &long).await;
    note("a long email", &answer, "email");
    note("a long login", &answer, "login");
    let long = json!({ "text": "x".repeat(256 * 1024 + 1), "model": "x".repeat(2 * 1024 * 1024 + 1) });
    let answer = program.save(&user, long).await;
    note("a long text", &answer, "text");
    note("a long model", &answer, "model");
    let answer = program.save_as("a b", &user, json!({})).await;
    note("a wrong name", &answer, "Idempotency-Key");
    told
}

/// The texts of the seed page and those that stand beside them.
fn mixture() -> Vec<(&'static str, String)> {
    let texts = [
        ("key", texts::KEY),
        ("user", texts::USER),
        ("dict", texts::DICT),
        ("text", texts::TEXT),
        ("model", texts::MODEL),
        ("sendEmailToUser", texts::BOOLEAN),
        ("email", texts::EMAIL),
        ("login", texts::LOGIN),
        ("required", texts::REQUIRED),
        ("a long email", "Must be at most 254 characters."),
        ("a long login", "Must be at most 150 characters."),
        ("a long text", "Must be at most 256 KiB."),
        ("a long model", "Must be at most 2 MiB."),
        ("a wrong name", texts::IDEMPOTENCY_KEY),
    ];
    texts.map(|(what, text)| (what, text.to_owned())).into()
}

#[tokio::test]
async fn whoever_asks_for_no_language_that_there_is_gets_the_texts_of_the_page() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    assert_eq!(told(&partner, &partner.program).await, mixture());
    for languages in ["*", "de", "fr-FR, de;q=0.7, *;q=0.5", "", "nonsense;;;", "q=1", "xx", "english", "e"] {
        let program = partner.program.speaking(languages);
        assert_eq!(told(&partner, &program).await, mixture(), "{languages:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_text_is_there_in_english() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let english: Vec<(&str, String)> = mixture()
        .into_iter()
        .map(|(what, text)| match what {
            "email" => (what, EMAIL.to_owned()),
            "required" => (what, REQUIRED.to_owned()),
            _ => (what, text),
        })
        .collect();
    for languages in ["en", "EN", "en-GB", "en-US,en;q=0.9", "de, en;q=0.1"] {
        assert_eq!(told(&partner, &partner.program.speaking(languages)).await, english, "{languages}");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_text_is_there_in_each_language_and_in_its_script() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let cyrillic = |c: char| ('\u{400}'..='\u{4ff}').contains(&c);
    let japanese = |c: char| ('\u{3040}'..='\u{30ff}').contains(&c);
    let mut seen: BTreeSet<String> = mixture().into_iter().map(|(_, text)| text).collect();
    // These two of the page are Russian.
    assert!(seen.remove(texts::EMAIL) && seen.remove(texts::REQUIRED));
    seen.extend([EMAIL.to_owned(), REQUIRED.to_owned()]);
    for language in ["ru", "ja", "tr", "kk"] {
        let texts = told(&partner, &partner.program.speaking(language)).await;
        for (what, text) in &texts {
            let fits = match language {
                "ru" | "kk" => text.chars().any(cyrillic),
                "ja" => text.chars().any(japanese),
                _ => !text.chars().any(|c| cyrillic(c) || japanese(c)),
            };
            assert!(fits, "{what} in {language}: {text}");
            let number = ["254", "150", "256", "2"].into_iter().zip([
                "a long email",
                "a long login",
                "a long text",
                "a long model",
            ]);
            for (number, _) in number.filter(|(_, long)| long == what) {
                assert!(text.contains(number), "{what} in {language}: {text}");
            }
        }
        // Of a field that is too long, the same may be said as of another.
        let own: BTreeSet<String> = texts.into_iter().map(|(_, text)| text).collect();
        assert!(own.len() >= 13, "{language}: {own:?}");
        assert!(own.is_disjoint(&seen), "{language}: {own:?}");
        seen.extend(own);
    }
    server.stop().await;
}

#[tokio::test]
async fn russian_is_that_of_the_page() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let program = partner.program.speaking("ru");
    let told = told(&partner, &program).await;
    for expected in [("email", texts::EMAIL), ("required", texts::REQUIRED)] {
        assert!(told.iter().any(|(what, text)| (*what, text.as_str()) == expected), "{told:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn of_several_languages_the_one_that_is_liked_best_is_spoken() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let say = async |languages: &str| {
        let answer = partner.program.speaking(languages).auth_user("ann").await;
        answer.fault_of("email").to_owned()
    };
    let [en, ru, ja, tr, kk] =
        [say("en").await, say("ru").await, say("ja").await, say("tr").await, say("kk").await];
    for (languages, expected) in [
        ("fr, ru;q=0.8, en;q=0.3", &ru),
        ("fr, ru;q=0.3, en;q=0.8", &en),
        ("en;q=0.3, ru;q=0.8", &ru),
        ("ja-JP", &ja),
        ("ja,en-US;q=0.9,en;q=0.8", &ja),
        ("tr-TR,tr;q=0.9,en-US;q=0.8,en;q=0.7", &tr),
        ("kk-KZ,kk;q=0.9,ru;q=0.8", &kk),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", &ru),
        ("de;q=1.0, kk;q=0.001", &kk),
        ("en;q=0, tr;q=0.1", &tr),
        (" tr ; q=0.5 , ja ; q=0.9 ", &ja),
    ] {
        assert_eq!(&say(languages).await, expected, "{languages}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_succeeds_says_nothing_in_any_language() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    for language in ["en", "ru", "ja", "tr", "kk", "de"] {
        let program = partner.program.speaking(language);
        let user = program.user(ANN).await;
        program.save(&user, json!({})).await.expect_saved();
    }
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_has_the_name_of_another_is_told_so_in_its_language() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    partner.program.save_as("call-1", &user, json!({})).await.expect_saved();
    let mut told = BTreeSet::new();
    for language in ["en", "ru", "ja", "tr", "kk"] {
        let program = partner.program.speaking(language);
        let answer = program.save_as("call-1", &user, json!({ "text": "other" })).await;
        let text = answer.detail(409);
        assert!(language != "en" || text == texts::TAKEN, "{text}");
        told.insert(text.to_owned());
    }
    assert_eq!(told.len(), 5, "{told:?}");
    server.stop().await;
}
