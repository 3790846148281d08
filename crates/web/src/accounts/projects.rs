//! Projects (contract section 6, O4).

use actix_web::{get, http::StatusCode, post, web};
use portico_application::{JoinProjectError, NewProject, ProjectError, ProjectView, UseCases};
use portico_domain::{
    ports::StoreError,
    project::{Project, ProjectDescription, ProjectName},
    slug::Slug,
};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::{
    answers::Timestamp,
    caller::SignedIn,
    fields::Fields,
    given::{Given, right_kind},
    json_body::{Body, JsonBody},
    kinds::{ProjectRole, ProjectSummary, ProjectTitle},
    paging::PageQuery,
    problem::Problem,
    refusals::{self, Stranger},
    refuses::{Refusals, Refuses},
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(create_project, list_projects, view_project, join_project))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(create_project).service(list_projects).service(view_project).service(join_project);
}

/// The slug in a path.
///
/// # Errors
/// A text that cannot be a slug names no project.
pub(crate) fn slug(text: &str) -> Result<Slug, Problem> {
    Slug::parse(text).ok_or_else(refusals::project_not_found)
}

#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = CreateProject, example = json!({ "name": "Chess Club" }))]
struct CreateBody {
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = ProjectTitle, required)]
    name: Option<Given<String>>,
    #[validate(custom(function = right_kind))]
    #[schema(value_type = Option<ProjectSummary>)]
    description: Option<Given<String>>,
    /// Whether everybody sees it and may join; false when nothing is said
    #[validate(custom(function = right_kind))]
    #[schema(value_type = Option<bool>)]
    is_public: Option<Given<bool>>,
}

impl Body for CreateBody {
    type Command = NewProject;

    fn read(self, mut fields: Fields) -> Result<NewProject, Problem> {
        let name = fields.required_text("name", self.name, ProjectName::parse);
        let description = fields.optional_text("description", self.description, ProjectDescription::parse);
        let is_public = fields.optional_flag("is_public", self.is_public);
        fields.finish(|| {
            Ok(NewProject {
                name: name?,
                description: description?.flatten(),
                is_public: is_public?.unwrap_or(false),
            })
        })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
    "name": "Chess Club",
    "slug": "chess-club",
    "description": null,
    "is_public": false,
    "owner_id": "01a200e3-7ba9-7cb8-8b47-a9057230174f",
    "created_at": "2026-11-22T01:33:58.136Z",
}))]
struct ProjectAnswer {
    id: Uuid,
    name: String,
    /// Its name in addresses, made from the name at the beginning
    slug: String,
    #[schema(required)]
    description: Option<String>,
    is_public: bool,
    owner_id: Uuid,
    created_at: Timestamp,
}

impl From<Project> for ProjectAnswer {
    fn from(project: Project) -> Self {
        Self {
            id: project.id.uuid(),
            name: project.name.as_str().to_owned(),
            slug: project.slug.to_string(),
            description: project.description.map(|text| text.as_str().to_owned()),
            is_public: project.is_public,
            owner_id: project.owner.uuid(),
            created_at: Timestamp(project.created_at),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
    "name": "Chess Club",
    "slug": "chess-club",
    "description": null,
    "is_public": false,
    "owner_id": "01a200e3-7ba9-7cb8-8b47-a9057230174f",
    "created_at": "2026-11-22T01:33:58.136Z",
    "role": "owner",
}))]
struct ListedProject {
    #[serde(flatten)]
    project: ProjectAnswer,
    /// Yours
    #[schema(value_type = ProjectRole)]
    role: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
    "name": "Chess Club",
    "slug": "chess-club",
    "description": null,
    "is_public": false,
    "owner_id": "01a200e3-7ba9-7cb8-8b47-a9057230174f",
    "created_at": "2026-11-22T01:33:58.136Z",
    "role": "owner",
    "permissions": [],
}))]
struct ViewedProject {
    #[serde(flatten)]
    project: ProjectAnswer,
    /// Yours; null when you are not a member
    #[schema(value_type = Option<ProjectRole>, required)]
    role: Option<&'static str>,
    /// Yours
    permissions: Vec<String>,
}

