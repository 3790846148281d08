//! How the refusals of an endpoint look in the description of the API.

use std::{collections::BTreeMap, marker::PhantomData};

use actix_web::http::StatusCode;
use chrono::DateTime;
use serde_json::{Value, json};
use utoipa::{
    IntoResponses,
    openapi::{
        Content, ContentBuilder, HeaderBuilder, KnownFormat, ObjectBuilder, RefOr, Response, ResponseBuilder,
        Schema, SchemaFormat,
        example::ExampleBuilder,
        schema::{AdditionalProperties, Type},
    },
};

use super::{caller::Application, problem::Problem};
use crate::refuses::Refuses;

/// The instant of every example: that of the vendor's sample.
const SAMPLE_MILLIS: i64 = 1_767_489_652_612;

/// The refusing answers of an endpoint, by status. Every endpoint of this API also refuses applications that have no
/// token.
pub(super) struct Refusals<R>(PhantomData<R>);

impl<R: Refuses<Problem>> IntoResponses for Refusals<R> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut by_status: BTreeMap<StatusCode, Vec<Problem>> = BTreeMap::new();
        for problem in <(Application, R)>::refusals().into_iter().chain([Problem::crashed()]) {
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
    let told = problems.iter().map(|problem| format!("\n- {}", problem.message()));
    let mut response = ResponseBuilder::new()
        .description(format!(
            "{}\n{}",
            status.canonical_reason().unwrap_or_default(),
            told.collect::<String>()
        ))
        .content("application/json", content(status, problems));
    if problems.iter().any(Problem::says_when) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("How many seconds to wait"));
        response = response.header("Retry-After", header.build());
    }
    response.build()
}

fn content(status: StatusCode, problems: &[Problem]) -> Content {
    let at = DateTime::from_timestamp_millis(SAMPLE_MILLIS).unwrap_or_default();
    let examples = problems.iter().enumerate().map(|(number, problem)| {
        let example = ExampleBuilder::new().value(Some(json!(problem.body(at))));
        ((number + 1).to_string(), example.build())
    });
    ContentBuilder::new().schema(Some(schema(status))).examples_from_iter(examples).build()
}

/// The body of every error with this status. What the text says is among the examples, where it is always the same.
fn schema(status: StatusCode) -> Schema {
    let one = |kind, value: Value| ObjectBuilder::new().schema_type(kind).enum_values(Some([value]));
    let text = |told| ObjectBuilder::new().schema_type(Type::String).description(Some(told));
    let timestamp = text("When").format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    ObjectBuilder::new()
        .property("statusCode", one(Type::Integer, json!(status.as_u16())))
        .required("statusCode")
        .property("timestamp", timestamp)
        .required("timestamp")
        .property("message", text("For people"))
        .required("message")
        .property("pageData", ObjectBuilder::new().schema_type(Type::Null))
        .required("pageData")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Door;

    impl Refuses<Problem> for Door {
        fn refusals() -> Vec<Problem> {
            vec![Problem::bad_request("It is shut"), Problem::busy()]
        }
    }

    struct Window;

    impl Refuses<Problem> for Window {
        fn refusals() -> Vec<Problem> {
            vec![Problem::bad_request("It is barred"), Problem::busy()]
        }
    }

    #[test]
    fn what_refuses_with_the_same_status_is_described_together() {
        let described = json!(Refusals::<(Door, Window)>::responses());
        assert_eq!(described["400"]["description"], "Bad Request\n\n- It is shut\n- It is barred");
        let content = &described["400"]["content"]["application/json"];
        assert_eq!(content["schema"]["properties"]["statusCode"]["enum"], json!([400]));
        assert_eq!(content["schema"]["additionalProperties"], false);
        let example = json!({
            "statusCode": 400,
            "timestamp": "2026-01-04T01:20:52.612Z",
            "message": "It is barred",
            "pageData": null,
        });
        assert_eq!(content["examples"]["2"]["value"], example);
        let statuses: Vec<&String> = described.as_object().unwrap().keys().collect();
        assert_eq!(statuses, ["400", "403", "500", "503"]);
        let busy = &described["503"];
        assert!(busy["headers"]["Retry-After"].is_object());
        assert_eq!(busy["content"]["application/json"]["examples"].as_object().unwrap().len(), 1);
    }

    #[test]
    fn every_endpoint_is_closed_to_applications_without_a_token() {
        let described = json!(Refusals::<()>::responses());
        assert_eq!(described["403"]["description"], "Forbidden\n\n- Resource is closed");
    }
}
