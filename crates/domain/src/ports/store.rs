//! Where everything is kept. Work on the store is a synchronous closure, run in one transaction: nothing can be
//! awaited, hence nothing mailed or hashed, while a transaction is open.

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;

use crate::{
    code::CodeSubject,
    email::CanonicalAddress,
    id::{PartnerId, ProjectId, UserId},
    ports::{
        CheckResultLookup, CheckResultRepository, CodeLookup, CodeRepository, CredentialLookup,
        CredentialRepository, DictationLookup, DictationRepository, EmailLookup, EmailRepository,
        EmailVerificationLookup, EmailVerificationRepository, ExternalIdentityLookup,
        ExternalIdentityRepository, Housekeeping, IdempotencyKeyRepository, InviteLookup, InviteRepository,
        MailTemplateLookup, MailTemplateRepository, MemberLookup, MemberRepository, Outbox, OutboxLookup,
        PartnerLookup, PartnerRepository, PasswordResetLookup, PasswordResetRepository, PaymentLookup,
        PaymentRepository, PortalSessionLookup, PortalSessionRepository, ProfileLookup, ProfileRepository,
        ProjectLookup, ProjectRepository, SchemaLookup, SessionLookup, SessionRepository, SignupFormLookup,
        SignupFormRepository, SignupLookup, SignupProviderLookup, SignupProviderRepository, SignupRepository,
        SignupSessionLookup, SignupSessionRepository, UserLookup, UserRepository, WebhookLookup,
        WebhookRepository,
    },
};

/// A rule that no two records may break. It holds at rest, whoever writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unique {
    /// An id, a number or a digest of random bits: never met in practice.
    Identity,
    /// A username belongs to one person, compared without case (contract O18).
    Username,
    /// A verified or provisioned address belongs to one person (contract section 3).
    HeldAddress,
    /// A person has an address once.
    UserAddress,
    /// A person has one default address.
    DefaultAddress,
    /// A slug names one project (contract O19).
    ProjectSlug,
    /// A person is a member once.
    ProjectMember,
    /// A project has one owner (contract section 7).
    ProjectOwner,
    /// An address has one pending invite into a project (contract O26).
    PendingInvite,
    /// A name at a provider belongs to one person (portal contract section 4).
    ExternalIdentity,
    /// A person has one member profile.
    Profile,
    /// A student number belongs to one member (portal contract section 4).
    StudentNumber,
    /// A telephone for emergencies belongs to one member (portal contract section 4).
    Phone,
    /// A name at Discord belongs to one member (portal contract section 4).
    DiscordId,
    /// A name at Twitter belongs to one member (portal contract section 4).
    TwitterScreenName,
    /// A member pays once for a period (portal contract section 5).
    Payment,
    /// A name is that of one form of the sign-up API.
    SignupForm,
    /// A name is that of one provider of the sign-up API.
    SignupProvider,
    /// A login belongs to one sign-up entity of a provider, of those not archived (sign-up contract section 3).
    SignupLogin,
    /// A name is that of one partner, of those not revoked.
    PartnerName,
    /// An id names one dictation of a partner (partner contract, `save_check_result`).
    Dictation,
}

/// What can go wrong with the store. `Stale` and `Duplicate` are answers, after which a unit of work may go on; the
/// others are failures.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The record changed since it was read: of two racing requests the other one won.
    #[error("the record was changed by someone else")]
    Stale,
    /// A rule over several records stands in the way.
    #[error("such a record already exists: {0:?}")]
    Duplicate(Unique),
    /// Too much work is queued; nothing was done, try again later.
    #[error("the store is overloaded")]
    Overloaded,
    /// The store is shutting down; nothing was done.
    #[error("the store is closed")]
    Closed,
    /// A row holds what we would never write.
    #[error("column {table}.{column} holds a value that was never written")]
    Corrupt {
        /// The table of the row.
        table: &'static str,
        /// The column with the value, or the one that the others contradict.
        column: &'static str,
    },
    /// The database failed. After a lost connection it is not known whether the work was done.
    #[error("the store failed")]
    Unavailable(#[source] Arc<dyn Error + Send + Sync>),
}

/// What a rule over several records is about; whoever holds the lock is alone with them until his transaction ends.
/// Take locks in the order of the variants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Lock {
    /// Who holds an address.
    Address(CanonicalAddress),
    /// The sign-ins, the password and the addresses of a person.
    User(UserId),
    /// The code of a subject of the sign-up API, and how often it was tried.
    Code(CodeSubject),
    /// The members and invites of a project.
    Project(ProjectId),
    /// Who is an admin of the portal.
    Admins,
    /// The portal's periods and payments, and the roles that follow them.
    Dues,
    /// The forms and providers of the sign-up API, and who uses which.
    SignupForms,
    /// The keys and webhooks of a partner.
    Partner(PartnerId),
}