impl From<ProjectView> for ViewedProject {
    fn from(view: ProjectView) -> Self {
        Self {
            project: view.project.into(),
            role: view.membership.as_ref().map(|member| member.role.as_str()),
            permissions: view.membership.map(|member| member.permissions).unwrap_or_default(),
        }
    }
}

impl From<ProjectError> for Problem {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::Refused(refusal) => refusal.into(),
            ProjectError::Store(error) => error.into(),
        }
    }
}

/// Create a project
///
/// You become its owner. Its slug is made from its name, with a number behind it when it is taken.
#[utoipa::path(
    tag = "Projects",
    security(("bearer" = [])),
    request_body = CreateBody,
    responses((status = 201, description = "Created", body = ProjectAnswer), Refusals<(SignedIn, JsonBody<CreateBody>, StoreError)>),
)]
#[post("/projects")]
async fn create_project(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    body: JsonBody<CreateBody>,
) -> Result<(web::Json<ProjectAnswer>, StatusCode), Problem> {
    let project = use_cases.create_project.execute(&caller.0, body.parse()?).await?;
    Ok((web::Json(project.into()), StatusCode::CREATED))
}

/// List your projects
///
/// Those that you are a member of, in the order in which they were created.
#[utoipa::path(
    tag = "Projects",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "Your projects", body = Vec<ListedProject>), Refusals<(SignedIn, PageQuery)>),
)]
#[get("/projects")]
async fn list_projects(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    page: PageQuery,
) -> Result<web::Json<Vec<ListedProject>>, Problem> {
    let projects = use_cases.list_projects.execute(&caller.0, page.parse()?).await?;
    let listed = projects
        .into_iter()
        .map(|(project, role)| ListedProject { project: project.into(), role: role.as_str() });
    Ok(web::Json(listed.collect()))
}

/// See a project
///
/// A private one does not exist to whoever is not a member.
#[utoipa::path(
    tag = "Projects",
    security(("bearer" = [])),
    params(("slug" = String, Path, description = "The project", example = "chess-club")),
    responses((status = 200, description = "The project, and what you are in it", body = ViewedProject), Refusals<(SignedIn, Stranger)>),
)]
#[get("/projects/{slug}")]
async fn view_project(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    path: web::Path<String>,
) -> Result<web::Json<ViewedProject>, Problem> {
    let view = use_cases.view_project.execute(&caller.0, &slug(&path)?).await?;
    Ok(web::Json(view.into()))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "message": "Joined the project", "project_slug": "chess-club" }))]
struct JoinAnswer {
    message: &'static str,
    project_slug: String,
}

/// Join a public project
#[utoipa::path(
    tag = "Projects",
    security(("bearer" = [])),
    params(("slug" = String, Path, description = "The project", example = "chess-club")),
    responses((status = 200, description = "Joined", body = JoinAnswer), Refusals<(SignedIn, JoinProjectError)>),
)]
#[post("/projects/{slug}/join")]
async fn join_project(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    path: web::Path<String>,
) -> Result<web::Json<JoinAnswer>, Problem> {
    let project = use_cases.join_project.execute(&caller.0, &slug(&path)?).await?;
    Ok(web::Json(JoinAnswer { message: "Joined the project", project_slug: project.slug.to_string() }))
}

impl From<JoinProjectError> for Problem {
    fn from(error: JoinProjectError) -> Self {
        match error {
            JoinProjectError::Refused(refusal) => refusal.into(),
            JoinProjectError::AlreadyMember => refusals::already_member(),
            JoinProjectError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for JoinProjectError {
    fn refusals() -> Vec<Problem> {
        [Stranger::refusals(), vec![Self::AlreadyMember.into()], StoreError::refusals()].concat()
    }
}
