//! The caller's own record (contract 2.1).

use actix_web::{get, web};
use portico_application::{Account, UseCases};
use portico_domain::{email::Email, ports::StoreError, user::NameOrder};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{
    answers::{EmailAnswer, Timestamp},
    caller::SignedInAnyhow,
    problem::Problem,
    refuses::Refusals,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(view_account))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(view_account);
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "01a200e3-7ba9-7cb8-8b47-a9057230174f",
    "email": "ann@example.org",
    "name": "ann",
    "surname": null,
    "givenNames": null,
    "displayName": "ann",
    "nativeScript": null,
    "preferredOrder": null,
    "username": null,
    "emailVerified": true,
    "totpEnabled": false,
    "emails": [{
        "id": "01a200e3-7ba9-7d10-9c55-0a1b2c3d4e5f",
        "email": "ann@example.org",
        "isDefault": true,
        "isVerified": true,
    }],
    "createdAt": "2026-11-22T01:33:58.057Z",
    "updatedAt": "2026-11-22T01:33:58.057Z",
}))]
struct MeAnswer {
    id: Uuid,
    /// The default address
    #[schema(required)]
    email: Option<String>,
    /// The full name
    name: String,
    #[schema(required)]
    surname: Option<String>,
    #[schema(required)]
    given_names: Option<String>,
    display_name: String,
    #[schema(required)]
    native_script: Option<String>,
    #[schema(value_type = Option<super::kinds::NameOrder>, required)]
    preferred_order: Option<&'static str>,
    #[schema(required)]
    username: Option<String>,
    email_verified: bool,
    totp_enabled: bool,
    emails: Vec<EmailAnswer>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Account> for MeAnswer {
    fn from(Account { user, emails }: Account) -> Self {
        let default = emails.iter().find(|email| email.is_default);
        Self {
            id: user.id.uuid(),
            email: default.map(|email| email.address.as_str().to_owned()),
            name: user.full_name(),
            email_verified: default.is_some_and(Email::is_verified),
            // Nobody can switch a second factor on yet.
            totp_enabled: false,
            emails: emails.iter().map(EmailAnswer::from).collect(),
            surname: user.surname,
            given_names: user.given_names,
            display_name: user.display_name.as_str().to_owned(),
            native_script: user.native_script,
            preferred_order: user.preferred_order.map(order),
            username: user.username,
            created_at: Timestamp(user.created_at),
            updated_at: Timestamp(user.updated_at),
        }
    }
}

const fn order(order: NameOrder) -> &'static str {
    match order {
        NameOrder::Western => "western",
        NameOrder::Eastern => "eastern",
    }
}

/// See your own record
#[utoipa::path(
    tag = "Account",
    security(("bearer" = [])),
    responses((status = 200, description = "Who the token belongs to", body = MeAnswer), Refusals<(SignedInAnyhow, StoreError)>),
)]
#[get("/auth/me")]
async fn view_account(
    caller: SignedInAnyhow,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<MeAnswer>, Problem> {
    Ok(web::Json(use_cases.view_account.execute(&caller.0).await?.into()))
}
