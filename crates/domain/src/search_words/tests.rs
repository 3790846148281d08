//! Words and queries, over letters of many forms.

use proptest::prelude::*;

use super::*;

fn found(text: &str, query: &str) -> bool {
    let (words, query) = (words([text]), WordQuery::parse(query));
    !query.prefixes().is_empty()
        && query.prefixes().iter().all(|prefix| words.iter().any(|word| word.starts_with(prefix.as_str())))
}

fn words_of(text: &str) -> Vec<String> {
    words([text]).into_iter().collect()
}

#[test]
fn letters_are_the_same_in_every_width_case_and_kana() {
    for (one, other) in [
        ("ﾐｽ ﾁｬﾝ", "みす ちゃん"),
        ("ミス チャン", "みす ちゃん"),
        ("Ａｎｎ", "ann"),
        ("ANN", "ann"),
        ("ﾊﾞｯﾊﾟ", "ばっぱ"),
        ("か\u{3099}", "が"),
        ("か゛は゜", "がぱ"),
        ("ｶﾞ", "ガ"),
        ("ヴヵヶ", "ゔゕゖ"),
        ("いすヾ", "いすゞ"),
        ("サークルー", "さーくるー"),
        ("ｻｰｸﾙ", "さーくる"),
        ("①２", "12"),
        ("e\u{301}", "É"),
        ("ΟΔΟΣ", "οδος"),
        ("㈱ミス", "株 みす"),
    ] {
        assert_eq!(words_of(one), words_of(other), "{one} {other}");
        assert!(!words_of(one).is_empty(), "{one}");
    }
    assert_ne!(words_of("か"), words_of("が"));
    assert_ne!(words_of("は"), words_of("ぱ"));
}

#[test]
fn words_end_where_letters_numbers_and_their_marks_do() {
    for (text, expected) in [
        ("Ann.Lee@example.org", vec!["ann", "example", "lee", "org"]),
        ("1W20-1234", vec!["1234", "1w20"]),
        ("山田　太郎", vec!["太郎", "山田"]),
        ("+81 (90)1234_5678", vec!["1234", "5678", "81", "90"]),
        ("ａｎｎ＠ｂ", vec!["ann", "b"]),
        ("ラーメン・ライス", vec!["らいす", "らーめん"]),
        ("x\u{323}y", vec!["x\u{323}y"]),
        ("-\u{301}a", vec!["a"]),
        ("🎉 ! \u{301} \0", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(words_of(text), expected, "{text:?}");
    }
}

#[test]
fn somebody_is_found_by_the_beginnings_of_his_words() {
    let ann = "アン・リー Ann.Lee@example.org 1W20-1234";
    for query in ["ann.lee@ex", "ＡＮＮ", "lee ann", "1w20-12", "1234", "あん", "ｱﾝ ﾘ", "an"] {
        assert!(found(ann, query), "{query}");
    }
    for query in ["bob", "ann bob", "nn", "ee@example", "1w20-2", "り-", "", " - "] {
        assert_eq!(found(ann, query), query == "り-", "{query:?}");
    }
}

#[test]
fn words_and_queries_are_bounded() {
    let long = "あ".repeat(MAX_WORD_CHARS + 10);
    assert_eq!(words_of(&long), ["あ".repeat(MAX_WORD_CHARS)]);
    assert!(found(&long, &long), "a long word is found by itself");

    let many: Vec<String> = (100..300).map(|number| number.to_string()).collect();
    let kept = words(["first", "first", &many.join(" "), "last"]);
    assert_eq!(kept.len(), MAX_WORDS);
    assert!(kept.contains("first") && kept.contains("162") && !kept.contains("163"));
    let query = WordQuery::parse(&format!("b A a {}", many.join(" ")));
    assert_eq!(query.prefixes(), ["b", "a", "100", "101", "102", "103", "104", "105"]);
}

#[test]
fn a_query_of_nothing_but_signs_finds_nobody_and_one_of_nothing_everybody() {
    for query in ["", "  "] {
        assert_eq!(WordQuery::parse(query), WordQuery::default(), "{query:?}");
    }
    for query in ["@-.", "🎉", "\u{3099}", "\0"] {
        assert_eq!(WordQuery::parse(query).prefixes(), [" "], "{query:?}");
    }
}

#[test]
fn the_upper_bound_is_the_next_text_without_the_prefix() {
    for (prefix, bound) in [
        ("a", Some("b")),
        ("az", Some("a{")),
        ("あ", Some("ぃ")),
        ("\u{7f}", Some("\u{80}")),
        ("a\u{d7ff}", Some("a\u{e000}")),
        ("a\u{10ffff}", Some("b")),
        ("\u{10ffff}", None),
        ("", None),
    ] {
        assert_eq!(upper_bound(prefix).as_deref(), bound, "{prefix:?}");
    }
}

#[test]
fn folding_any_letter_twice_changes_nothing_more() {
    // Beyond lie private letters, and ideographs that have no other form.
    for c in ('\0'..='\u{1ffff}').chain('\u{2f800}'..='\u{2fa1f}') {
        let once = fold(&format!("{c} か{c} {c}\u{3099} {c}\u{307}a"));
        assert_eq!(fold(&once), once, "{c:?}");
    }
}

/// Texts of letters that change when they are folded, among others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~ａ-ｚＡ-Ｚｦ-ﾟぁ-ゟァ-ヿ゛゜\u{300}-\u{345}İΣςßǅ\u{1100}-\u{11ff} ]{0,40}",
        "[a-c.@ ア-ウあ-う]{0,200}",
    ]
}

/// An end, so that texts which have the beginning in common are tried too.
fn ends() -> impl Strategy<Value = String> {
    prop_oneof!["[a-cぁ-う\u{10ffff}]{0,3}", any::<String>()]
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing_more(text in text()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn words_are_their_own_words(text in text()) {
        let kept = words([text.as_str()]);
        prop_assert_eq!(words(kept.iter().map(String::as_str)), kept);
    }

    #[test]
    fn a_word_is_found_by_each_of_its_prefixes(text in text()) {
        for word in words([text.as_str()]) {
            for (end, c) in word.char_indices() {
                let prefix = &word[..end + c.len_utf8()];
                let query = WordQuery::parse(prefix);
                prop_assert_eq!(query.prefixes(), [prefix]);
            }
        }
    }

    #[test]
    fn words_keep_their_bounds(text in text()) {
        let words = words([text.as_str(), text.as_str()]);
        prop_assert!(words.len() <= MAX_WORDS);
        prop_assert!(words.iter().all(|word| (1..=MAX_WORD_CHARS).contains(&word.chars().count())));
        prop_assert!(WordQuery::parse(&text).prefixes().len() <= MAX_QUERY_WORDS);
    }

    #[test]
    fn whatever_begins_with_a_prefix_lies_below_its_bound_and_nothing_else(
        prefix in ends(), other in ends(), end in ends(),
    ) {
        for text in [format!("{prefix}{end}"), other.clone(), format!("{other}{end}")] {
            let below = upper_bound(&prefix).is_none_or(|bound| text < bound);
            prop_assert_eq!(text.starts_with(&prefix), prefix <= text && below, "{:?} {:?}", prefix, text);
        }
    }
}
