//! What goes wrong at the provider, in words for the operator: without codes, tokens and what is said of people.

use openidconnect::{
    ClaimsVerificationError, DiscoveryError, RequestTokenError, SignatureVerificationError,
    StandardErrorResponse, UserInfoError, core::CoreErrorResponseType,
};
use portico_domain::ports::IdentityProviderError;
use portico_http_client::HttpError;

/// The longest word of a provider that is repeated.
const MAX_WORD: usize = 40;

pub(crate) fn refused(text: impl Into<String>) -> IdentityProviderError {
    IdentityProviderError::Refused(text.into())
}

pub(crate) fn unavailable(text: impl Into<String>) -> IdentityProviderError {
    IdentityProviderError::Unavailable(text.into())
}

/// The description or the keys did not come, or cannot be used.
pub(crate) fn of_discovery(error: &DiscoveryError<HttpError>) -> IdentityProviderError {
    unavailable(match error {
        DiscoveryError::Request(error) => error.to_string(),
        DiscoveryError::Response(status, ..) => format!("answers {status} instead of JSON"),
        DiscoveryError::Parse(error) => format!("what it says of itself is malformed at `{}`", error.path()),
        DiscoveryError::Validation(text) | DiscoveryError::Other(text) => text.clone(),
        other => other.to_string(),
    })
}

/// The code was not exchanged for tokens.
pub(crate) fn of_exchange(
    error: RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>,
) -> IdentityProviderError {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            refused(format!("the provider answers {}", word(answer.error().as_ref())))
        }
        RequestTokenError::Request(error) => of_request(&error),
        RequestTokenError::Parse(error, _) => {
            refused(format!("the answer of the token endpoint is malformed at `{}`", error.path()))
        }
        RequestTokenError::Other(_) => refused("the answer of the token endpoint is empty or no JSON"),
    }
}

/// Userinfo was asked in vain.
pub(crate) fn of_userinfo(error: &UserInfoError<HttpError>) -> IdentityProviderError {
    match error {
        UserInfoError::Request(error) => of_request(error),
        UserInfoError::Response(status, ..) => refused(format!("userinfo answers {status}")),
        UserInfoError::ClaimsVerification(ClaimsVerificationError::InvalidSubject(_)) => {
            refused("userinfo is about somebody else")
        }
        _ => refused("the answer of userinfo is malformed"),
    }
}

/// The ID token is not believed. What it says is not repeated: nobody has vouched for it.
pub(crate) fn of_id_token(error: &ClaimsVerificationError) -> IdentityProviderError {
    refused(match error {
        ClaimsVerificationError::Expired(_) => "the ID token is too old",
        ClaimsVerificationError::InvalidAudience(_) => "the ID token is for another audience",
        ClaimsVerificationError::InvalidIssuer(_) => "the ID token is of another issuer",
        ClaimsVerificationError::InvalidNonce(_) => "the ID token has another nonce",
        ClaimsVerificationError::SignatureVerification(error) => match error {
            SignatureVerificationError::NoSignature => "the ID token is not signed",
            SignatureVerificationError::DisallowedAlg(_) | SignatureVerificationError::UnsupportedAlg(_) => {
                "the ID token is signed by an algorithm that is not allowed"
            }
            SignatureVerificationError::NoMatchingKey => {
                "the ID token is signed by a key that is not published"
            }
            SignatureVerificationError::AmbiguousKeyId(_) => {
                "the ID token does not say which of the published keys has signed it"
            }
            _ => "the signature of the ID token is wrong",
        },
        _ => "the ID token is of a kind that is not taken",
    })
}

fn of_request(error: &HttpError) -> IdentityProviderError {
    let text = error.to_string();
    // He did answer, though with something that cannot be taken.
    if error.is_too_large() { refused(text) } else { unavailable(text) }
}

/// An error word of OAuth 2.0, such as `invalid_grant`. Anything else could be anything.
fn word(text: &str) -> &str {
    let plain = text.len() <= MAX_WORD && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if plain { text } else { "an error of its own" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_error_word_is_repeated() {
        assert_eq!(word("invalid_grant"), "invalid_grant");
        for text in ["a b", "x\ny", "Code-12345", &"a".repeat(41)] {
            assert_eq!(word(text), "an error of its own", "{text:?}");
        }
    }
}
