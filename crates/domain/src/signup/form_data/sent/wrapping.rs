//! Taking off what a client wrapped around form data.
//!
//! The vendor's client wraps its body once more at each retry (sign-up contract T8): `{"en_US":[…]}` around what it sent
//! before. A page that keeps its object and lets people try again sends it in any number of wrappings.

use crate::signup::Locale;

/// One wrapping: an object of one language, with the array in it, if any.
struct Wrapping {
    locale: Locale,
    /// How many brackets are open inside of it.
    levels: usize,
    /// Where its inside begins.
    inside: usize,
}

/// The inside of all wrappings that hold one thing alone, and the language of the innermost. `text` is JSON; it is read
/// once, however often it is wrapped.
pub(super) fn unwrapped(text: &str) -> (&str, Option<Locale>) {
    let mut wrappings = wrappings(text);
    let Some(deepest) = wrappings.last().map(|innermost| innermost.levels) else { return (text, None) };
    let (levels, end) = alone(text, deepest);
    while wrappings.pop_if(|wrapping| wrapping.levels > levels).is_some() {}
    match wrappings.pop() {
        Some(Wrapping { locale, levels, inside }) => (text[inside..end[levels]].trim(), Some(locale)),
        None => (text, None),
    }
}

/// What a text begins with, as far as it looks like wrappings.
fn wrappings(text: &str) -> Vec<Wrapping> {
    let mut wrappings = Vec::new();
    let (mut rest, mut levels) = (text, 0);
    loop {
        if let Some(inside) =
            rest.strip_prefix('[').map(str::trim_start).filter(|inside| inside.starts_with('{'))
        {
            (rest, levels) = (inside, levels + 1);
        }
        let Some((locale, inside)) = wrapping(rest) else { return wrappings };
        (rest, levels) = (inside, levels + 1);
        wrappings.push(Wrapping { locale, levels, inside: text.len() - rest.len() });
    }
}

/// An object that begins with a language, and what follows the colon when that is an array or an object. No language
/// code needs an escape.
fn wrapping(text: &str) -> Option<(Locale, &str)> {
    let (code, rest) = text.strip_prefix('{')?.trim_start().strip_prefix('"')?.split_once('"')?;
    let inside = rest.trim_start().strip_prefix(':')?.trim_start();
    let locale = Locale::parse(code).ok().filter(|_| inside.starts_with(['[', '{']))?;
    Some((locale, inside))
}

/// How many of the outermost `levels` of brackets hold one thing alone, and where each of them ends.
fn alone(text: &str, levels: usize) -> (usize, Vec<usize>) {
    let mut ends = vec![0; levels + 1];
    let (mut depth, mut alone) = (0, levels);
    let (mut is_text, mut is_escaped) = (false, false);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                if depth <= levels {
                    ends[depth] = index;
                }
                depth -= 1;
            }
            b',' if depth <= alone => alone = depth - 1,
            _ => {}
        }
    }
    (alone, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(text: &str) -> (&str, Option<String>) {
        let (inside, locale) = unwrapped(text);
        (inside, locale.map(|locale| locale.as_str().to_owned()))
    }

    #[test]
    fn wrappings_of_one_thing_are_taken_off() {
        let items = r#"[{"marker":"a","value":"]}{[\\\","},{"marker":"b"}]"#;
        for text in [
            format!(r#"{{"en_US":{items}}}"#),
            format!(r#"[{{"tr":[{{"en_US":{items}}}]}}]"#),
            format!(r#"{{ "tr" : {{ "en_US" : {items} }} }}"#),
            format!(r#"{{"tr":[ {{"de":[{{"en_US":{items} }} ] }} ]}}"#),
        ] {
            assert_eq!(inside(&text), (items, Some("en_US".to_owned())), "{text}");
        }
    }

    #[test]
    fn what_holds_several_things_is_left() {
        for text in [
            r#"{"en_US":[],"tr":[]}"#,
            r#"[{"en_US":[1]},{"tr":[1]}]"#,
            r#"{"marker":{"en_US":[1]}}"#,
            r#"{"value":[1]}"#,
            r#"{"en_US":null}"#,
            r#"{"en_US":"a"}"#,
            "[]",
            "{}",
            "[[1]]",
            "1",
            r#""{""#,
        ] {
            assert_eq!(inside(text), (text, None), "{text}");
        }
        let two = r#"[{"en_US":[1]},{"en_US":[2]}]"#;
        assert_eq!(inside(&format!(r#"{{"tr":{two}}}"#)), (two, Some("tr".to_owned())));
        let both = r#"{"en_US":[1],"de":[2]}"#;
        assert_eq!(inside(&format!(r#"{{"tr":{both}}}"#)), (both, Some("tr".to_owned())));
        assert_eq!(inside(&format!(r#"{{"tr":[{both}]}}"#)), (&*format!("[{both}]"), Some("tr".to_owned())));
    }
}
