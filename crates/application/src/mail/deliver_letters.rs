//! Delivering what the outbox owes.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use portico_domain::{
    id::LetterId,
    letter::{Letter, OwedLetter, Recipient, pause_before_retry},
    ports::{
        Clock, CodeSender, Consistency, LeaseHolder, Mailer, MailerError, Outbox, OutboxWatch, OutgoingCode,
        OutgoingLetter, Sealer, Store, StoreError, StoreExt as _,
    },
};
use tokio::{
    sync::watch,
    task::{self, JoinError, JoinSet},
    time::{self, MissedTickBehavior},
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
        let (now, limit) = (self.clock.now(), u16::try_from(room).unwrap_or(u16::MAX));
        let due = self
            .store
            .read::<_, StoreError, _>(Consistency::Latest, move |seen| seen.outbox().list_due(now, limit))
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
        let tried = tokio::select! {
            tried = self.send(&owed) => tried,
            () = self.keep_lease(id) => return Outcome::Elsewhere,
        };
        match tried {
            Ok(()) => {
                tracing::info!(letter = %id, kind, "letter delivered");
                let at = self.clock.now();
                self.note(id, Outcome::Delivered, move |outbox, holder| outbox.delivered(id, holder, at))
                    .await
            }
            Err(MailerError::Permanent(error)) => self.abandon(id, kind, error).await,
            Err(MailerError::Temporary(error)) => self.postpone(&owed, error).await,
        }
    }

    async fn send(&self, owed: &OwedLetter) -> Result<(), MailerError> {
        let secret = match &owed.secret {
            Some(sealed) => {
                let opened = self.sealer.open(owed.id, sealed);
                // The operator may put the right key back.
                Some(opened.map_err(|error| MailerError::Temporary(error.to_string()))?)
            }
            None => None,
        };
        let (id, written_at) = (owed.id, owed.created_at);
        match (&owed.to, &owed.letter) {
            (Recipient::Mailbox(to), letter) => {
                let (to, letter) = (to.clone(), letter.clone());
                self.mailer.send(OutgoingLetter { id, to, letter, secret, written_at }).await
            }
            (Recipient::Phone(_), Letter::PhoneCode(code)) => {
                let secret = secret.ok_or_else(|| MailerError::Permanent("the code is gone".to_owned()))?;
                let code = code.clone();
                self.code_sender.send(OutgoingCode { id, code, secret, written_at }).await
            }
            (Recipient::Phone(_), letter) => {
                Err(MailerError::Permanent(format!("a {} does not go to a telephone", letter.kind())))
            }
        }
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

    async fn postpone(&self, owed: &OwedLetter, error: String) -> Outcome {
        let (id, kind, now) = (owed.id, owed.letter.kind(), self.clock.now());
        let Some(pause) = pause_before_retry(owed.attempts + 1, now - owed.created_at) else {
            return self.abandon(id, kind, error).await;
        };
        tracing::warn!(letter = %id, kind, %error, retry_in_seconds = pause.num_seconds(), "letter not delivered");
        let due = now + pause;
        self.note(id, Outcome::Postponed, move |outbox, holder| outbox.postpone(id, holder, due, &error))
            .await
    }

    async fn abandon(&self, id: LetterId, kind: &'static str, error: String) -> Outcome {
        tracing::error!(letter = %id, kind, %error, "letter given up");
        let at = self.clock.now();
        self.note(id, Outcome::Abandoned, move |outbox, holder| outbox.abandon(id, holder, at, &error)).await
    }

    /// Notes an outcome, however long the store is away within reason.
    async fn note<F>(&self, id: LetterId, outcome: Outcome, note: F) -> Outcome
    where
        F: Fn(&mut dyn Outbox, LeaseHolder) -> Result<(), StoreError> + Clone + Send + 'static,
    {
        let holder = self.holder;
        for _ in 0..NOTE_TRIES {
            let note = note.clone();
            match self.store.write(move |tx| note(tx.outbox(), holder)).await {
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
