//! Auth providers, as clients see them (sign-up contract section 3).

use actix_web::{get, web};
use portico_application::{UnknownDoorError, UseCases};
use portico_domain::ports::StoreError;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};

use super::{
    caller::{AppTokenHeader, Application},
    problem::Problem,
    query::{LangQuery, StretchQuery},
    refuses::Refusals,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_providers, view_provider))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_providers).service(view_provider);
}

/// A way to sign up and in.
#[derive(ToSchema)]
#[schema(as = SignupProvider, rename_all = "camelCase", example = json!({
    "id": 1,
    "identifier": "email",
    "type": "email",
    "formIdentifier": "reg",
    "userGroupIdentifier": "guest",
    "isActive": true,
    "isCheckCode": false,
    "version": 1,
    "localizeInfos": { "title": "Email" },
    "config": {
        "accessTokenTtlSec": "3600",
        "refreshTokenTtlMc": "2592000000",
        "deleteNoneActiveUsersAfterDays": "2",
        "systemCodeTlsSec": "120",
        "systemCodeLength": "6",
        "systemCodeOnlyNumbers": null,
        "oauthAuthUrl": null,
        "exposeSystemCode": false,
        "sendCodeEvents": ["auth", "user_registration", "reset", "password_reset", "send_code", "reg"],
    },
}))]
#[expect(dead_code, reason = "only describes what the domain shows")]
struct ProviderAnswer {
    id: i64,
    /// Its name: the marker in paths
    identifier: String,
    /// What people sign in with
    #[schema(rename = "type", pattern = "^(email|phone|password)$")]
    kind: String,
    /// The form that they fill in
    form_identifier: String,
    /// The group that they join
    user_group_identifier: String,
    is_active: bool,
    /// Whether they are active only once they showed a code
    is_check_code: bool,
    /// How often it was written
    version: i64,
    /// Its texts, in the language that was asked for
    #[schema(value_type = Object)]
    localize_infos: Value,
    /// Lifetimes and codes; numbers are texts
    #[schema(value_type = Object)]
    config: Value,
}

/// List the auth providers
///
/// The active ones, in the order of their ids.
#[utoipa::path(
    tag = "Sign-up providers",
    params(AppTokenHeader, LangQuery, StretchQuery),
    responses((status = 200, description = "The providers", body = [ProviderAnswer]), Refusals<(StretchQuery, StoreError)>),
)]
#[get("/api/content/users-auth-providers")]
async fn list_providers(
    _: Application,
    use_cases: web::Data<UseCases>,
    lang: LangQuery,
    stretch: StretchQuery,
) -> Result<web::Json<Vec<Value>>, Problem> {
    let providers = use_cases.list_signup_providers.execute(stretch.parse()?).await?;
    let locale = lang.locale();
    Ok(web::Json(providers.iter().map(|provider| provider.shown(&locale)).collect()))
}

/// See an auth provider
#[utoipa::path(
    tag = "Sign-up providers",
    params(AppTokenHeader, ("marker" = String, Path, description = "The provider", example = "email"), LangQuery),
    responses((status = 200, description = "The provider", body = ProviderAnswer), Refusals<UnknownDoorError>),
)]
#[get("/api/content/users-auth-providers/marker/{marker}")]
async fn view_provider(
    _: Application,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    lang: LangQuery,
) -> Result<web::Json<Value>, Problem> {
    let provider = use_cases.view_signup_provider.execute(marker.into_inner()).await?;
    Ok(web::Json(provider.shown(&lang.locale())))
}
