//! The forms and providers of the sign-up API, for admins: what `portico signup apply` and `signup export` do, one by one.

use actix_web::{http::StatusCode, routes, web};
use portico_application::{ApplySignupDocumentError, RemoveSignupDefinitionError, UseCases};
use portico_domain::{
    ports::StoreError,
    signup::{
        DefinitionFault, Form, FormDefinition, Identifier, PlanFault, Provider, ProviderDefinition,
        SignupDocument,
    },
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::{DONE, Done, Flat, flat},
    binding::{BindFault, Bound, Fields, Request},
    caller::Steward,
    problem::Problem,
    refusals::invalid_request,
    refuses::Refusals,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(
    list_forms,
    view_form,
    put_form,
    remove_form,
    list_providers,
    view_provider,
    put_provider,
    remove_provider
))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(list_forms)
        .service(view_form)
        .service(put_form)
        .service(remove_form)
        .service(list_providers)
        .service(view_provider)
        .service(put_provider)
        .service(remove_provider);
}

/// A form or a provider as an operator writes it down, with every language.
#[derive(ToSchema)]
#[schema(as = PortalSignupDefinition, value_type = Object, example = json!({ "localizeInfos": { "title": "Email" }, "formIdentifier": "reg" }))]
struct DefinitionBody(Map<String, Value>);

impl Request for DefinitionBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self(fields.whole()))
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

impl DefinitionBody {
    /// The definition under the name of its path, which the body need not repeat.
    fn named(self, identifier: &str) -> Result<Value, Problem> {
        let Self(mut given) = self;
        let name = given.entry("identifier").or_insert_with(|| identifier.into());
        if name != identifier {
            return Err(Problem::bad_request("identifier: must be that of the path"));
        }
        Ok(Value::Object(given))
    }
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

fn form_at_rest(form: &Form) -> Value {
    at_rest(form.id.number(), form.version, form.definition.to_json())
}

fn provider_at_rest(provider: &Provider) -> Value {
    at_rest(provider.id.number(), provider.version, provider.definition.to_json())
}

fn at_rest(id: i64, version: i64, definition: Value) -> Value {
    let mut shown = Map::new();
    shown.insert("id".to_owned(), id.into());
    shown.insert("version".to_owned(), version.into());
    if let Value::Object(definition) = definition {
        shown.extend(definition);
    }
    Value::Object(shown)
}

/// 404: there is none of that name.
fn unknown() -> Problem {
    Problem::plain(StatusCode::NOT_FOUND)
}

async fn find_form(use_cases: &UseCases, identifier: &str) -> Result<Value, Problem> {
    let (forms, _) = use_cases.export_signup_document.execute().await?;
    let form = forms.iter().find(|form| form.definition.identifier.as_str() == identifier);
    form.map(form_at_rest).ok_or_else(unknown)
}

async fn find_provider(use_cases: &UseCases, identifier: &str) -> Result<Value, Problem> {
    let (_, providers) = use_cases.export_signup_document.execute().await?;
    let provider = providers.iter().find(|one| one.definition.identifier.as_str() == identifier);
    provider.map(provider_at_rest).ok_or_else(unknown)
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
    Ok(flat(FormAnswer { form: find_form(&use_cases, &identifier).await? }))
}

/// Create or replace a sign-up form
///
/// What is left out takes its default. A form in use keeps its login field.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(("identifier" = String, Path, description = "The form", example = "reg")),
    request_body = DefinitionBody,
    responses((status = 200, description = "The form", body = Flat<FormAnswer>, example = json!({ "form": { "id": 1, "version": 1, "identifier": "reg" }, "status": "OK", "status_code": 200 })), Refusals<(Steward, Bound<DefinitionBody>, Applying)>),
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
    let document = SignupDocument { forms: vec![form], providers: Vec::new() };
    use_cases.apply_signup_document.execute(document).await?;
    Ok(flat(FormAnswer { form: find_form(&use_cases, &identifier).await? }))
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
    Ok(flat(ProviderAnswer { provider: find_provider(&use_cases, &identifier).await? }))
}

/// Create or replace a sign-up provider
///
/// What is left out takes its default. Its form must be there and have one login field.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(("identifier" = String, Path, description = "The provider", example = "email")),
    request_body = DefinitionBody,
    responses((status = 200, description = "The provider", body = Flat<ProviderAnswer>, example = json!({ "provider": { "id": 1, "version": 1, "identifier": "email" }, "status": "OK", "status_code": 200 })), Refusals<(Steward, Bound<DefinitionBody>, Applying)>),
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
    let document = SignupDocument { forms: Vec::new(), providers: vec![provider] };
    use_cases.apply_signup_document.execute(document).await?;
    Ok(flat(ProviderAnswer { provider: find_provider(&use_cases, &identifier).await? }))
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

impl From<DefinitionFault> for Problem {
    fn from(fault: DefinitionFault) -> Self {
        Self::bad_request(fault.to_string())
    }
}

impl From<ApplySignupDocumentError> for Problem {
    fn from(error: ApplySignupDocumentError) -> Self {
        match error {
            ApplySignupDocumentError::Plan(fault @ PlanFault::UnfitForm { .. }) => {
                Self::new(StatusCode::CONFLICT, fault.to_string())
            }
            ApplySignupDocumentError::Plan(fault) => Self::bad_request(fault.to_string()),
            ApplySignupDocumentError::Store(error) => error.into(),
        }
    }
}

impl From<RemoveSignupDefinitionError> for Problem {
    fn from(error: RemoveSignupDefinitionError) -> Self {
        match error {
            RemoveSignupDefinitionError::Unknown => unknown(),
            RemoveSignupDefinitionError::InUse => Self::conflict("it is in use"),
            RemoveSignupDefinitionError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for RemoveSignupDefinitionError {
    fn refusals() -> Vec<Problem> {
        let own = [Self::Unknown, Self::InUse].map(Problem::from).into();
        [own, StoreError::refusals()].concat()
    }
}

/// How an unknown name is refused.
struct Unknown;

impl Refuses<Problem> for Unknown {
    fn refusals() -> Vec<Problem> {
        [vec![unknown()], StoreError::refusals()].concat()
    }
}

/// How a definition is refused.
struct Applying;

impl Refuses<Problem> for Applying {
    fn refusals() -> Vec<Problem> {
        let place = "attributes[2].type".to_owned();
        let malformed = DefinitionFault { place, reason: "is none of the types".to_owned() }.into();
        let unfit = Identifier::parse("email").ok().zip(Identifier::parse("reg").ok());
        let unfit = unfit.map(|(provider, form)| {
            let reason = "has no login field".to_owned();
            ApplySignupDocumentError::Plan(PlanFault::UnfitForm { provider, form, reason }).into()
        });
        [vec![malformed], unfit.into_iter().collect(), StoreError::refusals()].concat()
    }
}
