//! Which names of fields, headers, cookies and parameters hold secrets.

use super::SecretKind;

/// Ends of names that speak of a secret and hold none, such as `token_type` and `token_expires_at`; a `langCode` is a
/// language.
const OPEN_ENDS: [&str; 10] =
    ["type", "expiresat", "expiresin", "ttl", "ttlsec", "ttlmc", "url", "uri", "required", "langcode"];

/// What the values under this name are, whatever the spelling: `new_password`, `newPassword` and `New-Password` are
/// one name.
pub(super) fn kind_of(name: &str) -> Option<SecretKind> {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    if OPEN_ENDS.iter().any(|end| name.ends_with(end)) {
        return None;
    }
    // What a partner's programs show.
    if name == "key" {
        return Some(SecretKind::Token);
    }
    let kinds = [
        ("password", SecretKind::Password),
        ("token", SecretKind::Token),
        ("secret", SecretKind::Shared),
        ("cookie", SecretKind::Cookie),
    ];
    let kind = kinds.into_iter().find(|(word, _)| name.contains(word)).map(|(_, kind)| kind);
    kind.or_else(|| name.ends_with("code").then_some(SecretKind::Code))
}

/// Whether a value under a name that may hold a code is the name of an error instead, such as `INVALID_CODE`.
pub(super) fn is_error(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}
