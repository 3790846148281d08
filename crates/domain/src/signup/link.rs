//! Addresses that are shown to people who may follow them.

use url::{ParseError, Url};

/// The most bytes of an address.
const MAX_BYTES: usize = 8192;

/// Whether a text is the whole address of a web page.
pub(super) fn is_web_address(text: &str) -> bool {
    // The URL grammar drops white space silently: what is kept must be what was looked at.
    let is_written_out =
        text.len() <= MAX_BYTES && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    is_written_out && Url::parse(text).is_ok_and(|url| is_of_the_web(&url))
}

/// Whether a text is an address that loads something and does nothing else: of the web, or relative to a page of it.
/// Others, such as those that begin with `javascript:`, are programs in disguise.
pub(super) fn is_harmless(text: &str) -> bool {
    let is_line = !text.trim().is_empty() && text.len() <= MAX_BYTES && !text.contains(char::is_control);
    is_line
        && match Url::parse(text) {
            Ok(url) => is_of_the_web(&url),
            Err(error) => error == ParseError::RelativeUrlWithoutBase,
        }
}

fn is_of_the_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_are_told_from_other_texts() {
        let long = format!("https://example.org/{}", "a".repeat(8172));
        for text in ["http://localhost:8080/a?b#c", "HTTPS://Bücher.example", "https://[::1]/", &long] {
            assert!(is_web_address(text), "{text}");
            assert!(is_harmless(text), "{text}");
        }
        let longer = format!("{long}a");
        for text in [
            "",
            "example.org",
            "/path",
            "//host/path",
            "ftp://example.org",
            "http://",
            "https://a b",
            &longer,
        ] {
            assert!(!is_web_address(text), "{text}");
        }
        for text in [" https://example.org", "https://example.org\n", "java\tscript:alert(1)"] {
            assert!(!is_web_address(text), "{text}");
        }
    }

    #[test]
    fn what_would_run_is_no_harmless_link() {
        for text in ["files/My photo.png", "/cloud-static/a:b.png", "//host/path", "?page=2", "Ü.png"] {
            assert!(is_harmless(text), "{text}");
        }
        for text in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "C:\\files\\a.png",
            "http://",
            "",
            "  ",
        ] {
            assert!(!is_harmless(text), "{text}");
        }
    }
}
