//! A store of mocks.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use super::partners::{
    MockCheckResultRepository, MockDictationRepository, MockIdempotencyKeyRepository, MockPartnerRepository,
    MockWebhookRepository,
};
use super::portal::{
    MockExternalIdentityRepository, MockMailTemplateRepository, MockPaymentRepository,
    MockPortalSessionRepository, MockProfileRepository,
};
use super::repositories::{
    MockCodeRepository, MockCredentialRepository, MockEmailRepository, MockEmailVerificationRepository,
    MockHousekeeping, MockInviteRepository, MockMemberRepository, MockOutbox, MockPasswordResetRepository,
    MockProjectRepository, MockSchemaLookup, MockSessionRepository, MockUserRepository,
};
use super::signup::{
    MockSignupFormRepository, MockSignupProviderRepository, MockSignupRepository, MockSignupSessionRepository,
};
use crate::ports::{
    CheckResultLookup, CheckResultRepository, CodeLookup, CodeRepository, Consistency, CredentialLookup,
    CredentialRepository, DictationLookup, DictationRepository, EmailLookup, EmailRepository,
    EmailVerificationLookup, EmailVerificationRepository, ExternalIdentityLookup, ExternalIdentityRepository,
    Housekeeping, IdempotencyKeyRepository, InviteLookup, InviteRepository, Lock, MailTemplateLookup,
    MailTemplateRepository, MemberLookup, MemberRepository, Outbox, OutboxLookup, PartnerLookup,
    PartnerRepository, PasswordResetLookup, PasswordResetRepository, PaymentLookup, PaymentRepository,
    PortalSessionLookup, PortalSessionRepository, ProfileLookup, ProfileRepository, ProjectLookup,
    ProjectRepository, ReadWork, SchemaLookup, SessionLookup, SessionRepository, SignupFormLookup,
    SignupFormRepository, SignupLookup, SignupProviderLookup, SignupProviderRepository, SignupRepository,
    SignupSessionLookup, SignupSessionRepository, Snapshot, Store, StoreError, Transaction, UserLookup,
    UserRepository, Verdict, WebhookLookup, WebhookRepository, WriteWork,
};

/// One mock of each repository; both [`Snapshot`] and [`Transaction`] look at the same ones.
#[derive(Default)]
pub struct MockTransaction {
    /// People.
    pub users: MockUserRepository,
    /// Addresses.
    pub emails: MockEmailRepository,
    /// Passwords' hashes.
    pub credentials: MockCredentialRepository,
    /// Six-digit codes.
    pub codes: MockCodeRepository,
    /// Sign-ins.
    pub sessions: MockSessionRepository,
    /// Requests for new passwords.
    pub password_resets: MockPasswordResetRepository,
    /// Projects.
    pub projects: MockProjectRepository,
    /// Memberships.
    pub members: MockMemberRepository,
    /// Invites.
    pub invites: MockInviteRepository,
    /// Links that prove members' addresses.
    pub email_verifications: MockEmailVerificationRepository,
    /// Who people are at the OpenID Connect provider.
    pub external_identities: MockExternalIdentityRepository,
    /// The portal's sign-ins.
    pub portal_sessions: MockPortalSessionRepository,
    /// The portal's members.
    pub profiles: MockProfileRepository,
    /// Dues.
    pub payments: MockPaymentRepository,
    /// The portal's own texts of letters.
    pub mail_templates: MockMailTemplateRepository,
    /// The forms of the sign-up API.
    pub signup_forms: MockSignupFormRepository,
    /// Its providers.
    pub signup_providers: MockSignupProviderRepository,
    /// Who signed up there.
    pub signups: MockSignupRepository,
    /// The sign-ins there.
    pub signup_sessions: MockSignupSessionRepository,
    /// Partners.
    pub partners: MockPartnerRepository,
    /// Their dictations.
    pub dictations: MockDictationRepository,
    /// What was checked of them.
    pub check_results: MockCheckResultRepository,
    /// Which calls of partners were done.
    pub idempotency_keys: MockIdempotencyKeyRepository,
    /// Where partners are told what happened.
    pub webhooks: MockWebhookRepository,
    /// Letters.
    pub outbox: MockOutbox,
    /// The database itself.
    pub schema: MockSchemaLookup,
    /// Throwing away.
    pub housekeeping: MockHousekeeping,
    /// The locks taken so far, in their order.
    pub locks: Vec<Lock>,
}

