//! Where six-digit codes are kept.

use diesel::prelude::*;
use portico_domain::{
    code::{CodeMac, CodeSubject, Proof, VerificationCode},
    ports::{CodeLookup, CodeRepository, StoreError},
};

use crate::{
    connection::{MultiBackend, on_either},
    schema::verification_codes,
    transaction::DieselTransaction,
    types::{Instant, token_digest},
};

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = verification_codes, treat_none_as_null = true, check_for_backend(MultiBackend))]
struct CodeRow {
    purpose: String,
    subject: String,
    mac: Option<Vec<u8>>,
    tries: i32,
    sent_at: Instant,
    expires_at: Instant,
    proved_at: Option<Instant>,
    proof_token: Option<Vec<u8>>,
}

impl From<&VerificationCode> for CodeRow {
    fn from(code: &VerificationCode) -> Self {
        Self {
            purpose: code.subject.purpose().to_owned(),
            subject: code.subject.key(),
            mac: code.mac.map(|mac| mac.as_bytes().to_vec()),
            tries: code.tries.into(),
            sent_at: Instant(code.sent_at),
            expires_at: Instant(code.expires_at),
            proved_at: code.proof.map(|proof| Instant(proof.at)),
            proof_token: code.proof.map(|proof| proof.token.as_bytes().to_vec()),
        }
    }
}

impl CodeRow {
    fn into_code(self, subject: CodeSubject) -> Result<VerificationCode, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "verification_codes", column };
        let mac = self.mac.map(|mac| mac.try_into().map(CodeMac::from_bytes).map_err(|_| corrupt("mac")));
        let proof = match (self.proved_at, self.proof_token) {
            (None, None) => None,
            (Some(at), Some(token)) => {
                Some(Proof { at: at.0, token: token_digest(token).ok_or(corrupt("proof_token"))? })
            }
            _ => return Err(corrupt("proved_at")),
        };
        Ok(VerificationCode {
            subject,
            mac: mac.transpose()?,
            tries: self.tries.try_into().map_err(|_| corrupt("tries"))?,
            sent_at: self.sent_at.0,
            expires_at: self.expires_at.0,
            proof,
        })
    }
}

impl CodeLookup for DieselTransaction<'_> {
    fn find(&mut self, subject: &CodeSubject) -> Result<Option<VerificationCode>, StoreError> {
        let row: Option<CodeRow> = self.run(|c| {
            verification_codes::table
                .find((subject.purpose(), subject.key()))
                .select(CodeRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(|row| row.into_code(subject.clone())).transpose()
    }
}

impl CodeRepository for DieselTransaction<'_> {
    fn put(&mut self, code: &VerificationCode) -> Result<(), StoreError> {
        let row = CodeRow::from(code);
        self.run(|c| {
            on_either!(c, c => diesel::insert_into(verification_codes::table)
                .values(&row)
                .on_conflict((verification_codes::purpose, verification_codes::subject))
                .do_update()
                .set(&row)
                .execute(c))
        })
        .map(drop)
    }

    fn count_try(&mut self, code: &VerificationCode) -> Result<(), StoreError> {
        let subject = &code.subject;
        self.guarded(|c| {
            diesel::update(verification_codes::table.find((subject.purpose(), subject.key())))
                .filter(verification_codes::tries.eq(i32::from(code.tries)))
                .set(verification_codes::tries.eq(verification_codes::tries + 1))
                .execute(c)
        })
    }

    fn remove(&mut self, subject: &CodeSubject) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::delete(verification_codes::table.find((subject.purpose(), subject.key()))).execute(c)
        })
        .map(drop)
    }
}
