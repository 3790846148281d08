//! Answers in the portal's dialect (portal contract sections 1 and 2).

use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

use crate::client::Answer;

/// A cookie as a browser is told to keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Its attributes, sorted.
    pub attributes: Vec<String>,
}

impl SetCookie {
    fn read(line: &str) -> Self {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) =
            parts.next().and_then(|pair| pair.split_once('=')).expect("a cookie has a name and a value");
        let mut attributes: Vec<String> = parts.map(str::to_owned).collect();
        attributes.sort_unstable();
        Self { name: name.to_owned(), value: value.to_owned(), attributes }
    }

    /// How long it is to be kept, in seconds.
    #[must_use]
    pub fn max_age(&self) -> Option<i64> {
        self.attributes.iter().find_map(|attribute| attribute.strip_prefix("Max-Age=")?.parse().ok())
    }

    /// Whether it takes the cookie back that the browser has for the whole site.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        self.value.is_empty() && self.max_age() == Some(0) && self.attributes.iter().any(|a| a == "Path=/")
    }
}

/// The text of a status, as the portal's clients know it.
fn status_text(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Request Entity Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        other => panic!("{other} is no status of the portal"),
    }
}

impl Answer {
    /// The body, when it is a success of the portal with exactly these keys beside `status` and `status_code`.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn expect_ok(self, keys: &[&str]) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        assert_eq!(self.header("Content-Type"), "application/json", "{}", self.text);
        assert_eq!((&self.json["status"], &self.json["status_code"]), (&json!("OK"), &json!(200)));
        let object = self.json.as_object().unwrap_or_else(|| panic!("no object: {}", self.text));
        let mut found: Vec<&str> = object.keys().map(String::as_str).collect();
        let mut wanted = [&["status", "status_code"], keys].concat();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{}", self.text);
        self.json
    }

    /// Checks that it is exactly this refusal of the portal.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, message: &str) {
        assert_eq!(self.problem(status), message);
    }

    /// Checks that it is a refusal of the portal whose message begins so and says more.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn expect_problem_with(&self, status: u16, beginning: &str) {
        let message = self.problem(status);
        assert!(message.starts_with(beginning) && message.len() > beginning.len(), "{message}");
    }

    /// The message of a refusal of the portal with this status, in its full shape.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    #[must_use]
    pub fn problem(&self, status: u16) -> &str {
        let message =
            self.json["message"].as_str().unwrap_or_else(|| panic!("{}: {}", self.status, self.text));
        let shape = json!({ "status": status_text(status), "status_code": status, "message": message });
        assert_eq!((self.status, &self.json), (status, &shape), "{}", self.text);
        assert_eq!(self.header("Content-Type"), "application/json", "{}", self.text);
        message
    }

    /// The cookies that it gives.
    ///
    /// # Panics
    /// When one of them is none.
    #[must_use]
    pub fn cookies(&self) -> Vec<SetCookie> {
        let lines = self.headers.get_all(SET_COOKIE).iter();
        lines.map(|line| SetCookie::read(line.to_str().expect("a cookie is ASCII"))).collect()
    }

    /// The one cookie of this name that it gives.
    ///
    /// # Panics
    /// When there is none, or more than one.
    #[track_caller]
    #[must_use]
    pub fn cookie(&self, name: &str) -> SetCookie {
        let mut cookies = self.cookies();
        cookies.retain(|cookie| cookie.name == name);
        assert_eq!(cookies.len(), 1, "{:?}", self.headers);
        cookies.remove(0)
    }
}
