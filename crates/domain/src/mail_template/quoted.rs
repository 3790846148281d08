//! Quoted texts as Go writes them: `"…"` with escapes on one line, and `` `…` `` as they stand.

use super::fault::FaultKind;

/// Reads the quoted text at the start of `source`, which begins with its quote. Gives what it says and how many bytes
/// it takes.
pub(super) fn read(source: &str) -> Result<(String, usize), FaultKind> {
    let (text, length) = match source.strip_prefix('`') {
        Some(inside) => raw(inside)?,
        None => interpreted(source)?,
    };
    if text.contains('\0') { Err(FaultKind::Nul) } else { Ok((text, length)) }
}

/// Carriage returns are left out, as Go does.
fn raw(inside: &str) -> Result<(String, usize), FaultKind> {
    let end = inside.find('`').ok_or(FaultKind::OpenQuote)?;
    Ok((inside[..end].replace('\r', ""), end + 2))
}

fn interpreted(source: &str) -> Result<(String, usize), FaultKind> {
    // Escapes can name single bytes, so that only the whole is known to be a text.
    let mut bytes = Vec::new();
    let mut chars = source.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return String::from_utf8(bytes).map(|text| (text, at + 1)).map_err(|_| FaultKind::Escape),
            '\n' => return Err(FaultKind::OpenQuote),
            '\\' => {
                let (_, name) = chars.next().filter(|(_, c)| *c != '\n').ok_or(FaultKind::OpenQuote)?;
                let digits = escape(name, &source[at + 1..], &mut bytes).ok_or(FaultKind::Escape)?;
                chars.by_ref().take(digits).for_each(drop);
            }
            c => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Err(FaultKind::OpenQuote)
}

/// Adds what an escape stands for, and gives how many digits follow its name. `rest` begins with the name.
fn escape(name: char, rest: &str, bytes: &mut Vec<u8>) -> Option<usize> {
    let digits = |from: usize, count: usize, radix: u32| {
        let digits = rest.get(from..from + count)?;
        let all = digits.chars().all(|c| c.is_digit(radix));
        u32::from_str_radix(digits, radix).ok().filter(|_| all)
    };
    let simple = match name {
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 0x0b,
        '\\' => b'\\',
        '"' => b'"',
        'x' => {
            bytes.push(u8::try_from(digits(1, 2, 16)?).ok()?);
            return Some(2);
        }
        '0'..='7' => {
            bytes.push(u8::try_from(digits(0, 3, 8)?).ok()?);
            return Some(2);
        }
        'u' | 'U' => {
            let count = if name == 'u' { 4 } else { 8 };
            let c = char::from_u32(digits(1, count, 16)?)?;
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(count);
        }
        _ => return None,
    };
    bytes.push(simple);
    Some(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quoted_texts_say_what_they_say_in_go() {
        for (source, text, rest) in [
            (r#""{{" }}"#, "{{", " }}"),
            (r#""""#, "", ""),
            (r#""a\"b\\c"."#, "a\"b\\c", "."),
            (r#""\a\b\f\n\r\t\v""#, "\x07\x08\x0c\n\r\t\x0b", ""),
            (r#""\x41\101\u3042\U0001F600!""#, "AAあ😀!", ""),
            (r#""\xe3\x81\x82い""#, "あい", ""),
            ("`a\\n\r\n\"b`c", "a\\n\n\"b", "c"),
        ] {
            let (read, length) = read(source).unwrap();
            assert_eq!((read.as_str(), &source[length..]), (text, rest), "{source}");
        }
    }

    #[test]
    fn a_faulty_quoted_text_is_refused() {
        for (source, fault) in [
            ("\"", FaultKind::OpenQuote),
            ("\"a\nb\"", FaultKind::OpenQuote),
            ("\"a\\\nb\"", FaultKind::OpenQuote),
            ("\"a\\", FaultKind::OpenQuote),
            ("`a", FaultKind::OpenQuote),
            (r#""\'""#, FaultKind::Escape),
            (r#""\q""#, FaultKind::Escape),
            (r#""\x4""#, FaultKind::Escape),
            (r#""\x+4""#, FaultKind::Escape),
            (r#""\x4あ""#, FaultKind::Escape),
            (r#""\xff""#, FaultKind::Escape),
            (r#""\400""#, FaultKind::Escape),
            (r#""\18""#, FaultKind::Escape),
            (r#""\ud800""#, FaultKind::Escape),
            (r#""\U00110000""#, FaultKind::Escape),
            (r#""\x00""#, FaultKind::Nul),
        ] {
            assert_eq!(read(source), Err(fault), "{source}");
        }
    }

    proptest! {
        #[test]
        fn no_quoted_text_makes_reading_panic(text in "[\"`]([\\\\xuU0-9a-f\"あ\n]|.){0,24}") {
            if let Ok((_, length)) = read(&text) {
                prop_assert!(text.is_char_boundary(length));
            }
        }
    }
}
