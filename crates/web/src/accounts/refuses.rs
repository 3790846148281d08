//! How the refusals of an endpoint look in the description of the API.

use std::{collections::BTreeMap, marker::PhantomData};

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::{
    IntoResponses,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Schema,
        example::ExampleBuilder,
        schema::{AdditionalProperties, ArrayBuilder, Type},
    },
};

use super::problem::Problem;
pub(crate) use crate::refuses::Refuses;

/// The refusing answers of an endpoint, by status.
pub(crate) struct Refusals<R>(PhantomData<R>);

impl<R: Refuses<Problem>> IntoResponses for Refusals<R> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut by_status: BTreeMap<StatusCode, Vec<Problem>> = BTreeMap::new();
        for problem in R::refusals().into_iter().chain([Problem::crashed()]) {
            by_status.entry(problem.status()).or_default().push(problem);
        }
        let described = by_status
            .into_iter()
            .map(|(status, problems)| (status.as_str().to_owned(), RefOr::T(response(status, &problems))));
        described.collect()
    }
}

fn response(status: StatusCode, problems: &[Problem]) -> Response {
    let examples: BTreeMap<String, Value> = problems.iter().map(example).collect();
    let schema = if status == StatusCode::UNPROCESSABLE_ENTITY { faulty() } else { coded(examples.keys()) };
    let content = ContentBuilder::new()
        .schema(Some(schema))
        .examples_from_iter(
            examples
                .iter()
                .map(|(name, body)| (name, ExampleBuilder::new().value(Some(body.clone())).build())),
        )
        .build();
    let mut response = ResponseBuilder::new()
        .description(description(status, &examples))
        .content("application/json", content);
    if problems.iter().any(Problem::says_when) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        response = response.header("Retry-After", header(seconds, "How many seconds to wait"));
    }
    if status == StatusCode::UNAUTHORIZED {
        let bearer = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["Bearer"]));
        response = response.header("WWW-Authenticate", header(bearer, "The scheme of the token"));
    }
    response.build()
}

fn header(schema: ObjectBuilder, text: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new().schema(Some(schema)).description(Some(text)).build()
}

/// The body of a problem, under its code; under the first broken rule when it has none.
fn example(problem: &Problem) -> (String, Value) {
    let body = json!(problem.body());
    let name = body["code"].as_str().or_else(|| body["errors"][0]["rule"].as_str()).unwrap_or_default();
    (name.to_owned(), body)
}

fn description(status: StatusCode, examples: &BTreeMap<String, Value>) -> String {
    let reason = status.canonical_reason().unwrap_or_default();
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        return format!("{reason}: every faulty field, with the rule that it broke");
    }
    let told = examples
        .iter()
        .map(|(code, body)| format!("\n- `{code}`: {}", body["error"].as_str().unwrap_or_default()));
    format!("{reason}\n{}", told.collect::<String>())
}

/// The primary error body with one of these codes.
fn coded<'c>(codes: impl Iterator<Item = &'c String>) -> Schema {
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("For programs"))
        .enum_values(Some(codes.cloned().collect::<Vec<_>>()));
    let error = ObjectBuilder::new().schema_type(Type::String).description(Some("For people"));
    ObjectBuilder::new()
        .property("error", error)
        .required("error")
        .property("code", code)
        .required("code")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

/// The body of a validation error. Which fields there are is added when the request is known.
fn faulty() -> Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let fault = ObjectBuilder::new()
        .property("message", text().description(Some("For people")))
        .required("message")
        .property("rule", Ref::from_schema_name("Rule"))
        .required("rule")
        .property("field", text().description(Some("The faulty field")))
        .required("field")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    ObjectBuilder::new()
        .property("errors", ArrayBuilder::new().items(fault).min_items(Some(1)))
        .required("errors")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Door;

    impl Refuses<Problem> for Door {
        fn refusals() -> Vec<Problem> {
            vec![Problem::bad_request("SHUT", "It is shut"), Problem::too_soon(7)]
        }
    }

    struct Window;

    impl Refuses<Problem> for Window {
        fn refusals() -> Vec<Problem> {
            vec![Problem::bad_request("BARRED", "It is barred"), Problem::unauthorized("NOBODY", "Who?")]
        }
    }

    #[test]
    fn what_refuses_with_the_same_status_is_described_together() {
        let described = json!(Refusals::<(Door, Window)>::responses());
        assert_eq!(
            described["400"]["content"]["application/json"]["schema"]["properties"]["code"]["enum"],
            json!(["BARRED", "SHUT"])
        );
        assert_eq!(
            described["400"]["description"],
            "Bad Request\n\n- `BARRED`: It is barred\n- `SHUT`: It is shut"
        );
        let statuses: Vec<&String> = described.as_object().unwrap().keys().collect();
        assert_eq!(statuses, ["400", "401", "429", "500"]);
        assert!(described["429"]["headers"]["Retry-After"].is_object());
        assert!(described["401"]["headers"]["WWW-Authenticate"].is_object());
    }
}
