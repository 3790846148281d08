//! A member changes what he tells of himself, against mocked ports.

use portico_domain::{
    ports::Unique,
    profile::{Details, MemberRole, ProfileField},
};

use super::*;
use crate::fixtures::*;

fn request(draft: DetailsDraft, generation: i64) -> UpdateProfileRequest {
    UpdateProfileRequest { draft, generation }
}

/// What somebody fills in who has another handle and telephone now, and hides his card.
fn changed() -> DetailsDraft {
    let (handle, phone) = ("ann".to_owned(), "0312345678".to_owned());
    DetailsDraft { handle, phone, card_published: false, ..draft() }
}

/// Ann with pictures, as she is before.
fn before() -> MemberRecord {
    let profile = Profile { avatar: Some(avatar()), ..ann_member().profile };
    MemberRecord { profile, ..ann_member() }
}

/// A house where Ann is like this.
fn house(member: MemberRecord) -> House {
    let mut house = House::default();
    house.member_records(&[member]);
    house
}

async fn update(
    house: &OpenHouse,
    request: UpdateProfileRequest,
) -> Result<MemberRecord, UpdateProfileError> {
    house.does.update_profile.execute(ann().id, request).await
}

#[tokio::test]
async fn what_a_member_tells_is_replaced_and_all_else_stays() {
    let (handle, phone) = ("ann".to_owned(), "0312345678".to_owned());
    let details = Details { handle, phone, card_published: false, ..details() };
    let wanted = Profile { details, updated_at: now(), ..before().profile };
    let after = MemberRecord { profile: wanted.clone(), ..before() };
    let (mut house, found) = (House::default(), after.clone());
    house.tx.profiles.expect_find().times(1).return_once(|_| Ok(Some(before())));
    house.tx.profiles.expect_find().times(1).return_once(move |_| Ok(Some(found)));
    let written = house.writes_profiles();
    let house = house.open();
    assert_eq!(update(&house, request(changed(), 60)).await.unwrap(), after);

    assert_eq!(written.only(), wanted);
    assert_eq!(house.locks(), [Lock::User(ann().id), Lock::Dues]);
    assert!(house.committed());
}

#[tokio::test]
async fn what_is_missing_becomes_empty() {
    let mut house = house(before());
    let written = house.writes_profiles();
    let draft = DetailsDraft { sex: "other".to_owned(), ..DetailsDraft::default() };
    update(&house.open(), request(draft, 0)).await.unwrap();
    let details = written.only().details;
    assert_eq!((details.discord_id.as_str(), details.twitter_screen_name.as_str()), ("", ""));
    assert_eq!((details.workshops, details.squads), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_generation_stays_and_an_empty_profile_takes_one() {
    let with = |generation| MemberRecord { profile: Profile { generation, ..before().profile }, ..before() };
    for (stored, given, kept) in [
        (Some(generation(57)), 0, Some(generation(57))),
        (Some(generation(57)), 60, Some(generation(57))),
        (Some(generation(57)), 101, Some(generation(57))),
        (None, 60, Some(generation(60))),
        (None, 0, None),
    ] {
        let mut house = house(with(stored));
        let written = house.writes_profiles();
        update(&house.open(), request(draft(), given)).await.unwrap();
        assert_eq!(written.only().generation, kept, "{stored:?} {given}");
    }
}

#[tokio::test]
async fn the_first_fault_in_the_order_of_the_contract_is_told() {
    let empty = || MemberRecord { profile: Profile { generation: None, ..before().profile }, ..before() };
    let sexless = || DetailsDraft { sex: String::new(), ..draft() };
    let wordy = || DetailsDraft { name: "a".repeat(129), ..draft() };
    for (member, draft, generation, fault) in [
        (before(), sexless(), 101, ProfileFault::Sex),
        (before(), wordy(), 101, ProfileFault::TooLong(ProfileField::Name)),
        (empty(), draft(), 48, ProfileFault::Generation),
        (empty(), draft(), -1, ProfileFault::Generation),
        (empty(), sexless(), 48, ProfileFault::Sex),
        (empty(), wordy(), 48, ProfileFault::Generation),
        (empty(), wordy(), 0, ProfileFault::TooLong(ProfileField::Name)),
    ] {
        let house = house(member).open();
        match update(&house, request(draft, generation)).await {
            Err(UpdateProfileError::Fault(told)) => assert_eq!(told, fault),
            other => panic!("{other:?} is not {fault:?}"),
        }
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
        let mut house = house(before());
        house.tx.profiles.expect_write().times(1).returning(move |_| Err(StoreError::Duplicate(rule)));
        let house = house.open();
        match update(&house, request(changed(), 0)).await {
            Err(UpdateProfileError::Conflict(told)) => assert_eq!(told, conflict),
            other => panic!("{other:?} is not {conflict:?}"),
        }
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn whoever_has_no_profile_or_has_it_no_more_changes_nothing() {
    let house_without = house(as_role(MemberRole::Member, bob_admin())).open();
    assert_refused!(update(&house_without, request(changed(), 0)).await, UpdateProfileError::Gone);

    let mut house = house(before());
    house.tx.profiles.expect_write().times(1).returning(|_| Err(StoreError::Stale));
    let house = house.open();
    assert_refused!(update(&house, request(changed(), 0)).await, UpdateProfileError::Gone);
    assert!(!house.committed());
}
