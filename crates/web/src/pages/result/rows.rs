//! The tree of a model as a row of rows, so that nothing has to call itself to show it.

use portico_domain::partner::{Excerpt, Outline};
use serde::Serialize;

use super::texts::Texts;

/// What a template shows of a tree, one after the other.
#[derive(Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub(super) enum Row {
    /// A value.
    Value {
        /// Its name.
        name: String,
        /// What it is.
        value: String,
    },
    /// The beginning of what is inside a list or an object.
    Open {
        /// Its name.
        name: String,
        /// How many values are in it, those not shown included.
        size: usize,
    },
    /// How many values are not shown.
    More {
        /// So many.
        count: usize,
    },
    /// The end of what is inside.
    Close,
}

/// The rows of what is inside a value.
pub(super) fn of(outline: &Outline, texts: &Texts) -> Vec<Row> {
    let mut rows = Vec::new();
    inside(outline, texts, &mut rows);
    rows
}

fn inside(outline: &Outline, texts: &Texts, rows: &mut Vec<Row>) {
    let left_out = match outline {
        Outline::List { elements, left_out } => {
            for (number, element) in (1_usize..).zip(elements) {
                row(number.to_string(), element, texts, rows);
            }
            *left_out
        }
        Outline::Object { members, left_out } => {
            for (name, value) in members {
                row(named(name), value, texts, rows);
            }
            *left_out
        }
        Outline::Null | Outline::Bool(_) | Outline::Number(_) | Outline::Text(_) => 0,
    };
    if left_out > 0 {
        rows.push(Row::More { count: left_out });
    }
}

fn row(name: String, outline: &Outline, texts: &Texts, rows: &mut Vec<Row>) {
    let value = match outline {
        Outline::Null => texts.nothing.to_owned(),
        Outline::Bool(is) => if *is { texts.yes } else { texts.no }.to_owned(),
        Outline::Number(number) => number.clone(),
        Outline::Text(text) => excerpt(text),
        Outline::List { elements, left_out } if elements.len() + left_out > 0 => {
            return open(name, elements.len() + left_out, outline, texts, rows);
        }
        Outline::Object { members, left_out } if members.len() + left_out > 0 => {
            return open(name, members.len() + left_out, outline, texts, rows);
        }
        Outline::List { .. } | Outline::Object { .. } => texts.empty.to_owned(),
    };
    rows.push(Row::Value { name, value });
}

fn open(name: String, size: usize, outline: &Outline, texts: &Texts, rows: &mut Vec<Row>) {
    rows.push(Row::Open { name, size });
    inside(outline, texts, rows);
    rows.push(Row::Close);
}

/// A name; one that is empty is told from none.
fn named(name: &Excerpt) -> String {
    if name.text.is_empty() && !name.is_cut { "\"\"".to_owned() } else { excerpt(name) }
}

/// A text, with an ellipsis where the rest was.
pub(super) fn excerpt(excerpt: &Excerpt) -> String {
    let mut text = visible(&excerpt.text);
    if excerpt.is_cut {
        text.push('…');
    }
    text
}

/// A text with pictures of the control characters that pages cannot hold or do not show, but for tabs and line ends.
pub(super) fn visible(text: &str) -> String {
    let picture = |c: char| match c {
        '\n' | '\r' | '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(picture).collect()
}

#[cfg(test)]
mod tests {
    use portico_domain::partner::{Contents, Model, Report};

    use super::{super::texts::ENGLISH, *};

    fn rows(model: &str) -> Vec<String> {
        let report = Report::of(&Model::parse(model.to_owned()).unwrap());
        let Contents::Tree(outline) = report.contents else { panic!("no tree") };
        let told = |row| match row {
            Row::Value { name, value } => format!("{name}={value}"),
            Row::Open { name, size } => format!("{name}({size}"),
            Row::More { count } => format!("+{count}"),
            Row::Close => ")".to_owned(),
        };
        of(&outline, &ENGLISH).into_iter().map(told).collect()
    }

    #[test]
    fn each_value_has_a_row_and_what_is_inside_is_between_two() {
        let model = r#"{"z":[1,[true,null]],"a":{"":"x","e":{},"l":[]}}"#;
        let expected =
            ["z(2", "1=1", "2(2", "1=yes", "2=none", ")", ")", "a(3", "\"\"=x", "e=empty", "l=empty", ")"];
        assert_eq!(rows(model), expected);
        assert_eq!(rows("{}"), Vec::<String>::new());
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let rows = rows(&format!(r#"{{"a":[{}]}}"#, vec!["0"; 9_999].join(",")));
        let [first, .., last_value, more, close] = rows.as_slice() else { panic!("too few rows") };
        assert_eq!((first.as_str(), close.as_str()), ("a(9999", ")"));
        let shown: usize = last_value.split('=').next().unwrap().parse().unwrap();
        assert_eq!(*more, format!("+{}", 9_999 - shown));
    }

    #[test]
    fn control_characters_are_seen() {
        assert_eq!(
            visible("a\0\u{1b}\t\n\r\u{7f}\u{85}ж\u{202e}"),
            "a\u{2400}\u{241b}\t\n\r\u{2421}\u{fffd}ж\u{202e}"
        );
        assert_eq!(rows(r#"{"\u0000":"\u0000"}"#), ["\u{2400}=\u{2400}"]);
    }
}
