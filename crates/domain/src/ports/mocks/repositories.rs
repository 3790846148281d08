//! A mock of each port.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    code::{CodeMac, CodeSubject, PlainCode, VerificationCode},
    credential::Credential,
    email::{CanonicalAddress, Email},
    email_verification::EmailVerification,
    id::{EmailId, FamilyId, InviteId, LetterId, PasswordResetId, ProjectId, SessionId, SignupId, UserId},
    invite::Invite,
    letter::{Lane, LetterSecret, OwedLetter, SealedSecret},
    member::{Member, MemberProfile, Role},
    page::Page,
    password::{PasswordHash, PlainPassword},
    password_reset::PasswordReset,
    ports::{
        Backlog, CodeAuthenticator, CodeLookup, CodeRepository, Comparison, CredentialLookup,
        CredentialRepository, Disposable, EmailLookup, EmailRepository, EmailVerificationLookup,
        EmailVerificationRepository, Housekeeping, InviteLookup, InviteRepository, LeaseHolder, Mailer,
        MailerError, MemberLookup, MemberRepository, Outbox, OutboxLookup, OutboxWatch, OutgoingLetter,
        PasswordResetLookup, PasswordResetRepository, Passwords, PasswordsError, ProjectLookup,
        ProjectRepository, SchemaLookup, Sealer, SessionLookup, SessionRepository, StoreError, UnsealError,
        UserLookup, UserRepository, UserSummary,
    },
    project::Project,
    session::{Bearer, Session},
    slug::Slug,
    token::TokenDigest,
    user::{NewUser, User},
};

