//! What a request is called in the log, and in the answer.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use portico_domain::ports::Entropy;

/// The header that carries the name, both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_LENGTH: usize = 64;

/// The name that the client, or a proxy, gave the request, when it is of 1 to 64 letters, digits, dots, underscores
/// and hyphens; else a new one.
pub(crate) fn request_id(headers: &HeaderMap, entropy: &dyn Entropy) -> (String, HeaderValue) {
    let given = headers.get(REQUEST_ID).filter(|value| is_sane(value.as_bytes()));
    match given.and_then(|value| Some((value.to_str().ok()?.to_owned(), value.clone()))) {
        Some(given) => given,
        None => draw(entropy),
    }
}

fn is_sane(name: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    (1..=MAX_LENGTH).contains(&name.len()) && name.iter().all(allowed)
}

fn draw(entropy: &dyn Entropy) -> (String, HeaderValue) {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    let id = format!("{:032x}", u128::from_be_bytes(bytes));
    let header = HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("-"));
    (id, header)
}

#[cfg(test)]
mod tests {
    use portico_domain::ports::mocks::CountingEntropy;

    use super::*;

    fn named(given: Option<&[u8]>) -> String {
        let mut headers = HeaderMap::new();
        if let Some(given) = given {
            headers.insert(REQUEST_ID, HeaderValue::from_bytes(given).unwrap());
        }
        let (id, header) = request_id(&headers, &CountingEntropy::default());
        assert_eq!(header.to_str().unwrap(), id);
        id
    }

    #[test]
    fn a_sane_name_is_kept() {
        let longest = "x".repeat(64);
        for name in ["a", "7", "01a2-Bc.d_e", "-", longest.as_str()] {
            assert_eq!(named(Some(name.as_bytes())), name);
        }
    }

    #[test]
    fn anything_else_gets_a_new_name() {
        let too_long = "x".repeat(65);
        let all = [&b""[..], b"a b", b"a/b", b"{}", b"a\tb", b"a;b", "é".as_bytes(), too_long.as_bytes()];
        for given in all.into_iter().map(Some).chain([None]) {
            let id = named(given);
            assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{given:?}: {id}");
        }
    }

    #[test]
    fn no_two_requests_get_the_same_name() {
        let entropy = CountingEntropy::default();
        assert_ne!(request_id(&HeaderMap::new(), &entropy).0, request_id(&HeaderMap::new(), &entropy).0);
    }
}
