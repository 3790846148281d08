//! The constraints in the description, compared with what the server takes: values at a limit and just beyond it, right
//! and wrong words, missing fields, other types.

use integration_tests::{
    client::{Answer, Client},
    described::{Description, Operation, validator},
    server::TestServer,
};
use serde_json::{Value, json};

use super::{Place, example, operations};

/// Long texts are cut out of this. It is no word that a judge of passwords knows.
const TEXT: &str = "vK7-qz2Wp9xRt4Lm";

/// A text of so many characters that is right but for its length.
fn text(length: usize, format: Option<&str>) -> String {
    let filler = |length: usize| TEXT.chars().cycle().take(length).collect::<String>();
    match format {
        Some("idn-email") => {
            let (name, end) = ("ann@", ".example");
            let host = (0..length - name.len() - end.len()).map(|at| if at % 40 == 20 { '.' } else { 'b' });
            format!("{name}{}{end}", host.collect::<String>())
        }
        Some("uri") => {
            let start = "https://chess.example.org/";
            format!("{start}{}", "x".repeat(length - start.len()))
        }
        _ => filler(length),
    }
}

/// Values worth trying, each with whether it must be taken.
fn candidates(schema: &Value) -> Vec<(Value, bool)> {
    let format = schema["format"].as_str();
    let length = |key: &str| schema[key].as_u64().and_then(|length| usize::try_from(length).ok());
    let mut found = Vec::new();
    if let Some(max) = length("maxLength") {
        found.push((json!(text(max, format)), true));
        found.push((json!(text(max + 1, format)), false));
    }
    if let Some(min) = length("minLength") {
        found.push((json!(text(min, format)), true));
        found.push((json!(text(min - 1, format)), false));
    }
    if schema.get("pattern").is_some() {
        let right = schema["examples"][0].as_str().expect("a pattern has an example");
        found.push((json!(right), true));
        found.push((json!(format!("{right}0")), false));
        found.push((json!(right[1..]), false));
        found.push((json!(format!("{}x", &right[1..])), false));
    }
    if let Some(words) = schema["enum"].as_array() {
        found.extend(words.iter().map(|word| (word.clone(), true)));
        found.push((json!("nobody"), false));
    }
    if matches!(format, Some("idn-email" | "uri" | "uuid")) {
        found.push((json!("nowhere"), false));
    }
    match kind(schema) {
        "string" => found.extend([(json!(7), false), (json!(true), false), (json!(["a"]), false)]),
        "boolean" => found.extend([
            (json!(true), true),
            (json!(false), true),
            (json!("yes"), false),
            (json!(1), false),
        ]),
        other => panic!("nobody knows yet what to try with {other}"),
    }
    found
}

/// The type, beside null.
fn kind(schema: &Value) -> &str {
    let named = schema["type"].as_array().and_then(|kinds| kinds.iter().find(|kind| **kind != "null"));
    named.unwrap_or(&schema["type"]).as_str().expect("a schema has a type")
}

/// The schema of a field, without the null beside it and without its name.
fn bare(schema: &Value) -> &Value {
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    let chosen = choices.clone().find(|choice| choice["type"] != "null").unwrap_or(schema);
    Description::get().resolved(chosen)
}

fn finds_fault(answer: &Answer, field: &str) -> bool {
    let faults = answer.json["errors"].as_array();
    faults.is_some_and(|faults| faults.iter().any(|fault| fault["field"] == field))
}

async fn post(client: &Client, operation: &Operation, path: &str, body: &Value) -> Answer {
    let answer = client.send(client.request(operation.method.clone(), path).json(body)).await;
    assert!(answer.status < 500, "{} {path} {body}: {}", operation.method, answer.text);
    answer
}

#[tokio::test]
async fn fields_of_bodies_are_taken_and_refused_as_described() {
    let server = TestServer::start().await;
    let ann = server.register("ann@example.org").await;
    let place = Place::of(&server, &ann, "Chess Club", false).await;
    let mut tried = 0;
    for operation in operations() {
        let Some(right) = example(operation) else { continue };
        let path = place.fill(&operation.path);
        let body = &operation.said["requestBody"]["content"]["application/json"]["schema"];
        let body = Description::get().resolved(body);
        for (field, schema) in body["properties"].as_object().expect("a body has fields") {
            let what = format!("{} {path}: {field}", operation.method);
            let judge = validator(&Description::get().standing_alone(schema));
            for (value, is_right) in candidates(bare(schema)) {
                assert_eq!(judge.is_valid(&value), is_right, "{what} is described otherwise: {value}");
                let mut body = right.clone();
                body[field] = value.clone();
                let answer = post(&ann.client, operation, &path, &body).await;
                assert_eq!(!finds_fault(&answer, field), is_right, "{what} {value}: {}", answer.text);
                tried += 1;
            }
            let is_required = body["required"].as_array().is_some_and(|all| all.contains(&json!(field)));
            assert_eq!(judge.is_valid(&Value::Null), !is_required, "{what} is null");
            for without in [Some(Value::Null), None] {
                let mut body = right.clone();
                body[field] = without.clone().unwrap_or_default();
                if without.is_none() {
                    body.as_object_mut().expect("a body is an object").shift_remove(field);
                }
                let answer = post(&ann.client, operation, &path, &body).await;
                assert_eq!(finds_fault(&answer, field), is_required, "{what} {without:?}: {}", answer.text);
            }
        }
    }
    assert!(tried > 100, "only {tried} values were tried");
    server.stop().await;
}

#[tokio::test]
async fn parameters_of_queries_are_taken_and_refused_as_described() {
    let server = TestServer::start().await;
    let ann = server.register("ann@example.org").await;
    let place = Place::of(&server, &ann, "Chess Club", false).await;
    let mut tried = 0;
    for operation in operations() {
        let parameters = operation.said["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().expect("a parameter has a name");
            assert_eq!(parameter["required"], false, "{name}");
            let schema = bare(&parameter["schema"]);
            let values: Vec<(String, bool)> = match (kind(schema), schema["format"].as_str()) {
                ("integer", _) => {
                    let end = |key: &str| schema[key].as_i64().expect("a number has its ends");
                    let (min, max) = (end("minimum"), end("maximum"));
                    let number = |number: i64, is_right| (number.to_string(), is_right);
                    vec![
                        number(min, true),
                        number(min - 1, false),
                        number(max, true),
                        number(max + 1, false),
                        ("ten".to_owned(), false),
                        (String::new(), false),
                    ]
                }
                ("string", Some("uuid")) => vec![
                    (place.invite.clone(), true),
                    (place.invite[1..].to_owned(), false),
                    ("nowhere".to_owned(), false),
                ],
                other => panic!("nobody knows yet what to try with {other:?}"),
            };
            for (value, is_right) in values {
                let path = format!("{}?{name}={value}", place.fill(&operation.path));
                let answer = ann.client.get(&path).await;
                assert_eq!(!finds_fault(&answer, name), is_right, "{path}: {}", answer.text);
                tried += 1;
            }
        }
    }
    assert!(tried > 20, "only {tried} values were tried");
    server.stop().await;
}
