//! The links that letters carry.

use url::Url;

use super::network::web_url;

const TOKEN: &str = "{token}";
const PUBLIC_URL: &str = "{public_url}";

/// A web address with a place for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPattern(String);

impl LinkPattern {
    /// Reads a pattern: `{token}` once, and `{public_url}` or an absolute web address at the start. `None` when it is
    /// another text, or when the token would decide which host the link leads to.
    #[must_use]
    pub fn parse(text: &str, public_url: &Url) -> Option<Self> {
        let pattern = match text.strip_prefix(PUBLIC_URL) {
            // Without a slash the path could become a part of the host.
            Some(rest) if rest.starts_with(['/', '?', '#']) => {
                format!("{}{rest}", without_trailing_slash(public_url))
            }
            Some(_) => return None,
            None => text.to_owned(),
        };
        let (before, after) = pattern.split_once(TOKEN)?;
        if [before, after].iter().any(|part| part.contains(['{', '}'])) {
            return None;
        }
        let with = |token: &str| web_url(&format!("{before}{token}{after}"));
        (with("a")?.origin() == with("b")?.origin()).then_some(Self(pattern))
    }

    /// The pattern: an absolute address that holds `{token}`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The link with a token, which must be made of characters that a URL takes as they are.
    #[must_use]
    pub fn link(&self, token: &str) -> String {
        self.0.replacen(TOKEN, token, 1)
    }
}

/// An address that a path can be put behind.
pub(super) fn without_trailing_slash(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<LinkPattern> {
        LinkPattern::parse(text, &Url::parse("https://club.example.org/portal/").unwrap())
    }

    #[test]
    fn the_token_and_the_public_url_are_filled_in() {
        let link = |text| parse(text).unwrap().link("t0k-en_");
        assert_eq!(link("{public_url}/invite/{token}"), "https://club.example.org/portal/invite/t0k-en_");
        assert_eq!(link("https://app.a.b/join?t={token}&x=1"), "https://app.a.b/join?t=t0k-en_&x=1");
        assert_eq!(link("http://localhost:3000/#/join/{token}"), "http://localhost:3000/#/join/t0k-en_");
        assert_eq!(
            parse("{public_url}/invite/{token}").unwrap().as_str(),
            "https://club.example.org/portal/invite/{token}"
        );
    }

    #[test]
    fn a_pattern_is_a_web_address_with_one_token_outside_its_host() {
        for text in [
            "",
            "{public_url}/invite",
            "{public_url}/{token}/{token}",
            "{public_url}{token}",
            "{public_url}.evil.org/{token}",
            "{public_url}@evil.org/{token}",
            "{token}",
            "/invite/{token}",
            "https://a.b/{public_url}/{token}",
            "https://a.b/{id}/{token}",
            "https://{token}.a.b/",
            "https://{token}/",
            "https://a.b:{token}/",
            "https://me:pw@a.b/{token}",
            "ftp://a.b/{token}",
            "https://a.b/in vite/{token}",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
