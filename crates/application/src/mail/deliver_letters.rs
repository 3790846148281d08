//! Delivering what the outbox owes.

mod ending;
mod sending;

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use portico_domain::{
    id::LetterId,
    letter::{Lane, OwedLetter, pause_before_retry},
    ports::{
        Clock, CodeSender, Consistency, LeaseHolder, Mailer, MailerError, OutboxWatch, Sealer, Store,
        StoreError, StoreExt as _, WebhookSecrets, WebhookSender,
    },
};
use tokio::{
    sync::watch,
    task::{self, JoinError, JoinSet},
    time::{self, MissedTickBehavior},
};

use self::{
    ending::{Ending, Noted},
    sending::Tried,
};

/// Letters on their way at once: one that hangs holds up few others.
const AT_ONCE: usize = 8;
/// How long a letter is nobody else's without a sign of life.
const LEASE: TimeDelta = TimeDelta::seconds(5);
/// How often that sign is given.
const EXTEND_EVERY: Duration = Duration::from_secs(2);
/// How often the outbox is looked at without being told to: for retries, and for letters of other processes.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often, and how long apart, the outcome of a try is noted when the store fails: a delivered letter that is not
/// noted would be sent again.
const NOTE_TRIES: u32 = 120;
const NOTE_PAUSE: Duration = Duration::from_millis(500);

/// What became of the letters of one round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryReport {
    /// Taken by the mail server.
    pub delivered: usize,
    /// To be tried again.
    pub postponed: usize,
    /// Given up.
    pub abandoned: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Delivered,
    Postponed,
    Abandoned,
    /// Another process has it.
    Elsewhere,
}

impl DeliveryReport {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Delivered => self.delivered += 1,
            Outcome::Postponed => self.postponed += 1,
            Outcome::Abandoned => self.abandoned += 1,
            Outcome::Elsewhere => {}
        }
    }
}

/// The letters that this process is delivering. One whose outcome cannot be noted yet stays among them, so that it is
/// not sent again when its lease ends meanwhile.
#[derive(Default)]
struct OnTheirWay {
    deliveries: JoinSet<Outcome>,
    letters: HashMap<task::Id, LetterId>,
}

impl OnTheirWay {
    fn len(&self) -> usize {
        self.deliveries.len()
    }

    fn contains(&self, id: LetterId) -> bool {
        self.letters.values().any(|letter| *letter == id)
    }

    fn start(&mut self, id: LetterId, delivery: impl Future<Output = Outcome> + Send + 'static) {
        let task = self.deliveries.spawn(delivery).id();
        self.letters.insert(task, id);
    }

    /// What became of the next one to end; nothing when none is left.
    async fn next(&mut self) -> Option<Outcome> {
        let ended = self.deliveries.join_next_with_id().await?;
        Some(self.forget(ended))
    }

    /// Forgets those that have ended.
    fn sweep(&mut self) {
        while let Some(ended) = self.deliveries.try_join_next_with_id() {
            self.forget(ended);
        }
    }

    fn forget(&mut self, ended: Result<(task::Id, Outcome), JoinError>) -> Outcome {
        let (task, outcome) = ended.unwrap_or_else(|failed| (failed.id(), Outcome::Elsewhere));
        self.letters.remove(&task);
        outcome
    }
}

/// Delivers letters: takes each for itself alone, hands it to the mail server, and notes what became of it. Several
/// processes may do so on one outbox.
#[derive(Clone)]
pub struct DeliverLetters {
    /// Where the letters wait.
    pub store: Arc<dyn Store>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Opens what letters say in confidence.
    pub sealer: Arc<dyn Sealer>,
    /// The way out.
    pub mailer: Arc<dyn Mailer>,
    /// The way out to telephones.
    pub code_sender: Arc<dyn CodeSender>,
    /// The way out to partners' programs.
    pub webhook_sender: Arc<dyn WebhookSender>,
    /// By what those recognise what is posted.
    pub webhook_secrets: Arc<dyn WebhookSecrets>,
    /// Whose letters these are.
    pub lane: Lane,
    /// Tells of new letters.
    pub watch: Arc<dyn OutboxWatch>,
    /// The name of this process.
    pub holder: LeaseHolder,
}

