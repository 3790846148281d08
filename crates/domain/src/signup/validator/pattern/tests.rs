//! Patterns of browsers, and patterns that nobody should have written.

use std::{sync::mpsc, thread, time::Duration};

use proptest::prelude::*;

use super::*;
use crate::signup::validator::MAX_MATCHED_BYTES;

fn compiled(pattern: &str) -> Regex {
    compile(pattern, Flags::default()).unwrap_or_else(|reason| panic!("{pattern}: {reason}"))
}

fn fault(pattern: &str) -> String {
    compile(pattern, Flags::default()).expect_err(pattern)
}

#[test]
fn patterns_occur_where_browsers_find_them() {
    for (pattern, text, occurs) in [
        (r"^[\w-\.]+@([\w-]+\.)+[\w-]{2,4}$", "ann.lee@mail.example.org", true),
        (r"^[\w-\.]+@([\w-]+\.)+[\w-]{2,4}$", "ann lee@example.org", false),
        (r"^\+?\d{10,15}$", "+79991234567", true),
        (r"^\d$", "٣", false),
        (r"^\D$", "٣", true),
        (r"^\w$", "é", false),
        (r"^\W$", "é", true),
        (r"^[\D]$", "x", true),
        (r"^[^\W]$", "x", true),
        (r"\bb", "éb", true),
        (r"\Bb", "éb", false),
        (r"^\s$", "\u{a0}", true),
        (r"^[[a]+$", "[a", true),
        (r"^[a&&b]+$", "a&b", true),
        (r"^[a~~b]+$", "a~b", true),
        (r"^[+--]+$", "+,-", true),
        (r"^[\d-x]+$", "7-x", true),
        (r"^[\d-x]+$", "8", true),
        (r"^[\p{Lu}-x]+$", "É-x", true),
        (r"^[a-z-9]+$", "b-9", true),
        (r"^[^^]$", "^", false),
        (r"^[\b]$", "\u{8}", true),
        (r"[]", "x", false),
        (r"^[^]$", "\n", true),
        (r"^a{,2}$", "a{,2}", true),
        (r"^a{2,3}$", "aaa", true),
        (r"^a{2,}$", "a", false),
        (r"^{}]$", "{}]", true),
        (r"^a{b}$", "a{b}", true),
        (r"^\/\<\>\-\é$", "/<>-é", true),
        (r"^\u0041\x41\u{1F600}\0$", "AA😀\0", true),
        (r"^\p{L}+$", "Öя", true),
        (r"^(?<year>\d{4})-(?:\d\d)$", "2024-05", true),
        ("^日+$", "日日", true),
        ("a.c", "a\nc", false),
        ("/^a/", "ab", true),
        ("/^A$/i", "a", true),
        ("/", "a/b", true),
        ("//", "a/b", false),
        ("/a/x", "/a/x", true),
    ] {
        assert_eq!(compiled(pattern).is_match(text), occurs, "{pattern} {text:?}");
    }
}

#[test]
fn flags_change_which_texts_a_pattern_occurs_in() {
    for (letters, pattern, text) in [("i", "^É$", "é"), ("m", "^b$", "a\nb"), ("sgyu", "^a.b$", "a\nb")] {
        let flags = Flags::parse(letters).unwrap();
        assert!(compile(pattern, flags).unwrap().is_match(text), "{letters}");
        assert!(!compiled(pattern).is_match(text), "{letters}");
    }
    assert!(compile("/^b$/m", Flags::parse("i").unwrap()).unwrap().is_match("a\nB"));
    assert_eq!(Flags::parse(""), Some(Flags::default()));
    for letters in ["x", "I", "i,m", "v"] {
        assert_eq!(Flags::parse(letters), None, "{letters}");
    }
}

#[test]
fn what_takes_more_than_linear_time_is_refused() {
    for pattern in ["(?=a)", "(?!a)", "(?<=a)b", "a(b(?<!a))"] {
        assert!(fault(pattern).starts_with("must not look ahead or behind"), "{pattern}");
    }
    for pattern in [r"(a)\1", r"(?<n>a)\k<n>", r"\9"] {
        assert!(fault(pattern).starts_with("must not refer back"), "{pattern}");
    }
}

