//! Keeping the result of a check (partner contract, `save_check_result`).

use actix_web::{options, post, web};
use portico_application::{SaveCheckResultRequest, UseCases};
use portico_domain::{
    id::UserId,
    partner::{DictationId, FieldFault, Model, PartnerField, ResultText},
    ports::StoreError,
};
use serde::Serialize;
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::{
    about::About,
    body::{Call, Fields, Request},
    problem::Problem,
    refuses::Refusals,
    texts::Language,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(save_check_result, about_save_check_result))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(save_check_result).service(about_save_check_result);
}

/// What was written, and what was found.
#[derive(ToSchema)]
#[schema(as = PartnerCheckResult, example = json!({
    "key": "portico_key_A3kVq0bX9sE2mJd7LhT4rYcNfWuZpG1iQoKxB5vS8ta",
    "user": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
    "dict": "611c9e9b8ffa577616d4fa3c",
    "text": "Осень. Прозрачное утро.",
    "model": "{\"mark\":4,\"mistakes\":[{\"word\":\"прозрачное\",\"kind\":\"spelling\"}]}",
    "sendEmailToUser": true,
}))]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only describes what is read field by field")]
struct SaveCheckResultBody {
    /// The partner's key; `Authorization: Bearer` can take its place
    #[schema(required = false)]
    key: String,
    /// The user, one of the partner's
    #[schema(format = Uuid)]
    user: String,
    /// The dictation, one that is registered as the partner's
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    dict: String,
    /// What he wrote, at most 256 KiB
    text: String,
    /// What was found: a JSON object as a text, at most 2 MiB and 64 levels deep. It is kept byte for byte
    model: String,
    /// Whether a link to the result is mailed to him; it is not when nothing is said
    #[schema(required = false)]
    send_email_to_user: bool,
}

/// The name of a call.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only describes the header")]
struct IdempotencyHeader {
    /// A name for this call, 1 to 255 visible ASCII characters. The same call under the same name is done once within 24
    /// hours, however often it is sent
    #[param(rename = "Idempotency-Key", example = "550e8400-e29b-41d4-a716-446655440000")]
    name: Option<String>,
}

impl Request for SaveCheckResultRequest {
    const FIELDS: &'static [PartnerField] = &[
        PartnerField::Key,
        PartnerField::User,
        PartnerField::Dict,
        PartnerField::Text,
        PartnerField::Model,
        PartnerField::SendEmailToUser,
    ];

    fn read(fields: &Fields<'_>) -> Self {
        let user = |text: String| Uuid::parse_str(&text).map(UserId::from_uuid);
        Self {
            key: fields.key(),
            user: fields.text(PartnerField::User).and_then(|id| user(id).map_err(|_| FieldFault::Invalid)),
            dictation: fields
                .text(PartnerField::Dict)
                .and_then(|id| DictationId::parse(&id).map_err(|_| FieldFault::Invalid)),
            text: fields.text(PartnerField::Text).and_then(ResultText::parse),
            model: fields.text(PartnerField::Model).and_then(Model::parse),
            send_email: fields.flag(PartnerField::SendEmailToUser),
            idempotency_key: None,
        }
    }
}

/// That it was kept.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerSaved, example = json!({ "success": true }))]
struct SavedAnswer {
    /// Always true
    success: bool,
}

/// Keep the result of a check
///
/// Every call adds a result, but for one that repeats another under the same `Idempotency-Key`.
///
/// `Accept-Language` chooses the language of what is said about faulty fields: `en`, `ru`, `ja`, `tr` or `kk`.
#[utoipa::path(
    tag = "Partners",
    params(IdempotencyHeader),
    request_body = SaveCheckResultBody,
    responses((status = 200, description = "It is kept", body = SavedAnswer), Refusals<(Call<SaveCheckResultRequest>, Naming, StoreError)>),
)]
#[post("/api/public/save_check_result")]
async fn save_check_result(
    use_cases: web::Data<UseCases>,
    call: Call<SaveCheckResultRequest>,
) -> Result<web::Json<SavedAnswer>, Problem> {
    let language = call.language;
    let (request, idempotency_key) = call.read_named()?;
    let saved = use_cases.save_check_result.execute(SaveCheckResultRequest { idempotency_key, ..request });
    saved.await.map_err(|error| Problem::not_saved(error, language))?;
    Ok(web::Json(SavedAnswer { success: true }))
}

/// Learn what `save_check_result` is
#[utoipa::path(
    tag = "Partners",
    responses((status = 200, description = "What it is", body = About, example = json!(ABOUT)), Refusals<()>),
)]
#[options("/api/public/save_check_result")]
async fn about_save_check_result() -> web::Json<About> {
    web::Json(ABOUT)
}

const ABOUT: About = About::of("Save Check Result", "Keeps what a check of a user's dictation has found.");

/// How the name of a call is refused.
struct Naming;

impl Refuses<Problem> for Naming {
    fn refusals() -> Vec<Problem> {
        let language = Language::default();
        vec![Problem::invalid_idempotency_key(language), Problem::taken_idempotency_key(language)]
    }
}
