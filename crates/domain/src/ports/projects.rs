//! Where projects are kept.

use crate::{
    id::{ProjectId, UserId},
    member::Role,
    page::Page,
    ports::StoreError,
    project::Project,
    slug::Slug,
};

/// Reads projects.
pub trait ProjectLookup {
    /// The project with this id.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, id: ProjectId) -> Result<Option<Project>, StoreError>;

    /// The project with this slug.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_slug(&mut self, slug: &Slug) -> Result<Option<Project>, StoreError>;

    /// Which of these slugs are taken, in any order.
    ///
    /// # Errors
    /// When the store fails.
    fn list_taken(&mut self, slugs: &[Slug]) -> Result<Vec<Slug>, StoreError>;

    /// The projects a person belongs to, with his role, in the order of the projects' ids.
    ///
    /// # Errors
    /// When the store fails.
    fn list_of(&mut self, user: UserId, page: Page) -> Result<Vec<(Project, Role)>, StoreError>;
}

/// Keeps projects.
pub trait ProjectRepository: ProjectLookup {
    /// Adds a project; its owner's membership is added besides.
    ///
    /// # Errors
    /// `Duplicate(Unique::ProjectSlug)` when its slug was taken meanwhile.
    fn add(&mut self, project: &Project) -> Result<(), StoreError>;
}
