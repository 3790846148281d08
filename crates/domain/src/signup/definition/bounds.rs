//! How large a definition may be, whatever it says.

use serde_json::Value;

use super::DefinitionFault;

/// The most levels of arrays and objects inside one another.
const MAX_DEPTH: usize = 32;
/// The most bytes of one text or key.
const MAX_TEXT_BYTES: usize = 64 * 1024;
/// The most bytes of all texts and keys, each value counted as [`VALUE_BYTES`] more.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// What a value counts besides its text.
const VALUE_BYTES: usize = 4;

/// Looks at the size of a definition, before anything else looks at it; and at the size of what is stored of it, which
/// has every language and every default in it, so that it can be read again.
///
/// # Errors
/// When it is nested more than 32 levels deep, a text or key is longer than 64 KiB or holds U+0000, or all of it is
/// larger than 2 MiB.
pub(in crate::signup) fn check_bounds(given: &Value) -> Result<(), DefinitionFault> {
    check(given, MAX_DEPTH, &mut 0)
}

fn check(given: &Value, depth: usize, bytes: &mut usize) -> Result<(), DefinitionFault> {
    *bytes += VALUE_BYTES;
    if *bytes > MAX_BYTES {
        return Err(DefinitionFault::new("is more than the 2 MiB that a definition may have"));
    }
    if depth == 0 && (given.is_array() || given.is_object()) {
        return Err(DefinitionFault::new("is nested too deeply"));
    }
    match given {
        Value::String(text) => check_text(text, bytes),
        Value::Array(values) => values.iter().enumerate().try_for_each(|(index, value)| {
            check(value, depth - 1, bytes).map_err(|fault| fault.within(&format!("[{index}]")))
        }),
        Value::Object(keys) => keys.iter().try_for_each(|(key, value)| {
            check_text(key, bytes)
                .and_then(|()| check(value, depth - 1, bytes))
                .map_err(|fault| fault.within(key))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn check_text(text: &str, bytes: &mut usize) -> Result<(), DefinitionFault> {
    *bytes += text.len();
    if text.len() > MAX_TEXT_BYTES {
        return Err(DefinitionFault::new("must be at most 65536 bytes"));
    }
    if text.contains('\0') {
        return Err(DefinitionFault::new("must not contain U+0000"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(given: &Value) -> String {
        check_bounds(given).unwrap_err().to_string()
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(check_bounds(&nested(MAX_DEPTH)), Ok(()));
        assert!(fault(&nested(MAX_DEPTH + 1)).ends_with("[0]: is nested too deeply"));
        assert!(fault(&nested(100)).ends_with("[0]: is nested too deeply"));
    }

    #[test]
    fn texts_and_keys_are_bounded() {
        let (fits, long) = ("x".repeat(MAX_TEXT_BYTES), "x".repeat(MAX_TEXT_BYTES + 1));
        assert_eq!(check_bounds(&json!({"a": fits})), Ok(()));
        assert_eq!(fault(&json!({"a": [long]})), "a[0]: must be at most 65536 bytes");
        assert!(fault(&json!({long: 1})).ends_with("x: must be at most 65536 bytes"));
        assert_eq!(fault(&json!({"a": "b\0"})), "a: must not contain U+0000");
        assert!(fault(&json!({"a\0": 1})).ends_with("must not contain U+0000"));
    }

    #[test]
    fn the_whole_is_bounded() {
        let texts = |count| Value::Array(vec!["x".repeat(60_000).into(); count]);
        assert_eq!(check_bounds(&texts(30)), Ok(()));
        assert!(fault(&texts(40)).contains("2 MiB"));
        assert!(fault(&Value::Array(vec![Value::Null; 600_000])).contains("2 MiB"));
    }
}
