//! Where the links in letters lead.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// Stands in a pattern for the token of a letter.
const TOKEN: &str = "{token}";
/// Stands in a pattern for the public address of the server.
const PUBLIC_URL: &str = "{public_url}";
/// The page that takes a new password, below the public address.
const RESET_PAGE: &str = "/reset-password";
/// The pages of results, below the public address.
const RESULT_PAGES: &str = "/results/";
/// Everything but what may stand anywhere in a URL as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Why a setting gives no links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinksError {
    /// The public address is no web address.
    #[error("the public URL must be an http or https address without query and fragment")]
    PublicUrl,
    /// The pattern of the link in an invite cannot be used.
    #[error("the invite link must be an http or https address that contains {TOKEN}")]
    InviteUrl,
    /// The pattern of the link to a new password cannot be used.
    #[error("the password reset link must be an http or https address that contains {TOKEN}")]
    PasswordResetUrl,
}

/// The addresses that letters point to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    public_url: String,
    host: String,
    invite: String,
    password_reset: String,
}

impl Links {
    /// Takes the public address of the server, and the patterns of the links in invites and in letters for a new
    /// password. A pattern contains `{token}`, and may contain `{public_url}`.
    ///
    /// # Errors
    /// When one of them is no web address, or a pattern has no place for the token.
    pub fn new(public_url: &str, invite_url: &str, password_reset_url: &str) -> Result<Self, LinksError> {
        let public_url = public_url.trim().trim_end_matches('/').to_owned();
        let parsed = web_address(&public_url).ok_or(LinksError::PublicUrl)?;
        if parsed.query().is_some() || parsed.fragment().is_some() {
            return Err(LinksError::PublicUrl);
        }
        let host = parsed.host_str().ok_or(LinksError::PublicUrl)?.to_owned();
        let invite = pattern(invite_url, &public_url).ok_or(LinksError::InviteUrl)?;
        let password_reset = pattern(password_reset_url, &public_url).ok_or(LinksError::PasswordResetUrl)?;
        Ok(Self { public_url, host, invite, password_reset })
    }

    /// The public address, for the reader's eye.
    pub(crate) fn site(&self) -> &str {
        &self.public_url
    }

    /// The host of the public address.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The link of an invite.
    pub(crate) fn invite(&self, token: &str) -> String {
        fill(&self.invite, token)
    }

    /// The link to a new password.
    pub(crate) fn password_reset(&self, token: &str) -> String {
        fill(&self.password_reset, token)
    }

    /// The page where one asks for a new password; without any token (contract O5).
    pub(crate) fn reset_page(&self) -> String {
        format!("{}{RESET_PAGE}", self.public_url)
    }

    /// The page of a result (partner contract, `save_check_result`).
    pub(crate) fn result_page(&self, token: &str) -> String {
        format!("{}{RESULT_PAGES}{}", self.public_url, escaped(token))
    }
}

fn pattern(text: &str, public_url: &str) -> Option<String> {
    let pattern = text.trim().replace(PUBLIC_URL, public_url);
    let usable = pattern.contains(TOKEN) && web_address(&fill(&pattern, "token")).is_some();
    usable.then_some(pattern)
}

fn fill(pattern: &str, token: &str) -> String {
    pattern.replace(TOKEN, &escaped(token))
}

fn escaped(token: &str) -> String {
    utf8_percent_encode(token, ESCAPED).to_string()
}

fn web_address(text: &str) -> Option<Url> {
    // The grammar of URLs drops line ends silently, and a letter would keep them.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host().is_some()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITE: &str = "{public_url}/invite/{token}";
    const RESET: &str = "{public_url}/reset-password?token={token}";

    #[test]
    fn the_patterns_take_the_public_address_and_the_token() {
        let links = Links::new("https://portico.example/club/", INVITE, RESET).unwrap();
        assert_eq!(links.invite("a-b_c"), "https://portico.example/club/invite/a-b_c");
        assert_eq!(links.password_reset("t"), "https://portico.example/club/reset-password?token=t");
        assert_eq!(links.reset_page(), "https://portico.example/club/reset-password");
        assert_eq!(links.result_page("a-b_c"), "https://portico.example/club/results/a-b_c");
        assert_eq!(links.host(), "portico.example");
    }

    #[test]
    fn another_front_end_can_take_over_a_link() {
        let links =
            Links::new("http://localhost:8080", "https://app.example/#/join?t={token}", RESET).unwrap();
        assert_eq!(links.invite("x"), "https://app.example/#/join?t=x");
    }

    #[test]
    fn a_token_cannot_break_out_of_its_link() {
        let links = Links::new("http://localhost:8080", INVITE, RESET).unwrap();
        assert_eq!(
            links.password_reset("a&b=c #/?"),
            "http://localhost:8080/reset-password?token=a%26b%3Dc%20%23%2F%3F"
        );
        assert_eq!(links.result_page("../a?b"), "http://localhost:8080/results/..%2Fa%3Fb");
    }

    #[test]
    fn what_gives_no_links_is_refused() {
        for public_url in
            ["", "portico.example", "ftp://portico.example", "https://", "https://a.b/?x=y", "https://a.b/#c"]
        {
            assert_eq!(Links::new(public_url, INVITE, RESET), Err(LinksError::PublicUrl), "{public_url}");
        }
        for pattern in
            ["", "{public_url}/invite", "/invite/{token}", "javascript:{token}", "https://a.b/\n{token}"]
        {
            assert_eq!(Links::new("https://a.b", pattern, RESET), Err(LinksError::InviteUrl), "{pattern}");
            assert_eq!(
                Links::new("https://a.b", INVITE, pattern),
                Err(LinksError::PasswordResetUrl),
                "{pattern}"
            );
        }
    }
}
