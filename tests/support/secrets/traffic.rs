//! Noting what is secret in requests, answers, letters and settings.

use std::{borrow::Cow, fs, ops::RangeInclusive, path::Path, sync::LazyLock};

use percent_encoding::percent_decode_str;
use portico_app::settings::{SPECS, Secrecy};
use reqwest::{
    Request, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE},
};
use serde_json::{Map, Value};

use super::{SecretKind, Secrets, names};
use crate::described::Description;

/// Pages are not described; these have a token in their path.
const PAGES: [&str; 2] = ["/invite/{token}", "/results/{token}"];
/// Words of a letter that are as long as this, and of the alphabet of tokens, are tokens.
const SHORTEST_TOKEN: usize = 32;
/// Words that stand alone in their line, and have so many letters and digits, are passwords.
const PASSWORD: RangeInclusive<usize> = 14..=31;
/// What clients without a token send in its place (sign-up contract T7).
const NO_TOKEN: [&str; 2] = ["undefined", "null"];

/// Every path that holds a secret.
static SECRET_PATHS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let described = Description::get().operations.iter().map(|operation| operation.path.clone());
    let all = described.chain(PAGES.map(str::to_owned));
    all.filter(|path| segments(path).any(|segment| kind_of_segment(segment).is_some())).collect()
});

impl Secrets {
    /// Notes every secret that a request holds: in its body, its headers, its path and its query.
    pub fn note_request(&self, request: &Request) {
        self.note_url(request.url());
        self.note_headers(request.headers());
        let Some(body) = request.body().and_then(reqwest::Body::as_bytes) else { return };
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            self.note_pairs(url::form_urlencoded::parse(body));
        } else if let Ok(json) = serde_json::from_slice(body) {
            self.note_json(&json);
        }
    }

    /// Notes every secret that an answer holds.
    pub fn note_answer(&self, headers: &HeaderMap, json: &Value) {
        self.note_headers(headers);
        self.note_json(json);
    }

    /// Notes the values that their names call secret, at any depth.
    pub fn note_json(&self, value: &Value) {
        match value {
            Value::Object(fields) => {
                self.note_field(fields);
                for (name, value) in fields {
                    match names::kind_of(name) {
                        Some(kind) => self.note_values(kind, value),
                        None => self.note_json(value),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.note_json(value)),
            _ => {}
        }
    }

    fn note_values(&self, kind: SecretKind, value: &Value) {
        match value {
            Value::String(text) => self.note_named(kind, text),
            Value::Number(number) => self.note_named(kind, &number.to_string()),
            Value::Array(values) => values.iter().for_each(|value| self.note_values(kind, value)),
            // Such as a `systemCode`, beside the end of its time.
            Value::Object(fields) if fields.contains_key("value") => {
                self.note_values(kind, &fields["value"]);
            }
            other => self.note_json(other),
        }
    }

    /// Notes the value of a field of a form, as far as the name of the field calls it secret (sign-up contract section
    /// 3, `authData`).
    fn note_field(&self, fields: &Map<String, Value>) {
        let kind = fields.get("marker").and_then(Value::as_str).and_then(names::kind_of);
        if let Some((kind, value)) = kind.zip(fields.get("value")) {
            self.note_values(kind, value);
        }
    }

    fn note_named(&self, kind: SecretKind, value: &str) {
        if kind != SecretKind::Code || !names::is_error(value) {
            self.note(kind, value);
        }
    }

    fn note_pairs<'a>(&self, pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) {
        for (name, value) in pairs {
            if let Some(kind) = names::kind_of(&name) {
                self.note_named(kind, &value);
            }
        }
    }

    fn note_url(&self, url: &Url) {
        self.note_pairs(url.query_pairs());
        for pattern in SECRET_PATHS.iter() {
            for (expected, segment) in segments(pattern).zip(segments(url.path())) {
                if let Some(kind) = kind_of_segment(expected) {
                    self.note(kind, segment);
                    self.note(kind, &percent_decode_str(segment).decode_utf8_lossy());
                } else if !expected.starts_with('{') && expected != segment {
                    break;
                }
            }
        }
    }

    fn note_headers(&self, headers: &HeaderMap) {
        for (name, value) in headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            if name == AUTHORIZATION {
                let token = value.split_once(' ').map_or(value.as_ref(), |(_, token)| token);
                self.note(SecretKind::Token, token);
            } else if name == COOKIE {
                value.split(';').for_each(|cookie| self.note_cookie(cookie));
            } else if name == SET_COOKIE {
                self.note_cookie(value.split(';').next().unwrap_or_default());
            } else if name == LOCATION {
                // It may be a path alone.
                let target = Url::parse("http://localhost").and_then(|base| base.join(&value));
                if let Ok(target) = target {
                    self.note_url(&target);
                }
            } else if let Some(kind) = names::kind_of(name.as_str())
                && !NO_TOKEN.contains(&&*value)
            {
                self.note(kind, &value);
            }
        }
    }

    fn note_cookie(&self, cookie: &str) {
        if let Some((_, value)) = cookie.split_once('=') {
            self.note(SecretKind::Cookie, value.trim().trim_matches('"'));
        }
    }

    /// Notes the codes, the passwords and the tokens in the text of a letter.
    pub fn note_letter(&self, text: &str) {
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            if word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()) {
                self.note(SecretKind::Code, word);
            }
        }
        // Other codes stand alone in their line, behind a login that may look like one.
        let is_code = |line: &&str| {
            !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        if let Some(code) = text.lines().map(str::trim).rfind(is_code) {
            self.note(SecretKind::Code, code);
        }
        if let Some(password) = lone_password(text) {
            self.note(SecretKind::Password, password);
        }
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')) {
            if word.len() >= SHORTEST_TOKEN && uuid::Uuid::parse_str(word).is_err() {
                self.note(SecretKind::MailedToken, word);
            }
        }
    }

    /// Notes what the settings keep secret.
    pub fn note_settings<'a>(&self, settings: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (name, value) in settings {
            let Some(spec) = SPECS.iter().find(|spec| spec.name == name) else { continue };
            match spec.secret {
                Secrecy::Whole if name == "PORTICO_SECRET_KEY" => self.note(SecretKind::MasterSecret, value),
                Secrecy::Whole => {
                    value.split(',').for_each(|value| self.note(SecretKind::Shared, value.trim()));
                }
                Secrecy::Password | Secrecy::Open => self.note_password_of(value),
            }
        }
    }

    fn note_password_of(&self, url: &str) {
        let Ok(url) = Url::parse(url) else { return };
        // One that is the user's name, as in many a database for tests, is no secret.
        let Some(password) = url.password().filter(|password| *password != url.username()) else { return };
        self.note(SecretKind::ServicePassword, password);
        self.note(SecretKind::ServicePassword, &percent_decode_str(password).decode_utf8_lossy());
    }

    /// Notes the master secret that a server made for itself.
    pub fn note_key_file(&self, path: &Path) {
        if let Ok(secret) = fs::read_to_string(path) {
            self.note(SecretKind::MasterSecret, secret.trim());
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The password in a letter that brings one: alone in its line, of letters and digits.
pub(crate) fn lone_password(text: &str) -> Option<&str> {
    let is_password =
        |line: &&str| PASSWORD.contains(&line.len()) && line.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.lines().map(str::trim).find(is_password)
}

/// What a parameter in the pattern of a path holds.
fn kind_of_segment(segment: &str) -> Option<SecretKind> {
    segment.strip_prefix('{').and_then(names::kind_of)
}
