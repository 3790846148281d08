//! One's own account (sign-up contract section 6).

use actix_web::{HttpResponse, delete, get, post, put, web};
use portico_application::{
    AddFcmTokenError, NotificationRequest, SignupError, UpdateSignupRequest, UseCases,
};
use portico_domain::{
    json::RawJson,
    ports::StoreError,
    signup::{AuthData, Locale, NotificationFault, SubmissionFault},
};
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::UserAnswer,
    body::{AuthItemBody, Bound, Fields, NotificationBody, Request},
    caller::{AppTokenHeader, SignedIn},
    problem::Problem,
    query::LangQuery,
    refuses::Refusals,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(view_me, update_me, archive_me, delete_me, add_fcm_token, remove_fcm_token))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(view_me)
        .service(update_me)
        .service(archive_me)
        .service(delete_me)
        .service(add_fcm_token)
        .service(remove_fcm_token);
}

/// What shall change. What is not there stays as it is.
#[derive(ToSchema)]
#[schema(as = SignupUpdate, rename_all = "camelCase", example = json!({
    "formIdentifier": "reg",
    "formData": { "en_US": [{ "marker": "last_name", "type": "string", "value": "Roe" }] },
    "state": { "theme": "dark" },
    "langCode": "en_US",
}))]
struct UpdateBody {
    /// The provider's form; it need not be named
    form_identifier: Option<String>,
    /// A new password, by the marker of its field, and nothing else
    #[schema(value_type = Option<Vec<AuthItemBody>>)]
    auth_data: Option<AuthData>,
    /// Fields to change, in the shapes of a sign-up. A new login stands among them
    #[schema(value_type = Option<Value>)]
    form_data: Option<RawJson>,
    /// How to reach the user: the parts that are there
    #[schema(value_type = Option<NotificationBody>)]
    notification_data: Option<NotificationRequest>,
    /// Whatever applications keep with the user, in the place of what was there
    #[schema(value_type = Option<Object>)]
    state: Option<RawJson>,
    /// The language of form data that name none; `en_US` when nothing is said
    #[schema(value_type = Option<String>)]
    lang_code: Locale,
}

impl Request for UpdateBody {
    const FIELDS: &'static [&'static str] =
        &["formIdentifier", "authData", "formData", "notificationData", "state", "langCode"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        Ok(Self {
            form_identifier: fields.given_text("formIdentifier")?,
            auth_data: fields.auth_data()?,
            form_data: fields.given_json("formData"),
            notification_data: fields.notification()?,
            state: fields.given_json("state"),
            lang_code: fields.locale()?,
        })
    }
}

impl From<UpdateBody> for UpdateSignupRequest {
    fn from(body: UpdateBody) -> Self {
        Self {
            form_identifier: body.form_identifier,
            auth_data: body.auth_data,
            form_data: body.form_data,
            notification: body.notification_data,
            state: body.state,
            locale: body.lang_code,
        }
    }
}

/// How a change is refused.
struct Updating;

impl Refuses<Problem> for Updating {
    fn refusals() -> Vec<Problem> {
        let own = [
            SignupError::UnknownForm("contact".to_owned()),
            SignupError::Unreachable("phoneSMS"),
            SignupError::State,
            SignupError::LoginTaken,
        ];
        let own = own.map(Problem::from).into();
        [own, SubmissionFault::refusals(), NotificationFault::refusals(), StoreError::refusals()].concat()
    }
}

/// See oneself
#[utoipa::path(
    tag = "Sign-up user",
    security(("signup" = [])),
    params(AppTokenHeader, LangQuery),
    responses((status = 200, description = "The user", body = UserAnswer), Refusals<SignedIn>),
)]
#[get("/api/content/users/me")]
async fn view_me(
    SignedIn(bearer): SignedIn,
    use_cases: web::Data<UseCases>,
    lang: LangQuery,
) -> Result<web::Json<UserAnswer>, Problem> {
    let form = use_cases.view_signup.execute(bearer.clone()).await?;
    Ok(web::Json(UserAnswer::of(bearer, &form, &lang.locale())))
}

/// Change oneself
///
/// Everything or nothing. Fields are merged by their markers; with another password the other sign-ins end.
#[utoipa::path(
    tag = "Sign-up user",
    security(("signup" = [])),
    params(AppTokenHeader),
    request_body = UpdateBody,
    responses((status = 200, description = "Changed", body = bool, content_type = "application/json", example = json!(true)), Refusals<(SignedIn, Bound<UpdateBody>, Updating)>),
)]
#[put("/api/content/users/me")]
async fn update_me(
    SignedIn(bearer): SignedIn,
    use_cases: web::Data<UseCases>,
    body: Bound<UpdateBody>,
) -> Result<web::Json<bool>, Problem> {
    use_cases.update_signup.execute(bearer, body.read()?.into()).await?;
    Ok(web::Json(true))
}

/// Leave, with the data kept
///
/// Marks the user as deleted. All sign-ins end, and the login is free again.
#[utoipa::path(
    tag = "Sign-up user",
    security(("signup" = [])),
    params(AppTokenHeader),
    responses((status = 200, description = "Marked as deleted", body = bool, content_type = "application/json", example = json!(true)), Refusals<SignedIn>),
)]
#[delete("/api/content/users/me")]
async fn archive_me(
    SignedIn(bearer): SignedIn,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<bool>, Problem> {
    use_cases.archive_signup.execute(bearer).await?;
    Ok(web::Json(true))
}

/// Leave for good
///
/// Removes the user and what he filled in.
#[utoipa::path(
    tag = "Sign-up user",
    security(("signup" = [])),
    params(AppTokenHeader),
    responses((status = 200, description = "Removed", body = bool, content_type = "application/json", example = json!(true)), Refusals<SignedIn>),
)]
#[delete("/api/content/users/me/account")]
async fn delete_me(
    SignedIn(bearer): SignedIn,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<bool>, Problem> {
    use_cases.delete_signup.execute(bearer).await?;
    Ok(web::Json(true))
}

/// Register a device for push messages
#[utoipa::path(
    tag = "Sign-up user",
    security(("signup" = [])),
    params(AppTokenHeader, ("token" = String, Path, description = "The token of the device")),
    responses((status = 201, description = "Registered", body = bool, content_type = "application/json", example = json!(true)), Refusals<(SignedIn, AddFcmTokenError)>),
)]
#[post("/api/content/users/me/fcm-token/{token}")]
async fn add_fcm_token(
    SignedIn(bearer): SignedIn,
    use_cases: web::Data<UseCases>,
    token: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    use_cases.add_fcm_token.execute(bearer, token.into_inner()).await?;
    Ok(HttpResponse::Created().json(true))
}

/// Forget a device
///
/// An unknown one is as good.
#[utoipa::path(
    tag = "Sign-up user",
    security(("signup" = [])),
    params(AppTokenHeader, ("token" = String, Path, description = "The token of the device")),
    responses((status = 200, description = "Forgotten", body = bool, content_type = "application/json", example = json!(true)), Refusals<(SignedIn, StoreError)>),
)]
#[delete("/api/content/users/me/fcm-token/{token}")]
async fn remove_fcm_token(
    SignedIn(bearer): SignedIn,
    use_cases: web::Data<UseCases>,
    token: web::Path<String>,
) -> Result<web::Json<bool>, Problem> {
    use_cases.remove_fcm_token.execute(bearer, token.into_inner()).await?;
    Ok(web::Json(true))
}
