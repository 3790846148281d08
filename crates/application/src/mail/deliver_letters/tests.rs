//! The delivery of letters, against mocked ports.

mod partners;
mod phones;
mod running;

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use mockall::predicate::{always, eq};
use portico_domain::{
    letter::{Letter, LetterSecret, Recipient, SealedSecret},
    ports::{
        OutgoingLetter,
        mocks::{
            FixedClock, MockCodeSender, MockMailer, MockStore, MockTransaction, MockWebhookSecrets,
            MockWebhookSender,
        },
    },
};
use tokio::sync::Notify;

use super::*;
use crate::fixtures::*;

/// Rings when the test says that letters were written.
#[derive(Default)]
struct Bell(Notify);

#[async_trait]
impl OutboxWatch for Bell {
    async fn written(&self) {
        self.0.notified().await;
    }
}

/// A mail server that takes every letter, in its own time.
#[derive(Default)]
struct SlowMailer {
    takes: Duration,
    taken: Kept<LetterId>,
    busy: AtomicUsize,
    busiest: AtomicUsize,
    took: Notify,
}

impl SlowMailer {
    fn taking(seconds: u64) -> Arc<Self> {
        Arc::new(Self { takes: Duration::from_secs(seconds), ..Self::default() })
    }
}

#[async_trait]
impl Mailer for SlowMailer {
    async fn send(&self, letter: OutgoingLetter) -> Result<(), MailerError> {
        let busy = self.busy.fetch_add(1, Ordering::Relaxed) + 1;
        self.busiest.fetch_max(busy, Ordering::Relaxed);
        time::sleep(self.takes).await;
        self.busy.fetch_sub(1, Ordering::Relaxed);
        self.taken.put(letter.id);
        self.took.notify_one();
        Ok(())
    }
}

fn holder() -> LeaseHolder {
    LeaseHolder(bob().id.uuid())
}

/// The lane of people, with nothing for partners: nothing is posted, nothing noted in their log.
fn delivery(tx: MockTransaction, mailer: Arc<dyn Mailer>, bell: Arc<Bell>) -> DeliverLetters {
    DeliverLetters {
        store: Arc::new(MockStore::new(tx)),
        clock: Arc::new(FixedClock::default()),
        sealer: Arc::new(sealer()),
        mailer,
        code_sender: Arc::new(MockCodeSender::new()),
        webhook_sender: Arc::new(MockWebhookSender::new()),
        webhook_secrets: Arc::new(MockWebhookSecrets::new()),
        lane: Lane::People,
        watch: bell,
        holder: holder(),
    }
}

/// The letter with this number, its cause ten seconds ago.
fn letter(number: i64) -> OwedLetter {
    let entropy = portico_domain::ports::mocks::CountingEntropy::default();
    let id = LetterId::generate(now() - seconds(number), &entropy);
    OwedLetter {
        id,
        to: ann_address().into(),
        letter: Letter::PasswordReset { valid_minutes: 15 },
        secret: Some(SealedSecret::from_bytes(format!("{id} secret").into_bytes())),
        created_at: now() - seconds(10),
        attempts: 0,
    }
}

/// An outbox where these letters are due to people, once, and this process gets each of them.
fn outbox(due: Vec<OwedLetter>) -> MockTransaction {
    outbox_of(Lane::People, due)
}

/// The same for a lane.
fn outbox_of(lane: Lane, due: Vec<OwedLetter>) -> MockTransaction {
    let mut tx = MockTransaction::default();
    for letter in &due {
        let leased = tx.outbox.expect_lease();
        leased
            .with(eq(letter.id), eq(holder()), eq(now()), eq(now() + seconds(5)))
            .times(1)
            .returning(|_, _, _, _| Ok(()));
    }
    let listed = tx.outbox.expect_list_due().with(eq(lane), eq(now()), always());
    listed.times(1).return_once(|_, _, _| Ok(due));
    tx
}

/// Letters may be noted as delivered.
fn delivers(tx: &mut MockTransaction) -> Kept<LetterId> {
    let noted: Kept<LetterId> = Kept::default();
    let keep = noted.keeper();
    tx.outbox.expect_delivered().with(always(), eq(holder()), eq(now())).returning(move |id, _, _| keep(&id));
    noted
}

/// A mail server that answers once, like this.
fn answering(answer: Result<(), MailerError>) -> Arc<dyn Mailer> {
    let mut mailer = MockMailer::new();
    mailer.expect_send().times(1).return_once(move |_| answer);
    Arc::new(mailer)
}

async fn deliver(tx: MockTransaction, mailer: Arc<dyn Mailer>) -> DeliveryReport {
    delivery(tx, mailer, Arc::default()).execute().await.unwrap()
}

