//! Calls with names.

use super::*;

fn name() -> IdempotencyKey {
    IdempotencyKey::parse("550e8400-e29b").unwrap()
}

fn named() -> SaveCheckResultRequest {
    SaveCheckResultRequest { idempotency_key: Some(name()), ..request() }
}

/// The name of every call is found like this.
fn claims(house: &mut House, claim: Claim) -> Kept<IdempotentRequest> {
    let claimed: Kept<IdempotentRequest> = Kept::default();
    let keep = claimed.keeper();
    house.tx.idempotency_keys.expect_claim().returning(move |request| keep(request).map(|()| claim));
    claimed
}

/// What the call is recognised by.
async fn digest_of(request: SaveCheckResultRequest) -> RequestDigest {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    let claimed = claims(&mut house, Claim::Repeated);
    call(&house.open(), request).await.unwrap();
    claimed.only().digest
}

#[tokio::test]
async fn a_new_call_takes_its_name_and_adds_a_result() {
    let (mut house, saved) = house();
    let claimed = claims(&mut house, Claim::New);
    let house = house.open();
    call(&house, named()).await.unwrap();
    let IdempotentRequest { partner: of, key, at, .. } = claimed.only();
    assert_eq!((of, key, at), (partner().id, name(), now()));
    assert_eq!(saved.results.all().len(), 1);
    assert!(house.committed(), "in one unit of work");
}

#[tokio::test]
async fn a_call_without_a_name_takes_none() {
    // No claim is expected of the mock.
    let (house, saved) = house();
    call(&house.open(), request()).await.unwrap();
    assert_eq!(saved.results.all().len(), 1);
}

#[tokio::test]
async fn a_repeated_call_is_answered_as_the_first_and_does_nothing() {
    let mut house = House::default();
    house.diktado();
    claims(&mut house, Claim::Repeated);
    let house = house.open();
    call(&house, SaveCheckResultRequest { send_email: Ok(true), ..named() }).await.unwrap();
    assert!(house.committed());
}

#[tokio::test]
async fn a_repeated_call_is_answered_as_the_first_even_when_its_dictation_was_retired_since() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    house.partner_users(&[]);
    house.dictations(&[retired(dictation())]);
    claims(&mut house, Claim::Repeated);
    call(&house.open(), named()).await.unwrap();
}

#[tokio::test]
async fn a_repeated_call_is_a_use_of_the_key() {
    let mut house = House::default();
    house.bearer(Some(unnoted_bearer()));
    claims(&mut house, Claim::Repeated);
    house.notes_use();
    call(&house.open(), named()).await.unwrap();
}

#[tokio::test]
async fn another_call_with_the_name_is_refused() {
    let mut house = House::default();
    house.diktado();
    claims(&mut house, Claim::Taken);
    let house = house.open();
    assert_refused!(call(&house, named()).await, SaveCheckResultError::KeyTaken);
    assert!(!house.committed());
}

#[tokio::test]
async fn a_call_that_comes_to_nothing_does_not_use_its_name_up() {
    let mut house = House::default();
    house.diktado();
    claims(&mut house, Claim::New);
    let house = house.open();
    let outcome = call(&house, SaveCheckResultRequest { user: Ok(bob().id), ..named() }).await;
    assert_faulty(outcome, &invalid(&[PartnerField::User]));
    assert!(!house.committed(), "the name is taken in the unit of work that is undone");
}

#[tokio::test]
async fn a_name_that_cannot_be_taken_now_keeps_nothing() {
    let mut house = House::default();
    house.diktado();
    house.tx.idempotency_keys.expect_claim().times(1).returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    let failed = call(&house, named()).await;
    assert_refused!(failed, SaveCheckResultError::Call(PartnerCallError::Store(StoreError::Overloaded)));
    assert!(!house.committed());
}

#[tokio::test]
async fn a_call_is_recognised_by_everything_that_it_asks_for() {
    let first = digest_of(named()).await;
    assert_eq!(first, digest_of(named()).await);
    let others = [
        SaveCheckResultRequest { user: Ok(bob().id), ..named() },
        SaveCheckResultRequest { dictation: Ok(dictation_id("winter")), ..named() },
        SaveCheckResultRequest { text: Ok(text("The leafs are falling. ")), ..named() },
        SaveCheckResultRequest { model: Ok(model(&format!("{MODEL} "))), ..named() },
        SaveCheckResultRequest { send_email: Ok(true), ..named() },
    ];
    for other in others {
        assert_ne!(first, digest_of(other).await);
    }
}

#[tokio::test]
async fn a_call_is_recognised_under_the_partners_next_key() {
    let next = PartnerKey { digest: token("portico_key_next").digest(), ..bearer().key };
    let mut house = House::default();
    house.bearer(Some(PartnerBearer { key: next, ..bearer() }));
    let claimed = claims(&mut house, Claim::Repeated);
    let request = SaveCheckResultRequest { key: Ok(token("portico_key_next")), ..named() };
    call(&house.open(), request).await.unwrap();
    assert_eq!(claimed.only().digest, digest_of(named()).await);
}
