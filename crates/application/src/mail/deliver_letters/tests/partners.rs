//! Events that partners are told.

use chrono::{DateTime, Utc};
use mockall::Sequence;
use portico_domain::{
    partner::{DeliveryAttempt, DeliveryOutcome, Partner, Webhook},
    ports::{DueDelivery, OutgoingEvent, Verdict, WebhookSenderError},
};

use super::*;

fn due() -> DueDelivery {
    DueDelivery { told: told(), webhook: webhook(), partner: partner() }
}

/// The outbox owes the one event, whose entry in the log is this.
fn owing(due: Option<DueDelivery>) -> MockTransaction {
    owing_since(due, told().created_at)
}

fn owing_since(due: Option<DueDelivery>, created_at: DateTime<Utc>) -> MockTransaction {
    let owed = OwedLetter { created_at, ..owed_for(&told()) };
    let mut tx = outbox_of(Lane::Partners, vec![owed]);
    tx.webhooks.expect_find_due().with(eq(told().id)).times(1).returning(move |_| Ok(due.clone()));
    tx
}

/// Tries may be noted in the log, each once the outbox has it.
fn notes(tx: &mut MockTransaction, order: &mut Sequence) -> Kept<DeliveryAttempt> {
    let noted: Kept<DeliveryAttempt> = Kept::default();
    let keep = noted.keeper();
    let attempt = tx.webhooks.expect_note_attempt().with(eq(told().id), always());
    attempt.times(1).in_sequence(order).returning(move |_, attempt| keep(attempt));
    noted
}

fn attempt(outcome: DeliveryOutcome, status: Option<u16>, error: Option<&str>) -> DeliveryAttempt {
    DeliveryAttempt { at: now(), outcome, status, error: error.map(str::to_owned) }
}

/// A partner's program that answers once, like this.
fn program(answer: Result<u16, WebhookSenderError>) -> MockWebhookSender {
    let mut sender = MockWebhookSender::new();
    sender.expect_send().times(1).return_once(move |_| answer);
    sender
}

fn refusal(status: Option<u16>, reason: &str) -> Result<u16, WebhookSenderError> {
    Err(WebhookSenderError { status, reason: reason.to_owned() })
}

fn office(tx: MockTransaction, sender: MockWebhookSender) -> (DeliverLetters, Arc<MockStore>) {
    let store = Arc::new(MockStore::new(tx));
    let delivery = DeliverLetters {
        store: Arc::<MockStore>::clone(&store),
        webhook_sender: Arc::new(sender),
        webhook_secrets: Arc::new(webhook_secrets()),
        lane: Lane::Partners,
        ..delivery(MockTransaction::default(), Arc::new(MockMailer::new()), Arc::default())
    };
    (delivery, store)
}

async fn deliver_to(tx: MockTransaction, sender: MockWebhookSender) -> DeliveryReport {
    office(tx, sender).0.execute().await.unwrap()
}

#[tokio::test]
async fn an_event_is_posted_with_its_secret_and_noted_in_the_outbox_and_the_log_at_once() {
    let mut tx = owing(Some(due()));
    let mut order = Sequence::new();
    let delivered = tx.outbox.expect_delivered().with(eq(owed_for(&told()).id), eq(holder()), eq(now()));
    delivered.times(1).in_sequence(&mut order).returning(|_, _, _| Ok(()));
    let noted = notes(&mut tx, &mut order);
    let mut sender = MockWebhookSender::new();
    let posted = sender.expect_send().withf(|posted: &OutgoingEvent| {
        let OutgoingEvent { delivery, event_id, event, url, secret, body } = posted;
        (*delivery, *event_id, *event, body) == (told().id, told().event_id, told().event, &told().body)
            && *url == webhook().url
            && secret.reveal() == format!("secret of {}", webhook().id)
    });
    posted.times(1).returning(|_| Ok(204));
    let (office, store) = office(tx, sender);
    assert_eq!(office.execute().await.unwrap(), DELIVERED);
    assert_eq!(noted.only(), attempt(DeliveryOutcome::Delivered, Some(204), None));
    // The lease, and one unit of work for both notes.
    assert_eq!(store.verdicts(), [Verdict::Commit, Verdict::Commit]);
}

#[tokio::test]
async fn whatever_a_program_answers_else_it_is_told_again_after_a_growing_pause() {
    for (status, reason) in [
        (None, "nobody answers"),
        (Some(302), "it answered 302"),
        (Some(400), "it answered 400"),
        (Some(410), "it answered 410"),
        (Some(503), "it answered 503"),
    ] {
        for (age, pause) in [(10, 1), (240, 60), (80_000, 3600)] {
            let mut tx = owing_since(Some(due()), now() - seconds(age));
            let mut order = Sequence::new();
            let postponed = tx.outbox.expect_postpone();
            postponed
                .with(eq(owed_for(&told()).id), eq(holder()), eq(now() + seconds(pause)), eq(reason))
                .times(1)
                .in_sequence(&mut order)
                .returning(|_, _, _, _| Ok(()));
            let noted = notes(&mut tx, &mut order);
            assert_eq!(deliver_to(tx, program(refusal(status, reason))).await, POSTPONED);
            assert_eq!(noted.only(), attempt(DeliveryOutcome::Postponed, status, Some(reason)));
        }
    }
}

