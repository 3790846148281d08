//! The two cookies of the portal (portal contract section 2).

use std::fmt::Write as _;

use actix_web::http::header::{COOKIE, HeaderMap};
use portico_domain::{external_identity::ATTEMPT_LIFETIME, token::PlainToken};

use crate::surroundings::PortalFace;

/// Holds the secret of a sign-in that has begun at the provider.
const STATE: &str = "misw-portal-state";
/// Holds the token of a session, or of a newcomer who has not filled in his form.
pub(crate) const TOKEN: &str = "misw-portal-token";
/// What the origin calls [`TOKEN`]; browsers may still hold one, and it is read when there is no other.
const SECRET: &str = "misw-portal-secret";

/// The secret of the sign-in that has begun in this browser.
pub(super) fn state(headers: &HeaderMap) -> Option<PlainToken> {
    value(headers, STATE).map(PlainToken::presented)
}

/// The token of this browser.
pub(super) fn token(headers: &HeaderMap) -> Option<PlainToken> {
    value(headers, TOKEN).or_else(|| value(headers, SECRET)).map(PlainToken::presented)
}

/// The cookie of this name, unless it is empty. Nothing when there are different ones: all but one were set by somebody
/// else, such as another host of the same domain, and it cannot be told which.
fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    // One by one: a cookie of somebody else may hold what is no text.
    let mut values = headers
        .get_all(COOKIE)
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| str::from_utf8(pair).ok()?.trim().split_once('='))
        .filter_map(|(key, value)| (key == name && !value.is_empty()).then_some(value));
    let value = values.next()?;
    values.all(|other| other == value).then_some(value)
}

/// What browsers are told about cookies, as values of `Set-Cookie`.
impl PortalFace {
    /// Keep this secret until the provider sends the browser back.
    pub(super) fn state_cookie(&self, secret: &PlainToken) -> String {
        self.cookie(STATE, secret.reveal(), ATTEMPT_LIFETIME.num_seconds())
    }

    /// Forget the secret.
    pub(super) fn no_state_cookie(&self) -> String {
        self.cookie(STATE, "", 0)
    }

    /// Keep this token for as long as a session lives.
    pub(super) fn token_cookie(&self, token: &PlainToken) -> String {
        self.cookie(TOKEN, token.reveal(), self.session_ttl.num_seconds())
    }

    /// Forget the token, whatever it is called.
    pub(super) fn no_token_cookies(&self) -> [String; 2] {
        [TOKEN, SECRET].map(|name| self.cookie(name, "", 0))
    }

    fn cookie(&self, name: &str, value: &str, seconds: i64) -> String {
        let mut cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax");
        if !self.insecure_cookies {
            let _ = write!(cookie, "; Secure");
        }
        cookie
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        headers
    }

    fn read(read: fn(&HeaderMap) -> Option<PlainToken>, lines: &[&'static str]) -> Option<String> {
        read(&headers(lines)).map(|token| token.reveal().to_owned())
    }

    #[test]
    fn the_token_is_read_under_both_names_the_new_one_first() {
        for (lines, expected) in [
            (&["misw-portal-token=a"][..], Some("a")),
            (&["misw-portal-secret=b"], Some("b")),
            (&["misw-portal-secret=b; misw-portal-token=a"], Some("a")),
            (&["x=1;misw-portal-token=a+/=="], Some("a+/==")),
            (&["misw-portal-secret=b", "misw-portal-token=a"], Some("a")),
            (&["misw-portal-token=; misw-portal-secret=b"], Some("b")),
            (&["misw-portal-token=a; misw-portal-token=a"], Some("a")),
            // One of the two was set by somebody else.
            (&["misw-portal-token=a; misw-portal-token=c"], None),
            (&["name=みす; misw-portal-token=a"], Some("a")),
            (&["misw-portal-token="], None),
            (&["misw-portal-tokens=a; misw-portal-state=s; misw-portal-token"], None),
            (&[], None),
        ] {
            assert_eq!(read(token, lines).as_deref(), expected, "{lines:?}");
        }
        assert_eq!(read(state, &["misw-portal-state=s; misw-portal-token=a"]).as_deref(), Some("s"));
        assert_eq!(read(state, &["misw-portal-token=a"]), None);
    }

    #[test]
    fn cookies_are_out_of_reach_for_scripts_strangers_and_listeners() {
        let face = PortalFace::default();
        let token = PlainToken::presented("t");
        assert_eq!(
            face.state_cookie(&token),
            "misw-portal-state=t; Path=/; Max-Age=300; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            face.token_cookie(&token),
            "misw-portal-token=t; Path=/; Max-Age=864000; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            face.no_state_cookie(),
            "misw-portal-state=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            face.no_token_cookies(),
            ["token", "secret"].map(|name| format!(
                "misw-portal-{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
            ))
        );
    }

    #[test]
    fn plain_http_loses_secure_alone() {
        let face = PortalFace { insecure_cookies: true, ..PortalFace::default() };
        assert_eq!(
            face.token_cookie(&PlainToken::presented("t")),
            "misw-portal-token=t; Path=/; Max-Age=864000; HttpOnly; SameSite=Lax"
        );
    }
}
