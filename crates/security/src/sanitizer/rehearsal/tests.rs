//! What is bearable, and what is not.

use std::{fs, path::Path};

use proptest::prelude::*;

use super::*;

fn numbered(count: usize, tag: impl Fn(usize) -> String) -> String {
    (0..count).map(tag).collect()
}

/// That a text of `few` is bearable and one of `many` is not.
fn bounded(few: usize, many: usize, text: impl Fn(usize) -> String) {
    assert!(is_bearable(&text(few)), "{few}: {}", text(2));
    assert!(!is_bearable(&text(many)), "{many}: {}", text(2));
}

#[test]
fn a_text_of_a_few_tags_is_bearable() {
    for html in
        ["", "a", "<", "<p>Bu benim</p>", "<b>".repeat(20).as_str(), "<p", "<!--", "<a x='", "&", "</p>"]
    {
        assert!(is_bearable(html), "{html}");
    }
}

#[test]
fn open_elements_are_bounded() {
    bounded(100, 1_000, |count| "<div>".repeat(count));
    bounded(100, 1_000, |count| "<b>".repeat(count));
    bounded(50, 1_000, |count| "<ul><li>".repeat(count));
    bounded(50, 1_000, |count| "<svg><g>".repeat(count));
    bounded(30, 1_000, |count| "<table><tr><td>".repeat(count));
    bounded(50, 1_000, |count| format!("{}{}", "<div>".repeat(count), "</p>".repeat(count)));
}

#[test]
fn elements_that_are_opened_anew_are_bounded() {
    let pending = |count| numbered(count, |n| format!("<b a={n}>"));
    bounded(10, 500, |count| format!("<p>{}{}", pending(count), "<p>x".repeat(count)));
    bounded(100, 4_000, |count| "<a>".repeat(count));
    bounded(4, 60, |count| format!("<p><b title='{}'>{}", "x".repeat(2_000), "<p>x".repeat(count)));
}

#[test]
fn elements_with_many_attributes_are_bounded() {
    let attributes = |count| numbered(count, |n| format!(" {n:x}"));
    bounded(200, 40_000, |count| format!("<a{}>", attributes(count)));
    bounded(200, 40_000, |count| format!("</a{}>", attributes(count)));
    bounded(200, 40_000, |count| format!("<a{}>", attributes(count).replace(' ', "/")));
    bounded(200, 40_000, |count| format!("<a{}>", numbered(count, |n| format!(" {n:x}='<'"))));
    bounded(100, 40_000, |count| numbered(count, |n| format!("<html a{n}>")));
    bounded(10, 4_000, |count| format!("<b{}>{}", attributes(count), "<i></i>".repeat(count)));
}

#[test]
fn a_long_value_or_comment_is_not_taken_for_many_attributes() {
    let picture = "iVBORw0KGgo/AAAA+abcABCDabcdefghIJKLmnopQRSTuvwxYZabcd0123456789".repeat(8_000);
    assert!(is_bearable(&format!("<img src=\"data:image/png;base64,{picture}\">")));
    let markup = "<w:LsdException Locked=\"false\" Name=\"toc 1\"/>\n".repeat(10_000);
    for (begin, end) in [("<!--", "-->"), ("<!", ">"), ("<?", ">")] {
        assert!(is_bearable(&format!("{begin}{}{end}", markup.replace('>', " "))), "{begin}");
    }
    assert!(!is_bearable(&format!("<a {}>", markup.replace('>', " "))));
}

#[test]
fn texts_out_of_place_are_bounded() {
    bounded(100, 100_000, |count| format!("<table>{}", "x<tr>".repeat(count)));
    bounded(100, 100_000, |count| "<table><a>".repeat(count));
    bounded(10, 1_000, |count| "<a><div></a>".repeat(count));
    bounded(10, 100_000, |count| format!("<table>{}", "&<tr>".repeat(count)));
}

#[test]
fn characters_that_are_written_out_are_bounded() {
    for escaped in ["&", "&amp;", "\u{a0}", "& ", "»"] {
        bounded(1_000, 60_000, |count| escaped.repeat(count));
        bounded(1_000, 60_000, |count| format!("<p title='{}'>", escaped.repeat(count)));
        bounded(100, 60_000, |count| format!("<table>{}", escaped.repeat(count)));
        // In texts of their own they are found at once.
        assert!(is_bearable(&format!("<p>{escaped}</p>").repeat(5_000)), "{escaped}");
    }
    assert!(is_bearable(&"<".repeat(200_000)) && is_bearable(&"\"".repeat(200_000)));
}

#[test]
fn the_parser_is_the_one_that_the_sanitizer_uses() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap();
    assert_eq!(lock.matches("name = \"html5ever\"\n").count(), 1);
}

proptest! {
    #[test]
    fn the_pieces_make_up_the_text(html in "(<|[a-zé ]{0,40}|é{1000}){0,20}") {
        let pieces: Vec<&str> = pieces(&html).collect();
        prop_assert_eq!(&pieces.concat(), &html);
        for piece in pieces {
            prop_assert!(!piece.is_empty() && piece.len() <= PIECE);
            prop_assert!(piece.rfind('<').is_none_or(|at| at == 0), "{piece}");
        }
    }
}
