//! The members of a project (contract section 7).

use actix_web::{get, web};
use portico_application::UseCases;
use portico_domain::member::MemberProfile;
use serde::Serialize;
use uuid::Uuid;

use super::{answers::Timestamp, caller::SignedIn, paging::PageQuery, problem::Problem, projects::slug};

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_members);
}

#[derive(Serialize)]
struct MemberAnswer {
    id: Uuid,
    user_id: Uuid,
    role: &'static str,
    user: MemberUser,
    permissions: Vec<String>,
    created_at: Timestamp,
}

#[derive(Serialize)]
struct MemberUser {
    id: Uuid,
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
