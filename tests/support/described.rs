//! Every answer compared with the description of the API: its status must be described, and its body must be as
//! described.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

const JSON: &str = "application/json";

static DESCRIPTION: LazyLock<Description> = LazyLock::new(Description::read);

/// The description of the API, ready to be compared with.
pub struct Description {
    /// The document.
    pub document: Value,
    /// What can be done, by path and method.
    pub operations: Vec<Operation>,
}

/// One method of one path.
pub struct Operation {
    /// The path, its parameters in braces.
    pub path: String,
    /// The method.
    pub method: Method,
    /// What is said of it.
    pub said: Value,
    answers: BTreeMap<u16, DescribedAnswer>,
}

/// One status that an operation can answer with.
enum DescribedAnswer {
    /// JSON, as its schema has it.
    Json { schema: Value, validator: OnceLock<Validator> },
    /// Another kind of body, such as a picture or a table.
    Other { kind: String },
    /// No body.
    Nothing,
}

impl Description {
    /// The description of the API as the server gives it.
    #[must_use]
    pub fn get() -> &'static Self {
        &DESCRIPTION
    }

    fn read() -> Self {
        let document: Value = serde_json::from_str(&portico_web::openapi()).expect("the description is JSON");
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().expect("paths are described") {
            for (method, said) in item.as_object().expect("methods are described") {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
                let said = said.clone();
                let answers = answers(&document, &said);
                operations.push(Operation { path: path.clone(), method, said, answers });
            }
        }
        Self { document, operations }
    }

    /// The schema with everything it refers to.
    #[must_use]
    pub fn standing_alone(&self, schema: &Value) -> Value {
        standing_alone(&self.document, schema)
    }

    /// What a reference leads to; the value itself when it is none.
    #[must_use]
    pub fn resolved<'d>(&'d self, value: &'d Value) -> &'d Value {
        resolved(&self.document, value)
    }

    /// The operation that a request asks for. A request with `HEAD` asks for what `GET` is described to do.
    fn operation(&self, method: &Method, path: &str) -> Option<&Operation> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.operations.iter().find(|operation| operation.method == *method && fits(&operation.path, path))
    }

    fn describes(&self, path: &str) -> bool {
        self.operations.iter().any(|operation| fits(&operation.path, path))
    }
}

/// Compares an answer with what is described.
///
/// # Panics
/// When it is anything else.
#[track_caller]
pub fn check(method: &Method, path: &str, status: u16, kind: &str, text: &str) {
    let description = Description::get();
    let Some(operation) = description.operation(method, path) else {
        if description.describes(path) {
            // The portal asks who is calling before it looks at the method.
            let is_guarded = path.starts_with("/api/") && matches!(status, 401 | 403);
            // Browsers ask beforehand, and by this method, what the scripts of other sites may do.
            let is_preflight = *method == Method::OPTIONS && matches!(status, 200 | 400);
            let is_fine = is_guarded || is_preflight || status == 405;
            assert!(is_fine, "{method} {path} is not described, but answers: {text}");
        }
        return;
    };
    let described = operation.answers.get(&status);
    let described = described.unwrap_or_else(|| {
        panic!("{method} {path} answers {status}, which the description does not know: {text}")
    });
    let (schema, validator) = match described {
        DescribedAnswer::Json { schema, validator } => (schema, validator),
        DescribedAnswer::Other { kind: described } => {
            assert_eq!(essence(kind), essence(described), "{method} {path} answers {status}");
            return;
        }
        DescribedAnswer::Nothing => {
            assert_eq!((kind, text), ("", ""), "{method} {path} answers {status}");
            return;
        }
    };
    assert_eq!(kind, JSON, "{method} {path} answers {status}");
    if *method == Method::HEAD {
        return;
    }
    let body: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("{method} {path}: {text}"));
    let validator = validator.get_or_init(|| self::validator(schema));
    let faults: Vec<String> =
        validator.iter_errors(&body).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(
        faults.is_empty(),
        "{method} {path} answers {status} other than described: {text}\n{}",
        faults.join("\n")
    );
}

/// A kind of body without its parameters, such as the character set.
fn essence(kind: &str) -> &str {
    kind.split(';').next().unwrap_or_default().trim()
}

/// What tells whether a value is as described, formats included.
///
/// # Panics
/// When the schema is none.
#[must_use]
pub fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(schema)
        .unwrap_or_else(|error| panic!("{error}: {schema}"))
}

