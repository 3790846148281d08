//! What must be true of the document as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::*;
use crate::{dialect::Dialect, routes::METHODS};

/// Paths that are no part of the API: the document itself, and what operators' machines read.
const UNDESCRIBED: [&str; 3] = ["/openapi.json", "/swagger.json", "/metrics"];

/// Where callers prove who they are by what they send, so that nothing else opens it and yet 401 is answered.
const PROVING: [&str; 4] = ["/auth/login", "/auth/token/refresh", "/users/auth", "/users/refresh"];

/// What answers without a body.
const SILENT: [&str; 1] = ["generate-code"];

/// What is downloaded, and is no JSON.
const FILES: [&str; 5] =
    ["payment_transaction.svg", "export.csv", "export.jsonl", "results.csv", "results.jsonl"];

fn operations(document: &Value) -> BTreeMap<(String, String), Value> {
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.insert((path.clone(), method.to_uppercase()), operation.clone());
        }
    }
    found
}

/// The answers of an operation by status, with what is described elsewhere.
fn answers<'d>(document: &'d Value, operation: &'d Value) -> BTreeMap<&'d str, &'d Value> {
    let answers = operation["responses"].as_object().unwrap().iter();
    answers.map(|(status, answer)| (status.as_str(), resolved(document, answer))).collect()
}

fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let Some(name) = value["$ref"].as_str() else { return value };
    document.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is missing"))
}

#[test]
fn exactly_the_routes_of_the_api_are_described() {
    let described: BTreeSet<(String, String)> = operations(&value()).into_keys().collect();
    let routed: BTreeSet<(String, String)> = METHODS
        .iter()
        .filter(|(path, _)| Dialect::of(path) != Dialect::Pages && !UNDESCRIBED.contains(path))
        .flat_map(|(path, methods)| methods.split(", ").map(|method| ((*path).to_owned(), method.to_owned())))
        .filter(|(_, method)| method != "HEAD")
        .collect();
    assert_eq!(described, routed);
}

#[test]
fn what_every_operation_can_refuse_with_is_described_once() {
    let document = value();
    for code in [
        "UNAUTHORIZED",
        "TOO_BUSY",
        "INTERNAL_ERROR",
        "PORTAL_UNAUTHORIZED",
        "PORTAL_REQUEST_TIMEOUT",
        "SIGNUP_FORBIDDEN",
        "SIGNUP_REQUEST_TIMEOUT",
    ] {
        assert!(document["components"]["responses"][code].is_object(), "{code}");
    }
    let create = &document["paths"]["/projects"]["post"]["responses"];
    assert_eq!(create["401"]["$ref"], "#/components/responses/UNAUTHORIZED");
}

#[test]
fn nothing_refers_to_what_its_readers_do_not_have() {
    assert!(!text().contains("contract"));
}

#[test]
fn the_document_says_what_it_is() {
    let document = value();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["title"], "Portico");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["info"]["license"]["identifier"], env!("CARGO_PKG_LICENSE"));
    assert_eq!(document["servers"][0]["url"], "/");
    let schemes = &document["components"]["securitySchemes"];
    for name in ["bearer", "service", "signup"] {
        assert_eq!(schemes[name]["scheme"], "bearer", "{name}");
    }
    assert_eq!(
        (&schemes["portal"]["type"], &schemes["portal"]["in"], &schemes["portal"]["name"]),
        (&json!("apiKey"), &json!("cookie"), &json!("misw-portal-token"))
    );
    assert!(text().ends_with("}\n"));
}

