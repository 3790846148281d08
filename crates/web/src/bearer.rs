//! Bearer tokens in the head of a request.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use portico_domain::token::PlainToken;

/// The token behind `Authorization: Bearer`; nothing when there is no such header or it has another scheme.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<PlainToken> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| PlainToken::presented(token.trim()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn token_of(value: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
        bearer_token(&headers).map(|token| token.reveal().to_owned())
    }

    #[test]
    fn the_scheme_is_read_without_case() {
        for value in ["Bearer hitkey_x", "bearer hitkey_x", "BEARER   hitkey_x "] {
            assert_eq!(token_of(value).as_deref(), Some("hitkey_x"), "{value:?}");
        }
    }

    #[test]
    fn other_schemes_show_no_token() {
        for value in ["", "hitkey_x", "Basic aGk6aG8=", "Bearerhitkey_x", "Bearer"] {
            assert_eq!(token_of(value), None, "{value:?}");
        }
    }
}
