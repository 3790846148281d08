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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    fn new_project() -> NewProject {
        let name = ProjectName::parse("Chess").unwrap();
        NewProject { name, description: ProjectDescription::parse("Every Tuesday").unwrap(), is_public: true }
    }

    /// A house where these slugs are taken, and those are taken the moment they are asked for.
    fn house(taken: fn(&Slug) -> bool, snatched: &'static [&str]) -> (House, Kept<Project>) {
        let mut house = House::default();
        let listed = house.tx.projects.expect_list_taken();
        listed.returning(move |asked| Ok(asked.iter().filter(|slug| taken(slug)).cloned().collect()));
        let kept = Kept::default();
        let keep = kept.keeper();
        house.tx.projects.expect_add().returning(move |project| {
            if snatched.contains(&project.slug.as_str()) {
                return Err(StoreError::Duplicate(Unique::ProjectSlug));
            }
            keep(project)
        });
        (house, kept)
    }

    async fn slug_given(taken: fn(&Slug) -> bool, snatched: &'static [&str]) -> String {
        let (mut house, _) = house(taken, snatched);
        house.members();
        let project = house.open().does.create_project.execute(&actor(&ann()), new_project()).await.unwrap();
        project.slug.to_string()
    }

    #[tokio::test]
    async fn a_project_belongs_to_its_maker() {
        let (mut house, projects) = house(|_| false, &[]);
        let members = house.members();
        let house = house.open();
        let project = house.does.create_project.execute(&actor(&ann()), new_project()).await.unwrap();

        assert_eq!(projects.only(), project);
        assert_eq!((project.owner, project.slug.as_str()), (ann().id, "chess"));
        let NewProject { name, description, is_public } = new_project();
        assert_eq!((&project.name, &project.description), (&name, &description));
        assert_eq!((project.is_public, project.created_at), (is_public, now()));
        let owner = members.only();
        assert_eq!((owner.project, owner.user, owner.role), (project.id, ann().id, Role::Owner));
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_taken_name_is_numbered() {
        assert_eq!(slug_given(|slug| slug.as_str() == "chess", &[]).await, "chess-2");
        assert_eq!(slug_given(|slug| slug.as_str() != "chess-100", &[]).await, "chess-100");
    }

    #[tokio::test]
    async fn a_slug_taken_a_moment_ago_is_passed_over() {
        assert_eq!(slug_given(|_| false, &["chess", "chess-2"]).await, "chess-3");
    }

    #[tokio::test]
    async fn another_failure_of_the_store_is_not_tried_again() {
        let mut house = House::default();
        house.tx.projects.expect_list_taken().returning(|_| Ok(Vec::new()));
        house.tx.projects.expect_add().times(1).returning(|_| Err(StoreError::Closed));
        let house = house.open();
        let refused = house.does.create_project.execute(&actor(&ann()), new_project()).await;
        assert_refused!(refused, StoreError::Closed);
        assert!(!house.committed());
    }
}
