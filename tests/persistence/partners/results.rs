//! Results of checks, one by one.

use portico_domain::{
    partner::{
        CheckResult, CheckResultFilter, MAX_MODEL_BYTES, MAX_TEXT_BYTES, Model, ResultText, ShownCheckResult,
    },
    ports::StoreError,
};

use crate::fixture::{
    Author, Fixture, WHOLE, assert_refused, dictation_id, digest, later, new_result, now, on_both, with_page,
};

on_both!(
    a_result_comes_back_with_what_its_page_tells,
    texts_and_models_are_kept_byte_for_byte,
    the_largest_text_and_model_are_kept,
    the_size_of_a_result_is_that_of_its_text_and_model_in_bytes,
    a_result_is_of_a_person_and_a_dictation_of_its_partner,
    results_without_a_page_do_not_get_into_each_others_way,
    ids_of_results_are_each_partners_own,
);

/// The only result of a partner.
async fn at_rest(f: &Fixture, author: &Author) -> CheckResult {
    let found = f.results(CheckResultFilter::all_of(author.partner), WHOLE).await;
    assert!(!found.has_more);
    let [result] = <[CheckResult; 1]>::try_from(found.results).unwrap();
    result
}

async fn a_result_comes_back_with_what_its_page_tells(f: &Fixture) {
    let partner = f.partner().await;
    let (user, dictation) = (f.pupil(partner.id).await, f.dictation(partner.id, "autumn").await);
    let author = Author { partner: partner.id, user, dictation: dictation.id.clone() };
    let (result, token) = with_page(new_result(&author, now()));
    f.save(&result).await.unwrap();
    assert_eq!(at_rest(f, &author).await, result);
    // Another partner has a dictation of the same id.
    f.author().await;
    let expected = ShownCheckResult { result, dictation, partner: partner.name.clone() };
    let find =
        async |token| f.read(move |seen| seen.check_results().find_by_page_token(&token)).await.unwrap();
    assert_eq!(find(token).await, Some(expected.clone()));
    assert_eq!(find(digest()).await, None);
    // Whoever has the link may look, whatever became of the partner.
    f.write(move |tx| tx.partners().revoke(partner.id, later(1))).await.unwrap();
    assert_eq!(find(token).await, Some(expected));
}

const TEXTS: [&str; 9] = [
    "",
    " ",
    "a\r\nb\n\rc\td ",
    "Съешь ещё этих мягких французских булок",
    "\u{1f342}\u{1f469}\u{200d}\u{1f4bb}\u{10ffff}",
    "\u{feff}e\u{301}\u{e9}\u{202e}\u{fffd}\u{fffe}",
    "'; DROP TABLE check_results; --",
    "\\x41 \\u0041 \\ $1 ? %s",
    "\u{1}\u{7f}\u{85}\u{2028}",
];

const MODELS: [&str; 7] = [
    "{}",
    " \r\n\t{ }\n ",
    r#"{"z" : 1.0, "a":[1e2,12345678901234567890123], "z":"\u0000\/\u00e9"}"#,
    r#"{"a":"\ud800","b":1e999,"c":-0.0,"d":1E+2}"#,
    "{\"\u{1f342}\":\"é\u{301}\u{7f}\u{2028}\"}",
    r#"{"a":"'; --\\\" \\r\\n $1 ?"}"#,
    "{\"a\":\r\n[\r\n]}",
];

async fn texts_and_models_are_kept_byte_for_byte(f: &Fixture) {
    for (place, text) in TEXTS.iter().enumerate() {
        for model in MODELS {
            let author = f.author().await;
            let result = CheckResult {
                text: ResultText::parse((*text).to_owned()).unwrap(),
                model: Model::parse(model.to_owned()).unwrap(),
                ..new_result(&author, now())
            };
            let (result, token) = with_page(result);
            f.save(&result).await.unwrap();
            let found = at_rest(f, &author).await;
            assert_eq!(found.text.as_str().as_bytes(), text.as_bytes(), "{place}");
            assert_eq!(found.model.as_str().as_bytes(), model.as_bytes());
            assert_eq!(found, result);
            let shown = f.read(move |seen| seen.check_results().find_by_page_token(&token)).await.unwrap();
            assert_eq!(shown.unwrap().result, result);
        }
    }
}

async fn the_largest_text_and_model_are_kept(f: &Fixture) {
    let model = |letter: &str| {
        let letters = letter.repeat((MAX_MODEL_BYTES - 8) / letter.len());
        let padding = " ".repeat(MAX_MODEL_BYTES - 8 - letters.len());
        Model::parse(format!(r#"{{"a":"{letters}"}}{padding}"#)).unwrap()
    };
    for letter in ["x", "\u{1f342}", "\\u0000"] {
        let author = f.author().await;
        let text = "ё".repeat(MAX_TEXT_BYTES / 2);
        let result = CheckResult {
            text: ResultText::parse(text).unwrap(),
            model: model(letter),
            ..new_result(&author, now())
        };
        assert_eq!(result.model.as_str().len(), MAX_MODEL_BYTES);
        f.save(&result).await.unwrap();
        // Not `assert_eq`, which would print them.
        assert!(at_rest(f, &author).await == result, "{letter}");
    }
}

async fn the_size_of_a_result_is_that_of_its_text_and_model_in_bytes(f: &Fixture) {
    let author = f.author().await;
    for (text, model) in [("", "{}"), ("ё\u{1f342}", r#"{"ё":"\u0000"}"#), ("abc", " {}\r\n")] {
        let result = CheckResult {
            text: ResultText::parse(text.to_owned()).unwrap(),
            model: Model::parse(model.to_owned()).unwrap(),
            ..new_result(&author, now())
        };
        f.save(&result).await.unwrap();
        let size = i64::try_from(text.len() + model.len()).unwrap();
        assert_eq!(f.number("SELECT size AS value FROM check_results"), size);
        f.sql("DELETE FROM check_results");
    }
}

async fn a_result_is_of_a_person_and_a_dictation_of_its_partner(f: &Fixture) {
    let (author, other) = (f.author().await, f.author().await);
    f.dictation(other.partner, "winter").await;
    for stranger in [
        Author { user: other.user, ..author.clone() },
        Author { user: f.person().await.id, ..author.clone() },
        Author { dictation: dictation_id("winter"), ..author.clone() },
        Author { dictation: dictation_id("Autumn"), ..author.clone() },
        Author { partner: other.partner, ..author.clone() },
    ] {
        let refused = f.save(&new_result(&stranger, now())).await;
        assert_refused!(refused, StoreError::Unavailable(_));
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM check_results"), 0);
    f.save(&new_result(&author, now())).await.unwrap();
}

async fn results_without_a_page_do_not_get_into_each_others_way(f: &Fixture) {
    let author = f.author().await;
    for _ in 0..3 {
        f.save(&new_result(&author, now())).await.unwrap();
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM check_results WHERE page_digest IS NULL"), 3);
}

async fn ids_of_results_are_each_partners_own(f: &Fixture) {
    let (author, other) = (f.author().await, f.author().await);
    let mine = new_result(&author, now());
    let his = CheckResult { id: mine.id, ..new_result(&other, now()) };
    f.save(&mine).await.unwrap();
    f.save(&his).await.unwrap();
    assert_eq!(at_rest(f, &author).await, mine);
    assert_eq!(at_rest(f, &other).await, his);
}
