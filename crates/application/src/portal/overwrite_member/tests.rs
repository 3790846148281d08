//! An admin writes over a member, against mocked ports.

mod address;

use mockall::predicate::eq;
use portico_domain::{
    external_identity::ExternalIdentity,
    id::UserId,
    ports::Unique,
    profile::{Avatar, Details, DetailsDraft, MemberRole},
};

use super::*;
use crate::fixtures::*;

/// Ann as she is, as an admin would send her back.
fn unchanged() -> MemberDraft {
    MemberDraft {
        details: draft(),
        email: ann_address().to_string(),
        email_verified: true,
        role: "member".to_owned(),
        account_id: "oauth2|discord|ann".to_owned(),
        generation: 57,
        avatar: None,
    }
}

/// A house where Ann and Bob are the members, and a provider is set.
fn house() -> House {
    let mut house = House::default();
    house.policy.portal.issuer = Some(ISSUER.to_owned());
    house.member_records(&[ann_member(), bob_admin()]);
    house
}

async fn overwrite(house: &OpenHouse, number: i64, draft: MemberDraft) -> Result<(), OverwriteMemberError> {
    house.does.overwrite_member.execute(number, draft).await
}

/// This is whoever the provider calls `other`.
fn called_other(house: &mut House, holder: Option<UserId>) {
    let asked = house.tx.external_identities.expect_find_user();
    asked
        .withf(|issuer, name| issuer == ISSUER && *name == subject("other"))
        .returning(move |_, _| Ok(holder));
}

#[tokio::test]
async fn a_member_is_written_over_and_keeps_number_and_beginning() {
    let mut house = house();
    let written = house.writes_profiles();
    let house = house.open();
    let pictures =
        Avatar { url: "https://a.example".to_owned(), thumbnail_url: "https://b.example".to_owned() };
    let wanted = MemberDraft {
        details: DetailsDraft { handle: "ann".to_owned(), ..draft() },
        role: "retired".to_owned(),
        generation: 58,
        avatar: Some(pictures.clone()),
        ..unchanged()
    };
    overwrite(&house, ann().number, wanted).await.unwrap();

    let profile = Profile {
        role: MemberRole::Retired,
        generation: Some(generation(58)),
        details: Details { handle: "ann".to_owned(), ..details() },
        avatar: Some(pictures),
        updated_at: now(),
        ..ann_member().profile
    };
    assert_eq!(written.only(), profile);
    let address = Lock::Address(ann_address().canonical().clone());
    assert_eq!(house.locks(), [address, Lock::User(ann().id), Lock::Admins, Lock::Dues]);
    assert!(house.committed());
}

#[tokio::test]
async fn an_empty_profile_stays_empty_where_nothing_is_given() {
    let mut house = house();
    let written = house.writes_profiles();
    let wanted = MemberDraft { role: "admin".to_owned(), ..MemberDraft::default() };
    let house = house.open();
    overwrite(&house, bob().number, wanted).await.unwrap();
    assert_eq!(written.only(), Profile { updated_at: now(), ..bob_admin().profile });
    assert_eq!(house.locks(), [Lock::User(bob().id), Lock::Admins, Lock::Dues]);
}

