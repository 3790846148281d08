//! Rows that hold what we would never write.

use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    external_identity::ExternalIdentity,
    member::Role,
    page::Page,
    policy::Lifetimes,
    ports::{Snapshot, StoreError},
    profile::MemberRole,
};

use crate::fixture::{
    Fixture, address, everybody, new_invite, new_member, new_profile, now, on_both, periods, subject,
};

on_both!(
    what_was_never_written_is_named_by_table_and_column,
    what_was_never_written_in_the_portal_is_named_too,
);

async fn corrupt<T: Send + std::fmt::Debug + 'static>(
    f: &Fixture,
    damage: &str,
    expected: (&str, &str),
    read: impl Fn(&mut dyn Snapshot) -> Result<T, StoreError> + Send + 'static,
) {
    f.sql(damage);
    match f.read(read).await {
        Err(StoreError::Corrupt { table, column }) => assert_eq!((table, column), expected),
        other => panic!("{damage}: {other:?}"),
    }
}

async fn what_was_never_written_is_named_by_table_and_column(f: &Fixture) {
    let project = f.project().await;
    let invite = new_invite(&project, "guest@example.org");
    let member = new_member(project.id, project.owner, Role::Owner);
    let subject = CodeSubject::Registration(address("a@example.org").canonical().clone());
    let life = Lifetimes::default().registration_code;
    let code = VerificationCode::issue(subject.clone(), CodeMac::from_bytes([1; 32]), now(), life);
    let token = invite.token;
    f.write(move |tx| {
        tx.members().add(&member)?;
        tx.invites().add(&invite)?;
        tx.codes().put(&code)
    })
    .await
    .unwrap();

    let (owner, id) = (project.owner, project.id);
    let find = move |seen: &mut dyn Snapshot| seen.users().find(owner);
    corrupt(f, "UPDATE users SET display_name = ' '", ("users", "display_name"), find).await;
    let find = move |seen: &mut dyn Snapshot| seen.members().find(id, owner);
    let damage = "UPDATE project_members SET permissions = '[1]'";
    corrupt(f, damage, ("project_members", "permissions"), find).await;
    let find = move |seen: &mut dyn Snapshot| seen.invites().find_by_token(&token);
    corrupt(f, "UPDATE invites SET redirect_url = 'ftp://x'", ("invites", "redirect_url"), find).await;
    let find = move |seen: &mut dyn Snapshot| seen.codes().find(&subject);
    corrupt(f, "UPDATE verification_codes SET tries = 70000", ("verification_codes", "tries"), find).await;
    let find = move |seen: &mut dyn Snapshot| seen.projects().find(id);
    corrupt(f, "UPDATE projects SET description = ' '", ("projects", "description"), find).await;
    corrupt(f, "UPDATE projects SET name = ' '", ("projects", "name"), find).await;
    corrupt(f, "UPDATE projects SET slug = 'Not A Slug'", ("projects", "slug"), find).await;
    let list = move |seen: &mut dyn Snapshot| seen.projects().list_of(owner, Page::first());
    corrupt(f, "UPDATE users SET updated_at = updated_at", ("projects", "slug"), list).await;
}

async fn what_was_never_written_in_the_portal_is_named_too(f: &Fixture) {
    let profile = f.keep(new_profile(&f.person().await, MemberRole::Member)).await;
    let user = profile.user;
    f.pay(user, 202_004).await;
    f.write(move |tx| {
        tx.payments().set_periods(periods(202_004, 202_010), now())?;
        let identity = ExternalIdentity { issuer: None, subject: subject("a") };
        tx.external_identities().put(user, &identity)
    })
    .await
    .unwrap();

    for (damage, column) in [
        ("UPDATE portal_settings SET payment_period = 202104", "payment_period"),
        ("UPDATE portal_settings SET payment_period = 202011", "payment_period"),
        ("UPDATE portal_settings SET current_period = 201810", "current_period"),
    ] {
        corrupt(f, damage, ("portal_settings", column), |seen| seen.payments().periods()).await;
    }
    let list = move |seen: &mut dyn Snapshot| seen.payments().list_of(user);
    let damage = "UPDATE payment_statuses SET period = 202005";
    corrupt(f, damage, ("payment_statuses", "period"), list).await;
    for (damage, column) in [
        ("UPDATE member_profiles SET squads = '[1]'", "squads"),
        ("UPDATE member_profiles SET workshops = '[[\"CG\"]]'", "workshops"),
    ] {
        let find = move |seen: &mut dyn Snapshot| seen.profiles().find(user);
        corrupt(f, damage, ("member_profiles", column), find).await;
        let list = |seen: &mut dyn Snapshot| seen.profiles().list(&everybody());
        corrupt(f, damage, ("member_profiles", column), list).await;
    }
    let find = move |seen: &mut dyn Snapshot| seen.external_identities().find_of(user);
    let damage = "UPDATE external_identities SET subject = 'a\nb'";
    corrupt(f, damage, ("external_identities", "subject"), find).await;
    let list = |seen: &mut dyn Snapshot| seen.profiles().list_roles(None);
    corrupt(f, damage, ("external_identities", "subject"), list).await;
}