const DELIVERED: DeliveryReport = DeliveryReport { delivered: 1, postponed: 0, abandoned: 0 };
const POSTPONED: DeliveryReport = DeliveryReport { delivered: 0, postponed: 1, abandoned: 0 };
const ABANDONED: DeliveryReport = DeliveryReport { delivered: 0, postponed: 0, abandoned: 1 };
const NOTHING: DeliveryReport = DeliveryReport { delivered: 0, postponed: 0, abandoned: 0 };

fn temporary() -> Result<(), MailerError> {
    Err(MailerError::Temporary("try later".to_owned()))
}

#[tokio::test]
async fn a_due_letter_leaves_with_its_secret_opened_and_is_noted() {
    let mut tx = outbox(vec![letter(1)]);
    let noted = delivers(&mut tx);
    let mut mailer = MockMailer::new();
    let sent = mailer.expect_send().withf(|sent| {
        let secret = sent.secret.as_ref().map(LetterSecret::reveal);
        (sent.id, &sent.to, &sent.letter) == (letter(1).id, &ann_address(), &letter(1).letter)
            && (secret, sent.written_at) == (Some("secret"), letter(1).created_at)
    });
    sent.times(1).returning(|_| Ok(()));
    assert_eq!(deliver(tx, Arc::new(mailer)).await, DELIVERED);
    assert_eq!(noted.only(), letter(1).id);
}

#[tokio::test]
async fn a_letter_without_a_secret_leaves_as_well() {
    let advice = OwedLetter { letter: Letter::AlreadyRegistered, secret: None, ..letter(1) };
    let mut tx = outbox(vec![advice]);
    delivers(&mut tx);
    let mut mailer = MockMailer::new();
    mailer.expect_send().withf(|sent| sent.secret.is_none()).times(1).returning(|_| Ok(()));
    assert_eq!(deliver(tx, Arc::new(mailer)).await, DELIVERED);
}

#[tokio::test]
async fn a_letter_that_may_leave_later_is_tried_again_after_a_growing_pause() {
    for (attempts, age, pause) in [(0, 10, 1), (1, 10, 2), (9, 119, 3), (30, 240, 60), (60, 72_000, 3600)] {
        let owed = OwedLetter { attempts, created_at: now() - seconds(age), ..letter(1) };
        let mut tx = outbox(vec![owed.clone()]);
        let postponed = tx.outbox.expect_postpone();
        postponed
            .with(eq(owed.id), eq(holder()), eq(now() + seconds(pause)), eq("try later"))
            .times(1)
            .returning(|_, _, _, _| Ok(()));
        assert_eq!(deliver(tx, answering(temporary())).await, POSTPONED);
    }
}

/// The letter is given up now, with this error.
fn abandons(tx: &mut MockTransaction, error: &'static str) {
    let abandoned = tx.outbox.expect_abandon().with(eq(letter(1).id), eq(holder()), eq(now()), eq(error));
    abandoned.times(1).returning(|_, _, _, _| Ok(()));
}

#[tokio::test]
async fn a_letter_that_did_not_leave_within_a_day_is_given_up() {
    let old = OwedLetter { created_at: now() - TimeDelta::days(1), ..letter(1) };
    let mut tx = outbox(vec![old]);
    abandons(&mut tx, "try later");
    assert_eq!(deliver(tx, answering(temporary())).await, ABANDONED);
}

#[tokio::test]
async fn a_letter_that_the_mail_server_refuses_is_given_up_at_once() {
    let mut tx = outbox(vec![letter(1)]);
    abandons(&mut tx, "no such mailbox");
    let refused = Err(MailerError::Permanent("no such mailbox".to_owned()));
    assert_eq!(deliver(tx, answering(refused)).await, ABANDONED);
}

#[tokio::test]
async fn a_secret_that_the_key_does_not_open_waits_for_the_right_key() {
    let unsealable = OwedLetter { secret: letter(2).secret, ..letter(1) };
    let mut tx = outbox(vec![unsealable]);
    let postponed = tx.outbox.expect_postpone();
    postponed
        .with(eq(letter(1).id), eq(holder()), eq(now() + seconds(1)), always())
        .times(1)
        .returning(|_, _, _, _| Ok(()));
    assert_eq!(deliver(tx, Arc::new(MockMailer::new())).await, POSTPONED);
}

#[tokio::test]
async fn a_letter_that_another_process_has_is_left_alone() {
    let mut tx = MockTransaction::default();
    tx.outbox.expect_list_due().returning(|_, _, _| Ok(vec![letter(1)]));
    tx.outbox.expect_lease().times(1).returning(|_, _, _, _| Err(StoreError::Stale));
    assert_eq!(deliver(tx, Arc::new(MockMailer::new())).await, NOTHING);
}