/// Whether a path is one of a pattern's. Slashes at the end and in a row do not matter.
fn fits(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut expected = pattern.split('/').filter(|segment| !segment.is_empty());
    loop {
        match (expected.next(), segments.next()) {
            (None, None) => return true,
            (Some(expected), Some(segment)) if expected.starts_with('{') || expected == segment => {}
            _ => return false,
        }
    }
}

fn answers(document: &Value, said: &Value) -> BTreeMap<u16, DescribedAnswer> {
    let described = said["responses"].as_object().expect("answers are described").iter();
    described
        .map(|(status, answer)| {
            let content = resolved(document, answer)["content"].as_object();
            let answer = match content.and_then(|content| content.iter().next()) {
                Some((kind, body)) if kind == JSON => {
                    let schema = standing_alone(document, &body["schema"]);
                    DescribedAnswer::Json { schema, validator: OnceLock::new() }
                }
                Some((kind, _)) => DescribedAnswer::Other { kind: kind.clone() },
                None => DescribedAnswer::Nothing,
            };
            (status.parse().expect("a status"), answer)
        })
        .collect()
}

fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let Some(name) = value["$ref"].as_str() else { return value };
    document.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is missing"))
}

fn standing_alone(document: &Value, schema: &Value) -> Value {
    json!({ "allOf": [schema], "components": { "schemas": document["components"]["schemas"] } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fit_their_pattern_as_the_router_sees_it() {
        for path in ["/projects", "/projects/", "//projects"] {
            assert!(fits("/projects", path), "{path}");
        }
        assert!(fits("/projects/{slug}/invites", "/projects/chess/invites/"));
        for path in ["/projects/chess", "/projects/chess/invites/1", "/projects/chess/members"] {
            assert!(!fits("/projects/{slug}/invites", path), "{path}");
        }
    }

    #[test]
    fn an_answer_as_described_passes() {
        check(&Method::GET, "/health", 200, JSON, r#"{"status":"ok"}"#);
        check(&Method::HEAD, "/health/", 200, JSON, "");
        check(&Method::GET, "/elsewhere", 418, "text/plain", "anything");
        check(&Method::DELETE, "/health", 405, JSON, "");
    }

    #[test]
    #[should_panic(expected = "which the description does not know")]
    fn a_status_that_is_not_described_fails() {
        check(&Method::GET, "/health", 418, JSON, "{}");
    }

    #[test]
    #[should_panic(expected = "other than described")]
    fn a_key_that_is_not_described_fails() {
        check(&Method::GET, "/health", 200, JSON, r#"{"status":"ok","uptime":7}"#);
    }

    #[test]
    #[should_panic(expected = "other than described")]
    fn a_code_that_is_not_described_fails() {
        let body = r#"{"error":"no","code":"SOMETHING_ELSE"}"#;
        check(&Method::POST, "/auth/register/start", 400, JSON, body);
    }

    #[test]
    #[should_panic(expected = "is not described, but answers")]
    fn a_method_that_is_not_described_must_not_work() {
        check(&Method::DELETE, "/projects/chess", 200, JSON, "{}");
    }

    #[test]
    fn every_example_is_as_described() {
        let description = Description::get();
        let mut compared = 0;
        let mut compare = |schema: &Value, example: &Value| {
            let validator = validator(&description.standing_alone(schema));
            let fault = validator.iter_errors(example).next();
            assert!(fault.is_none(), "{}: {example} in {schema}", fault.expect("there is one"));
            compared += 1;
        };
        let components = description.document["components"]["schemas"].as_object().expect("components");
        for schema in components.values() {
            let several = schema["examples"].as_array().into_iter().flatten();
            several.chain(schema.get("example")).for_each(|example| compare(schema, example));
        }
        for operation in &description.operations {
            for answer in operation.said["responses"].as_object().expect("answers").values() {
                let content = &description.resolved(answer)["content"][JSON];
                if content.is_null() {
                    continue;
                }
                let several =
                    content["examples"].as_object().into_iter().flatten().map(|(_, one)| &one["value"]);
                several
                    .chain(content.get("example"))
                    .for_each(|example| compare(&content["schema"], example));
            }
        }
        assert!(compared > 100, "the examples were found");
    }
}
