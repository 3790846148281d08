//! What each rule asks for.

use std::time::{Duration, Instant};

use super::*;
use crate::signup::sample::{mask, pattern, rules};

/// Far more than a debug build needs on a busy machine, and far less than anything that grows faster than its text.
const LIMIT: Duration = Duration::from_secs(10);

fn obeyed(validators: &Validators, text: &str) -> bool {
    text_obeys(validators, text, &mut Allowance::of_a_submission())
}

/// Which of the texts a rule refuses.
fn refused<'t>(rule: Rule, texts: &[&'t str]) -> Vec<&'t str> {
    let validators = rules(vec![rule]);
    texts.iter().copied().filter(|text| !obeyed(&validators, text)).collect()
}

#[test]
fn a_demand_for_a_value_is_met_by_any_text_that_is_not_blank() {
    assert!(asks_for_a_value(&rules(vec![Rule::Trimmed, Rule::Required])));
    assert!(!asks_for_a_value(&rules(vec![Rule::Trimmed])));
    assert_eq!(refused(Rule::Required, &["a", "", " \t"]), ["", " \t"]);
}

#[test]
fn lengths_are_counted_in_characters() {
    let length = |min, max, exact| Rule::Length { min, max, exact };
    assert_eq!(refused(length(Some(3), None, None), &["éé", "ééé", "éééé"]), ["éé"]);
    assert_eq!(refused(length(None, Some(3), None), &["", "ééé", "éééé"]), ["éééé"]);
    assert_eq!(refused(length(None, None, Some(3)), &["éé", "ééé", "éééé"]), ["éé", "éééé"]);
    assert_eq!(refused(length(Some(2), Some(3), None), &["1", "12", "123", "1234"]), ["1", "1234"]);
    assert!(refused(length(None, None, None), &["", "éé"]).is_empty());
}

#[test]
fn addresses_are_those_of_mail() {
    assert_eq!(
        refused(Rule::Email, &["ann@example.org", "ann", "Ann <ann@example.org>"]),
        ["ann", "Ann <ann@example.org>"]
    );
}

#[test]
fn web_addresses_are_whole() {
    let texts = [
        "https://example.org/a?b",
        "http://localhost",
        "example.org",
        "/a",
        "javascript:alert(1)",
        "ftp://a",
    ];
    assert_eq!(refused(Rule::Url, &texts), texts[2..]);
}

#[test]
fn numbers_are_in_their_range() {
    let number = |integer_only, min, max| Rule::Number { integer_only, min, max };
    assert_eq!(
        refused(number(false, None, None), &["5", "-2.5", "1e3", "five", "", "NaN"]),
        ["five", "", "NaN"]
    );
    assert_eq!(refused(number(true, None, None), &["5", "5.0", "5.5"]), ["5.5"]);
    assert_eq!(
        refused(number(false, Some(1.0), Some(2.5)), &["0.99", "1", "2.5", "2.51", "-2"]),
        ["0.99", "2.51", "-2"]
    );
}

#[test]
fn truth_values_have_four_texts() {
    assert_eq!(
        refused(Rule::Boolean, &["true", "false", "1", "0", "yes", "True", "2"]),
        ["yes", "True", "2"]
    );
}

#[test]
fn a_pattern_occurs_or_does_not() {
    let digits = |invert| Rule::Pattern { pattern: pattern("[0-9]+"), invert };
    assert_eq!(refused(digits(false), &["a1b", "ab"]), ["ab"]);
    assert_eq!(refused(digits(true), &["a1b", "ab"]), ["a1b"]);
}

#[test]
fn a_pattern_that_is_none_takes_no_text() {
    for invert in [false, true] {
        let rule = Rule::Pattern { pattern: pattern("(a"), invert };
        assert_eq!(refused(rule, &["a", "b"]), ["a", "b"], "{invert}");
    }
}

