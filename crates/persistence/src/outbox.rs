//! Where letters wait.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{min, sql},
    expression::SqlLiteral,
    prelude::*,
    sql_types::Bool,
};
use portico_domain::{
    email::EmailAddress,
    id::LetterId,
    letter::{Lane, Letter, OwedLetter, Recipient, SealedSecret},
    ports::{Backlog, LeaseHolder, Outbox, OutboxLookup, StoreError},
};

use crate::{
    connection::MultiBackend,
    schema::outbox,
    transaction::{DieselTransaction, unavailable},
    types::{Id, Instant},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = outbox, check_for_backend(MultiBackend))]
struct LetterRow {
    id: Id,
    kind: String,
    recipient: String,
    canonical: String,
    content: String,
    secret: Option<Vec<u8>>,
    created_at: Instant,
    due_at: Instant,
    attempts: i64,
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "outbox", column }
}

/// What kind of recipient a letter has.
enum Way {
    Mailbox,
    Phone,
    Webhook,
}

const fn way(letter: &Letter) -> Way {
    match letter {
        Letter::PhoneCode(_) => Way::Phone,
        Letter::PartnerEvent { .. } => Way::Webhook,
        _ => Way::Mailbox,
    }
}

/// The two columns of a recipient: what he is called, and that in its canonical form, which only mailboxes have.
fn columns(letter: &OwedLetter) -> Result<(String, String), StoreError> {
    match (&letter.to, way(&letter.letter)) {
        (Recipient::Mailbox(address), Way::Mailbox) => {
            Ok((address.as_str().to_owned(), address.canonical().as_str().to_owned()))
        }
        (Recipient::Phone(text), Way::Phone) | (Recipient::Webhook(text), Way::Webhook) => {
            Ok((text.clone(), text.clone()))
        }
        // It could never be read again.
        _ => Err(corrupt("recipient")),
    }
}

impl TryFrom<LetterRow> for OwedLetter {
    type Error = StoreError;

    fn try_from(row: LetterRow) -> Result<Self, StoreError> {
        let letter: Letter = serde_json::from_str(&row.content).map_err(|_| corrupt("content"))?;
        let to = match way(&letter) {
            Way::Phone => Recipient::Phone(row.recipient),
            Way::Webhook => Recipient::Webhook(row.recipient),
            Way::Mailbox => {
                let address = EmailAddress::from_stored(&row.recipient, &row.canonical);
                address.map_err(|_| corrupt("recipient"))?.into()
            }
        };
        Ok(Self {
            id: LetterId::from_uuid(row.id.0),
            to,
            letter,
            secret: row.secret.map(SealedSecret::from_bytes),
            created_at: row.created_at.0,
            attempts: row.attempts.try_into().map_err(|_| corrupt("attempts"))?,
        })
    }
}

/// The columns of a lease. Without one, both are empty.
#[derive(AsChangeset)]
#[diesel(table_name = outbox, treat_none_as_null = true)]
struct LeaseRow {
    lease_holder: Option<Id>,
    leased_until: Option<Instant>,
}

const RELEASED: LeaseRow = LeaseRow { lease_holder: None, leased_until: None };

/// How a letter ends: its secret is erased, its lease is over.
#[derive(AsChangeset)]
#[diesel(table_name = outbox, treat_none_as_null = true)]
struct Closing {
    outcome: Option<String>,
    closed_at: Option<Instant>,
    secret: Option<Vec<u8>>,
    #[diesel(embed)]
    lease: LeaseRow,
}

impl Closing {
    fn new(outcome: &str, at: DateTime<Utc>) -> Self {
        let outcome = Some(outcome.to_owned());
        Self { outcome, closed_at: Some(Instant(at)), secret: None, lease: RELEASED }
    }
}

fn readable(row: LetterRow) -> Option<OwedLetter> {
    let id = row.id.0;
    let letter = OwedLetter::try_from(row);
    letter
        .inspect_err(|error| tracing::error!(letter = %id, %error, "a letter in the outbox cannot be read"))
        .ok()
}

/// Word for word the condition of the index over the letters of a lane.
fn is_in(lane: Lane) -> SqlLiteral<Bool> {
    match lane {
        Lane::People => sql("outbox.kind <> 'partner_event'"),
        Lane::Partners => sql("outbox.kind = 'partner_event'"),
    }
}

