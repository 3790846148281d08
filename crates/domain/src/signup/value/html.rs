//! What HTML says to whoever reads it.

/// References to characters that nobody sees, as editors write them into empty paragraphs.
const BLANKS: [&str; 4] = ["&nbsp;", "&#160;", "&#xa0;", "&#xA0;"];

/// Whether HTML shows something: a character that is not blank, outside of tags and comments, or an image. Reads the
/// text once.
pub(super) fn says(html: &str) -> bool {
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if let Some(tag) = rest.strip_prefix('<').filter(|tag| begins_tag(tag)) {
            if is_image(tag) {
                return true;
            }
            rest = after_tag(tag);
        } else if let Some(after) = BLANKS.iter().find_map(|blank| rest.strip_prefix(blank)) {
            rest = after;
        } else if is_blank(c) {
            rest = &rest[c.len_utf8()..];
        } else {
            return true;
        }
    }
    false
}

/// A character without width, as editors put where the caret is, counts as blank, too.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn begins_tag(after_bracket: &str) -> bool {
    after_bracket.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

fn is_image(tag: &str) -> bool {
    let name_end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
    tag[..name_end].eq_ignore_ascii_case("img")
}

/// What follows the tag that a text begins in; in the quoted value of an attribute `>` ends nothing.
fn after_tag(tag: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (index, c) in tag.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '>' => return &tag[index + 1..],
            None if before == '=' && (c == '"' || c == '\'') => quote = Some(c),
            _ => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_and_images_say_something() {
        for html in [
            "a",
            "5",
            "<p>a</p>",
            "<p></p>.",
            "a < b",
            "<",
            "< p>",
            "&amp;",
            "&nbsp;a",
            "<img src=x>",
            "<p><IMG></p>",
            "<a title=\"x>\">b</a>",
            "<!-- a -->b",
            "日",
        ] {
            assert!(says(html), "{html}");
        }
    }

    #[test]
    fn tags_comments_and_blanks_say_nothing() {
        for html in [
            "",
            " \n",
            "<p></p>",
            "<p><br></p>",
            "<p>&nbsp;&#160;&#xa0;</p>",
            "<p>\u{200b}\u{feff}\u{a0}</p>",
            "<!-- a > b -->",
            "<!-- a",
            "<p",
            "<imgx>",
            "<a title=\"x>y\" href = 'a>b'></a>",
            "<!DOCTYPE html>",
            "</p>",
        ] {
            assert!(!says(html), "{html}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(html in "[<>!/=\"'&;a-c -]{0,40}|.{0,40}") {
            let inside = says(&html);
            prop_assert!(!html.is_empty() || !inside);
            let image = format!("<img>{html}");
            prop_assert!(says(&image));
        }
    }
}
