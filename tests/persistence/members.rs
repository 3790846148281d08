//! Memberships.

use portico_domain::{
    email::EmailState,
    member::{Member, Role},
    page::Page,
    ports::{StoreError, Unique},
};

use crate::fixture::{Fixture, assert_refused, new_email, new_member, new_user, now, on_both};

on_both!(
    a_membership_comes_back_as_it_was_added,
    a_person_is_a_member_once,
    a_project_has_one_owner,
    members_are_listed_in_pages_with_what_others_see_of_them,
);

async fn add(f: &Fixture, member: &Member) -> Result<(), StoreError> {
    let member = member.clone();
    f.write(move |tx| tx.members().add(&member)).await
}

async fn a_membership_comes_back_as_it_was_added(f: &Fixture) {
    let project = f.project().await.id;
    for role in [Role::Owner, Role::Admin, Role::Member] {
        let mut member = new_member(project, f.person().await.id, role);
        member.permissions = vec!["docs.write".to_owned(), "quote\"\\".to_owned(), "\u{1F3B5}".to_owned()];
        let user = member.user;
        assert_eq!(f.read(move |seen| seen.members().find(project, user)).await.unwrap(), None);
        add(f, &member).await.unwrap();
        assert_eq!(f.read(move |seen| seen.members().find(project, user)).await.unwrap(), Some(member));
    }
}

async fn a_person_is_a_member_once(f: &Fixture) {
    let member = new_member(f.project().await.id, f.person().await.id, Role::Member);
    add(f, &member).await.unwrap();
    let again = new_member(member.project, member.user, Role::Admin);
    assert_refused!(add(f, &again).await, StoreError::Duplicate(Unique::ProjectMember));
    add(f, &new_member(f.project().await.id, member.user, Role::Member)).await.unwrap();
}

async fn a_project_has_one_owner(f: &Fixture) {
    let project = f.project().await.id;
    add(f, &new_member(project, f.person().await.id, Role::Owner)).await.unwrap();
    let second = new_member(project, f.person().await.id, Role::Owner);
    assert_refused!(add(f, &second).await, StoreError::Duplicate(Unique::ProjectOwner));
    add(f, &Member { role: Role::Admin, ..second }).await.unwrap();
}

async fn members_are_listed_in_pages_with_what_others_see_of_them(f: &Fixture) {
    let project = f.project().await.id;
    let mut members = Vec::new();
    for name in ["Ada", "Bert", "Cleo"] {
        let user = new_user(name);
        let member = new_member(project, user.id, Role::Member);
        let mut default =
            new_email(user.id, &format!("{name}@example.org"), EmailState::Verified { at: now() });
        default.is_default = true;
        let other = new_email(user.id, &format!("{name}@example.net"), EmailState::Verified { at: now() });
        let kept = member.clone();
        f.write(move |tx| {
            tx.users().add(&user)?;
            if user.display_name.as_str() != "Cleo" {
                tx.emails().add(&default)?;
            }
            tx.emails().add(&other)?;
            tx.members().add(&kept)
        })
        .await
        .unwrap();
        members.push((member, name));
    }
    add(f, &new_member(f.project().await.id, members[0].0.user, Role::Member)).await.unwrap();
    members.sort_unstable_by_key(|(member, _)| member.id);

    let mut listed = Vec::new();
    let mut after = None;
    for rows in [2, 1] {
        let page = Page::new(2, after).unwrap();
        let part = f.read(move |seen| seen.members().list(project, page)).await.unwrap();
        assert_eq!(part.len(), rows);
        after = part.last().map(|profile| profile.member.id.uuid());
        listed.extend(part);
    }
    for (profile, (member, name)) in listed.into_iter().zip(members) {
        assert_eq!(profile.member, member);
        assert_eq!(profile.display_name.as_str(), name);
        let expected = (name != "Cleo").then(|| format!("{name}@example.org"));
        assert_eq!(profile.address.map(|address| address.as_str().to_owned()), expected);
    }
}
