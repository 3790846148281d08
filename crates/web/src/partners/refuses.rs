//! How the refusals of an endpoint look in the description of the API.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
};

use actix_web::http::StatusCode;
use serde_json::json;
use utoipa::{
    IntoResponses,
    openapi::{
        Content, ContentBuilder, HeaderBuilder, ObjectBuilder, OneOfBuilder, RefOr, Response,
        ResponseBuilder, Schema,
        example::ExampleBuilder,
        schema::{AdditionalProperties, ArrayBuilder, Type},
    },
};

use super::problem::{Body, Problem};
use crate::refuses::Refuses;

/// The refusing answers of an endpoint, by status.
pub(super) struct Refusals<R>(PhantomData<R>);

impl<R: Refuses<Problem>> IntoResponses for Refusals<R> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut by_status: BTreeMap<StatusCode, Vec<Problem>> = BTreeMap::new();
        for problem in R::refusals().into_iter().chain([Problem::crashed()]) {
            let told = by_status.entry(problem.status()).or_default();
            if !told.contains(&problem) {
                told.push(problem);
            }
        }
        let described = by_status
            .into_iter()
            .map(|(status, problems)| (status.as_str().to_owned(), RefOr::T(response(status, &problems))));
        described.collect()
    }
}

fn response(status: StatusCode, problems: &[Problem]) -> Response {
    let told = problems.iter().map(|problem| match problem.body() {
        Body::Detail(text) => format!("\n- {text}"),
        Body::Faults(faults) => {
            let fields = faults.iter().map(|(field, text)| format!("\n- `{field}`: {text}"));
            fields.collect()
        }
    });
    let reason = status.canonical_reason().unwrap_or_default();
    let mut response = ResponseBuilder::new()
        .description(format!("{reason}\n{}", told.collect::<String>()))
        .content("application/json", content(problems));
    if problems.iter().any(Problem::says_when) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("How many seconds to wait"));
        response = response.header("Retry-After", header.build());
    }
    response.build()
}

fn content(problems: &[Problem]) -> Content {
    let examples = problems.iter().enumerate().map(|(at, problem)| {
        let example = ExampleBuilder::new().value(Some(json!(problem.body())));
        ((at + 1).to_string(), example.build())
    });
    ContentBuilder::new().schema(Some(schema(problems))).examples_from_iter(examples).build()
}

/// A text, or texts by field, or either.
fn schema(problems: &[Problem]) -> Schema {
    let mut fields = BTreeSet::new();
    let mut has_detail = false;
    for problem in problems {
        match problem.body() {
            Body::Detail(_) => has_detail = true,
            Body::Faults(faults) => fields.extend(faults.iter().map(|(field, _)| *field)),
        }
    }
    match (has_detail, fields.is_empty()) {
        (true, false) => OneOfBuilder::new().item(faults(fields)).item(detail()).into(),
        (false, false) => faults(fields).into(),
        (_, true) => detail().into(),
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some("For people"))
}

fn detail() -> ObjectBuilder {
    ObjectBuilder::new()
        .property("detail", text())
        .required("detail")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

fn faults(fields: BTreeSet<&'static str>) -> ObjectBuilder {
    let texts = || ArrayBuilder::new().items(text()).min_items(Some(1));
    fields
        .into_iter()
        .fold(ObjectBuilder::new(), |object, field| object.property(field, texts()))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

#[cfg(test)]
mod tests {
    use portico_domain::partner::{FieldFault, FieldFaults, PartnerField};

    use super::*;
    use crate::partners::texts::Language;

    struct Door;

    impl Refuses<Problem> for Door {
        fn refusals() -> Vec<Problem> {
            let key = FieldFaults::from((PartnerField::Key, FieldFault::Invalid));
            let key = Problem::faulty(&key, Language::English);
            vec![key, Problem::detail(StatusCode::BAD_REQUEST, "It is shut"), Problem::busy()]
        }
    }

    #[test]
    fn a_text_and_texts_by_field_are_described_beside_each_other() {
        let described = json!(Refusals::<Door>::responses());
        let told = "Bad Request\n\n- `key`: Please enter a valid key.\n- It is shut";
        assert_eq!(described["400"]["description"], told);
        let content = &described["400"]["content"]["application/json"];
        assert_eq!(content["examples"]["1"]["value"], json!({ "key": ["Please enter a valid key."] }));
        assert_eq!(content["examples"]["2"]["value"], json!({ "detail": "It is shut" }));
        let [faults, detail] = content["schema"]["oneOf"].as_array().unwrap().as_slice() else {
            panic!("there are two forms")
        };
        assert_eq!(faults["properties"]["key"]["type"], "array");
        assert_eq!(detail["required"], json!(["detail"]));
        assert!([faults, detail].iter().all(|form| form["additionalProperties"] == false));
        let statuses: Vec<&String> = described.as_object().unwrap().keys().collect();
        assert_eq!(statuses, ["400", "500", "503"]);
        assert!(described["503"]["headers"]["Retry-After"].is_object());
    }
}