#[test]
fn malformed_patterns_are_refused_with_a_reason() {
    for (pattern, reason) in [
        ("(a", "unclosed group"),
        ("a)", "unopened group"),
        ("[a", "unclosed character class"),
        (r"[\]", "unclosed character class"),
        (r"a\", "incomplete escape sequence"),
        (r"\q", r"unknown escape sequence \q"),
        (r"\A", r"unknown escape sequence \A"),
        (r"\01", r"unknown escape sequence \0"),
        ("*", "repetition operator missing expression"),
        ("[z-a]", "invalid character class range, the start must be <= the end"),
    ] {
        assert_eq!(fault(pattern), format!("is no regular expression: {reason}"), "{pattern}");
    }
    for pattern in [r"\p{Nonsense}", r"\u{110000}", "a{3,2}", "a{99999999999}"] {
        assert!(fault(pattern).starts_with("is no regular expression: "), "{pattern}");
    }
}

#[test]
fn large_patterns_are_refused_at_once() {
    assert_eq!(fault(&"a".repeat(100 * 1024)), "must be at most 1000 characters");
    assert!(compile(&"a".repeat(400), Flags::default()).is_ok());
    for pattern in [
        "(a{1000}){1000}",
        "((a{100}){100}){100}",
        r"\p{L}{1000}",
        r"(?i)[^\x00]{1000}",
        r"^\p{L}{2,50}$",
        "^[ab]*a[ab]{3000}$",
    ] {
        let reason = in_finite_time(pattern, move || fault(pattern));
        assert!(reason.starts_with("is too large a regular expression"), "{pattern}: {reason}");
    }
    for open in ["(", "(?:", "[^"] {
        assert!(compile(&open.repeat(300), Flags::default()).is_err(), "{open}");
    }
    let nested = format!("{}a{}", "(".repeat(400), ")".repeat(400));
    assert!(fault(&nested).starts_with("is no regular expression: "));
}

#[test]
fn everyday_patterns_are_small_enough() {
    for (pattern, text) in [
        (r"^[\p{L}\s'-]+$", "Zoë O'Neill-Ağaoğlu"),
        (r"^\p{Lu}[\p{Ll}'-]*$", "Éric"),
        (r"^[\p{L}\p{M}\s'.-]+$", "Dr. Şule"),
        (r"^[\p{L}'-]+ [\p{L}'-]+$", "Ann Lee"),
        (r"^[\p{L}\p{N} .,'()&/-]+$", "Häuser & Co. (2)"),
        (r"^[А-Яа-яЁё\s-]+$", "Анна"),
        (r"^[^\s@]+@[^\s@]+\.[^\s@]+$", "ann@example.org"),
        (r"^[\w-\.]+@([\w-]+\.)+[\w-]{2,4}$", "ann.lee@example.org"),
        (r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$", "ann@example.org"),
        (r"^\+?\d{10,15}$", "+79991234567"),
        (r"^\+?[\d\s()-]{7,20}$", "+7 (999) 123-45-67"),
        (r"^\d{5}(-\d{4})?$", "12345-6789"),
        (r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$", "SW1A 1AA"),
        (r"^(https?:\/\/)?([\w-]+\.)+[a-z]{2,}(\/\S*)?$", "https://example.org/a"),
        (r"^(19|20)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", "2024-05-07"),
        (r"^[a-z0-9_]{3,30}$", "ann_lee"),
        (r"^.{2,50}$", "Ünal"),
        (r"^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$", "01234567-89ab-cdef-0123-456789abcdef"),
        ("/^[a-zà-ÿ' -]{2,60}$/i", "Éa"),
    ] {
        assert!(compiled(pattern).is_match(text), "{pattern}");
    }
}

#[test]
fn hostile_patterns_and_texts_take_little_time() {
    let texts = ["a".repeat(MAX_MATCHED_BYTES), "ab".repeat(MAX_MATCHED_BYTES / 2)];
    for pattern in ["(a+)+$", "^(a+)+b", "(a|aa)+$", "(a*)*b", "(.*)(.*)(.*)(.*)x", "[ab]*a[ab]{400}x"] {
        let regex = compiled(pattern);
        let texts = texts.clone();
        in_finite_time(pattern, move || texts.iter().any(|text| regex.is_match(text)));
    }
}

/// What some work gives. An engine that goes back would take years; the bound is far above what any busy machine needs.
fn in_finite_time<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    result.recv_timeout(Duration::from_mins(1)).unwrap_or_else(|_| panic!("{what} takes too long"))
}

/// Pieces of which patterns are made, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "(", ")", "(?:", "(?=", "(?<n>", "[", "[^", "]", "{", "}", "{2,3}", "{,", "\\", "\\d", "\\w", "\\b", "\\p{",
            "\\u{", "\\x4", "\\1", "^", "$", ".", "*", "+", "?", "|", "-", "&&", "~~", "--", "/", "a", "é", "9", ",",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_compiling_panic(pattern in pieces(), letters in "[imsugyx]{0,3}") {
        if let Some(flags) = Flags::parse(&letters) {
            match compile(&pattern, flags) {
                Ok(regex) => { std::hint::black_box(regex.is_match("a9é-")); }
                Err(reason) => prop_assert!(!reason.is_empty() && !reason.contains('\n'), "{}", reason),
            }
        }
    }

    #[test]
    fn escaped_characters_stand_for_themselves(text in "[ -/:-@\\[-`{-~]{0,20}", in_class: bool) {
        let escaped: String = text.chars().flat_map(|c| ['\\', c]).collect();
        let pattern = if in_class { format!("^[{escaped}x]*$") } else { format!("^{escaped}$") };
        let found = compile(&pattern, Flags::default());
        prop_assert!(found.as_ref().is_ok_and(|regex| regex.is_match(&text)), "{}: {:?}", pattern, found);
    }

    #[test]
    fn a_class_of_letters_holds_them_alone(class in "[a-c\\[&~]{1,8}", text in "[a-d\\[&~]") {
        let regex = compiled(&format!("^[{class}]$"));
        prop_assert_eq!(regex.is_match(&text), class.contains(&text));
    }
}
