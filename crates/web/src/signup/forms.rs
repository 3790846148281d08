//! Forms (sign-up contract section 7).

use actix_web::{get, web};
use portico_application::UseCases;
use portico_domain::ports::StoreError;
use serde::Serialize;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};

use super::{
    caller::{AppTokenHeader, Application},
    problem::Problem,
    query::{LangQuery, StretchQuery},
    refuses::Refusals,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_forms, view_form))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_forms).service(view_form);
}

/// A form, in one language.
#[derive(ToSchema)]
#[schema(as = SignupForm, rename_all = "camelCase", example = json!({
    "id": 1,
    "attributeSetId": 1,
    "type": "sing_in_up",
    "localizeInfos": { "title": "Registration" },
    "version": 1,
    "position": 0,
    "identifier": "reg",
    "processingType": "script",
    "templateId": null,
    "attributes": [{
        "type": "string",
        "marker": "login",
        "position": 1,
        "isVisible": true,
        "localizeInfos": { "title": "Login" },
        "initialValue": null,
        "listTitles": [],
        "validators": { "requiredValidator": { "strict": true } },
        "settings": {},
        "additionalFields": [],
        "isLogin": true,
        "isSignUp": true,
        "isPassword": false,
        "isSignUpRequired": true,
        "isNotificationEmail": true,
        "isNotificationPhoneSMS": false,
        "isNotificationPhonePush": false,
    }],
    "moduleFormConfigs": [],
    "total": 0,
}))]
#[expect(dead_code, reason = "only describes what the domain shows")]
struct FormAnswer {
    id: i64,
    attribute_set_id: i64,
    /// What it is for: `sing_in_up` for forms that people sign up with
    #[schema(rename = "type", required)]
    kind: Option<String>,
    /// Its texts, in the language that was asked for
    #[schema(value_type = Object)]
    localize_infos: Value,
    /// How often it was written
    version: i64,
    position: i64,
    /// Its name: the marker in paths
    identifier: String,
    processing_type: String,
    #[schema(required)]
    template_id: Option<i64>,
    /// Its fields, in their order
    #[schema(value_type = Vec<Object>)]
    attributes: Vec<Value>,
    #[schema(value_type = Vec<Value>)]
    module_form_configs: Value,
    total: i64,
}

/// A stretch of the forms.
#[derive(Serialize, ToSchema)]
#[schema(as = SignupForms, example = json!({ "total": 0, "items": [] }))]
struct FormsAnswer {
    /// How many there are in all
    total: u64,
    #[schema(value_type = Vec<FormAnswer>)]
    items: Vec<Value>,
}

/// How an unknown form is refused.
struct NoForm;

impl Refuses<Problem> for NoForm {
    fn refusals() -> Vec<Problem> {
        vec![no_form("contact")]
    }
}

/// 404: no form has this marker.
fn no_form(marker: &str) -> Problem {
    Problem::not_found(format!("Form \"{marker}\" not found"))
}

/// List the forms
///
/// In the order of their ids.
#[utoipa::path(
    tag = "Sign-up forms",
    params(AppTokenHeader, LangQuery, StretchQuery),
    responses((status = 200, description = "The forms", body = FormsAnswer), Refusals<(StretchQuery, StoreError)>),
)]
#[get("/api/content/forms")]
async fn list_forms(
    _: Application,
    use_cases: web::Data<UseCases>,
    lang: LangQuery,
    stretch: StretchQuery,
) -> Result<web::Json<FormsAnswer>, Problem> {
    let (forms, total) = use_cases.list_signup_forms.execute(stretch.parse()?).await?;
    let locale = lang.locale();
    Ok(web::Json(FormsAnswer { total, items: forms.iter().map(|form| form.shown(&locale)).collect() }))
}

/// See a form
///
/// What its fields are, and what their values must be like.
#[utoipa::path(
    tag = "Sign-up forms",
    params(AppTokenHeader, ("marker" = String, Path, description = "The form", example = "reg"), LangQuery),
    responses((status = 200, description = "The form", body = FormAnswer), Refusals<(NoForm, StoreError)>),
)]
#[get("/api/content/forms/marker/{marker}")]
async fn view_form(
    _: Application,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    lang: LangQuery,
) -> Result<web::Json<Value>, Problem> {
    let marker = marker.into_inner();
    let form = use_cases.view_signup_form.execute(marker.clone()).await?;
    let form = form.ok_or_else(|| no_form(&marker))?;
    Ok(web::Json(form.shown(&lang.locale())))
}