impl DeliverLetters {
    /// Delivers what is due now, once each.
    ///
    /// # Errors
    /// When the outbox cannot be read.
    pub async fn execute(&self) -> Result<DeliveryReport, StoreError> {
        let mut report = DeliveryReport::default();
        let mut on_their_way = OnTheirWay::default();
        let started = self.start_due(&mut on_their_way, usize::from(u16::MAX)).await;
        while let Some(outcome) = on_their_way.next().await {
            report.count(outcome);
        }
        started.map(|()| report)
    }

    /// Delivers letters until `stop` turns true; those on their way then are seen through.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut on_their_way = OnTheirWay::default();
        let mut look = time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !*stop.borrow() {
            let room = AT_ONCE - on_their_way.len();
            if let Err(error) = self.start_due(&mut on_their_way, room).await {
                tracing::warn!(%error, "the outbox cannot be read");
            }
            let is_full = on_their_way.len() == AT_ONCE;
            tokio::select! {
                _ = stop.changed() => break,
                // A place is free again: others may have waited for it.
                Some(_) = on_their_way.next(), if is_full => {}
                () = self.watch.written(), if !is_full => {}
                _ = look.tick(), if !is_full => {}
            }
            on_their_way.sweep();
        }
        while on_their_way.next().await.is_some() {}
    }

    /// Takes up to `room` due letters and sends them on their way.
    async fn start_due(&self, on_their_way: &mut OnTheirWay, room: usize) -> Result<(), StoreError> {
        let (lane, now, limit) = (self.lane, self.clock.now(), u16::try_from(room).unwrap_or(u16::MAX));
        let due = self
            .store
            .read::<_, StoreError, _>(Consistency::Latest, move |seen| {
                seen.outbox().list_due(lane, now, limit)
            })
            .await?;
        for letter in due {
            if !on_their_way.contains(letter.id) && self.lease(letter.id).await? {
                let delivery = self.clone();
                on_their_way.start(letter.id, async move { delivery.deliver(letter).await });
            }
        }
        Ok(())
    }

    /// Takes a letter for this process; `false` when another one has it.
    async fn lease(&self, id: LetterId) -> Result<bool, StoreError> {
        let (holder, now) = (self.holder, self.clock.now());
        let taken = self.store.write(move |tx| tx.outbox().lease(id, holder, now, now + LEASE)).await;
        match taken {
            Ok(()) => Ok(true),
            Err(StoreError::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn deliver(&self, owed: OwedLetter) -> Outcome {
        let (id, kind) = (owed.id, owed.letter.kind());
        let Tried { sent, status } = tokio::select! {
            tried = self.send(&owed) => tried,
            () = self.keep_lease(id) => return Outcome::Elsewhere,
        };
        let at = self.clock.now();
        let ending = match sent {
            Ok(()) => Ending::Delivered,
            Err(MailerError::Permanent(error)) => Ending::Abandoned { error },
            Err(MailerError::Temporary(error)) => {
                match pause_before_retry(owed.attempts + 1, at - owed.created_at) {
                    Some(pause) => Ending::Postponed { error, due: at + pause },
                    None => Ending::Abandoned { error },
                }
            }
        };
        ending.log(id, kind, at);
        self.note(id, Noted { lane: self.lane, holder: self.holder, at, status, ending }).await
    }

    /// Extends the lease for as long as it is waited for; returns when another process has taken the letter.
    async fn keep_lease(&self, id: LetterId) {
        loop {
            time::sleep(EXTEND_EVERY).await;
            let (holder, until) = (self.holder, self.clock.now() + LEASE);
            let extended = self.store.write(move |tx| tx.outbox().extend(id, holder, until)).await;
            if let Err(StoreError::Stale) = extended {
                tracing::warn!(letter = %id, "another process took the letter");
                return;
            }
        }
    }

    /// Notes an outcome, however long the store is away within reason.
    async fn note(&self, id: LetterId, noted: Noted) -> Outcome {
        let outcome = noted.ending.outcome();
        let noted = Arc::new(noted);
        for _ in 0..NOTE_TRIES {
            let noted = Arc::clone(&noted);
            match self.store.write(move |tx| noted.write(tx, id)).await {
                Ok(()) => return outcome,
                Err(StoreError::Stale) => break,
                Err(error) => {
                    tracing::error!(letter = %id, %error, "the outcome of a letter cannot be noted yet");
                }
            }
            time::sleep(NOTE_PAUSE).await;
        }
        tracing::error!(letter = %id, ?outcome, "the outcome of a letter was not noted");
        Outcome::Elsewhere
    }
}

#[cfg(test)]
mod tests;