/// What can be read: the reading half of each repository.
pub trait Snapshot {
    /// People.
    fn users(&mut self) -> &mut dyn UserLookup;
    /// Addresses.
    fn emails(&mut self) -> &mut dyn EmailLookup;
    /// Passwords' hashes.
    fn credentials(&mut self) -> &mut dyn CredentialLookup;
    /// Six-digit codes.
    fn codes(&mut self) -> &mut dyn CodeLookup;
    /// Sign-ins.
    fn sessions(&mut self) -> &mut dyn SessionLookup;
    /// Requests for new passwords.
    fn password_resets(&mut self) -> &mut dyn PasswordResetLookup;
    /// Projects.
    fn projects(&mut self) -> &mut dyn ProjectLookup;
    /// Memberships.
    fn members(&mut self) -> &mut dyn MemberLookup;
    /// Invites.
    fn invites(&mut self) -> &mut dyn InviteLookup;
    /// Links that prove members' addresses.
    fn email_verifications(&mut self) -> &mut dyn EmailVerificationLookup;
    /// Who people are at the OpenID Connect provider.
    fn external_identities(&mut self) -> &mut dyn ExternalIdentityLookup;
    /// The portal's sign-ins.
    fn portal_sessions(&mut self) -> &mut dyn PortalSessionLookup;
    /// The portal's members.
    fn profiles(&mut self) -> &mut dyn ProfileLookup;
    /// Dues.
    fn payments(&mut self) -> &mut dyn PaymentLookup;
    /// The portal's own texts of letters.
    fn mail_templates(&mut self) -> &mut dyn MailTemplateLookup;
    /// The forms of the sign-up API.
    fn signup_forms(&mut self) -> &mut dyn SignupFormLookup;
    /// Its providers.
    fn signup_providers(&mut self) -> &mut dyn SignupProviderLookup;
    /// Who signed up there.
    fn signups(&mut self) -> &mut dyn SignupLookup;
    /// The sign-ins there.
    fn signup_sessions(&mut self) -> &mut dyn SignupSessionLookup;
    /// Partners.
    fn partners(&mut self) -> &mut dyn PartnerLookup;
    /// Their dictations.
    fn dictations(&mut self) -> &mut dyn DictationLookup;
    /// What was checked of them.
    fn check_results(&mut self) -> &mut dyn CheckResultLookup;
    /// Where partners are told what happened.
    fn webhooks(&mut self) -> &mut dyn WebhookLookup;
    /// Letters.
    fn outbox(&mut self) -> &mut dyn OutboxLookup;
    /// The database itself.
    fn schema(&mut self) -> &mut dyn SchemaLookup;
}

/// The repositories, joined in one transaction.
pub trait Transaction {
    /// Waits until nobody else has this lock, and holds it until the transaction ends.
    ///
    /// # Errors
    /// When the store fails, or somebody keeps the lock for seconds.
    fn lock(&mut self, lock: &Lock) -> Result<(), StoreError>;

