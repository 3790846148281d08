//! The caller's own record (contract 2.1).

use actix_web::{get, web};
use portico_application::{Account, UseCases};
use portico_domain::{email::Email, user::NameOrder};
use serde::Serialize;
use uuid::Uuid;

use super::{
    answers::{EmailAnswer, Timestamp},
    caller::SignedInAnyhow,
    problem::Problem,
};

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(view_account);
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MeAnswer {
    id: Uuid,
    email: Option<String>,
    name: String,
    surname: Option<String>,
    given_names: Option<String>,
    display_name: String,
    native_script: Option<String>,
    preferred_order: Option<&'static str>,
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

#[get("/auth/me")]
async fn view_account(
    caller: SignedInAnyhow,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<MeAnswer>, Problem> {
    Ok(web::Json(use_cases.view_account.execute(&caller.0).await?.into()))
}
