//! The members of a project (contract section 7).

use actix_web::{get, web};
use portico_application::UseCases;
use portico_domain::member::MemberProfile;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{
    answers::Timestamp, caller::SignedIn, kinds::ProjectRole, paging::PageQuery, problem::Problem,
    projects::slug, refusals::NoMember, refuses::Refusals,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_members))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_members);
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a200e3-a1b2-7c3d-9e4f-5a6b7c8d9e0f",
    "user_id": "01a200e3-9d01-7b7a-8f0e-5b1c6d2a9e34",
    "role": "owner",
    "user": {
        "id": "01a200e3-9d01-7b7a-8f0e-5b1c6d2a9e34",
        "email": "bob@example.org",
        "display_name": "bob",
    },
    "permissions": [],
    "created_at": "2026-11-22T01:34:10.001Z",
}))]
struct MemberAnswer {
    /// The membership's own id
    id: Uuid,
    user_id: Uuid,
    #[schema(value_type = ProjectRole)]
    role: &'static str,
    user: MemberUser,
    permissions: Vec<String>,
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
struct MemberUser {
    id: Uuid,
    /// The default address
    #[schema(required)]
    email: Option<String>,
    display_name: String,
}

impl From<MemberProfile> for MemberAnswer {
    fn from(MemberProfile { member, address, display_name }: MemberProfile) -> Self {
        Self {
            id: member.id.uuid(),
            user_id: member.user.uuid(),
            role: member.role.as_str(),
            user: MemberUser {
                id: member.user.uuid(),
                email: address.map(|address| address.as_str().to_owned()),
                display_name: display_name.as_str().to_owned(),
            },
            permissions: member.permissions,
            created_at: Timestamp(member.created_at),
        }
    }
}

/// List the members
///
/// In the order in which they joined.
#[utoipa::path(
    tag = "Projects",
    security(("bearer" = [])),
    params(("slug" = String, Path, description = "The project", example = "chess-club"), PageQuery),
    responses((status = 200, description = "The members", body = Vec<MemberAnswer>), Refusals<(SignedIn, PageQuery, NoMember)>),
)]
#[get("/projects/{slug}/members")]
async fn list_members(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    path: web::Path<String>,
    page: PageQuery,
) -> Result<web::Json<Vec<MemberAnswer>>, Problem> {
    let members = use_cases.list_members.execute(&caller.0, &slug(&path)?, page.parse()?).await?;
    Ok(web::Json(members.into_iter().map(MemberAnswer::from).collect()))
}