impl Snapshot for MockTransaction {
    fn users(&mut self) -> &mut dyn UserLookup {
        &mut self.users
    }
    fn emails(&mut self) -> &mut dyn EmailLookup {
        &mut self.emails
    }
    fn credentials(&mut self) -> &mut dyn CredentialLookup {
        &mut self.credentials
    }
    fn codes(&mut self) -> &mut dyn CodeLookup {
        &mut self.codes
    }
    fn sessions(&mut self) -> &mut dyn SessionLookup {
        &mut self.sessions
    }
    fn password_resets(&mut self) -> &mut dyn PasswordResetLookup {
        &mut self.password_resets
    }
    fn projects(&mut self) -> &mut dyn ProjectLookup {
        &mut self.projects
    }
    fn members(&mut self) -> &mut dyn MemberLookup {
        &mut self.members
    }
    fn invites(&mut self) -> &mut dyn InviteLookup {
        &mut self.invites
    }
    fn email_verifications(&mut self) -> &mut dyn EmailVerificationLookup {
        &mut self.email_verifications
    }
    fn external_identities(&mut self) -> &mut dyn ExternalIdentityLookup {
        &mut self.external_identities
    }
    fn portal_sessions(&mut self) -> &mut dyn PortalSessionLookup {
        &mut self.portal_sessions
    }
    fn profiles(&mut self) -> &mut dyn ProfileLookup {
        &mut self.profiles
    }
    fn payments(&mut self) -> &mut dyn PaymentLookup {
        &mut self.payments
    }
    fn mail_templates(&mut self) -> &mut dyn MailTemplateLookup {
        &mut self.mail_templates
    }
    fn signup_forms(&mut self) -> &mut dyn SignupFormLookup {
        &mut self.signup_forms
    }
    fn signup_providers(&mut self) -> &mut dyn SignupProviderLookup {
        &mut self.signup_providers
    }
    fn signups(&mut self) -> &mut dyn SignupLookup {
        &mut self.signups
    }
    fn signup_sessions(&mut self) -> &mut dyn SignupSessionLookup {
        &mut self.signup_sessions
    }
    fn partners(&mut self) -> &mut dyn PartnerLookup {
        &mut self.partners
    }
    fn dictations(&mut self) -> &mut dyn DictationLookup {
        &mut self.dictations
    }
    fn check_results(&mut self) -> &mut dyn CheckResultLookup {
        &mut self.check_results
    }
    fn webhooks(&mut self) -> &mut dyn WebhookLookup {
        &mut self.webhooks
    }
    fn outbox(&mut self) -> &mut dyn OutboxLookup {
        &mut self.outbox
    }
    fn schema(&mut self) -> &mut dyn SchemaLookup {
        &mut self.schema
    }
}

impl Transaction for MockTransaction {
    fn lock(&mut self, lock: &Lock) -> Result<(), StoreError> {
        self.locks.push(lock.clone());
        Ok(())
    }
    fn users(&mut self) -> &mut dyn UserRepository {
        &mut self.users
    }
    fn emails(&mut self) -> &mut dyn EmailRepository {
        &mut self.emails
    }
    fn credentials(&mut self) -> &mut dyn CredentialRepository {
        &mut self.credentials
    }
    fn codes(&mut self) -> &mut dyn CodeRepository {
        &mut self.codes
    }
    fn sessions(&mut self) -> &mut dyn SessionRepository {
        &mut self.sessions
    }
    fn password_resets(&mut self) -> &mut dyn PasswordResetRepository {
        &mut self.password_resets
    }
    fn projects(&mut self) -> &mut dyn ProjectRepository {
        &mut self.projects
    }
    fn members(&mut self) -> &mut dyn MemberRepository {
        &mut self.members
    }
    fn invites(&mut self) -> &mut dyn InviteRepository {
        &mut self.invites
    }
    fn email_verifications(&mut self) -> &mut dyn EmailVerificationRepository {
        &mut self.email_verifications
    }
    fn external_identities(&mut self) -> &mut dyn ExternalIdentityRepository {
        &mut self.external_identities
    }
    fn portal_sessions(&mut self) -> &mut dyn PortalSessionRepository {
        &mut self.portal_sessions
    }
    fn profiles(&mut self) -> &mut dyn ProfileRepository {
        &mut self.profiles
    }
    fn payments(&mut self) -> &mut dyn PaymentRepository {
        &mut self.payments
    }
    fn mail_templates(&mut self) -> &mut dyn MailTemplateRepository {
        &mut self.mail_templates
    }
    fn signup_forms(&mut self) -> &mut dyn SignupFormRepository {
        &mut self.signup_forms
    }
    fn signup_providers(&mut self) -> &mut dyn SignupProviderRepository {
        &mut self.signup_providers
    }
    fn signups(&mut self) -> &mut dyn SignupRepository {
        &mut self.signups
    }
    fn signup_sessions(&mut self) -> &mut dyn SignupSessionRepository {
        &mut self.signup_sessions
    }
    fn partners(&mut self) -> &mut dyn PartnerRepository {
        &mut self.partners
    }
    fn dictations(&mut self) -> &mut dyn DictationRepository {
        &mut self.dictations
    }
    fn check_results(&mut self) -> &mut dyn CheckResultRepository {
        &mut self.check_results
    }
    fn webhooks(&mut self) -> &mut dyn WebhookRepository {
        &mut self.webhooks
    }
    fn idempotency_keys(&mut self) -> &mut dyn IdempotencyKeyRepository {
        &mut self.idempotency_keys
    }
    fn outbox(&mut self) -> &mut dyn Outbox {
        &mut self.outbox
    }
    fn housekeeping(&mut self) -> &mut dyn Housekeeping {
        &mut self.housekeeping
    }
}

/// A store whose repositories are mocks, and that remembers how each unit of work ended.
#[derive(Default)]
pub struct MockStore {
    transaction: Mutex<MockTransaction>,
    verdicts: Mutex<Vec<Verdict>>,
}

impl MockStore {
    /// A store of these mocks.
    #[must_use]
    pub fn new(transaction: MockTransaction) -> Self {
        Self { transaction: Mutex::new(transaction), verdicts: Mutex::default() }
    }

    /// How the units of work ended, in their order.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The locks taken so far.
    #[must_use]
    pub fn locks(&self) -> Vec<Lock> {
        self.transaction.lock().unwrap_or_else(PoisonError::into_inner).locks.clone()
    }
}

#[async_trait]
impl Store for MockStore {
    async fn run_write(&self, work: WriteWork) -> Result<(), StoreError> {
        let verdict = work(&mut *self.transaction.lock().unwrap_or_else(PoisonError::into_inner));
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner).push(verdict);
        Ok(())
    }

    async fn run_read(&self, _: Consistency, work: ReadWork) -> Result<(), StoreError> {
        work(&mut *self.transaction.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }
}
