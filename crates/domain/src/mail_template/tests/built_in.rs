//! The wording that is used as long as nobody saved another.

use super::*;

const LANGUAGES: [Language; 2] = [Language::Japanese, Language::English];

fn written(kind: LetterKind, language: Language, handle: &str, name: &str) -> WrittenLetter {
    let user = Value::Record(vec![("Handle", text(handle)), ("Name", text(name))]);
    let root = Value::Record(vec![("User", user), ("VerificationLink", text("https://portal/?token=t"))]);
    let template = MailTemplate::built_in(kind, language).check(kind).unwrap();
    template.render(&LetterValues::with_root(root)).unwrap()
}

#[test]
fn every_letter_greets_its_reader_in_his_language_and_says_something() {
    for (handle, name, japanese, english) in [
        ("ann", "早稲田 アン", "ann さん\n\n", "Hello ann,\n\n"),
        ("", "早稲田 アン", "早稲田 アン さん\n\n", "Hello 早稲田 アン,\n\n"),
        ("", "", "こんにちは\n\n", "Hello,\n\n"),
    ] {
        for kind in LetterKind::ALL {
            for (language, greeting) in LANGUAGES.into_iter().zip([japanese, english]) {
                let letter = written(kind, language, handle, name);
                assert!(letter.body().starts_with(greeting), "{kind:?}: {}", letter.body());
                assert!(letter.body().len() > greeting.len() + 100 && letter.body().ends_with('\n'));
                assert!(!letter.body().contains("\n\n\n") && !letter.body().contains("{{"));
                assert!((10..=78).contains(&letter.subject().len()), "{}", letter.subject());
            }
        }
    }
}

#[test]
fn the_letter_that_asks_for_a_proof_has_the_link_on_a_line_of_its_own_and_no_other_has_it() {
    for language in LANGUAGES {
        for kind in LetterKind::ALL {
            let has_link =
                written(kind, language, "ann", "").body().contains("\n\nhttps://portal/?token=t\n\n");
            assert_eq!(has_link, kind == LetterKind::EmailVerification, "{kind:?}");
        }
    }
}

#[test]
fn no_two_letters_are_worded_alike() {
    let mut subjects: Vec<String> = LetterKind::ALL
        .into_iter()
        .flat_map(|kind| LANGUAGES.map(|language| MailTemplate::built_in(kind, language).subject))
        .collect();
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 8);
}
