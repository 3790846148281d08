//! What the provider says of whoever has signed in.

use portico_domain::profile::Avatar;
use serde_json::Value;
use url::Url;

use crate::tokens::PortalIdTokenClaims;

/// The most characters of a picture's address.
const MAX_PICTURE: usize = 256;
/// The most characters of a language tag.
const MAX_LOCALE: usize = 35;

/// Claims by their names, whether OpenID Connect knows the name or not.
#[derive(Debug)]
pub(crate) struct Claims(Value);

impl Claims {
    /// The claims of an ID token that is believed. Nothing when they cannot be read.
    pub(crate) fn of(claims: &PortalIdTokenClaims) -> Option<Self> {
        serde_json::to_value(claims).ok().map(Self)
    }

    /// A claim that is a text with something in it.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// The pictures, when both are there and both are web addresses.
    pub(crate) fn avatar(&self, picture: &str, thumbnail: &str) -> Option<Avatar> {
        Some(Avatar { url: self.web_address(picture)?, thumbnail_url: self.web_address(thumbnail)? })
    }

    /// The language.
    pub(crate) fn locale(&self) -> Option<String> {
        self.text("locale").filter(|tag| is_language_tag(tag)).map(str::to_owned)
    }

    fn web_address(&self, name: &str) -> Option<String> {
        let text = self.text(name).filter(|text| text.chars().count() <= MAX_PICTURE)?;
        // The URL grammar drops white space silently: what is kept must be what was checked.
        if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| text.to_owned())
    }
}

/// Words of up to eight letters and digits with hyphens between them, the first of letters alone.
fn is_language_tag(text: &str) -> bool {
    let mut words = text.split('-');
    text.len() <= MAX_LOCALE
        && words.next().is_some_and(|word| is_word(word) && word.bytes().all(|c| c.is_ascii_alphabetic()))
        && words.all(is_word)
}

fn is_word(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const THUMBNAIL: &str = "https://misw.jp/thumbnail";

    fn avatar(picture: &Value, thumbnail: &Value) -> Option<Avatar> {
        Claims(json!({ "picture": picture, THUMBNAIL: thumbnail })).avatar("picture", THUMBNAIL)
    }

    #[test]
    fn both_pictures_make_an_avatar() {
        let found = avatar(&json!("https://a.b/1.png"), &json!("http://a.b/2.png?s=é"));
        let url = "https://a.b/1.png".to_owned();
        assert_eq!(found, Some(Avatar { url, thumbnail_url: "http://a.b/2.png?s=é".to_owned() }));
    }

    #[test]
    fn one_picture_that_is_none_leaves_no_avatar() {
        let long = format!("https://a.b/{}", "x".repeat(245));
        let good = json!("https://a.b/1.png");
        assert!(avatar(&json!(long[..256]), &good).is_some());
        for bad in [
            json!(null),
            json!(""),
            json!(5),
            json!({ "url": "https://a.b" }),
            json!("picture.png"),
            json!("javascript:alert(1)"),
            json!("data:image/png;base64,AAAA"),
            json!("https://a.b/\n1.png"),
            json!(" https://a.b/1.png"),
            json!(long),
        ] {
            assert_eq!(avatar(&bad, &good), None, "{bad}");
            assert_eq!(avatar(&good, &bad), None, "{bad}");
        }
        assert_eq!(Claims(json!({ "picture": good })).avatar("picture", THUMBNAIL), None);
    }

    #[test]
    fn a_locale_is_a_language_tag() {
        for tag in ["ja", "en-GB", "zh-Hant-TW", "de-1996", "sl-rozaj-biske-1994-and-so-on-12345"] {
            assert_eq!(Claims(json!({ "locale": tag })).locale().as_deref(), Some(tag));
        }
        for tag in [
            json!(""),
            json!("en_GB"),
            json!("1a"),
            json!("ja-"),
            json!("-ja"),
            json!("日本"),
            json!("ja JP"),
            json!("abcdefghi"),
            json!("sl-rozaj-biske-1994-and-so-on-123456"),
            json!(["ja"]),
            json!(null),
        ] {
            assert_eq!(Claims(json!({ "locale": tag })).locale(), None, "{tag}");
        }
    }

    #[test]
    fn an_empty_claim_is_as_good_as_none() {
        let claims = Claims(json!({ "email": "", "name": "Ann" }));
        assert_eq!(
            (claims.text("email"), claims.text("name"), claims.text("sub")),
            (None, Some("Ann"), None)
        );
    }
}
