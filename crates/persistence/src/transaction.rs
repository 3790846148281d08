//! The ports on one open connection: every statement goes through here.

use std::{error::Error, sync::Arc};

use diesel::{
    Connection as _, QueryResult, RunQueryDsl as _,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::BigInt,
};
use portico_domain::ports::{
    CheckResultLookup, CheckResultRepository, CodeLookup, CodeRepository, CredentialLookup,
    CredentialRepository, DictationLookup, DictationRepository, EmailLookup, EmailRepository,
    EmailVerificationLookup, EmailVerificationRepository, ExternalIdentityLookup, ExternalIdentityRepository,
    Housekeeping, IdempotencyKeyRepository, InviteLookup, InviteRepository, Lock, MailTemplateLookup,
    MailTemplateRepository, MemberLookup, MemberRepository, Outbox, OutboxLookup, PartnerLookup,
    PartnerRepository, PasswordResetLookup, PasswordResetRepository, PaymentLookup, PaymentRepository,
    PortalSessionLookup, PortalSessionRepository, ProfileLookup, ProfileRepository, ProjectLookup,
    ProjectRepository, SchemaLookup, SessionLookup, SessionRepository, SignupFormLookup,
    SignupFormRepository, SignupLookup, SignupProviderLookup, SignupProviderRepository, SignupRepository,
    SignupSessionLookup, SignupSessionRepository, Snapshot, StoreError, Transaction, UserLookup,
    UserRepository, WebhookLookup, WebhookRepository,
};
use sha2::{Digest as _, Sha256};

use crate::{connection::AnyConnection, unique};

/// A statement that failed, and with it the whole unit of work.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) error: StoreError,
    /// Whether the same work may succeed when it is run again: others were in its way.
    pub(crate) passing: bool,
}

impl From<DieselError> for Failure {
    fn from(error: DieselError) -> Self {
        Self { passing: is_passing(&error), error: store_error(error) }
    }
}

/// Both the snapshot and the transaction of the ports.
pub(crate) struct DieselTransaction<'c> {
    connection: &'c mut AnyConnection,
    /// Set by the first failed statement. PostgreSQL refuses everything after it; refusing it here makes SQLite,
    /// which would go on, behave the same.
    failure: Option<Failure>,
    wrote_letters: bool,
}

/// What is left to know of a unit of work after it ran.
pub(crate) struct Remains {
    pub(crate) failure: Option<Failure>,
    pub(crate) wrote_letters: bool,
}

impl<'c> DieselTransaction<'c> {
    pub(crate) const fn new(connection: &'c mut AnyConnection) -> Self {
        Self { connection, failure: None, wrote_letters: false }
    }

    pub(crate) fn remains(self) -> Remains {
        Remains { failure: self.failure, wrote_letters: self.wrote_letters }
    }

    /// Remembers that there is mail to deliver after the commit.
    pub(crate) const fn note_letter(&mut self) {
        self.wrote_letters = true;
    }

    /// Runs a statement. If it fails, so does the unit of work.
    pub(crate) fn run<T>(
        &mut self,
        statement: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = &self.failure {
            return Err(failure.error.clone());
        }
        statement(self.connection).map_err(|error| self.failure.insert(error.into()).error.clone())
    }

    /// Runs a statement that a unique rule may refuse. In a savepoint of its own, so that the refusal is an answer
    /// and the unit of work can go on, on PostgreSQL too.
    pub(crate) fn attempt<T>(
        &mut self,
        statement: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = &self.failure {
            return Err(failure.error.clone());
        }
        self.connection.transaction(statement).map_err(|error| match unique::violated(&error) {
            Some(unique) => StoreError::Duplicate(unique),
            None => self.failure.insert(error.into()).error.clone(),
        })
    }

    /// Runs an update that only a record in the expected state lets through.
    pub(crate) fn guarded(
        &mut self,
        update: impl FnOnce(&mut AnyConnection) -> QueryResult<usize>,
    ) -> Result<(), StoreError> {
        found_one(self.run(update)?)
    }
}

/// Exactly one record was in the expected state, or somebody else was faster.
pub(crate) const fn found_one(changed: usize) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

pub(crate) fn unavailable(error: impl Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable(Arc::new(error))
}

pub(crate) fn store_error(error: DieselError) -> StoreError {
    match unique::violated(&error) {
        Some(unique) => StoreError::Duplicate(unique),
        None => unavailable(error),
    }
}

/// Diesel names serialisation failures (40001), but of a deadlock (40P01) it keeps the text alone.
fn is_passing(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        DieselError::DatabaseError(_, information) => information.message() == "deadlock detected",
        _ => false,
    }
}

/// The key of a lock, the same in every server process.
fn lock_key(lock: &Lock) -> i64 {
    let mut name = Sha256::new();
    match lock {
        Lock::Address(address) => {
            name.update(b"address\0");
            name.update(address.as_str());
        }
        Lock::User(id) => {
            name.update(b"user\0");
            name.update(id.uuid().as_bytes());
        }
        Lock::Code(subject) => {
            name.update(b"code\0");
            name.update(subject.purpose());
            name.update(b"\0");
            name.update(subject.key());
        }
        Lock::Project(id) => {
            name.update(b"project\0");
            name.update(id.uuid().as_bytes());
        }
        Lock::Admins => name.update(b"admins\0"),
        Lock::Dues => name.update(b"dues\0"),
        Lock::SignupForms => name.update(b"signup_forms\0"),
        Lock::Partner(id) => {
            name.update(b"partner\0");
            name.update(id.uuid().as_bytes());
        }
    }
    advisory_key(name)
}

