//! Projects.

use portico_domain::{
    member::Role,
    page::Page,
    ports::{StoreError, Unique},
    project::{Project, ProjectDescription},
    slug::Slug,
};

use crate::fixture::{Fixture, assert_refused, new_member, new_project, on_both, word};

on_both!(
    a_project_comes_back_as_it_was_added,
    a_slug_names_one_project,
    taken_slugs_are_told_from_free_ones,
    a_persons_projects_are_listed_in_pages_with_his_role,
);

async fn a_project_comes_back_as_it_was_added(f: &Fixture) {
    let bare = new_project(f.person().await.id);
    let described = Project {
        description: ProjectDescription::parse("First line\n\tsecond \u{1F3B5}").unwrap(),
        is_public: true,
        ..new_project(bare.owner)
    };
    for project in [bare, described] {
        let kept = project.clone();
        f.write(move |tx| tx.projects().add(&kept)).await.unwrap();
        let (id, slug) = (project.id, project.slug.clone());
        assert_eq!(f.read(move |seen| seen.projects().find(id)).await.unwrap(), Some(project.clone()));
        assert_eq!(f.read(move |seen| seen.projects().find_by_slug(&slug)).await.unwrap(), Some(project));
    }
    let (id, slug) = (new_project(f.person().await.id).id, Slug::parse(&word()).unwrap());
    assert_eq!(f.read(move |seen| seen.projects().find(id)).await.unwrap(), None);
    assert_eq!(f.read(move |seen| seen.projects().find_by_slug(&slug)).await.unwrap(), None);
}

async fn a_slug_names_one_project(f: &Fixture) {
    let first = f.project().await;
    let second = Project { slug: first.slug.clone(), ..new_project(first.owner) };
    let free = Project { slug: Slug::parse(&word()).unwrap(), ..second.clone() };
    let taken = f
        .write(move |tx| {
            assert_refused!(tx.projects().add(&second), StoreError::Duplicate(Unique::ProjectSlug));
            // The refusal is an answer: the unit of work goes on with another slug.
            tx.projects().add(&free)?;
            tx.projects().list_taken(&[second.slug.clone(), free.slug.clone()])
        })
        .await
        .unwrap();
    assert_eq!(taken.len(), 2);
}

async fn taken_slugs_are_told_from_free_ones(f: &Fixture) {
    let (first, second, free) =
        (f.project().await.slug, f.project().await.slug, Slug::parse(&word()).unwrap());
    let asked = [first.clone(), free, second.clone()];
    let mut taken = f.read(move |seen| seen.projects().list_taken(&asked)).await.unwrap();
    taken.sort_unstable();
    let mut expected = [first, second];
    expected.sort_unstable();
    assert_eq!(taken, expected);
    assert_eq!(f.read(|seen| seen.projects().list_taken(&[])).await.unwrap(), []);
}

async fn a_persons_projects_are_listed_in_pages_with_his_role(f: &Fixture) {
    let user = f.person().await.id;
    let mut mine = Vec::new();
    for role in [Role::Owner, Role::Admin, Role::Member] {
        let project = f.project().await;
        let member = new_member(project.id, user, role);
        f.write(move |tx| tx.members().add(&member)).await.unwrap();
        mine.push((project, role));
    }
    f.project().await;
    mine.sort_unstable_by_key(|(project, _)| project.id);

    let page = Page::new(2, None).unwrap();
    let first = f.read(move |seen| seen.projects().list_of(user, page)).await.unwrap();
    assert_eq!(first, mine[..2]);
    let page = Page::new(2, Some(first[1].0.id.uuid())).unwrap();
    let rest = f.read(move |seen| seen.projects().list_of(user, page)).await.unwrap();
    assert_eq!(rest, mine[2..]);
}
