//! What the macros leave open is closed here: who may call, which keys an answer has, which fields can be faulty. What
//! many operations share is said once.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

const COMPONENTS: &str = "#/components/schemas/";
/// The methods that the keys of a path item can be.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Finishes the document.
pub(super) fn finish(document: &mut Value) {
    operations(document).for_each(bare_body);
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

/// A refusal that is given by many is described once, in its most frequent form.
fn share_refusals(document: &mut Value) {
    let mut met: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for answer in answers(document) {
        if let Some(name) = name(answer) {
            *met.entry(name).or_default().entry(answer.to_string()).or_default() += 1;
        }
    }
    let frequent = |forms: BTreeMap<String, usize>| forms.into_iter().max_by_key(|(_, times)| *times);
    let shared: BTreeMap<String, String> = met
        .into_iter()
        .filter_map(|(name, forms)| Some((name, frequent(forms).filter(|(_, times)| *times > 1)?.0)))
        .collect();
    let mut components = BTreeMap::new();
    for answer in answers(document) {
        if let Some(name) = name(answer).filter(|name| shared.get(name) == Some(&answer.to_string())) {
            let reference = json!({ "$ref": format!("#/components/responses/{name}") });
            components.insert(name, std::mem::replace(answer, reference));
        }
    }
    for (name, answer) in components {
        document["components"]["responses"][name] = answer;
    }
}

fn answers(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    operations(document)
        .filter_map(|operation| operation["responses"].as_object_mut())
        .flat_map(Map::values_mut)
}

/// What a refusal is called: by its code when it can have no other, by its status in the portal and the sign-up API.
fn name(answer: &Value) -> Option<String> {
    let properties = answer.pointer("/content/application~1json/schema/properties")?;
    let one = |key: &str| match properties[key]["enum"].as_array()?.as_slice() {
        [one] => one.as_str(),
        _ => None,
    };
    let by_status = |api: &str, status: &str| {
        let status = status.to_ascii_uppercase().replace(' ', "_");
        format!("{api}_{status}")
    };
    let number = properties["statusCode"]["enum"][0].as_u64().and_then(|number| u16::try_from(number).ok());
    let status = number.and_then(|number| StatusCode::from_u16(number).ok()?.canonical_reason());
    one("code")
        .map(str::to_owned)
        .or_else(|| one("status").map(|status| by_status("PORTAL", status)))
        .or_else(|| status.map(|status| by_status("SIGNUP", status)))
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

/// A body that may be missing is not described as one that may be null.
fn bare_body(operation: &mut Value) {
    let schema = operation.pointer_mut("/requestBody/content/application~1json/schema");
    let Some(schema) = schema else { return };
    let choices = schema["oneOf"].as_array().map(Vec::as_slice);
    if let Some([body, null]) = choices.filter(|choices| choices.len() == 2)
        && null["type"] == "null"
    {
        *schema = body.clone();
    }
}

fn body_schema(operation: &Value) -> Option<&str> {
    referred(&operation["requestBody"]["content"]["application/json"]["schema"])
}

/// The bodies of requests. They may have further keys; answers may not.
fn asked_for(document: &mut Value) -> BTreeSet<String> {
    operations(document).filter_map(|operation| body_schema(operation).map(str::to_owned)).collect()
}

/// Makes one object of every object whose parts are described apart.
fn join_parts(schemas: &mut Map<String, Value>) {
    let apart = schemas.clone();
    for schema in schemas.values_mut() {
        *schema = joined(schema, &apart);
    }
}

/// The object whole, with the examples of its parts joined when it has none of its own.
fn joined(schema: &Value, schemas: &Map<String, Value>) -> Value {
    let Some(parts) = schema["allOf"].as_array() else { return schema.clone() };
    let mut whole = json!({ "type": "object", "required": [], "properties": {} });
    let mut example = Some(Map::new());
    for part in parts {
        let part = joined(referred(part).and_then(|name| schemas.get(name)).unwrap_or(part), schemas);
        for (key, property) in part["properties"].as_object().into_iter().flatten() {
            whole["properties"][key] = property.clone();
        }
        if let Some(all) = whole["required"].as_array_mut() {
            all.extend(part["required"].as_array().into_iter().flatten().cloned());
        }
        example = example.zip(part["example"].as_object().cloned()).map(|(mut all, some)| {
            all.extend(some);
            all
        });
    }
    if let Some(told) =
        schema.get("description").or_else(|| parts.iter().find_map(|part| part.get("description")))
    {
        whole["description"] = told.clone();
    }
    // An example of a part alone would lack what the other parts require.
    if let Some(example) = schema.get("example").cloned().or(example.map(Value::Object)) {
        whole["example"] = example;
    }
    whole
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
