//! The forms of the sign-up API, for admins.

use actix_web::{routes, web};
use portico_application::{RemoveSignupDefinitionError, UseCases};
use portico_domain::{
    ports::StoreError,
    signup::{Form, FormDefinition, Identifier},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};

use super::{ApplyingForm, DefinitionBody, Unknown, at_rest, unknown};
use crate::portal::{
    answers::{DONE, Done, Flat, flat},
    binding::Bound,
    caller::Steward,
    problem::Problem,
    refuses::Refusals,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_forms, view_form, put_form, remove_form))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_forms).service(view_form).service(put_form).service(remove_form);
}

/// Forms.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalSignupForms)]
struct FormsAnswer {
    #[schema(value_type = Vec<Object>)]
    forms: Vec<Value>,
}

/// A form, with its id and version.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalSignupForm)]
struct FormAnswer {
    #[schema(value_type = Object)]
    form: Value,
}

fn form_at_rest(form: &Form) -> Value {
    at_rest(form.id.number(), form.version, form.definition.to_json())
}

fn shown(form: &Form) -> web::Json<Flat<FormAnswer>> {
    flat(FormAnswer { form: form_at_rest(form) })
}

/// List the sign-up forms, with every language
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    responses((status = 200, description = "The forms", body = Flat<FormsAnswer>, example = json!({ "forms": [], "status": "OK", "status_code": 200 })), Refusals<(Steward, StoreError)>),
)]
#[routes]
#[get("/api/private/management/signup/forms")]
#[get("/api/management/signup/forms")]
async fn list_forms(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<Flat<FormsAnswer>>, Problem> {
    let (forms, _) = use_cases.export_signup_document.execute().await?;
    Ok(flat(FormsAnswer { forms: forms.iter().map(form_at_rest).collect() }))
}

/// See a sign-up form, with every language
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(("identifier" = String, Path, description = "The form", example = "reg")),
    responses((status = 200, description = "The form", body = Flat<FormAnswer>, example = json!({ "form": { "id": 1, "version": 1, "identifier": "reg" }, "status": "OK", "status_code": 200 })), Refusals<(Steward, Unknown)>),
)]
#[routes]
#[get("/api/private/management/signup/forms/{identifier}")]
#[get("/api/management/signup/forms/{identifier}")]
async fn view_form(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    identifier: web::Path<String>,
) -> Result<web::Json<Flat<FormAnswer>>, Problem> {
    let form = use_cases.view_signup_form.execute(identifier.into_inner()).await?;
    Ok(shown(&form.ok_or_else(unknown)?))
}

/// Create or replace a sign-up form
///
/// What is left out takes its default, also where it was set before: whoever changes a form puts the whole of it, at
/// most 4 MiB. A form in use keeps its login field.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(("identifier" = String, Path, description = "The form", example = "reg")),
    request_body = DefinitionBody,
    responses((status = 200, description = "The form", body = Flat<FormAnswer>, example = json!({ "form": { "id": 1, "version": 1, "identifier": "reg" }, "status": "OK", "status_code": 200 })), Refusals<(Steward, Bound<DefinitionBody>, ApplyingForm)>),
)]
#[routes]
#[put("/api/private/management/signup/forms/{identifier}")]
#[put("/api/management/signup/forms/{identifier}")]
async fn put_form(
    steward: Steward,
    use_cases: web::Data<UseCases>,
    identifier: web::Path<String>,
    body: Bound<DefinitionBody>,
) -> Result<web::Json<Flat<FormAnswer>>, Problem> {
    let form = FormDefinition::parse(&body.read()?.named(&identifier)?)?;
    steward.still(&use_cases).await?;
    Ok(shown(&use_cases.put_signup_form.execute(form).await?))
}

/// Remove a sign-up form that no provider uses
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(("identifier" = String, Path, description = "The form", example = "reg")),
    responses((status = 200, description = "Removed", body = Done), Refusals<(Steward, RemoveSignupDefinitionError)>),
)]
#[routes]
#[delete("/api/private/management/signup/forms/{identifier}")]
#[delete("/api/management/signup/forms/{identifier}")]
async fn remove_form(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    identifier: web::Path<String>,
) -> Result<web::Json<Done>, Problem> {
    let identifier = Identifier::parse(&identifier).map_err(|_| unknown())?;
    use_cases.remove_signup_form.execute(identifier).await?;
    Ok(web::Json(DONE))
}