mockall::mock! {
    pub UserRepository {}
    impl UserLookup for UserRepository {
        fn find(&mut self, id: UserId) -> Result<Option<User>, StoreError>;
        fn find_by_number(&mut self, number: i64) -> Result<Option<User>, StoreError>;
        fn is_known_elsewhere(&mut self, id: UserId, besides: Option<SignupId>) -> Result<bool, StoreError>;
        fn list(&mut self, search: Option<String>, page: Page) -> Result<Vec<UserSummary>, StoreError>;
    }
    impl UserRepository for UserRepository {
        fn add(&mut self, user: &NewUser) -> Result<User, StoreError>;
        fn remove(&mut self, id: UserId) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub EmailRepository {}
    impl EmailLookup for EmailRepository {
        fn find_holder(&mut self, address: &CanonicalAddress) -> Result<Option<Email>, StoreError>;
        fn find_latest_claim(&mut self, address: &CanonicalAddress) -> Result<Option<Email>, StoreError>;
        fn find_of(&mut self, user: UserId, address: &CanonicalAddress) -> Result<Option<Email>, StoreError>;
        fn list_of(&mut self, user: UserId) -> Result<Vec<Email>, StoreError>;
    }
    impl EmailRepository for EmailRepository {
        fn add(&mut self, email: &Email) -> Result<(), StoreError>;
        fn verify(&mut self, id: EmailId, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn replace_default(&mut self, email: &Email) -> Result<(), StoreError>;
        fn void_claims(&mut self, address: &CanonicalAddress) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub CredentialRepository {}
    impl CredentialLookup for CredentialRepository {
        fn find(&mut self, user: UserId) -> Result<Option<Credential>, StoreError>;
    }
    impl CredentialRepository for CredentialRepository {
        fn set(&mut self, credential: &Credential) -> Result<(), StoreError>;
        fn renew(&mut self, user: UserId, old: &PasswordHash, new: &PasswordHash) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub CodeRepository {}
    impl CodeLookup for CodeRepository {
        fn find(&mut self, subject: &CodeSubject) -> Result<Option<VerificationCode>, StoreError>;
    }
    impl CodeRepository for CodeRepository {
        fn put(&mut self, code: &VerificationCode) -> Result<(), StoreError>;
        fn count_try(&mut self, code: &VerificationCode) -> Result<(), StoreError>;
        fn remove(&mut self, subject: &CodeSubject) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub SessionRepository {}
    impl SessionLookup for SessionRepository {
        fn find_bearer(&mut self, token: &TokenDigest) -> Result<Option<Bearer>, StoreError>;
        fn find_by_refresh(&mut self, refresh: &TokenDigest) -> Result<Option<Session>, StoreError>;
    }
    impl SessionRepository for SessionRepository {
        fn add(&mut self, session: &Session) -> Result<(), StoreError>;
        fn rotate(&mut self, id: SessionId, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn end_family(&mut self, family: FamilyId, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn end_all_of(&mut self, user: UserId, except: Option<FamilyId>, at: DateTime<Utc>) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub PasswordResetRepository {}
    impl PasswordResetLookup for PasswordResetRepository {
        fn find_by_token(&mut self, token: &TokenDigest) -> Result<Option<PasswordReset>, StoreError>;
    }
    impl PasswordResetRepository for PasswordResetRepository {
        fn add(&mut self, reset: &PasswordReset) -> Result<(), StoreError>;
        fn close(&mut self, id: PasswordResetId, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn close_all_of(&mut self, user: UserId, at: DateTime<Utc>) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub ProjectRepository {}
    impl ProjectLookup for ProjectRepository {
        fn find(&mut self, id: ProjectId) -> Result<Option<Project>, StoreError>;
        fn find_by_slug(&mut self, slug: &Slug) -> Result<Option<Project>, StoreError>;
        fn list_taken(&mut self, slugs: &[Slug]) -> Result<Vec<Slug>, StoreError>;
        fn list_of(&mut self, user: UserId, page: Page) -> Result<Vec<(Project, Role)>, StoreError>;
    }
    impl ProjectRepository for ProjectRepository {
        fn add(&mut self, project: &Project) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub MemberRepository {}
    impl MemberLookup for MemberRepository {
        fn find(&mut self, project: ProjectId, user: UserId) -> Result<Option<Member>, StoreError>;
        fn list(&mut self, project: ProjectId, page: Page) -> Result<Vec<MemberProfile>, StoreError>;
    }
    impl MemberRepository for MemberRepository {
        fn add(&mut self, member: &Member) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub InviteRepository {}
    impl InviteLookup for InviteRepository {
        fn find_by_token(&mut self, token: &TokenDigest) -> Result<Option<Invite>, StoreError>;
        fn find(&mut self, project: ProjectId, id: InviteId) -> Result<Option<Invite>, StoreError>;
        fn find_pending(&mut self, project: ProjectId, address: &CanonicalAddress) -> Result<Option<Invite>, StoreError>;
        fn list_pending(&mut self, project: ProjectId, page: Page) -> Result<Vec<Invite>, StoreError>;
    }
    impl InviteRepository for InviteRepository {
        fn add(&mut self, invite: &Invite) -> Result<(), StoreError>;
        fn close(&mut self, invite: &Invite) -> Result<(), StoreError>;
        fn renew(&mut self, invite: &Invite, old: &TokenDigest) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub Outbox {}
    impl OutboxLookup for Outbox {
        fn list_due(&mut self, lane: Lane, now: DateTime<Utc>, limit: u16) -> Result<Vec<OwedLetter>, StoreError>;
        fn backlog(&mut self) -> Result<Backlog, StoreError>;
    }
    impl Outbox for Outbox {
        fn add(&mut self, letter: &OwedLetter) -> Result<(), StoreError>;
        fn lease(
            &mut self,
            id: LetterId,
            holder: LeaseHolder,
            now: DateTime<Utc>,
            until: DateTime<Utc>,
        ) -> Result<(), StoreError>;
        fn extend(&mut self, id: LetterId, holder: LeaseHolder, until: DateTime<Utc>) -> Result<(), StoreError>;
        fn delivered(&mut self, id: LetterId, holder: LeaseHolder, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn postpone(
            &mut self,
            id: LetterId,
            holder: LeaseHolder,
            due: DateTime<Utc>,
            error: &str,
        ) -> Result<(), StoreError>;
        fn abandon(
            &mut self,
            id: LetterId,
            holder: LeaseHolder,
            at: DateTime<Utc>,
            error: &str,
        ) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub EmailVerificationRepository {}
    impl EmailVerificationLookup for EmailVerificationRepository {
        fn find(&mut self, token: &TokenDigest) -> Result<Option<EmailVerification>, StoreError>;
    }
    impl EmailVerificationRepository for EmailVerificationRepository {
        fn add(&mut self, link: &EmailVerification) -> Result<(), StoreError>;
        fn close(&mut self, token: &TokenDigest, at: DateTime<Utc>) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub Housekeeping {}
    impl Housekeeping for Housekeeping {
        fn purge(&mut self, what: Disposable, before: DateTime<Utc>, limit: u16) -> Result<usize, StoreError>;
    }
}

mockall::mock! {
    pub SchemaLookup {}
    impl SchemaLookup for SchemaLookup {
        fn list_missing(&mut self) -> Result<Vec<String>, StoreError>;
    }
}

mockall::mock! {
    pub Sealer {}
    impl Sealer for Sealer {
        fn seal(&self, letter: LetterId, secret: &LetterSecret) -> SealedSecret;
        fn open(&self, letter: LetterId, sealed: &SealedSecret) -> Result<LetterSecret, UnsealError>;
    }
}

mockall::mock! {
    pub CodeAuthenticator {}
    impl CodeAuthenticator for CodeAuthenticator {
        fn mac(&self, subject: &CodeSubject, code: &PlainCode) -> CodeMac;
    }
}

mockall::mock! {
    pub Passwords {}
    #[async_trait]
    impl Passwords for Passwords {
        async fn protect(&self, password: PlainPassword, hints: Vec<String>) -> Result<PasswordHash, PasswordsError>;
        async fn hash(&self, password: PlainPassword) -> Result<PasswordHash, PasswordsError>;
        async fn compare(
            &self,
            presented: PlainPassword,
            kept: Option<PasswordHash>,
        ) -> Result<Comparison, PasswordsError>;
    }
}

mockall::mock! {
    pub Mailer {}
    #[async_trait]
    impl Mailer for Mailer {
        async fn send(&self, letter: OutgoingLetter) -> Result<(), MailerError>;
    }
}

mockall::mock! {
    pub OutboxWatch {}
    #[async_trait]
    impl OutboxWatch for OutboxWatch {
        async fn written(&self);
    }
}
