//! The providers of the sign-up API, for admins.

use actix_web::{routes, web};
use portico_application::{RemoveSignupDefinitionError, UseCases};
use portico_domain::{
    ports::StoreError,
    signup::{Identifier, Provider, ProviderDefinition},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};

use super::{ApplyingProvider, DefinitionBody, Unknown, at_rest, unknown};
use crate::portal::{
    answers::{DONE, Done, Flat, flat},
    binding::Bound,
    caller::Steward,
    problem::Problem,
    refuses::Refusals,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_providers, view_provider, put_provider, remove_provider))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_providers).service(view_provider).service(put_provider).service(remove_provider);
}

/// Providers.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalSignupProviders)]
struct ProvidersAnswer {
    #[schema(value_type = Vec<Object>)]
    providers: Vec<Value>,
}

/// A provider, with its id and version.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalSignupProvider)]
struct ProviderAnswer {
    #[schema(value_type = Object)]
    provider: Value,
}

fn provider_at_rest(provider: &Provider) -> Value {
    at_rest(provider.id.number(), provider.version, provider.definition.to_json())
}

fn shown(provider: &Provider) -> web::Json<Flat<ProviderAnswer>> {
    flat(ProviderAnswer { provider: provider_at_rest(provider) })
}

/// List the sign-up providers, active or not
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    responses((status = 200, description = "The providers", body = Flat<ProvidersAnswer>, example = json!({ "providers": [], "status": "OK", "status_code": 200 })), Refusals<(Steward, StoreError)>),
)]
#[routes]
#[get("/api/private/management/signup/providers")]
#[get("/api/management/signup/providers")]
async fn list_providers(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<Flat<ProvidersAnswer>>, Problem> {
    let (_, providers) = use_cases.export_signup_document.execute().await?;
    Ok(flat(ProvidersAnswer { providers: providers.iter().map(provider_at_rest).collect() }))
}

/// See a sign-up provider, active or not
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(("identifier" = String, Path, description = "The provider", example = "email")),
    responses((status = 200, description = "The provider", body = Flat<ProviderAnswer>, example = json!({ "provider": { "id": 1, "version": 1, "identifier": "email" }, "status": "OK", "status_code": 200 })), Refusals<(Steward, Unknown)>),
)]
#[routes]
#[get("/api/private/management/signup/providers/{identifier}")]
#[get("/api/management/signup/providers/{identifier}")]
async fn view_provider(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    identifier: web::Path<String>,
) -> Result<web::Json<Flat<ProviderAnswer>>, Problem> {
    let provider = use_cases.inspect_signup_provider.execute(identifier.into_inner()).await?;
    Ok(shown(&provider.ok_or_else(unknown)?))
}

/// Create or replace a sign-up provider
///
/// What is left out takes its default, also where it was set before: whoever changes a provider puts the whole of it, at
/// most 4 MiB. Its form must be there and have one login field. Its type stays once somebody came through it.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(("identifier" = String, Path, description = "The provider", example = "email")),
    request_body = DefinitionBody,
    responses((status = 200, description = "The provider", body = Flat<ProviderAnswer>, example = json!({ "provider": { "id": 1, "version": 1, "identifier": "email" }, "status": "OK", "status_code": 200 })), Refusals<(Steward, Bound<DefinitionBody>, ApplyingProvider)>),
)]
#[routes]
#[put("/api/private/management/signup/providers/{identifier}")]
#[put("/api/management/signup/providers/{identifier}")]
async fn put_provider(
    steward: Steward,
    use_cases: web::Data<UseCases>,
    identifier: web::Path<String>,
    body: Bound<DefinitionBody>,
) -> Result<web::Json<Flat<ProviderAnswer>>, Problem> {
    let provider = ProviderDefinition::parse(&body.read()?.named(&identifier)?)?;
    steward.still(&use_cases).await?;
    Ok(shown(&use_cases.put_signup_provider.execute(provider).await?))
}

/// Remove a sign-up provider through which nobody came
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(("identifier" = String, Path, description = "The provider", example = "email")),
    responses((status = 200, description = "Removed", body = Done), Refusals<(Steward, RemoveSignupDefinitionError)>),
)]
#[routes]
#[delete("/api/private/management/signup/providers/{identifier}")]
#[delete("/api/management/signup/providers/{identifier}")]
async fn remove_provider(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    identifier: web::Path<String>,
) -> Result<web::Json<Done>, Problem> {
    let identifier = Identifier::parse(&identifier).map_err(|_| unknown())?;
    use_cases.remove_signup_provider.execute(identifier).await?;
    Ok(web::Json(DONE))
}
