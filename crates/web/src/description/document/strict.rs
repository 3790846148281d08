//! What the macros leave open is closed here: who may call, which keys an answer has, which fields can be faulty. What
//! many operations share is said once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

const COMPONENTS: &str = "#/components/schemas/";
/// The methods that the keys of a path item can be.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Finishes the document.
pub(super) fn finish(document: &mut Value) {
    let mut schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    join_parts(&mut schemas);
    close(&mut schemas, &asked_for(document));
    for operation in operations(document) {
        if operation.get("security").is_none() {
            operation["security"] = json!([]);
        }
        name_faulty_fields(operation, &schemas);
    }
    document["components"]["schemas"] = Value::Object(schemas);
    share_refusals(document);
}

/// A refusal that is the same wherever it is given is described once, under its code.
fn share_refusals(document: &mut Value) {
    let mut met: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for answer in answers(document) {
        if let Some(code) = only_code(answer) {
            met.entry(code).or_default().push(answer.clone());
        }
    }
    met.retain(|_, answers| answers.len() > 1 && answers.iter().all(|answer| *answer == answers[0]));
    for answer in answers(document) {
        if let Some(code) = only_code(answer).filter(|code| met.contains_key(code)) {
            *answer = json!({ "$ref": format!("#/components/responses/{code}") });
        }
    }
    for (code, mut answers) in met {
        document["components"]["responses"][code] = answers.swap_remove(0);
    }
}

fn answers(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    operations(document)
        .filter_map(|operation| operation["responses"].as_object_mut())
        .flat_map(Map::values_mut)
}

/// The code of an answer that can have no other.
fn only_code(answer: &Value) -> Option<String> {
    let codes = answer.pointer("/content/application~1json/schema/properties/code/enum")?.as_array()?;
    let [code] = codes.as_slice() else { return None };
    code.as_str().map(str::to_owned)
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let entries = paths.filter_map(Value::as_object_mut).flatten();
    entries.filter(|(key, _)| METHODS.contains(&key.as_str())).map(|(_, operation)| operation)
}

/// The component that a schema refers to.
fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix(COMPONENTS)
}

fn body_schema(operation: &Value) -> Option<&str> {
    referred(&operation["requestBody"]["content"]["application/json"]["schema"])
}

/// The bodies of requests. They may have further keys; answers may not.
fn asked_for(document: &mut Value) -> BTreeSet<String> {
    operations(document).filter_map(|operation| body_schema(operation).map(str::to_owned)).collect()
}

/// Makes one object of an object whose parts are described apart.
fn join_parts(schemas: &mut Map<String, Value>) {
    let parts_of = schemas.clone();
    for schema in schemas.values_mut() {
        let Some(parts) = schema["allOf"].as_array().cloned() else { continue };
        let mut whole = json!({ "type": "object", "required": [], "properties": {} });
        for part in &parts {
            let part = referred(part).and_then(|name| parts_of.get(name)).unwrap_or(part);
            for (key, property) in part["properties"].as_object().into_iter().flatten() {
                whole["properties"][key] = property.clone();
            }
            if let Some(all) = whole["required"].as_array_mut() {
                all.extend(part["required"].as_array().into_iter().flatten().cloned());
            }
        }
        for key in ["description", "example"] {
            let told = schema.get(key).or_else(|| parts.iter().find_map(|part| part.get(key)));
            if let Some(told) = told {
                whole[key] = told.clone();
            }
        }
        *schema = whole;
    }
}

fn close(schemas: &mut Map<String, Value>, open: &BTreeSet<String>) {
    for (name, schema) in schemas {
        if schema["type"] == "object" && !open.contains(name) {
            schema["additionalProperties"] = json!(false);
        }
    }
}

/// A validation error can name the fields of the body and the parameters of the query, and nothing else.
fn name_faulty_fields(operation: &mut Value, schemas: &Map<String, Value>) {
    let body = body_schema(operation).and_then(|name| schemas.get(name));
    let in_body =
        body.and_then(|body| body["properties"].as_object()).into_iter().flat_map(Map::keys).cloned();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let in_query = parameters
        .filter(|parameter| parameter["in"] == "query")
        .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned));
    let fields: Vec<String> = in_body.chain(in_query).collect();
    let field = operation.pointer_mut(
        "/responses/422/content/application~1json/schema/properties/errors/items/properties/field",
    );
    if let Some(field) = field {
        field["enum"] = json!(fields);
    }
}
