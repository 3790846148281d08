//! A new project.

use portico_domain::{
    id::ProjectId,
    member::{Member, Role},
    ports::{StoreError, StoreExt as _, Transaction, Unique},
    project::{Project, ProjectDescription, ProjectName},
    slug::Slug,
};

use crate::{actor::Actor, ports::Ports};

/// What its maker says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProject {
    /// Its name.
    pub name: ProjectName,
    /// What it is about.
    pub description: Option<ProjectDescription>,
    /// Whether everybody may see and join it.
    pub is_public: bool,
}

/// Makes a project that belongs to the caller (contract section 6).
#[derive(Clone)]
pub struct CreateProject {
    ports: Ports,
}

impl CreateProject {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes it; its slug is the first free one for its name (contract O19).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, actor: &Actor, new: NewProject) -> Result<Project, StoreError> {
        let now = self.ports.clock.now();
        let entropy = self.ports.entropy.as_ref();
        let project = Project {
            id: ProjectId::generate(now, entropy),
            slug: Slug::from_name(new.name.as_str()),
            name: new.name,
            description: new.description,
            is_public: new.is_public,
            owner: actor.user,
            created_at: now,
        };
        let owner = Member::new(project.id, actor.user, Role::Owner, now, entropy);
        self.ports
            .store
            .write(move |tx| {
                let project = add_under_free_slug(tx, &project)?;
                tx.members().add(&owner)?;
                Ok(project)
            })
            .await
    }
}

/// Slugs asked for at once: the numbers of a popular name are passed over in few questions.
const CANDIDATES: usize = 64;

fn add_under_free_slug(tx: &mut dyn Transaction, project: &Project) -> Result<Project, StoreError> {
    let mut candidates = project.slug.candidates();
    loop {
        let asked: Vec<Slug> = candidates.by_ref().take(CANDIDATES).collect();
        let taken = tx.projects().list_taken(&asked)?;
        for slug in asked.into_iter().filter(|slug| !taken.contains(slug)) {
            let project = Project { slug, ..project.clone() };
            match tx.projects().add(&project) {
                // Somebody took it a moment ago: the next one.
                Err(StoreError::Duplicate(Unique::ProjectSlug)) => {}
                other => return other.map(|()| project),
            }
        }
    }
}
