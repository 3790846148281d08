//! Where addresses are kept.

use chrono::{DateTime, Utc};
use diesel::{dsl::sql, expression::SqlLiteral, prelude::*, sql_types::Bool};
use portico_domain::{
    code::CodeSubject,
    email::{CanonicalAddress, Email, EmailAddress, EmailState},
    id::{EmailId, UserId},
    ports::{EmailLookup, EmailRepository, StoreError},
};

use crate::{
    connection::{AnyConnection, MultiBackend},
    profiles::follow_address,
    schema::{emails, verification_codes},
    transaction::{DieselTransaction, found_one},
    types::{Id, Instant},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = emails, check_for_backend(MultiBackend))]
pub(crate) struct EmailRow {
    id: Id,
    user_id: Id,
    address: String,
    canonical: String,
    state: String,
    verified_at: Option<Instant>,
    is_default: bool,
    created_at: Instant,
}

impl From<&Email> for EmailRow {
    fn from(email: &Email) -> Self {
        let (state, verified_at) = match email.state {
            EmailState::Claimed => ("claimed", None),
            EmailState::Provisioned => ("provisioned", None),
            EmailState::Verified { at } => ("verified", Some(Instant(at))),
        };
        Self {
            id: Id(email.id.uuid()),
            user_id: Id(email.user.uuid()),
            address: email.address.as_str().to_owned(),
            canonical: email.address.canonical().as_str().to_owned(),
            state: state.to_owned(),
            verified_at,
            is_default: email.is_default,
            created_at: Instant(email.created_at),
        }
    }
}

impl TryFrom<EmailRow> for Email {
    type Error = StoreError;

    fn try_from(row: EmailRow) -> Result<Self, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "emails", column };
        let state = match (row.state.as_str(), row.verified_at) {
            ("claimed", None) => EmailState::Claimed,
            ("provisioned", None) => EmailState::Provisioned,
            ("verified", Some(at)) => EmailState::Verified { at: at.0 },
            _ => return Err(corrupt("state")),
        };
        Ok(Self {
            id: EmailId::from_uuid(row.id.0),
            user: UserId::from_uuid(row.user_id.0),
            address: EmailAddress::from_stored(&row.address, &row.canonical)
                .map_err(|_| corrupt("address"))?,
            state,
            is_default: row.is_default,
            created_at: row.created_at.0,
        })
    }
}

/// Word for word the condition of the index `emails_held`: a bound value would hide from the planner that it serves.
pub(crate) fn is_held() -> SqlLiteral<Bool> {
    sql("emails.state <> 'claimed'")
}

/// Word for word the condition of the index `emails_claimed`.
pub(crate) fn is_claimed() -> SqlLiteral<Bool> {
    sql("emails.state = 'claimed'")
}

