//! In which language faults are told.

use super::*;
use crate::partners::texts::Language;

fn chosen(header: &str) -> Language {
    let request = TestRequest::default().insert_header(("Accept-Language", header.to_owned()));
    Language::asked_for(&request.to_http_request())
}

#[test]
fn the_language_is_the_one_preferred_of_those_there_are() {
    for (header, language) in [
        ("en", Language::English),
        ("EN-gb", Language::English),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Language::Russian),
        ("ja", Language::Japanese),
        ("tr-TR", Language::Turkish),
        ("kk-Cyrl-KZ", Language::Kazakh),
        ("de, en;q=0.4, tr;q=0.8", Language::Turkish),
        ("en;q=0.5,ru;q=0.5", Language::English),
        ("en;q=0, ja;q=0.1", Language::Japanese),
        ("de, *;q=0.1, en;q=0.05", Language::Original),
        ("nonsense!, ,;q=, tr", Language::Turkish),
        ("*", Language::Original),
        ("de", Language::Original),
        ("enm", Language::Original),
        ("en;q=0", Language::Original),
        ("", Language::Original),
        ("☃", Language::Original),
    ] {
        assert_eq!(chosen(header), language, "{header}");
    }
    assert_eq!(Language::asked_for(&TestRequest::default().to_http_request()), Language::Original);
}

/// Every fault of a call, in the order of the contract.
async fn faults(site: &Site, language: &str) -> Vec<(String, String)> {
    let ask = async |path: &str, body: Value| {
        let header = ("Accept-Language", language.to_owned());
        let request = TestRequest::post().uri(path).insert_header(header).set_payload(body.to_string());
        let answer = send(site, request).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        let told = answer.json().as_object().unwrap().clone();
        told.into_iter().map(|(field, texts)| (field, texts[0].as_str().unwrap().to_owned()))
    };
    let person = json!({ "key": 1, "email": 1, "login": 1 });
    let lengths = json!({ "key": KEY, "email": "x".repeat(255), "login": "x".repeat(151) });
    let odd = json!({ "user": 1, "dict": 1, "text": 1, "model": 1, "sendEmailToUser": 1 });
    let large = json!({ "text": "x".repeat((256 << 10) + 1), "model": "x".repeat((2 << 20) + 1) });
    let mut all: Vec<_> = ask(AUTH_USER, person).await.chain(ask(AUTH_USER, lengths).await).collect();
    all.extend(ask(SAVE, odd).await.chain(ask(SAVE, with(result(), &large)).await));
    all
}

#[actix_web::test]
async fn every_fault_is_told_in_every_language() {
    let fields = [
        "key",
        "email",
        "login",
        "email",
        "login",
        "key",
        "user",
        "dict",
        "text",
        "model",
        "sendEmailToUser",
        "text",
        "model",
    ];
    let site = site(known());
    let mut told = Vec::new();
    for language in ["en", "ru", "ja", "tr", "kk"] {
        let faults = faults(&site, language).await;
        assert_eq!(faults.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), fields);
        for (field, text) in &faults {
            assert!(!text.contains(['{', '}']), "{language} {field}: {text}");
        }
        for (at, max) in [(3, "254"), (4, "150"), (11, "256"), (12, "2")] {
            assert!(faults[at].1.contains(max), "{language}: {}", faults[at].1);
        }
        told.push(faults);
    }
    for (at, field) in fields.into_iter().enumerate() {
        let mut texts: Vec<_> = told.iter().map(|faults| &faults[at].1).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), 5, "{field}: {texts:?}");
    }
    let email = |of: usize| told[of][1].1.as_str();
    assert_eq!(email(0), "Enter a valid email address.");
    assert_eq!(email(1), "Введите корректный адрес электронной почты.");
    assert_eq!(faults(&site, "*").await[..2], [told[0][0].clone(), told[1][1].clone()]);
}
