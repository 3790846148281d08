//! Calls that come to nothing.

use FieldFault::{Invalid, Required, TooLong};
use PartnerField::{Dict, Key, SendEmailToUser, Text, User};

use super::*;

/// A call with one fault, and that fault.
type Faulty = (SaveCheckResultRequest, (PartnerField, FieldFault));

/// Each field with each of its faults, and the rest as it should be.
fn faulty_in_itself() -> Vec<Faulty> {
    let long = TooLong { max: 1 };
    let mut all = Vec::new();
    for fault in [Required, Invalid, long] {
        all.extend([
            (SaveCheckResultRequest { user: Err(fault), ..request() }, (User, fault)),
            (SaveCheckResultRequest { dictation: Err(fault), ..request() }, (Dict, fault)),
            (SaveCheckResultRequest { text: Err(fault), ..request() }, (Text, fault)),
            (SaveCheckResultRequest { model: Err(fault), ..request() }, (PartnerField::Model, fault)),
            (SaveCheckResultRequest { send_email: Err(fault), ..request() }, (SendEmailToUser, fault)),
        ]);
    }
    all
}

#[tokio::test]
async fn each_field_that_is_faulty_in_itself_is_told_without_a_write() {
    for (request, fault) in faulty_in_itself() {
        let mut house = House::default();
        house.diktado();
        let house = house.open();
        // The name of a call is not used up by one that comes to nothing.
        let named = SaveCheckResultRequest { idempotency_key: IdempotencyKey::parse("a").ok(), ..request };
        assert_faulty(call(&house, named).await, &faults(&[fault]));
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn all_faulty_fields_are_told_at_once_and_in_order() {
    let faulty = SaveCheckResultRequest {
        key: Err(Required),
        user: Err(Invalid),
        dictation: Err(Required),
        text: Err(TooLong { max: 5 }),
        model: Err(Invalid),
        send_email: Err(Invalid),
        idempotency_key: None,
    };
    let expected = faults(&[
        (Key, Required),
        (User, Invalid),
        (Dict, Required),
        (Text, TooLong { max: 5 }),
        (PartnerField::Model, Invalid),
        (SendEmailToUser, Invalid),
    ]);
    let house = House::default().open();
    assert_faulty(call(&house, faulty).await, &expected);
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn of_no_partner_there_is_neither_a_person_nor_a_dictation() {
    for (key, fault) in [
        (Ok(token("nobody's")), Invalid),
        (Err(Required), Required),
        (Err(Invalid), Invalid),
        (Err(TooLong { max: 9 }), TooLong { max: 9 }),
    ] {
        let mut house = House::default();
        house.diktado();
        let house = house.open();
        let outcome = call(&house, SaveCheckResultRequest { key, ..request() }).await;
        assert_faulty(outcome, &faults(&[(Key, fault), (User, Invalid), (Dict, Invalid)]));
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn under_a_key_that_opens_nothing_any_more_the_rest_is_judged_by_what_is_its_partners() {
    for dead in dead_bearers() {
        let foreign =
            SaveCheckResultRequest { user: Ok(bob().id), dictation: Ok(dictation_id("winter")), ..request() };
        for (request, expected) in [
            (request(), invalid(&[Key])),
            (SaveCheckResultRequest { user: Ok(bob().id), ..request() }, invalid(&[Key, User])),
            (foreign, invalid(&[Key, User, Dict])),
            (
                SaveCheckResultRequest { text: Err(Required), ..request() },
                faults(&[(Key, Invalid), (Text, Required)]),
            ),
        ] {
            let mut house = House::default();
            house.bearer(Some(dead.clone()));
            house.partner_users(&[ann().id]);
            house.dictations(&[dictation()]);
            let house = house.open();
            // Not even what it did before is answered as it was then.
            let named =
                SaveCheckResultRequest { idempotency_key: IdempotencyKey::parse("a").ok(), ..request };
            assert_faulty(call(&house, named).await, &expected);
            assert!(house.wrote_nothing());
        }
    }
}

#[tokio::test]
async fn somebody_elses_person_or_dictation_is_as_good_as_none() {
    let elsewhere = Dictation { partner: other_partner().id, id: dictation_id("winter"), ..dictation() };
    let foreign_user = SaveCheckResultRequest { user: Ok(bob().id), ..request() };
    let of = |id: &str| SaveCheckResultRequest { dictation: Ok(dictation_id(id)), ..request() };
    let both = SaveCheckResultRequest { user: Ok(bob().id), ..of("winter") };
    for (request, expected) in [
        (foreign_user, invalid(&[User])),
        (of("winter"), invalid(&[Dict])),
        (of("Autumn"), invalid(&[Dict])),
        (of("old"), invalid(&[Dict])),
        (both, invalid(&[User, Dict])),
    ] {
        let mut house = House::default();
        house.bearer(Some(bearer()));
        house.partner_users(&[ann().id]);
        let old = retired(Dictation { id: dictation_id("old"), ..dictation() });
        house.dictations(&[dictation(), elsewhere.clone(), old]);
        let house = house.open();
        assert_faulty(call(&house, request).await, &expected);
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn a_fault_of_ones_own_is_told_beside_what_is_somebody_elses() {
    let request = SaveCheckResultRequest {
        user: Ok(bob().id),
        dictation: Ok(dictation_id("winter")),
        model: Err(Invalid),
        ..request()
    };
    let mut house = House::default();
    house.diktado();
    assert_faulty(call(&house.open(), request).await, &invalid(&[User, Dict, PartnerField::Model]));
}

#[tokio::test]
async fn a_partner_revoked_in_mid_flight_keeps_nothing() {
    for dead in dead_bearers() {
        let mut house = House::default();
        house.bearer_then(bearer(), Some(dead));
        house.partner_users(&[ann().id]);
        house.dictations(&[dictation()]);
        let house = house.open();
        let named = SaveCheckResultRequest {
            send_email: Ok(true),
            idempotency_key: IdempotencyKey::parse("a").ok(),
            ..request()
        };
        assert_faulty(call(&house, named).await, &invalid(&[Key]));
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_read_is_no_refusal() {
    let mut house = House::default();
    house.tx.partners.expect_find_bearer().returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    let failed = call(&house, request()).await;
    assert_refused!(failed, SaveCheckResultError::Call(PartnerCallError::Store(StoreError::Overloaded)));
    assert!(house.wrote_nothing());
}
