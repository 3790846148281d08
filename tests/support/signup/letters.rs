//! Letters that bring a code.

use crate::mailbox::Letter;

/// The code in a letter: alone in its line, of capitals and digits. A login that looks like one stands before it.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn code_in(letter: &Letter) -> String {
    let is_code = |line: &&str| {
        !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let mut lines = letter.text.lines().map(str::trim).filter(is_code);
    lines.next_back().unwrap_or_else(|| panic!("no code in {}", letter.text)).to_owned()
}