/// The event is given up now, with this error.
fn gives_up(tx: &mut MockTransaction, error: &'static str) -> Kept<DeliveryAttempt> {
    let mut order = Sequence::new();
    let abandoned = tx.outbox.expect_abandon();
    abandoned
        .with(eq(owed_for(&told()).id), eq(holder()), eq(now()), eq(error))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _, _, _| Ok(()));
    notes(tx, &mut order)
}

#[tokio::test]
async fn an_event_that_no_program_took_within_a_day_is_given_up() {
    let mut tx = owing_since(Some(due()), now() - TimeDelta::days(1));
    let noted = gives_up(&mut tx, "it answered 404");
    assert_eq!(deliver_to(tx, program(refusal(Some(404), "it answered 404"))).await, ABANDONED);
    assert_eq!(noted.only(), attempt(DeliveryOutcome::Abandoned, Some(404), Some("it answered 404")));
}

#[tokio::test]
async fn nothing_is_posted_to_whoever_is_told_nothing_any_more() {
    let removed = Webhook { removed_at: Some(now()), ..webhook() };
    let shut_out = Partner { revoked_at: Some(now()), ..partner() };
    for (entry, error) in [
        (Some(DueDelivery { webhook: removed, ..due() }), "the webhook was removed"),
        (Some(DueDelivery { partner: shut_out, ..due() }), "the partner was revoked"),
        (None, "its entry in the log is gone"),
    ] {
        let mut tx = owing(entry);
        let noted = gives_up(&mut tx, error);
        assert_eq!(deliver_to(tx, MockWebhookSender::new()).await, ABANDONED);
        assert_eq!(noted.only(), attempt(DeliveryOutcome::Abandoned, None, Some(error)));
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_looked_up_now_is_told_later() {
    let mut tx = outbox_of(Lane::Partners, vec![owed_for(&told())]);
    tx.webhooks.expect_find_due().times(1).returning(|_| Err(StoreError::Overloaded));
    let mut order = Sequence::new();
    let error = StoreError::Overloaded.to_string();
    let postponed = tx.outbox.expect_postpone();
    postponed
        .withf(move |_, _, due, said| (*due, said) == (now() + seconds(1), error.as_str()))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _, _, _| Ok(()));
    let noted = notes(&mut tx, &mut order);
    assert_eq!(deliver_to(tx, MockWebhookSender::new()).await, POSTPONED);
    assert_eq!(noted.only().status, None);
}

#[tokio::test(start_paused = true)]
async fn what_the_log_cannot_take_yet_is_not_noted_in_the_outbox_alone() {
    let mut tx = owing(Some(due()));
    tx.outbox.expect_delivered().times(2).returning(|_, _, _| Ok(()));
    tx.webhooks.expect_note_attempt().times(1).returning(|_, _| Err(StoreError::Closed));
    tx.webhooks.expect_note_attempt().times(1).returning(|_, _| Ok(()));
    let (office, store) = office(tx, program(Ok(200)));
    assert_eq!(office.execute().await.unwrap(), DELIVERED);
    assert_eq!(store.verdicts(), [Verdict::Commit, Verdict::Rollback, Verdict::Commit]);
}

#[tokio::test]
async fn an_event_that_another_process_took_meanwhile_is_noted_by_that_one() {
    let mut tx = owing(Some(due()));
    tx.outbox.expect_delivered().times(1).returning(|_, _, _| Err(StoreError::Stale));
    assert_eq!(deliver_to(tx, program(Ok(200))).await, NOTHING);
}

#[tokio::test]
async fn a_letter_to_people_is_not_posted() {
    let to = Recipient::Webhook(webhook().url.as_str().to_owned());
    let mut tx = outbox(vec![OwedLetter { to, ..letter(1) }]);
    abandons(&mut tx, "a password_reset goes to a mailbox alone");
    assert_eq!(deliver(tx, Arc::new(MockMailer::new())).await, ABANDONED);
}

#[tokio::test]
async fn a_process_asks_for_the_letters_of_its_lane_and_no_others() {
    for lane in [Lane::People, Lane::Partners] {
        let (office, _) = office(outbox_of(lane, Vec::new()), MockWebhookSender::new());
        assert_eq!(DeliverLetters { lane, ..office }.execute().await.unwrap(), NOTHING);
    }
}
