//! Answers in the dialect of the partner API (partner contract, "Common").

use serde_json::{Map, Value, json};

use crate::client::Answer;

/// The texts by which a field is refused when no language is asked for.
pub mod texts {
    /// Of `key`.
    pub const KEY: &str = "Please enter a valid key.";
    /// Of `user`.
    pub const USER: &str = "Please enter a valid user.";
    /// Of `dict`.
    pub const DICT: &str = "Please enter a valid dict.";
    /// Of `model`.
    pub const MODEL: &str = "Please enter a valid model.";
    /// Of `text`.
    pub const TEXT: &str = "Please enter a valid text.";
    /// Of `login`.
    pub const LOGIN: &str = "Please enter a valid login.";
    /// Of `email`.
    pub const EMAIL: &str = "Введите корректный адрес электронной почты.";
    /// Of `sendEmailToUser`.
    pub const BOOLEAN: &str = "Must be a valid boolean.";
    /// Of any that is missing.
    pub const REQUIRED: &str = "Обязательное поле.";
    /// Of what is no JSON.
    pub const NOT_JSON: &str = "JSON parse error";
    /// Of a header that names no call.
    pub const IDEMPOTENCY_KEY: &str = "Please enter a valid Idempotency-Key.";
    /// Of one that names another call.
    pub const TAKEN: &str = "Another call has this Idempotency-Key.";
}

/// A faulty field and what is said of it.
pub type Fault<'f> = (&'f str, &'f str);

impl Answer {
    /// Checks the headers that every answer of this API carries.
    ///
    /// # Panics
    /// When one is missing, differs or comes twice.
    #[track_caller]
    pub fn expect_headers(&self) {
        for (name, value) in
            [("Allow", "POST, OPTIONS"), ("Content-Type", "application/json"), ("Vary", "Accept")]
        {
            let found: Vec<_> = self.headers.get_all(name).iter().collect();
            assert_eq!(found, [value], "{name} of {} {}", self.status, self.text);
        }
    }

    /// The id in an answer that found or created somebody.
    ///
    /// # Panics
    /// When it is another answer.
    #[track_caller]
    #[must_use]
    pub fn expect_user(&self) -> String {
        let user = self.json["user"].as_str().unwrap_or_else(|| panic!("{} {}", self.status, self.text));
        let parsed = uuid::Uuid::parse_str(user).unwrap_or_else(|error| panic!("{user}: {error}"));
        assert_eq!(parsed.to_string(), user);
        let expected = json!({ "success": true, "user": user });
        assert_eq!((self.status, &self.json), (200, &expected), "{}", self.text);
        user.to_owned()
    }

    /// Checks that a result was kept.
    ///
    /// # Panics
    /// When it is another answer.
    #[track_caller]
    pub fn expect_saved(&self) {
        assert_eq!((self.status, &self.json), (200, &json!({ "success": true })), "{}", self.text);
    }

    /// Checks that exactly these fields are faulty, in this order, each with this one text.
    ///
    /// # Panics
    /// When it is another answer.
    #[track_caller]
    pub fn expect_faulty(&self, faults: &[Fault<'_>]) {
        assert_eq!(self.status, 400, "{}", self.text);
        let expected: Map<String, Value> =
            faults.iter().map(|(field, text)| ((*field).to_owned(), json!([text]))).collect();
        assert_eq!(self.json, Value::Object(expected), "{}", self.text);
        let order: Vec<&str> = faults.iter().map(|(field, _)| *field).collect();
        assert_eq!(self.faulty_fields(), order, "{}", self.text);
    }

    /// The faulty fields, in their order. Each has a list of texts that say something.
    ///
    /// # Panics
    /// When it is another answer.
    #[track_caller]
    #[must_use]
    pub fn faulty_fields(&self) -> Vec<&str> {
        assert_eq!(self.status, 400, "{}", self.text);
        let fields = self.json.as_object().unwrap_or_else(|| panic!("no object: {}", self.text));
        for texts in fields.values() {
            let texts = texts.as_array().unwrap_or_else(|| panic!("no list: {}", self.text));
            let all = texts.iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty()));
            assert!(all && !texts.is_empty(), "{}", self.text);
        }
        fields.keys().map(String::as_str).collect()
    }

    /// What is said of a field that is faulty.
    ///
    /// # Panics
    /// When nothing is said of it, or more than one thing.
    #[track_caller]
    #[must_use]
    pub fn fault_of(&self, field: &str) -> &str {
        let texts = self.json[field].as_array().unwrap_or_else(|| panic!("{} {}", self.status, self.text));
        assert_eq!((self.status, texts.len()), (400, 1), "{}", self.text);
        texts[0].as_str().unwrap_or_else(|| panic!("no text: {}", self.text))
    }

    /// Checks that the call as a whole was refused with this text.
    ///
    /// # Panics
    /// When it is another answer.
    #[track_caller]
    pub fn expect_detail(&self, status: u16, text: &str) {
        assert_eq!((self.status, &self.json), (status, &json!({ "detail": text })), "{}", self.text);
    }

    /// What is said of a call that was refused as a whole.
    ///
    /// # Panics
    /// When it is another answer.
    #[track_caller]
    #[must_use]
    pub fn detail(&self, status: u16) -> &str {
        let text = self.json["detail"].as_str().unwrap_or_else(|| panic!("{} {}", self.status, self.text));
        self.expect_detail(status, text);
        text
    }
}