impl EmailLookup for DieselTransaction<'_> {
    fn find_holder(&mut self, address: &CanonicalAddress) -> Result<Option<Email>, StoreError> {
        let row = self.run(|c| {
            emails::table
                .filter(emails::canonical.eq(address.as_str()))
                .filter(is_held())
                .select(EmailRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Email::try_from).transpose()
    }

    fn find_latest_claim(&mut self, address: &CanonicalAddress) -> Result<Option<Email>, StoreError> {
        let row = self.run(|c| {
            emails::table
                .filter(emails::canonical.eq(address.as_str()))
                .filter(is_claimed())
                .order((emails::created_at.desc(), emails::id.desc()))
                .select(EmailRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Email::try_from).transpose()
    }

    fn find_of(&mut self, user: UserId, address: &CanonicalAddress) -> Result<Option<Email>, StoreError> {
        let row = self.run(|c| {
            emails::table
                .filter(emails::user_id.eq(Id(user.uuid())))
                .filter(emails::canonical.eq(address.as_str()))
                .select(EmailRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Email::try_from).transpose()
    }

    fn list_of(&mut self, user: UserId) -> Result<Vec<Email>, StoreError> {
        let rows: Vec<EmailRow> = self.run(|c| {
            emails::table
                .filter(emails::user_id.eq(Id(user.uuid())))
                .order((emails::created_at, emails::id))
                .select(EmailRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Email::try_from).collect()
    }
}

impl EmailRepository for DieselTransaction<'_> {
    fn add(&mut self, email: &Email) -> Result<(), StoreError> {
        let row = EmailRow::from(email);
        self.attempt(|c| diesel::insert_into(emails::table).values(row).execute(c))?;
        if email.is_default { self.run(|c| follow_address(c, email.user)) } else { Ok(()) }
    }

    fn verify(&mut self, id: EmailId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let changed = self.attempt(|c| {
            diesel::update(emails::table.find(Id(id.uuid())))
                .filter(emails::verified_at.is_null())
                .set((emails::state.eq("verified"), emails::verified_at.eq(Some(Instant(at)))))
                .execute(c)
        })?;
        found_one(changed)
    }

    fn void_claims(&mut self, address: &CanonicalAddress) -> Result<(), StoreError> {
        let claims: Vec<Id> = self.run(|c| {
            emails::table
                .filter(emails::canonical.eq(address.as_str()))
                .filter(is_claimed())
                .select(emails::id)
                .load(c)
        })?;
        if claims.is_empty() {
            return Ok(());
        }
        self.run(|c| remove_codes(c, &claims))?;
        // Whoever proved his claim in the meantime keeps it.
        let voided: Vec<(Id, bool)> = self.run(|c| {
            diesel::delete(emails::table)
                .filter(emails::id.eq_any(claims))
                .filter(is_claimed())
                .returning((emails::user_id, emails::is_default))
                .get_results(c)
        })?;
        for (user, _) in voided.into_iter().filter(|(_, is_default)| *is_default) {
            self.run(|c| follow_address(c, UserId::from_uuid(user.0)))?;
        }
        Ok(())
    }

    fn replace_default(&mut self, email: &Email) -> Result<(), StoreError> {
        let row = EmailRow::from(&Email { is_default: true, ..email.clone() });
        self.attempt(|c| {
            forget_other_default(c, &row)?;
            let known = diesel::update(emails::table)
                .filter(emails::user_id.eq(row.user_id))
                .filter(emails::canonical.eq(&row.canonical))
                .set((
                    emails::address.eq(&row.address),
                    emails::state.eq(&row.state),
                    emails::verified_at.eq(row.verified_at),
                    emails::is_default.eq(true),
                ))
                .execute(c)?;
            if known == 0 {
                diesel::insert_into(emails::table).values(row).execute(c)?;
            }
            follow_address(c, email.user)
        })
    }
}

/// Removes the default address of the person of `row` with its codes, unless it is the same address.
fn forget_other_default(c: &mut AnyConnection, row: &EmailRow) -> QueryResult<()> {
    let old: Vec<Id> = diesel::delete(emails::table)
        .filter(emails::user_id.eq(row.user_id))
        .filter(emails::is_default)
        .filter(emails::canonical.ne(&row.canonical))
        .returning(emails::id)
        .get_results(c)?;
    remove_codes(c, &old)
}

/// Removes the codes that were sent to prove these addresses.
fn remove_codes(c: &mut AnyConnection, addresses: &[Id]) -> QueryResult<()> {
    let subjects: Vec<CodeSubject> =
        addresses.iter().map(|id| CodeSubject::AddedAddress(EmailId::from_uuid(id.0))).collect();
    let Some(purpose) = subjects.first().map(CodeSubject::purpose) else { return Ok(()) };
    let keys: Vec<String> = subjects.iter().map(CodeSubject::key).collect();
    diesel::delete(verification_codes::table)
        .filter(verification_codes::purpose.eq(purpose))
        .filter(verification_codes::subject.eq_any(keys))
        .execute(c)
        .map(drop)
}
