//! Where projects are kept.

use diesel::prelude::*;
use portico_domain::{
    id::{ProjectId, UserId},
    member::Role,
    page::Page,
    ports::{ProjectLookup, ProjectRepository, StoreError},
    project::{Project, ProjectDescription, ProjectName},
    slug::Slug,
};

use crate::{
    connection::MultiBackend,
    members::role,
    schema::{project_members, projects},
    transaction::DieselTransaction,
    types::{Id, Instant},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = projects, check_for_backend(MultiBackend))]
struct ProjectRow {
    id: Id,
    slug: String,
    name: String,
    description: Option<String>,
    is_public: bool,
    owner_id: Id,
    created_at: Instant,
}

impl From<&Project> for ProjectRow {
    fn from(project: &Project) -> Self {
        Self {
            id: Id(project.id.uuid()),
            slug: project.slug.as_str().to_owned(),
            name: project.name.as_str().to_owned(),
            description: project.description.as_ref().map(|text| text.as_str().to_owned()),
            is_public: project.is_public,
            owner_id: Id(project.owner.uuid()),
            created_at: Instant(project.created_at),
        }
    }
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "projects", column }
}

fn slug(text: &str) -> Result<Slug, StoreError> {
    Slug::parse(text).ok_or(corrupt("slug"))
}

fn description(text: &str) -> Result<ProjectDescription, StoreError> {
    ProjectDescription::parse(text).ok().flatten().ok_or(corrupt("description"))
}

impl TryFrom<ProjectRow> for Project {
    type Error = StoreError;

    fn try_from(row: ProjectRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ProjectId::from_uuid(row.id.0),
            slug: slug(&row.slug)?,
            name: ProjectName::parse(&row.name).map_err(|_| corrupt("name"))?,
            description: row.description.as_deref().map(description).transpose()?,
            is_public: row.is_public,
            owner: UserId::from_uuid(row.owner_id.0),
            created_at: row.created_at.0,
        })
    }
}

impl ProjectLookup for DieselTransaction<'_> {
    fn find(&mut self, id: ProjectId) -> Result<Option<Project>, StoreError> {
        let row = self.run(|c| {
            projects::table.find(Id(id.uuid())).select(ProjectRow::as_select()).first(c).optional()
        })?;
        row.map(Project::try_from).transpose()
    }

    fn find_by_slug(&mut self, slug: &Slug) -> Result<Option<Project>, StoreError> {
        let row = self.run(|c| {
            projects::table
                .filter(projects::slug.eq(slug.as_str()))
                .select(ProjectRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Project::try_from).transpose()
    }

    fn list_taken(&mut self, slugs: &[Slug]) -> Result<Vec<Slug>, StoreError> {
        let texts: Vec<&str> = slugs.iter().map(Slug::as_str).collect();
        let taken: Vec<String> = self
            .run(|c| projects::table.filter(projects::slug.eq_any(texts)).select(projects::slug).load(c))?;
        taken.iter().map(|text| slug(text)).collect()
    }

    fn list_of(&mut self, user: UserId, page: Page) -> Result<Vec<(Project, Role)>, StoreError> {
        let mut mine = project_members::table
            .inner_join(projects::table)
            .filter(project_members::user_id.eq(Id(user.uuid())))
            .select((ProjectRow::as_select(), project_members::role))
            .order(project_members::project_id)
            .limit(page.limit().into())
            .into_boxed();
        if let Some(after) = page.after() {
            mine = mine.filter(project_members::project_id.gt(Id(after)));
        }
        let rows: Vec<(ProjectRow, String)> = self.run(|c| mine.load(c))?;
        rows.into_iter().map(|(project, word)| Ok((project.try_into()?, role(&word)?))).collect()
    }
}

impl ProjectRepository for DieselTransaction<'_> {
    fn add(&mut self, project: &Project) -> Result<(), StoreError> {
        let row = ProjectRow::from(project);
        self.attempt(|c| diesel::insert_into(projects::table).values(row).execute(c)).map(drop)
    }
}