impl OutboxLookup for DieselTransaction<'_> {
    fn list_due(
        &mut self,
        lane: Lane,
        now: DateTime<Utc>,
        limit: u16,
    ) -> Result<Vec<OwedLetter>, StoreError> {
        let rows: Vec<LetterRow> = self.run(|c| {
            outbox::table
                .filter(outbox::closed_at.is_null())
                .filter(is_in(lane))
                .filter(outbox::kind.eq_any(lane.kinds()))
                .filter(outbox::due_at.le(Instant(now)))
                .filter(outbox::leased_until.is_null().or(outbox::leased_until.le(Some(Instant(now)))))
                .order((outbox::due_at, outbox::id))
                .limit(limit.into())
                .select(LetterRow::as_select())
                .load(c)
        })?;
        Ok(rows.into_iter().filter_map(readable).collect())
    }

    fn backlog(&mut self) -> Result<Backlog, StoreError> {
        let (letters, oldest): (i64, Option<Instant>) = self.run(|c| {
            outbox::table
                .filter(outbox::closed_at.is_null())
                .select((diesel::dsl::count_star(), min(outbox::created_at)))
                .first(c)
        })?;
        let letters = letters.try_into().unwrap_or_default();
        Ok(Backlog { letters, oldest: oldest.map(|instant| instant.0) })
    }
}

/// PostgreSQL does not take U+0000, which a server out there is free to say.
pub(crate) fn printable(error: &str) -> String {
    error.replace('\0', "\u{FFFD}")
}

/// An open letter whose lease is this holder's.
macro_rules! held {
    ($id:expr, $holder:expr) => {
        diesel::update(outbox::table.find(Id($id.uuid())))
            .filter(outbox::closed_at.is_null())
            .filter(outbox::lease_holder.eq(Some(Id($holder.0))))
    };
}

impl Outbox for DieselTransaction<'_> {
    fn add(&mut self, letter: &OwedLetter) -> Result<(), StoreError> {
        let (recipient, canonical) = columns(letter)?;
        let row = LetterRow {
            id: Id(letter.id.uuid()),
            kind: letter.letter.kind().to_owned(),
            recipient,
            canonical,
            content: serde_json::to_string(&letter.letter).map_err(unavailable)?,
            secret: letter.secret.as_ref().map(|secret| secret.as_bytes().to_vec()),
            created_at: Instant(letter.created_at),
            due_at: Instant(letter.created_at),
            attempts: letter.attempts.into(),
        };
        self.run(|c| diesel::insert_into(outbox::table).values(row).execute(c))?;
        self.note_letter();
        Ok(())
    }

    fn lease(
        &mut self,
        id: LetterId,
        holder: LeaseHolder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let lease = LeaseRow { lease_holder: Some(Id(holder.0)), leased_until: Some(Instant(until)) };
        let free = outbox::leased_until
            .is_null()
            .or(outbox::leased_until.le(Some(Instant(now))))
            .or(outbox::lease_holder.eq(Some(Id(holder.0))));
        self.guarded(|c| {
            diesel::update(outbox::table.find(Id(id.uuid())))
                .filter(outbox::closed_at.is_null())
                .filter(outbox::due_at.le(Instant(now)))
                .filter(free)
                .set(lease)
                .execute(c)
        })
    }

    fn extend(&mut self, id: LetterId, holder: LeaseHolder, until: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| held!(id, holder).set(outbox::leased_until.eq(Some(Instant(until)))).execute(c))
    }

    fn delivered(&mut self, id: LetterId, holder: LeaseHolder, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| held!(id, holder).set(Closing::new("delivered", at)).execute(c))
    }

    fn postpone(
        &mut self,
        id: LetterId,
        holder: LeaseHolder,
        due: DateTime<Utc>,
        error: &str,
    ) -> Result<(), StoreError> {
        let failed =
            (outbox::attempts.eq(outbox::attempts + 1), outbox::last_error.eq(Some(printable(error))));
        self.guarded(|c| {
            held!(id, holder).set((failed, outbox::due_at.eq(Instant(due)), RELEASED)).execute(c)
        })
    }

    fn abandon(
        &mut self,
        id: LetterId,
        holder: LeaseHolder,
        at: DateTime<Utc>,
        error: &str,
    ) -> Result<(), StoreError> {
        let failed =
            (outbox::attempts.eq(outbox::attempts + 1), outbox::last_error.eq(Some(printable(error))));
        self.guarded(|c| held!(id, holder).set((failed, Closing::new("abandoned", at))).execute(c))
    }
}
