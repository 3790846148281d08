//! How easily a password is guessed.

use portico_domain::{password::PlainPassword, ports::PasswordsError};
use zxcvbn::{Score, feedback::Feedback, zxcvbn};

/// The lowest score that is good enough: more than a million guesses.
const LOWEST: Score = Score::Two;
/// The most words that are taken from the hints.
const MOST_WORDS: usize = 32;
/// The most characters of a hint that are looked at.
const MOST_CHARS: usize = 128;
/// Words shorter than this occur in any text.
const SHORTEST_WORD: usize = 3;
/// Words shorter than this are not worth a mention.
const SHORTEST_MENTIONED: usize = 4;

/// Judges a new password. The hints, and the words in them, count as easily guessed.
///
/// # Errors
/// [`PasswordsError::Weak`] when it is easily guessed, with a text that says why and holds nothing of it.
pub(super) fn check(password: &PlainPassword, hints: &[String]) -> Result<(), PasswordsError> {
    let words = words(hints);
    let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
    let judged = zxcvbn(password.reveal(), &inputs);
    if judged.score() >= LOWEST {
        return Ok(());
    }
    let lowered = password.reveal().to_lowercase();
    let personal = words
        .iter()
        .any(|word| word.chars().count() >= SHORTEST_MENTIONED && lowered.contains(word.as_str()));
    Err(PasswordsError::Weak(reason(personal, judged.feedback())))
}

fn reason(personal: bool, feedback: Option<&Feedback>) -> String {
    let warning = if personal {
        "This password contains part of your name or address.".to_owned()
    } else {
        feedback
            .and_then(Feedback::warning)
            .map_or_else(|| "This password is easy to guess.".to_owned(), |warning| warning.to_string())
    };
    let advice = feedback.and_then(|feedback| feedback.suggestions().first().copied());
    advice.map_or(warning.clone(), |advice| format!("{warning} {advice}"))
}

/// The hints in lower case: whole, and in their words.
fn words(hints: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for hint in hints {
        let hint: String = hint.chars().take(MOST_CHARS).flat_map(char::to_lowercase).collect();
        let local = hint.split('@').next().unwrap_or_default();
        let parts = hint.split(|c: char| !c.is_alphanumeric());
        for word in [hint.as_str(), local].into_iter().chain(parts) {
            if word.chars().count() >= SHORTEST_WORD && !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
    }
    words.truncate(MOST_WORDS);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(password: &str, hints: &[&str]) -> Option<String> {
        let hints: Vec<String> = hints.iter().map(|&hint| hint.to_owned()).collect();
        match check(&PlainPassword::presented(password), &hints) {
            Err(PasswordsError::Weak(why)) => Some(why),
            Err(other) => panic!("{other}"),
            Ok(()) => None,
        }
    }

    #[test]
    fn good_passwords_pass() {
        for password in
            ["correct horse battery staple", "Tr0ub4dour&3xyz", "пароль-из-четырёх-слов", "x8#kQ2!vLp"]
        {
            assert_eq!(refusal(password, &["ann@example.org"]), None, "{password}");
        }
    }

    #[test]
    fn easily_guessed_ones_are_refused_with_the_reason() {
        for (password, reason) in [
            ("iloveyou", "common password"),
            ("aaaaaaaa", "Repeats"),
            ("qwertyuiop", "common"),
            ("abcdefgh", "easy to guess"),
            ("12345678", "common"),
        ] {
            let why = refusal(password, &[]).unwrap();
            assert!(why.contains(reason), "{password}: {why}");
            assert!(why.ends_with('.') && !why.contains('\n'), "{why}");
            assert!(!why.contains(password), "{why}");
        }
    }

    #[test]
    fn the_address_and_the_name_are_easily_guessed() {
        let hints = ["Zvonimira.Quist@Brackwater.example", "Zvonimira Quist"];
        for password in ["zvonimira.quist", "Zvonimira1", "brackwater", "quistzvonimira"] {
            let why = refusal(password, &hints).unwrap();
            assert!(why.starts_with("This password contains part of your name or address."), "{why}");
        }
        assert_eq!(refusal("quistzvonimira", &[]), None);
    }

    #[test]
    fn a_password_of_the_greatest_length_is_judged() {
        assert_eq!(refusal(&"correct horse ".repeat(9), &[]), None);
        assert!(refusal(&"a".repeat(128), &[]).is_some());
    }

    #[test]
    fn long_and_many_hints_are_bounded() {
        let many: Vec<String> = (0..500).map(|n| format!("word{n} {}", "x".repeat(500))).collect();
        let words = words(&many);
        assert_eq!(words.len(), MOST_WORDS);
        assert!(words.iter().all(|word| word.chars().count() <= MOST_CHARS));
    }
}
