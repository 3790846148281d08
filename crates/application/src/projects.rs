//! Projects and who belongs to them.

mod create_project;
mod join_project;
mod list_members;
mod list_projects;
mod standing;
mod view_project;

pub(crate) use self::standing::Standing;
pub use self::{
    create_project::{CreateProject, NewProject},
    join_project::{JoinProject, JoinProjectError},
    list_members::ListMembers,
    list_projects::ListProjects,
    standing::ProjectError,
    view_project::{ProjectView, ViewProject},
};
