//! Signing up (sign-up contract sections 3 and 4).

use actix_web::{HttpResponse, post, web};
use portico_application::{NotificationRequest, RegisterSignupRequest, SignupError, UseCases};
use portico_domain::{
    json::RawJson,
    signup::{AuthData, Locale, SubmissionFault},
};
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::SignupAnswer,
    body::{AuthItemBody, Bound, Fields, NotificationBody, Request},
    caller::{AppTokenHeader, Application},
    problem::Problem,
    refuses::Refusals,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(sign_up))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(sign_up);
}

/// What a newcomer fills in.
#[derive(ToSchema)]
#[schema(as = SignupBody, rename_all = "camelCase", example = json!({
    "formIdentifier": "reg",
    "authData": [
        { "marker": "login", "value": "test@example.org" },
        { "marker": "password", "value": "12345" },
    ],
    "formData": { "en_US": [{ "marker": "last_name", "type": "string", "value": "Doe" }] },
    "notificationData": { "email": "test@example.org", "phonePush": [], "phoneSMS": "+19991234567" },
    "langCode": "en_US",
}))]
struct SignUpBody {
    /// The provider's form; it need not be named
    form_identifier: Option<String>,
    /// Login and password, by the markers of their fields
    #[schema(value_type = Vec<AuthItemBody>)]
    auth_data: AuthData,
    /// The other fields: an array of `{marker, type, value}`, one of them, or an object of arrays by language. What a
    /// value looks like depends on the type of its field
    #[schema(value_type = Option<Value>)]
    form_data: Option<RawJson>,
    /// How to reach him
    #[schema(value_type = Option<NotificationBody>)]
    notification_data: NotificationRequest,
    /// His language, and that of form data that name none; `en_US` when nothing is said
    #[schema(value_type = Option<String>)]
    lang_code: Locale,
}

impl Request for SignUpBody {
    const FIELDS: &'static [&'static str] =
        &["formIdentifier", "authData", "formData", "notificationData", "langCode"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        Ok(Self {
            form_identifier: fields.given_text("formIdentifier")?,
            auth_data: fields.auth_data()?.ok_or(SubmissionFault::Credentials)?,
            form_data: fields.given_json("formData"),
            notification_data: fields.notification()?.unwrap_or_default(),
            lang_code: fields.locale()?,
        })
    }
}

impl From<SignUpBody> for RegisterSignupRequest {
    fn from(body: SignUpBody) -> Self {
        Self {
            form_identifier: body.form_identifier,
            auth_data: body.auth_data,
            form_data: body.form_data,
            notification: body.notification_data,
            locale: body.lang_code,
        }
    }
}

/// Sign up
///
/// Makes a new user: active at once, or, where the provider checks codes, once he shows the code that he is sent.
#[utoipa::path(
    tag = "Sign-up",
    params(AppTokenHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    request_body = SignUpBody,
    responses((status = 201, description = "The new user", body = SignupAnswer), Refusals<(Bound<SignUpBody>, SignupError)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/users/sign-up")]
async fn sign_up(
    _: Application,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    body: Bound<SignUpBody>,
) -> Result<HttpResponse, Problem> {
    let registered = use_cases.register_signup.execute(marker.into_inner(), body.read()?.into()).await?;
    Ok(HttpResponse::Created().json(SignupAnswer::from(registered)))
}
