//! Signing in through the OpenID Connect provider (sign-up contract section 3).

use actix_web::{HttpResponse, post, web};
use portico_application::{SignInWithProviderError, SignInWithProviderRequest, UseCases};
use portico_domain::{
    json::RawJson,
    signup::{Device, Locale},
    token::PlainToken,
};
use utoipa::{OpenApi, ToSchema};

use super::{
    body::{Bound, Fields, Request},
    caller::AppTokenHeader,
    device::{DeviceHeader, OnDevice},
    problem::Problem,
    refuses::Refusals,
    sessions::TokensAnswer,
};

/// The one way in which a code is exchanged (RFC 6749 section 4.1.3).
const GRANT: &str = "authorization_code";

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(sign_in_with_provider))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(sign_in_with_provider);
}

/// What a client got from the OpenID Connect provider.
#[derive(ToSchema)]
#[schema(as = SignupOauthBody, example = json!({
    "client_id": "portal",
    "client_secret": "",
    "code": "4/0AVMBsJg",
    "grant_type": "authorization_code",
    "redirect_uri": "http://localhost:3000",
}))]
struct OauthBody {
    /// The client of this server there. A `client_secret` beside it is not looked at
    client_id: String,
    #[schema(value_type = String)]
    code: PlainToken,
    #[schema(pattern = "^authorization_code$")]
    #[expect(dead_code, reason = "it has one value")]
    grant_type: &'static str,
    /// Where the provider sent the browser
    redirect_uri: String,
    /// What a newcomer fills in
    #[schema(rename = "formData", value_type = Option<Value>)]
    form_data: Option<RawJson>,
    /// His language; `en_US` when nothing is said
    #[schema(rename = "langCode", value_type = Option<String>)]
    lang_code: Locale,
}

impl Request for OauthBody {
    const FIELDS: &'static [&'static str] =
        &["client_id", "code", "grant_type", "redirect_uri", "formData", "langCode"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        Ok(Self {
            client_id: fields.text("client_id")?,
            code: PlainToken::presented(fields.text("code")?),
            grant_type: match fields.text("grant_type")?.as_str() {
                GRANT => GRANT,
                _ => return Err(Problem::bad_request(format!("grant_type must be {GRANT}"))),
            },
            redirect_uri: fields.text("redirect_uri")?,
            form_data: fields.given_json("formData"),
            lang_code: fields.locale()?,
        })
    }
}

impl OauthBody {
    fn on(self, device: Device) -> SignInWithProviderRequest {
        SignInWithProviderRequest {
            client_id: self.client_id,
            code: self.code,
            redirect_uri: self.redirect_uri,
            form_data: self.form_data,
            locale: self.lang_code,
            device,
        }
    }
}

/// Sign in by a code of the OpenID Connect provider
///
/// Whoever is known by his identity there gets his user, or a new one. Nobody is recognised by an address alone.
#[utoipa::path(
    tag = "Sign-up sessions",
    params(AppTokenHeader, DeviceHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    request_body = OauthBody,
    responses((status = 201, description = "The tokens", body = TokensAnswer), Refusals<(OnDevice, Bound<OauthBody>, SignInWithProviderError)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/oauth")]
async fn sign_in_with_provider(
    OnDevice(device): OnDevice,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    body: Bound<OauthBody>,
) -> Result<HttpResponse, Problem> {
    let request = body.read()?.on(device);
    let tokens = use_cases.sign_in_with_provider.execute(marker.into_inner(), request).await?;
    Ok(HttpResponse::Created().json(TokensAnswer::from(tokens)))
}