#[tokio::test]
async fn one_letter_that_is_refused_holds_up_no_other() {
    let mut tx = outbox(vec![letter(1), letter(2)]);
    abandons(&mut tx, "no such mailbox");
    let noted = delivers(&mut tx);
    let mut mailer = MockMailer::new();
    mailer.expect_send().times(2).returning(|sent| {
        if sent.id == letter(1).id {
            Err(MailerError::Permanent("no such mailbox".to_owned()))
        } else {
            Ok(())
        }
    });
    let report = deliver(tx, Arc::new(mailer)).await;
    assert_eq!(report, DeliveryReport { delivered: 1, postponed: 0, abandoned: 1 });
    assert_eq!(noted.only(), letter(2).id);
}

#[tokio::test]
async fn a_store_that_fails_between_two_letters_does_not_cut_the_first_one_off() {
    let mut tx = MockTransaction::default();
    tx.outbox.expect_list_due().returning(|_, _, _| Ok(vec![letter(1), letter(2)]));
    tx.outbox
        .expect_lease()
        .with(eq(letter(1).id), always(), always(), always())
        .returning(|_, _, _, _| Ok(()));
    tx.outbox.expect_lease().returning(|_, _, _, _| Err(StoreError::Overloaded));
    let noted = delivers(&mut tx);
    let failed = delivery(tx, answering(Ok(())), Arc::default()).execute().await;
    assert_refused!(failed, StoreError::Overloaded);
    assert_eq!(noted.only(), letter(1).id);
}

#[tokio::test]
async fn an_outbox_that_cannot_be_read_is_an_error() {
    let mut tx = MockTransaction::default();
    tx.outbox.expect_list_due().returning(|_, _, _| Err(StoreError::Closed));
    let failed = delivery(tx, Arc::new(MockMailer::new()), Arc::default()).execute().await;
    assert_refused!(failed, StoreError::Closed);
}

#[tokio::test(start_paused = true)]
async fn the_lease_is_kept_for_as_long_as_the_mail_server_takes() {
    let mut tx = outbox(vec![letter(1)]);
    let extended = tx.outbox.expect_extend().with(eq(letter(1).id), eq(holder()), eq(now() + seconds(5)));
    extended.times(3).returning(|_, _, _| Ok(()));
    delivers(&mut tx);
    assert_eq!(deliver(tx, SlowMailer::taking(7)).await, DELIVERED);
}

#[tokio::test(start_paused = true)]
async fn a_letter_that_another_process_took_meanwhile_is_let_go() {
    let mut tx = outbox(vec![letter(1)]);
    tx.outbox.expect_extend().times(1).returning(|_, _, _| Err(StoreError::Stale));
    let mailer = SlowMailer::taking(7);
    let sending = Arc::<SlowMailer>::clone(&mailer);
    assert_eq!(deliver(tx, sending).await, NOTHING);
    assert!(mailer.taken.all().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_while_a_letter_is_sent_does_not_stop_it() {
    let mut tx = outbox(vec![letter(1)]);
    tx.outbox.expect_extend().times(1).returning(|_, _, _| Err(StoreError::Overloaded));
    delivers(&mut tx);
    assert_eq!(deliver(tx, SlowMailer::taking(3)).await, DELIVERED);
}

#[tokio::test(start_paused = true)]
async fn an_outcome_is_noted_once_the_store_is_back() {
    let mut tx = outbox(vec![letter(1)]);
    tx.outbox.expect_delivered().times(9).returning(|_, _, _| Err(StoreError::Closed));
    let noted = delivers(&mut tx);
    assert_eq!(deliver(tx, answering(Ok(()))).await, DELIVERED);
    assert_eq!(noted.only(), letter(1).id);
}

#[tokio::test(start_paused = true)]
async fn an_outcome_that_cannot_be_noted_for_a_minute_is_let_go() {
    let mut tx = outbox(vec![letter(1)]);
    tx.outbox.expect_delivered().times(120).returning(|_, _, _| Err(StoreError::Closed));
    assert_eq!(deliver(tx, answering(Ok(()))).await, NOTHING);
}

#[tokio::test(start_paused = true)]
async fn an_outcome_that_another_process_will_note_is_noted_no_second_time() {
    let mut tx = outbox(vec![letter(1)]);
    tx.outbox.expect_delivered().times(1).returning(|_, _, _| Err(StoreError::Stale));
    assert_eq!(deliver(tx, answering(Ok(()))).await, NOTHING);
}
