//! Foreign HTML made harmless.

mod rehearsal;

use std::{collections::HashSet, fmt};

use ammonia::{Builder, UrlRelative};
use portico_domain::ports::HtmlSanitizer;

/// The most times that a text is cleaned. Twice is usual: what was cleaned is read again, and stays as it is.
const ROUNDS: usize = 4;

/// Keeps the elements and attributes of layout, links and pictures, and drops the rest: scripts, styles, forms, frames,
/// comments, handlers of events. Addresses are relative or begin with `http:`, `https:` or `mailto:`. A text that would
/// take the parser too long, such as one of a hundred thousand nested elements, is not read as HTML at all: it becomes
/// the text that shows its tags.
pub struct AmmoniaSanitizer(Builder<'static>);

impl AmmoniaSanitizer {
    /// Makes the sanitizer, once for a server.
    #[must_use]
    pub fn new() -> Self {
        let mut builder = Builder::default();
        builder
            .url_schemes(HashSet::from(["http", "https", "mailto"]))
            .url_relative(UrlRelative::PassThrough)
            .link_rel(Some("noopener noreferrer"))
            .strip_comments(true);
        // Ammonia does not look at the scheme of this one.
        for name in ["blockquote", "del", "ins", "q"] {
            builder.rm_tag_attributes(name, &["cite"]);
        }
        Self(builder)
    }
}

impl Default for AmmoniaSanitizer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for AmmoniaSanitizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AmmoniaSanitizer")
    }
}

impl HtmlSanitizer for AmmoniaSanitizer {
    fn clean(&self, html: &str) -> String {
        let mut text = html.to_owned();
        for _ in 0..ROUNDS {
            if is_plain(&text) {
                return text;
            }
            if !rehearsal::is_bearable(&text) {
                break;
            }
            // What was written is not always read as it was meant: elements that may not contain one another part when
            // they are read again. Only what comes out unchanged is safe to be read by others.
            let cleaned = self.0.clean(&text).to_string();
            if cleaned == text {
                return text;
            }
            text = cleaned;
        }
        plain(html)
    }
}

/// Whether a text has no elements, and is written as the serializer would write it.
fn is_plain(html: &str) -> bool {
    !html.contains(['<', '>', '\u{a0}', '\r', '\0'])
        && !html.starts_with('\u{feff}')
        && html
            .split('&')
            .skip(1)
            .all(|rest| ["amp;", "lt;", "gt;", "nbsp;"].iter().any(|name| rest.starts_with(name)))
}

/// HTML that shows a text as it stands.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + text.len() / 2);
    let text = text.replace("\r\n", "\n").replace('\0', "");
    for c in text.trim_start_matches('\u{feff}').chars() {
        match c {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '\u{a0}' => plain.push_str("&nbsp;"),
            '\r' => plain.push('\n'),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests;