#[test]
fn a_mask_gives_the_shape() {
    assert_eq!(refused(Rule::Mask(mask("99-99")), &["12-34", "12-3", "1234"]), ["12-3", "1234"]);
}

#[test]
fn a_text_that_is_too_long_to_be_matched_is_refused() {
    let (longest, longer) = ("a".repeat(MAX_MATCHED_BYTES), "a".repeat(MAX_MATCHED_BYTES + 1));
    for (given, invert) in [("^(a+)+$", false), ("b", true)] {
        let rule = Rule::Pattern { pattern: pattern(given), invert };
        assert_eq!(refused(rule, &[&longest, &longer]), [&longer]);
    }
}

#[test]
fn only_so_much_of_a_submission_is_matched() {
    let validators = rules(vec![Rule::Pattern { pattern: pattern("^a+$"), invert: false }]);
    let mut allowance = Allowance::of_a_submission();
    let mut takes = |length: usize| text_obeys(&validators, &"a".repeat(length), &mut allowance);
    assert!(takes(MAX_MATCHED_BYTES) && takes(MAX_MATCHED_BYTES));
    assert!(!takes(MAX_MATCHED_BYTES) && takes(MAX_MATCHED_BYTES - 3), "each text counts a byte more");
    assert!(!takes(1));
    let unmatched = rules(vec![Rule::Length { min: Some(1), max: None, exact: None }]);
    assert!(text_obeys(&unmatched, &"a".repeat(1 << 20), &mut allowance), "only matching is counted");
}

#[test]
fn a_given_list_is_kept_to_the_letter() {
    let listed = Rule::OneOf(["red".to_owned(), "green".to_owned()].into());
    assert_eq!(refused(listed, &["red", "Red", "blue", "green "]), ["Red", "blue", "green "]);
}

#[test]
fn rules_behind_the_trimming_look_at_the_trimmed_text() {
    let exact = || Rule::Length { min: None, max: None, exact: Some(3) };
    assert!(obeyed(&rules(vec![Rule::Trimmed, exact()]), " abc\n"));
    assert!(!obeyed(&rules(vec![exact()]), " abc\n"));
    assert!(!obeyed(&rules(vec![exact(), Rule::Trimmed]), " abc\n"));
}

#[test]
fn all_rules_must_be_met_by_all_texts() {
    let validators = rules(vec![Rule::Boolean, Rule::OneOf(["1".to_owned(), "2".to_owned()].into())]);
    let content = |texts: &[&str]| Content::Texts(texts.iter().map(|text| (*text).to_owned()).collect());
    let obeys = |content| obeys(&validators, &content, &mut Allowance::of_a_submission());
    assert!(obeys(content(&["1", "1"])));
    for texts in [["1", "2"], ["true", "1"], ["no", "1"]] {
        assert!(!obeys(content(&texts)), "{texts:?}");
    }
}

#[test]
fn what_says_nothing_and_what_is_no_text_is_not_looked_at() {
    let validators = rules(vec![Rule::Email]);
    let mut allowance = Allowance::of_a_submission();
    assert!(obeys(&validators, &Content::Nothing, &mut allowance));
    assert!(obeys(&validators, &Content::Things, &mut allowance));
}

#[test]
fn a_hostile_pattern_and_a_long_text_are_no_burden() {
    let text = format!("{}!", "a".repeat(1 << 20));
    let began = Instant::now();
    let listed = Rule::OneOf(["a".to_owned()].into());
    let number = Rule::Number { integer_only: true, min: None, max: None };
    let length = Rule::Length { min: None, max: Some(9), exact: None };
    let nested = Rule::Pattern { pattern: pattern("^(a+)+$"), invert: false };
    for rule in [
        nested,
        Rule::Mask(mask(&"a".repeat(64))),
        Rule::Email,
        Rule::Url,
        Rule::Boolean,
        listed,
        number,
        length,
    ] {
        assert_eq!(refused(rule, &[&text]), [&text]);
    }
    assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
}