    /// People.
    fn users(&mut self) -> &mut dyn UserRepository;
    /// Addresses.
    fn emails(&mut self) -> &mut dyn EmailRepository;
    /// Passwords' hashes.
    fn credentials(&mut self) -> &mut dyn CredentialRepository;
    /// Six-digit codes.
    fn codes(&mut self) -> &mut dyn CodeRepository;
    /// Sign-ins.
    fn sessions(&mut self) -> &mut dyn SessionRepository;
    /// Requests for new passwords.
    fn password_resets(&mut self) -> &mut dyn PasswordResetRepository;
    /// Projects.
    fn projects(&mut self) -> &mut dyn ProjectRepository;
    /// Memberships.
    fn members(&mut self) -> &mut dyn MemberRepository;
    /// Invites.
    fn invites(&mut self) -> &mut dyn InviteRepository;
    /// Links that prove members' addresses.
    fn email_verifications(&mut self) -> &mut dyn EmailVerificationRepository;
    /// Who people are at the OpenID Connect provider.
    fn external_identities(&mut self) -> &mut dyn ExternalIdentityRepository;
    /// The portal's sign-ins.
    fn portal_sessions(&mut self) -> &mut dyn PortalSessionRepository;
    /// The portal's members.
    fn profiles(&mut self) -> &mut dyn ProfileRepository;
    /// Dues.
    fn payments(&mut self) -> &mut dyn PaymentRepository;
    /// The portal's own texts of letters.
    fn mail_templates(&mut self) -> &mut dyn MailTemplateRepository;
    /// The forms of the sign-up API.
    fn signup_forms(&mut self) -> &mut dyn SignupFormRepository;
    /// Its providers.
    fn signup_providers(&mut self) -> &mut dyn SignupProviderRepository;
    /// Who signed up there.
    fn signups(&mut self) -> &mut dyn SignupRepository;
    /// The sign-ins there.
    fn signup_sessions(&mut self) -> &mut dyn SignupSessionRepository;
    /// Partners.
    fn partners(&mut self) -> &mut dyn PartnerRepository;
    /// Their dictations.
    fn dictations(&mut self) -> &mut dyn DictationRepository;
    /// What was checked of them.
    fn check_results(&mut self) -> &mut dyn CheckResultRepository;
    /// Which calls of partners were done.
    fn idempotency_keys(&mut self) -> &mut dyn IdempotencyKeyRepository;
    /// Where partners are told what happened.
    fn webhooks(&mut self) -> &mut dyn WebhookRepository;
    /// Letters.
    fn outbox(&mut self) -> &mut dyn Outbox;
    /// Throwing away.
    fn housekeeping(&mut self) -> &mut dyn Housekeeping;
}

/// How a unit of work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Keep everything.
    Commit,
    /// Keep nothing.
    Rollback,
}

/// How much of a read must be of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// Each statement sees the latest commit: right, and cheapest, for a single statement.
    Latest,
    /// All statements see the same moment.
    Snapshot,
}

/// A unit of writing work. It may be run again when the database asks for it, so it changes nothing outside.
pub type WriteWork = Box<dyn Fn(&mut dyn Transaction) -> Verdict + Send>;
/// A unit of reading work.
pub type ReadWork = Box<dyn Fn(&mut dyn Snapshot) + Send>;

/// The store, as a port that a `dyn` can stand for. Callers use [`StoreExt`].
#[async_trait]
pub trait Store: Send + Sync {
    /// Runs `work` in one transaction; `Ok` once it is durable, or undone because it said so.
    ///
    /// # Errors
    /// When the store could not do it. Then nothing is kept, unless the connection was lost at the very end.
    async fn run_write(&self, work: WriteWork) -> Result<(), StoreError>;

    /// Runs `work`, which cannot write.
    ///
    /// # Errors
    /// When the store could not do it. What `work` made of it then does not count.
    async fn run_read(&self, consistency: Consistency, work: ReadWork) -> Result<(), StoreError>;
}

/// The typed face of [`Store`].
pub trait StoreExt: Store {
    /// Runs `work` in a transaction that commits exactly when it returns `Ok`. It must neither block nor wait: on
    /// SQLite it stops every writer. It may be run again, so it changes nothing outside.
    ///
    /// # Errors
    /// That of `work`, with nothing kept; or a [`StoreError`] in its form when the store could not do it.
    fn write<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + Send
    where
        F: Fn(&mut dyn Transaction) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (fill, slot) = slot();
        async move {
            self.run_write(Box::new(move |tx| {
                let outcome = work(tx);
                let verdict = if outcome.is_ok() { Verdict::Commit } else { Verdict::Rollback };
                fill.set(outcome);
                verdict
            }))
            .await?;
            slot.take().unwrap_or_else(|| Err(StoreError::Closed.into()))
        }
    }

    /// Reads, with all statements of one moment if `consistency` says so; the type of the closure's argument rules out
    /// writing.
    ///
    /// # Errors
    /// That of `work`, or a [`StoreError`] in its form when the store could not do it.
    fn read<T, E, F>(&self, consistency: Consistency, work: F) -> impl Future<Output = Result<T, E>> + Send
    where
        F: Fn(&mut dyn Snapshot) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (fill, slot) = slot();
        async move {
            self.run_read(consistency, Box::new(move |seen| fill.set(work(seen)))).await?;
            slot.take().unwrap_or_else(|| Err(StoreError::Closed.into()))
        }
    }
}

impl<S: Store + ?Sized> StoreExt for S {}

/// Carries a typed value out of a closure whose type does not mention it.
struct Slot<T>(Arc<Mutex<Option<T>>>);

fn slot<T>() -> (Slot<T>, Slot<T>) {
    let shared = Arc::new(Mutex::new(None));
    (Slot(Arc::clone(&shared)), Slot(shared))
}

impl<T> Slot<T> {
    fn set(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }
    fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
