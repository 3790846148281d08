//! The forms in which a secret would stand in a log.

use std::collections::BTreeSet;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// Every form of a secret but the secret itself.
pub(super) fn encoded(secret: &str) -> BTreeSet<String> {
    let escaped = as_json(secret);
    let numbers: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
    let mut forms = BTreeSet::from([
        // A text with quotes that is a part of another one is escaped twice.
        as_json(&escaped),
        escaped,
        hex::encode(secret),
        hex::encode_upper(secret),
        numbers.join(", "),
        numbers.join(","),
        // The rest of percent-encoding is undone in the line: there are too many ways to do it.
        secret.replace(' ', "+"),
    ]);
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        forms.extend((0..3).map(|before| within_base64(secret, before, |bytes| engine.encode(bytes))));
    }
    forms.remove(secret);
    forms
}

fn as_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// What base64 makes of a secret that follows `before` bytes and is followed by more: only the characters that no
/// neighbour has a part in.
fn within_base64(secret: &str, before: usize, encode: impl Fn(&[u8]) -> String) -> String {
    let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(secret.bytes()).collect();
    let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    encode(&bytes)[first..end].to_owned()
}
