//! What a mail server's no means: later, or never.

use std::{error::Error as _, time::Duration};

use lettre::transport::smtp::Error;
use portico_domain::ports::MailerError;

/// The most characters of an error text.
const MOST_CHARS: usize = 400;
/// Replies that say: not this recipient, or not this letter, now or ever. Others of the 500s may pass, such as a
/// full mailbox (552) or a sign-in that the operator has to mend (530, 535).
const NEVER: [u16; 5] = [550, 551, 553, 554, 556];

/// How far the conversation had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    Encrypt,
    SignIn,
    Sender,
    Recipient,
    Letter,
}

impl Step {
    const fn words(self) -> &'static str {
        match self {
            Self::Connect => "the connection",
            Self::Encrypt => "the encryption",
            Self::SignIn => "the sign-in",
            Self::Sender => "the sender",
            Self::Recipient => "the recipient",
            Self::Letter => "the letter",
        }
    }
}

/// Judges an error. Only what concerns the recipient or the letter itself is final: the rest is between the two
/// servers, and can be mended while the letter waits.
pub(super) fn classify(step: Step, server: &str, error: &Error) -> MailerError {
    judge(step, server, error.status().map(u16::from), &cause(error))
}

fn judge(step: Step, server: &str, code: Option<u16>, cause: &str) -> MailerError {
    let words = step.words();
    let Some(code) = code else {
        return MailerError::Temporary(one_line(&format!("{server}: {words} failed: {cause}")));
    };
    let text = one_line(&format!("{server} refused {words}: {code} {cause}"));
    if matches!(step, Step::Recipient | Step::Letter) && NEVER.contains(&code) {
        MailerError::Permanent(text)
    } else {
        MailerError::Temporary(text)
    }
}

/// A server that says nothing.
pub(super) fn silence(server: &str, patience: Duration) -> MailerError {
    MailerError::Temporary(format!("{server} did not answer within {} s", patience.as_secs_f32()))
}

/// An address that the server is too old for.
pub(super) fn international_address(server: &str) -> MailerError {
    MailerError::Permanent(format!(
        "{server} cannot send to international addresses (it lacks SMTPUTF8 or 8BITMIME)"
    ))
}

/// The same error without the letter's secret, should the server have quoted it.
pub(super) fn without(secret: Option<&str>, error: MailerError) -> MailerError {
    let Some(secret) = secret.filter(|secret| !secret.is_empty()) else { return error };
    match error {
        MailerError::Temporary(text) => MailerError::Temporary(text.replace(secret, "…")),
        MailerError::Permanent(text) => MailerError::Permanent(text.replace(secret, "…")),
    }
}

/// The innermost reason: the server's own words, or the operating system's.
pub(super) fn cause(error: &Error) -> String {
    let Some(mut cause) = error.source() else { return error.to_string() };
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(MOST_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_final(step: Step, code: Option<u16>) -> bool {
        matches!(judge(step, "mail:25", code, "words"), MailerError::Permanent(_))
    }

    #[test]
    fn only_a_refused_recipient_or_letter_is_final() {
        for code in NEVER {
            assert!(is_final(Step::Recipient, Some(code)), "{code}");
            assert!(is_final(Step::Letter, Some(code)), "{code}");
            for step in [Step::Connect, Step::Encrypt, Step::SignIn, Step::Sender] {
                assert!(!is_final(step, Some(code)), "{step:?} {code}");
            }
        }
    }

    #[test]
    fn everything_else_may_pass() {
        for code in [421, 450, 451, 452, 454, 500, 502, 503, 521, 530, 534, 535, 538, 552, 555, 571] {
            assert!(!is_final(Step::Recipient, Some(code)), "{code}");
            assert!(!is_final(Step::Letter, Some(code)), "{code}");
        }
        assert!(!is_final(Step::Letter, None));
    }

    #[test]
    fn the_text_is_one_line_with_the_servers_reply_and_of_bounded_length() {
        let error = judge(Step::Recipient, "mail:25", Some(550), "5.1.1 no such\r\nuser\there");
        assert_eq!(error.to_string(), "mail:25 refused the recipient: 550 5.1.1 no such user here");
        let long = judge(Step::Letter, "mail:25", None, &"x ".repeat(5000)).to_string();
        assert_eq!(long.chars().count(), MOST_CHARS);
    }

    #[test]
    fn a_secret_that_the_server_quotes_is_taken_out() {
        let error = judge(Step::Letter, "mail:25", Some(554), "spam: your code is 123456");
        let shown = without(Some("123456"), error).to_string();
        assert_eq!(shown, "mail:25 refused the letter: 554 spam: your code is …");
    }
}
