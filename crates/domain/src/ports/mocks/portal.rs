//! A mock of each port of the members' portal.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    email::CanonicalAddress,
    external_identity::{Challenge, ExternalIdentity, PendingSignIn, ProvedIdentity, SignInAttempt, Subject},
    id::{SessionId, UserId},
    mail_template::{LetterKind, MailTemplate},
    payment::{Payment, PaymentRemoval, PaymentStatus, PaymentTransaction},
    period::{Period, Periods},
    portal_session::{PortalSession, Visitor},
    ports::{
        ExternalIdentityLookup, ExternalIdentityRepository, IdentityProvider, IdentityProviderError,
        MailTemplateLookup, MailTemplateRepository, MemberFilter, PaymentLookup, PaymentRepository,
        PortalSessionLookup, PortalSessionRepository, ProfileLookup, ProfileRepository, StoreError,
    },
    profile::{Avatar, MemberRecord, MemberRole, MemberWithDues, Profile},
    token::TokenDigest,
};

mockall::mock! {
    pub ProfileRepository {}
    impl ProfileLookup for ProfileRepository {
        fn find(&mut self, user: UserId) -> Result<Option<MemberRecord>, StoreError>;
        fn find_by_number(&mut self, number: i64) -> Result<Option<MemberRecord>, StoreError>;
        fn find_by_address(&mut self, address: &CanonicalAddress) -> Result<Option<UserId>, StoreError>;
        fn list(&mut self, filter: &MemberFilter) -> Result<Vec<MemberWithDues>, StoreError>;
        fn has_other_admin(&mut self, user: UserId) -> Result<bool, StoreError>;
        fn find_role_of(
            &mut self,
            issuer: Option<String>,
            subject: &Subject,
        ) -> Result<Option<MemberRole>, StoreError>;
        fn list_roles(&mut self, issuer: Option<String>) -> Result<Vec<(Subject, MemberRole)>, StoreError>;
    }
    impl ProfileRepository for ProfileRepository {
        fn add(&mut self, profile: &Profile) -> Result<(), StoreError>;
        fn write(&mut self, profile: &Profile) -> Result<(), StoreError>;
        fn change_role(
            &mut self,
            user: UserId,
            from: MemberRole,
            to: MemberRole,
            at: DateTime<Utc>,
        ) -> Result<(), StoreError>;
        fn set_avatar(&mut self, user: UserId, avatar: &Avatar) -> Result<(), StoreError>;
        fn follow_dues(&mut self, periods: Periods, at: DateTime<Utc>) -> Result<usize, StoreError>;
    }
}

mockall::mock! {
    pub ExternalIdentityRepository {}
    impl ExternalIdentityLookup for ExternalIdentityRepository {
        fn find_user(&mut self, issuer: &str, subject: &Subject) -> Result<Option<UserId>, StoreError>;
        fn find_of(&mut self, user: UserId) -> Result<Option<ExternalIdentity>, StoreError>;
        fn find_pending(&mut self, token: &TokenDigest) -> Result<Option<PendingSignIn>, StoreError>;
    }
    impl ExternalIdentityRepository for ExternalIdentityRepository {
        fn put(&mut self, user: UserId, identity: &ExternalIdentity) -> Result<(), StoreError>;
        fn remove(&mut self, user: UserId) -> Result<(), StoreError>;
        fn add_attempt(&mut self, attempt: &SignInAttempt) -> Result<(), StoreError>;
        fn use_attempt(&mut self, digest: &TokenDigest, now: DateTime<Utc>) -> Result<(), StoreError>;
        fn add_pending(&mut self, pending: &PendingSignIn) -> Result<(), StoreError>;
        fn remove_pending(&mut self, token: &TokenDigest) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub PaymentRepository {}
    impl PaymentLookup for PaymentRepository {
        fn periods(&mut self) -> Result<Periods, StoreError>;
        fn find(&mut self, user: UserId, period: Period) -> Result<Option<PaymentStatus>, StoreError>;
        fn list_of(&mut self, user: UserId) -> Result<Vec<PaymentStatus>, StoreError>;
        fn find_transaction(
            &mut self,
            token: &TokenDigest,
        ) -> Result<Option<PaymentTransaction>, StoreError>;
    }
    impl PaymentRepository for PaymentRepository {
        fn set_periods(&mut self, periods: Periods, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn add(&mut self, payment: &Payment) -> Result<(), StoreError>;
        fn remove(
            &mut self,
            user: UserId,
            period: Period,
            removal: &PaymentRemoval,
        ) -> Result<bool, StoreError>;
        fn add_transaction(&mut self, transaction: &PaymentTransaction) -> Result<(), StoreError>;
        fn use_transaction(&mut self, token: &TokenDigest, now: DateTime<Utc>) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub PortalSessionRepository {}
    impl PortalSessionLookup for PortalSessionRepository {
        fn find_visitor(&mut self, token: &TokenDigest) -> Result<Option<Visitor>, StoreError>;
    }
    impl PortalSessionRepository for PortalSessionRepository {
        fn add(&mut self, session: &PortalSession) -> Result<(), StoreError>;
        fn end(&mut self, id: SessionId, at: DateTime<Utc>) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub MailTemplateRepository {}
    impl MailTemplateLookup for MailTemplateRepository {
        fn find(&mut self, kind: LetterKind) -> Result<Option<MailTemplate>, StoreError>;
    }
    impl MailTemplateRepository for MailTemplateRepository {
        fn put(
            &mut self,
            kind: LetterKind,
            template: &MailTemplate,
            at: DateTime<Utc>,
        ) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub IdentityProvider {}
    #[async_trait]
    impl IdentityProvider for IdentityProvider {
        async fn prepare(&self) -> Result<(), IdentityProviderError>;
        async fn authorization_url(&self, challenge: &Challenge) -> Result<String, IdentityProviderError>;
        async fn redeem(
            &self,
            code: &str,
            challenge: &Challenge,
        ) -> Result<ProvedIdentity, IdentityProviderError>;
        async fn redeem_for_client(
            &self,
            client_id: &str,
            code: &str,
            redirect_uri: &str,
        ) -> Result<ProvedIdentity, IdentityProviderError>;
        async fn logout_url(&self) -> Result<String, IdentityProviderError>;
    }
}
