//! What is looked for at a place that everybody knows (RFC 8615): the keys of access tokens (sign-up contract section 3).

use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    web,
};
use portico_application::UseCases;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};

use crate::accounts::Refusals;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(keys))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(keys);
}

/// A JSON Web Key Set.
#[derive(ToSchema)]
#[schema(example = json!({
    "keys": [{
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": "2026",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }],
}))]
#[expect(dead_code, reason = "only describes what an adapter makes")]
struct KeySet {
    /// Public keys
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

/// See the keys of access tokens
///
/// The public keys by which anybody can check the access tokens of the sign-up API, as a JSON Web Key Set (RFC 7517).
#[utoipa::path(
    tag = "Service",
    responses((status = 200, description = "The keys", body = KeySet), Refusals<()>),
)]
#[get("/.well-known/jwks.json")]
async fn keys(use_cases: web::Data<UseCases>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(use_cases.view_signup_keys.execute())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::test::TestRequest;
    use portico_domain::ports::mocks::{MockAccessTokens, MockPasswords, MockTransaction};

    use super::*;
    use crate::{
        Site,
        testing::{ports, send},
    };

    #[actix_web::test]
    async fn the_keys_are_there_for_everybody_and_may_be_kept_for_a_while() {
        let mut access_tokens = MockAccessTokens::new();
        access_tokens.expect_key_set().returning(|| r#"{"keys":[]}"#.to_owned());
        let mut ports = ports(MockTransaction::default(), MockPasswords::new());
        ports.access_tokens = Arc::new(access_tokens);
        let site = Site::new(UseCases::new(&ports)).unwrap();
        let answer = send(&site, TestRequest::get().uri("/.well-known/jwks.json")).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, r#"{"keys":[]}"#));
        assert_eq!(answer.header("Content-Type"), "application/json");
        assert_eq!(answer.header("Cache-Control"), "public, max-age=300");
    }
}