#[tokio::test]
async fn nothing_happens_to_nobody() {
    let house = house().open();
    overwrite(&house, 77, unchanged()).await.unwrap();
    let faulty = MemberDraft { email: "no address".to_owned(), ..unchanged() };
    let refused = overwrite(&house, 77, faulty).await;
    assert_refused!(refused, OverwriteMemberError::Fault(ProfileFault::Email));
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_written() {
    for (wanted, fault) in [
        (MemberDraft { details: DetailsDraft::default(), ..unchanged() }, ProfileFault::Sex),
        (MemberDraft { email: "ann".to_owned(), ..unchanged() }, ProfileFault::Email),
        (MemberDraft { email: String::new(), ..unchanged() }, ProfileFault::Email),
        (MemberDraft { role: "owner".to_owned(), ..unchanged() }, ProfileFault::Role),
        (MemberDraft { account_id: String::new(), ..unchanged() }, ProfileFault::AccountId),
        (MemberDraft { generation: 0, ..unchanged() }, ProfileFault::Generation),
    ] {
        let house = house().open();
        match overwrite(&house, ann().number, wanted).await {
            Err(OverwriteMemberError::Fault(told)) => assert_eq!(told, fault),
            other => panic!("{other:?} is not {fault:?}"),
        }
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn the_last_admin_stays_admin() {
    let mut house = house();
    house.tx.profiles.expect_has_other_admin().with(eq(bob().id)).returning(|_| Ok(false));
    let house = house.open();
    let wanted = MemberDraft { role: "member".to_owned(), ..MemberDraft::default() };
    assert_refused!(overwrite(&house, bob().number, wanted).await, OverwriteMemberError::LastAdmin);
    assert!(!house.committed());
}

#[tokio::test]
async fn one_of_several_admins_may_become_something_else() {
    let mut house = house();
    house.tx.profiles.expect_has_other_admin().with(eq(bob().id)).returning(|_| Ok(true));
    let written = house.writes_profiles();
    let wanted = MemberDraft { role: "member".to_owned(), ..MemberDraft::default() };
    overwrite(&house.open(), bob().number, wanted).await.unwrap();
    assert_eq!(written.only().role, MemberRole::Member);
}

#[tokio::test]
async fn another_account_id_is_one_at_the_provider_or_at_whichever_is_set_later() {
    for issuer in [Some(ISSUER), None] {
        let mut house = house();
        house.policy.portal.issuer = issuer.map(str::to_owned);
        house.writes_profiles();
        let asked = house.tx.external_identities.expect_find_user();
        asked.withf(move |asked, _| asked == issuer.unwrap_or_default()).returning(|_, _| Ok(None));
        let identity = ExternalIdentity { issuer: issuer.map(str::to_owned), subject: subject("other") };
        let put = house.tx.external_identities.expect_put().with(eq(ann().id), eq(identity));
        put.times(1).returning(|_, _| Ok(()));
        let wanted = MemberDraft { account_id: "other".to_owned(), ..unchanged() };
        overwrite(&house.open(), ann().number, wanted).await.unwrap();
    }
}

#[tokio::test]
async fn an_account_id_that_somebody_else_has_is_not_given() {
    let wanted = || MemberDraft { account_id: "other".to_owned(), ..unchanged() };
    let mut known = house();
    called_other(&mut known, Some(bob().id));
    let mut snatched = house();
    called_other(&mut snatched, None);
    let put = snatched.tx.external_identities.expect_put();
    put.times(1).returning(|_, _| Err(StoreError::Duplicate(Unique::ExternalIdentity)));
    for house in [known, snatched] {
        let house = house.open();
        let refused = overwrite(&house, ann().number, wanted()).await;
        assert_refused!(refused, OverwriteMemberError::Conflict(ProfileConflict::AccountId));
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn what_another_member_has_is_not_written() {
    for (rule, conflict) in [
        (Unique::StudentNumber, ProfileConflict::StudentNumber),
        (Unique::Phone, ProfileConflict::Phone),
        (Unique::DiscordId, ProfileConflict::DiscordId),
        (Unique::TwitterScreenName, ProfileConflict::TwitterScreenName),
    ] {
        let mut house = house();
        house.tx.profiles.expect_write().times(1).returning(move |_| Err(StoreError::Duplicate(rule)));
        let house = house.open();
        match overwrite(&house, ann().number, unchanged()).await {
            Err(OverwriteMemberError::Conflict(told)) => assert_eq!(told, conflict),
            other => panic!("{other:?} is not {conflict:?}"),
        }
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn a_profile_that_went_away_meanwhile_is_told_as_changed_by_someone_else() {
    let mut house = house();
    house.tx.profiles.expect_write().times(1).returning(|_| Err(StoreError::Stale));
    let refused = overwrite(&house.open(), ann().number, unchanged()).await;
    assert_refused!(refused, OverwriteMemberError::Store(StoreError::Stale));
}
