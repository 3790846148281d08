//! Answers in the dialect of the sign-up API (sign-up contract sections 2 and 5).

use serde_json::{Value, json};

use crate::client::Answer;

/// Whether a text is an instant in UTC with milliseconds.
#[must_use]
pub fn is_moment(text: &str) -> bool {
    let form = "0000-00-00T00:00:00.000Z";
    text.len() == form.len()
        && text.chars().zip(form.chars()).all(|(c, f)| c == f || (f == '0' && c.is_ascii_digit()))
}

/// The access token and the refresh token of a sign-in or a refresh, which tells nothing else but for whom and where.
///
/// # Panics
/// When the answer is none.
#[track_caller]
#[must_use]
pub fn tokens_in(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 201, "{}", answer.text);
    let keys: Vec<&str> =
        answer.json.as_object().expect("it is an object").keys().map(String::as_str).collect();
    assert_eq!(keys, ["userIdentifier", "authProviderIdentifier", "accessToken", "refreshToken"]);
    let text = |key: &str| answer.json[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let both = text("accessToken").zip(text("refreshToken"));
    both.unwrap_or_else(|| panic!("no tokens: {}", answer.text))
}

impl Answer {
    /// Checks that it is exactly this refusal of the sign-up API.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn expect_refused(&self, status: u16, message: &str) {
        assert_eq!(self.refused(status), message);
    }

    /// The message of a refusal of the sign-up API with this status, in its full shape.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    #[must_use]
    pub fn refused(&self, status: u16) -> &str {
        let shown =
            |key: &str| self.json[key].as_str().unwrap_or_else(|| panic!("{}: {}", self.status, self.text));
        let (message, timestamp) = (shown("message"), shown("timestamp"));
        let shape =
            json!({ "statusCode": status, "timestamp": timestamp, "message": message, "pageData": null });
        assert_eq!((self.status, &self.json), (status, &shape), "{}", self.text);
        assert!(is_moment(timestamp) && !message.is_empty(), "{}", self.text);
        assert_eq!(self.header("Content-Type"), "application/json", "{}", self.text);
        message
    }

    /// Checks that it is nothing but `true`.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn expect_true(&self, status: u16) {
        assert_eq!((self.status, &self.json), (status, &Value::Bool(true)), "{}", self.text);
    }

    /// Checks that it is nothing at all, but done.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn expect_nothing(&self) {
        assert_eq!((self.status, self.text.as_str()), (201, ""));
    }
}
