//! What the portal tells services (portal contract section 3.4).

use std::collections::BTreeMap;

use actix_web::{get, web};
use portico_application::UseCases;
use portico_domain::profile::MemberRole;
use serde::Serialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{
    answers::RoleWord,
    binding::{BindFault, Bound, Fields, Request},
    caller::Service,
    problem::Problem,
    refusals::invalid_request,
    refuses::Refusals,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(find_role, list_roles))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(find_role).service(list_roles);
}

/// Whose role.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct AccountQuery {
    /// The name at the OpenID Connect provider
    #[param(example = "oauth2|discord|1234")]
    account_id: String,
}

impl Request for AccountQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { account_id: fields.text("account_id")? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalRoleAnswer, example = json!({ "role": "member" }))]
struct RoleAnswer {
    #[schema(value_type = RoleWord)]
    role: &'static str,
}

impl From<MemberRole> for RoleAnswer {
    fn from(role: MemberRole) -> Self {
        Self { role: role.as_str() }
    }
}

/// What is somebody?
#[utoipa::path(
    tag = "Portal services",
    security(("service" = [])),
    params(AccountQuery),
    responses((status = 200, description = "His role", body = RoleAnswer), Refusals<(Service, Bound<AccountQuery>, NoSuchUser)>),
)]
#[get("/api/external/find_role")]
async fn find_role(
    _service: Service,
    use_cases: web::Data<UseCases>,
    query: Bound<AccountQuery>,
) -> Result<web::Json<RoleAnswer>, Problem> {
    let role = use_cases.find_member_role.execute(&query.read()?.account_id).await?;
    Ok(web::Json(role.ok_or_else(no_such_user)?.into()))
}

struct NoSuchUser;

impl Refuses<Problem> for NoSuchUser {
    fn refusals() -> Vec<Problem> {
        vec![no_such_user()]
    }
}

fn no_such_user() -> Problem {
    Problem::not_found("no such user")
}

/// What is everybody?
///
/// Roles by names at the OpenID Connect provider, of all who have one.
#[utoipa::path(
    tag = "Portal services",
    security(("service" = [])),
    responses((status = 200, description = "All roles", body = BTreeMap<String, RoleAnswer>, example = json!({ "oauth2|discord|1234": { "role": "member" } })), Refusals<Service>),
)]
#[get("/api/external/all_member_roles")]
async fn list_roles(
    _service: Service,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<BTreeMap<String, RoleAnswer>>, Problem> {
    let roles = use_cases.list_member_roles.execute().await?;
    let roles = roles.into_iter().map(|(subject, role)| (subject.as_str().to_owned(), role.into()));
    Ok(web::Json(roles.collect()))
}