/// The first eight bytes of a digest, as PostgreSQL's advisory locks are named.
pub(crate) fn advisory_key(name: Sha256) -> i64 {
    name.finalize().iter().take(8).fold(0, |key, byte| key << 8 | i64::from(*byte))
}

/// Waits for an advisory lock and holds it until the transaction ends; nothing on SQLite, whose only writer is alone.
pub(crate) fn advisory_lock(connection: &mut AnyConnection, key: i64) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(connection) => diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<BigInt, _>(key)
            .execute(connection)
            .map(drop),
    }
}

impl Transaction for DieselTransaction<'_> {
    fn lock(&mut self, lock: &Lock) -> Result<(), StoreError> {
        self.run(|c| advisory_lock(c, lock_key(lock)))
    }

    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }
    fn emails(&mut self) -> &mut dyn EmailRepository {
        self
    }
    fn credentials(&mut self) -> &mut dyn CredentialRepository {
        self
    }
    fn codes(&mut self) -> &mut dyn CodeRepository {
        self
    }
    fn sessions(&mut self) -> &mut dyn SessionRepository {
        self
    }
    fn password_resets(&mut self) -> &mut dyn PasswordResetRepository {
        self
    }
    fn projects(&mut self) -> &mut dyn ProjectRepository {
        self
    }
    fn members(&mut self) -> &mut dyn MemberRepository {
        self
    }
    fn invites(&mut self) -> &mut dyn InviteRepository {
        self
    }
    fn email_verifications(&mut self) -> &mut dyn EmailVerificationRepository {
        self
    }
    fn external_identities(&mut self) -> &mut dyn ExternalIdentityRepository {
        self
    }
    fn portal_sessions(&mut self) -> &mut dyn PortalSessionRepository {
        self
    }
    fn profiles(&mut self) -> &mut dyn ProfileRepository {
        self
    }
    fn payments(&mut self) -> &mut dyn PaymentRepository {
        self
    }
    fn mail_templates(&mut self) -> &mut dyn MailTemplateRepository {
        self
    }
    fn signup_forms(&mut self) -> &mut dyn SignupFormRepository {
        self
    }
    fn signup_providers(&mut self) -> &mut dyn SignupProviderRepository {
        self
    }
    fn signups(&mut self) -> &mut dyn SignupRepository {
        self
    }
    fn signup_sessions(&mut self) -> &mut dyn SignupSessionRepository {
        self
    }
    fn partners(&mut self) -> &mut dyn PartnerRepository {
        self
    }
    fn dictations(&mut self) -> &mut dyn DictationRepository {
        self
    }
    fn check_results(&mut self) -> &mut dyn CheckResultRepository {
        self
    }
    fn webhooks(&mut self) -> &mut dyn WebhookRepository {
        self
    }
    fn idempotency_keys(&mut self) -> &mut dyn IdempotencyKeyRepository {
        self
    }
    fn outbox(&mut self) -> &mut dyn Outbox {
        self
    }
    fn housekeeping(&mut self) -> &mut dyn Housekeeping {
        self
    }
}

impl Snapshot for DieselTransaction<'_> {
    fn users(&mut self) -> &mut dyn UserLookup {
        self
    }
    fn emails(&mut self) -> &mut dyn EmailLookup {
        self
    }
    fn credentials(&mut self) -> &mut dyn CredentialLookup {
        self
    }
    fn codes(&mut self) -> &mut dyn CodeLookup {
        self
    }
    fn sessions(&mut self) -> &mut dyn SessionLookup {
        self
    }
    fn password_resets(&mut self) -> &mut dyn PasswordResetLookup {
        self
    }
    fn projects(&mut self) -> &mut dyn ProjectLookup {
        self
    }
    fn members(&mut self) -> &mut dyn MemberLookup {
        self
    }
    fn invites(&mut self) -> &mut dyn InviteLookup {
        self
    }
    fn email_verifications(&mut self) -> &mut dyn EmailVerificationLookup {
        self
    }
    fn external_identities(&mut self) -> &mut dyn ExternalIdentityLookup {
        self
    }
    fn portal_sessions(&mut self) -> &mut dyn PortalSessionLookup {
        self
    }
    fn profiles(&mut self) -> &mut dyn ProfileLookup {
        self
    }
    fn payments(&mut self) -> &mut dyn PaymentLookup {
        self
    }
    fn mail_templates(&mut self) -> &mut dyn MailTemplateLookup {
        self
    }
    fn signup_forms(&mut self) -> &mut dyn SignupFormLookup {
        self
    }
    fn signup_providers(&mut self) -> &mut dyn SignupProviderLookup {
        self
    }
    fn signups(&mut self) -> &mut dyn SignupLookup {
        self
    }
    fn signup_sessions(&mut self) -> &mut dyn SignupSessionLookup {
        self
    }
    fn partners(&mut self) -> &mut dyn PartnerLookup {
        self
    }
    fn dictations(&mut self) -> &mut dyn DictationLookup {
        self
    }
    fn check_results(&mut self) -> &mut dyn CheckResultLookup {
        self
    }
    fn webhooks(&mut self) -> &mut dyn WebhookLookup {
        self
    }
    fn outbox(&mut self) -> &mut dyn OutboxLookup {
        self
    }
    fn schema(&mut self) -> &mut dyn SchemaLookup {
        self
    }
}
