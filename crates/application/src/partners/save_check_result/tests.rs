//! Keeping results, with mocks.

mod idempotency;
mod mailing;
mod refusals;

use portico_domain::{
    id::LetterId,
    letter::Recipient,
    partner::{NewDelivery, PartnerBearer, PartnerEvent, PartnerKey},
    ports::Verdict,
};

use super::*;
use crate::fixtures::*;

const MODEL: &str = "{\"mark\" : 4.0,\r\n \"z\":\"\\u0000\"} ";

fn text(text: &str) -> ResultText {
    ResultText::parse(text.to_owned()).unwrap()
}

fn model(text: &str) -> Model {
    Model::parse(text.to_owned()).unwrap()
}

/// Ann wrote about autumn; nothing is to be mailed.
fn request() -> SaveCheckResultRequest {
    SaveCheckResultRequest {
        key: Ok(key()),
        user: Ok(ann().id),
        dictation: Ok(dictation_id("autumn")),
        text: Ok(text("The leafs are falling.")),
        model: Ok(model(MODEL)),
        send_email: Ok(false),
        idempotency_key: None,
    }
}

async fn call(house: &OpenHouse, request: SaveCheckResultRequest) -> Result<(), SaveCheckResultError> {
    house.does.save_check_result.execute(request).await
}

/// Fails unless exactly these fields are faulty, and like this.
fn assert_faulty(outcome: Result<(), SaveCheckResultError>, expected: &FieldFaults) {
    match outcome {
        Err(SaveCheckResultError::Call(PartnerCallError::Faulty(faults))) => assert_eq!(faults, *expected),
        other => panic!("{other:?} is not {expected:?}"),
    }
}

/// What was kept of a call.
struct Saved {
    results: Kept<CheckResult>,
    letters: Kept<OwedLetter>,
    deliveries: Kept<NewDelivery>,
}

/// A house of the partner's that may keep results.
fn house() -> (House, Saved) {
    let mut house = House::default();
    house.diktado();
    let (results, letters, deliveries) = (house.results(), house.letters(), house.deliveries());
    (house, Saved { results, letters, deliveries })
}

#[tokio::test]
async fn a_result_is_kept_byte_for_byte_and_nobody_is_written_to() {
    let (house, saved) = house();
    let house = house.open();
    call(&house, request()).await.unwrap();

    let result = saved.results.only();
    let expected = CheckResult {
        id: result.id,
        partner: partner().id,
        user: ann().id,
        dictation: dictation_id("autumn"),
        text: text("The leafs are falling."),
        model: model(MODEL),
        page_token: None,
        created_at: now(),
    };
    assert_eq!(result, expected);
    assert_eq!(result.model.as_str(), MODEL);
    assert_eq!(saved.letters.only().letter, Letter::PartnerEvent { event: PartnerEvent::CheckResultSaved });
    assert_eq!(house.locks(), [], "results stand in nobody's way");
    assert!(house.committed());
}

#[tokio::test]
async fn every_call_adds_a_result() {
    let (house, saved) = house();
    let house = house.open();
    call(&house, request()).await.unwrap();
    call(&house, request()).await.unwrap();
    let results = saved.results.all();
    assert_eq!(results.len(), 2);
    assert_ne!(results[0].id, results[1].id);
}

#[tokio::test]
async fn every_webhook_that_listens_is_told_of_a_result_once() {
    let (both, saved_only) = (PartnerEvent::ALL, [PartnerEvent::CheckResultSaved]);
    let webhooks =
        [webhook_of(1, &[PartnerEvent::UserCreated]), webhook_of(2, &both), webhook_of(3, &saved_only)];
    let mut house = House::default();
    house.bearer(Some(bearer()));
    house.partner_users(&[ann().id]);
    house.dictations(&[dictation()]);
    house.webhooks(&webhooks);
    let (results, letters, deliveries) = (house.results(), house.letters(), house.deliveries());
    call(&house.open(), request()).await.unwrap();

    let (told, owed) = (deliveries.all(), letters.all());
    assert_eq!((told.len(), owed.len()), (2, 2));
    let news = PartnerNews::CheckResultSaved {
        result: results.only().id,
        user: ann().id,
        dictation: dictation_id("autumn"),
    };
    for ((told, owed), webhook) in told.iter().zip(&owed).zip(&webhooks[1..]) {
        assert_eq!((told.webhook, told.event), (webhook.id, PartnerEvent::CheckResultSaved));
        assert_eq!(told.body, news.body(told.event_id, now()));
        assert_eq!((owed.id, owed.created_at), (LetterId::from_uuid(told.id.uuid()), now()));
        assert_eq!(owed.to, Recipient::Webhook(webhook.url.as_str().to_owned()));
    }
    assert_eq!(told[0].event_id, told[1].event_id, "it is one event");
}

#[tokio::test]
async fn what_is_posted_holds_neither_text_nor_model_nor_address() {
    let (house, saved) = house();
    let request = SaveCheckResultRequest { model: Ok(model(r#"{"mark":"zwölf"}"#)), ..request() };
    call(&house.open(), request).await.unwrap();
    let body = saved.deliveries.only().body;
    for secret in ["leafs", "mark", "zwölf", "ann@example.org", "Autumn"] {
        assert!(!body.contains(secret), "{secret}: {body}");
    }
}

#[tokio::test]
async fn a_use_of_the_key_is_noted_when_the_last_one_was_a_minute_ago() {
    let (mut house, _) = at_work(unnoted_bearer());
    house.notes_use();
    let house = house.open();
    call(&house, request()).await.unwrap();
    assert_eq!(house.store.verdicts(), [Verdict::Commit, Verdict::Commit]);
}

/// The same as [`house`], with another bearer.
fn at_work(bearer: PartnerBearer) -> (House, Saved) {
    let mut house = House::default();
    house.bearer(Some(bearer));
    house.partner_users(&[ann().id]);
    house.dictations(&[dictation()]);
    house.webhooks(&[]);
    let (results, letters, deliveries) = (house.results(), house.letters(), house.deliveries());
    (house, Saved { results, letters, deliveries })
}

#[tokio::test]
async fn a_use_that_cannot_be_noted_fails_nothing() {
    let (mut house, saved) = at_work(unnoted_bearer());
    house.tx.partners.expect_note_use().times(1).returning(|_, _| Err(StoreError::Closed));
    let house = house.open();
    call(&house, request()).await.unwrap();
    assert_eq!(saved.results.all().len(), 1);
    assert_eq!(house.store.verdicts(), [Verdict::Commit, Verdict::Rollback]);
}

#[tokio::test]
async fn a_result_that_cannot_be_told_of_is_not_kept() {
    let mut house = House::default();
    house.diktado();
    house.results();
    house.tx.webhooks.expect_add_delivery().times(1).returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    let failed = call(&house, request()).await;
    assert_refused!(failed, SaveCheckResultError::Call(PartnerCallError::Store(StoreError::Overloaded)));
    assert!(!house.committed());
}

#[tokio::test]
async fn a_key_that_ends_in_a_second_still_opens() {
    let key = PartnerKey { valid_until: Some(now() + seconds(1)), ..bearer().key };
    let (house, saved) = at_work(PartnerBearer { key, ..bearer() });
    call(&house.open(), request()).await.unwrap();
    assert_eq!(saved.results.all().len(), 1);
}
