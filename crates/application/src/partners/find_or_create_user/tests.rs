//! Finding and creating people by their addresses, with mocks.

mod creating;

use portico_domain::{
    email::EmailState,
    partner::{FieldFault, PartnerBearer, PartnerField, PartnerKey},
    ports::Verdict,
};

use super::*;
use crate::fixtures::*;

fn request() -> FindOrCreateUserRequest {
    FindOrCreateUserRequest {
        key: Ok(key()),
        email: Ok(ann_address()),
        login: Ok(DisplayName::from_login("Ann Lee").unwrap()),
    }
}

async fn call(house: &OpenHouse, request: FindOrCreateUserRequest) -> Result<UserId, PartnerCallError> {
    house.does.find_or_create_user.execute(request).await
}

/// Fails unless exactly these fields are faulty, and like this.
fn assert_faulty(outcome: Result<UserId, PartnerCallError>, expected: &FieldFaults) {
    match outcome {
        Err(PartnerCallError::Faulty(faults)) => assert_eq!(faults, *expected),
        other => panic!("{other:?} is not {expected:?}"),
    }
}

fn anns_locks() -> [Lock; 2] {
    [Lock::Address(ann_address().canonical().clone()), Lock::User(ann().id)]
}

#[tokio::test]
async fn each_faulty_field_is_told_and_nobody_is_looked_for() {
    use FieldFault::{Invalid, Required, TooLong};
    use PartnerField::{Email, Key, Login};

    let long = TooLong { max: 150 };
    for (request, expected) in [
        (FindOrCreateUserRequest { key: Err(Required), ..request() }, vec![(Key, Required)]),
        (FindOrCreateUserRequest { key: Err(Invalid), ..request() }, vec![(Key, Invalid)]),
        (FindOrCreateUserRequest { key: Ok(token("nobody's")), ..request() }, vec![(Key, Invalid)]),
        (FindOrCreateUserRequest { email: Err(Invalid), ..request() }, vec![(Email, Invalid)]),
        (FindOrCreateUserRequest { email: Err(Required), ..request() }, vec![(Email, Required)]),
        (FindOrCreateUserRequest { login: Err(long), ..request() }, vec![(Login, long)]),
        (
            FindOrCreateUserRequest { key: Err(Required), email: Err(Invalid), login: Err(long) },
            vec![(Key, Required), (Email, Invalid), (Login, long)],
        ),
        (
            FindOrCreateUserRequest {
                key: Ok(token("nobody's")),
                email: Err(Required),
                login: Err(Required),
            },
            vec![(Key, Invalid), (Email, Required), (Login, Required)],
        ),
    ] {
        let mut house = House::default();
        house.bearer(Some(bearer()));
        let house = house.open();
        assert_faulty(call(&house, request).await, &faults(&expected));
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_key_that_opens_nothing_any_more_finds_and_hashes_nothing() {
    for dead in dead_bearers() {
        let mut house = House::default();
        house.bearer(Some(dead));
        let house = house.open();
        assert_faulty(call(&house, request()).await, &invalid(&[PartnerField::Key]));
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_key_opens_until_it_ends() {
    let ending = bearer();
    let key = PartnerKey { valid_until: Some(now() + seconds(1)), ..ending.key };
    let mut house = House::default();
    house.bearer(Some(PartnerBearer { key, ..ending }));
    house.holder(Some(ann_email()));
    house.partner_users(&[ann().id]);
    assert_eq!(call(&house.open(), request()).await.unwrap(), ann().id);
}

#[tokio::test]
async fn whoever_is_the_partners_is_found_without_a_write() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    house.holder(Some(ann_email()));
    house.partner_users(&[ann().id]);
    let house = house.open();
    assert_eq!(call(&house, request()).await.unwrap(), ann().id);
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn whoever_holds_the_address_becomes_the_partners_and_nothing_else_about_him_changes() {
    // Somebody who is locked out holds it as well; his record is not even looked at.
    for state in [EmailState::Provisioned, EmailState::Verified { at: now() }] {
        let mut house = House::default();
        house.bearer(Some(bearer()));
        house.holder(Some(in_state(state)));
        house.partner_users(&[]);
        let became = house.adds_partner_users();
        let house = house.open();
        assert_eq!(call(&house, request()).await.unwrap(), ann().id);
        assert_eq!(became.only(), ann().id);
        assert_eq!(house.locks(), anns_locks());
        assert!(house.committed());
    }
}

#[tokio::test]
async fn another_partners_person_becomes_this_ones_too() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    house.holder(Some(ann_email()));
    let asked = house.tx.partners.expect_has_user();
    asked.returning(|of, user| Ok((of, user) == (other_partner().id, ann().id)));
    let became = house.adds_partner_users();
    assert_eq!(call(&house.open(), request()).await.unwrap(), ann().id);
    assert_eq!(became.only(), ann().id);
}

#[tokio::test]
async fn addresses_are_compared_as_everywhere() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    let asked = house.tx.emails.expect_find_holder();
    asked.withf(|asked| asked.as_str() == "ann@example.org").returning(|_| Ok(Some(ann_email())));
    house.partner_users(&[ann().id]);
    let request = FindOrCreateUserRequest { email: Ok(address(" Ann@EXAMPLE.org ")), ..request() };
    assert_eq!(call(&house.open(), request).await.unwrap(), ann().id);
}

/// The partner is revoked, or its key ends or is gone, between the look and the writing.
fn ends_meanwhile() -> Vec<Option<PartnerBearer>> {
    dead_bearers().into_iter().map(Some).chain([None]).collect()
}

#[tokio::test]
async fn a_partner_revoked_in_mid_flight_gets_nobody() {
    for later in ends_meanwhile() {
        let mut house = House::default();
        house.bearer_then(bearer(), later);
        house.holder(Some(ann_email()));
        house.partner_users(&[]);
        let house = house.open();
        assert_faulty(call(&house, request()).await, &invalid(&[PartnerField::Key]));
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn a_use_of_the_key_is_noted_when_the_last_one_was_a_minute_ago() {
    let never = PartnerKey { last_used_at: None, ..bearer().key };
    for bearer in [unnoted_bearer(), PartnerBearer { key: never, ..bearer() }] {
        let mut house = House::default();
        house.bearer(Some(bearer));
        house.holder(Some(ann_email()));
        house.partner_users(&[ann().id]);
        house.notes_use();
        let house = house.open();
        call(&house, request()).await.unwrap();
        assert!(house.committed());
    }
}

#[tokio::test]
async fn a_use_that_cannot_be_noted_fails_nothing() {
    let mut house = House::default();
    house.bearer(Some(unnoted_bearer()));
    house.holder(Some(ann_email()));
    house.partner_users(&[]);
    house.adds_partner_users();
    house.tx.partners.expect_note_use().times(1).returning(|_, _| Err(StoreError::Overloaded));
    let house = house.open();
    assert_eq!(call(&house, request()).await.unwrap(), ann().id);
    assert_eq!(house.store.verdicts(), [Verdict::Commit, Verdict::Rollback]);
}

#[tokio::test]
async fn the_use_of_a_key_that_opens_nothing_is_not_noted() {
    for dead in dead_bearers() {
        let key = PartnerKey { last_used_at: None, ..dead.key };
        let mut house = House::default();
        house.bearer(Some(PartnerBearer { key, ..dead }));
        let house = house.open();
        assert_faulty(call(&house, request()).await, &invalid(&[PartnerField::Key]));
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_store_that_fails_is_no_refusal() {
    let mut house = House::default();
    house.tx.partners.expect_find_bearer().returning(|_| Err(StoreError::Overloaded));
    let failed = call(&house.open(), request()).await;
    assert_refused!(failed, PartnerCallError::Store(StoreError::Overloaded));
}