#[test]
fn every_operation_has_a_name_a_summary_a_group_and_says_who_may_call() {
    let document = value();
    let groups: Vec<&Value> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    let mut names = BTreeSet::new();
    for ((path, method), operation) in operations(&document) {
        assert!(names.insert(operation["operationId"].to_string()), "{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
        assert!(groups.contains(&&operation["tags"][0]), "{method} {path}");
        let is_open = operation["security"].as_array().unwrap().is_empty();
        // Those who show no token of a service are told 403.
        let refuses = if path.starts_with("/api/external") { "403" } else { "401" };
        assert_eq!(
            is_open,
            operation["responses"][refuses].is_null() || PROVING.iter().any(|end| path.ends_with(end)),
            "{method} {path}"
        );
    }
}

#[test]
fn every_answer_has_a_body_with_an_example_or_a_component_that_has_one() {
    let document = value();
    for ((path, method), operation) in operations(&document) {
        for (status, answer) in answers(&document, &operation) {
            assert!(!answer["description"].as_str().unwrap().is_empty(), "{method} {path} {status}");
            let content = &answer["content"]["application/json"];
            if content.is_null() {
                let last = path.rsplit('/').next().unwrap();
                assert!(FILES.contains(&last) || SILENT.contains(&last), "{method} {path} {status}");
                continue;
            }
            let schema = if content["schema"]["type"] == "array" {
                &content["schema"]["items"]
            } else {
                &content["schema"]
            };
            let component = resolved(&document, schema);
            let has_example = content.get("example").is_some()
                || content.get("examples").is_some()
                || component.get("example").is_some();
            assert!(has_example, "{method} {path} {status}");
        }
    }
}

#[test]
fn every_object_in_an_answer_is_closed() {
    fn check(schema: &Value, document: &Value, place: &str) {
        let schema = resolved(document, schema);
        if let Some(properties) = schema["properties"].as_object() {
            assert_eq!(schema["additionalProperties"], false, "{place}");
            properties
                .iter()
                .for_each(|(key, property)| check(property, document, &format!("{place}.{key}")));
        }
        if !schema["items"].is_null() {
            check(&schema["items"], document, place);
        }
        assert!(schema.get("allOf").is_none(), "{place}");
        for choice in schema["oneOf"].as_array().into_iter().flatten() {
            check(choice, document, place);
        }
    }
    let document = value();
    for ((path, method), operation) in operations(&document) {
        for (status, answer) in answers(&document, &operation) {
            let schema = &answer["content"]["application/json"]["schema"];
            check(schema, &document, &format!("{method} {path} {status}"));
        }
    }
}

#[test]
fn codes_and_texts_come_from_the_answers_themselves() {
    let document = value();
    let verify = answers(&document, &document["paths"]["/auth/register/verify"]["post"]);
    assert_eq!(
        verify["400"]["content"]["application/json"]["schema"]["properties"]["code"]["enum"],
        serde_json::json!([
            "CODE_EXPIRED",
            "EMAIL_ALREADY_VERIFIED",
            "INVALID_CODE",
            "INVALID_JSON",
            "NO_CODE",
            "TOO_MANY_ATTEMPTS",
        ])
    );
    let errors = &verify["422"]["content"]["application/json"]["schema"]["properties"]["errors"];
    assert_eq!(errors["items"]["properties"]["field"]["enum"], serde_json::json!(["email", "code"]));
    let statuses: Vec<&str> = verify.into_keys().collect();
    assert_eq!(statuses, ["200", "400", "408", "409", "413", "415", "422", "500", "503"]);
}

#[test]
fn an_answer_of_the_portal_says_its_status_beside_its_keys() {
    let document = value();
    let login = answers(&document, &document["paths"]["/api/public/login"]["post"]);
    let body = resolved(&document, &login["200"]["content"]["application/json"]["schema"]);
    assert_eq!(body["required"], json!(["redirect_url", "status", "status_code"]));
    let refused = &login["503"]["content"]["application/json"]["schema"];
    assert_eq!(refused["required"], json!(["status", "status_code", "message"]));
    assert_eq!(refused["properties"]["status_code"]["enum"], json!([503]));
}

#[test]
fn management_says_the_same_under_both_its_paths() {
    let document = value();
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(rest) = path.strip_prefix("/api/private/management/") else { continue };
        let alias = &document["paths"][format!("/api/management/{rest}")];
        for (method, operation) in item.as_object().unwrap() {
            assert_eq!(alias[method]["responses"], operation["responses"], "{method} {path}");
            assert_ne!(alias[method]["operationId"], operation["operationId"], "{method} {path}");
        }
    }
}

#[test]
fn every_operation_of_the_sign_up_api_takes_the_token_of_an_application() {
    let document = value();
    let of_signup =
        operations(&document).into_iter().filter(|((path, _), _)| path.starts_with("/api/content"));
    for ((path, method), operation) in of_signup {
        let name = operation["operationId"].as_str().unwrap();
        assert!(name.starts_with("signup_"), "{name}");
        let parameters = operation["parameters"].as_array().unwrap().iter();
        let token: Vec<_> = parameters.filter(|parameter| parameter["name"] == "x-app-token").collect();
        assert_eq!((token.len(), &token[0]["in"]), (1, &json!("header")), "{method} {path}");
        assert_ne!(token[0]["required"], true, "{method} {path}");
        let closed = &answers(&document, &operation)["403"]["content"]["application/json"];
        let told = closed["examples"].as_object().unwrap().values();
        let texts: Vec<_> = told.map(|example| &example["value"]["message"]).collect();
        assert!(texts.contains(&&json!("Resource is closed")), "{method} {path}");
    }
}
