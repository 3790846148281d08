//! What the rules need from the world: time, randomness, a store, mail, hashing. Adapters implement these traits.

mod clock;
mod code_sender;
mod codes;
mod credentials;
mod dictations;
mod email_verifications;
mod emails;
mod entropy;
mod external_identities;
mod housekeeping;
mod html_sanitizer;
mod idempotency_keys;
mod identity_provider;
mod invites;
mod mail_templates;
mod mailer;
mod members;
mod outbox;
mod partners;
mod password_resets;
mod passwords;
mod payments;
mod portal_sessions;
mod profiles;
mod projects;
mod schema;
mod secrets;
mod sessions;
mod signup_forms;
mod signup_sessions;
mod signup_tokens;
mod signups;
mod store;
mod users;
mod webhooks;

#[cfg(any(test, feature = "mocks"))]
pub mod mocks;

pub use self::{
    clock::Clock,
    code_sender::{CodeSender, OutgoingCode},
    codes::{CodeLookup, CodeRepository},
    credentials::{CredentialLookup, CredentialRepository},
    dictations::{CheckResultLookup, CheckResultRepository, DictationLookup, DictationRepository},
    email_verifications::{EmailVerificationLookup, EmailVerificationRepository},
    emails::{EmailLookup, EmailRepository},
    entropy::Entropy,
    external_identities::{ExternalIdentityLookup, ExternalIdentityRepository},
    housekeeping::{Disposable, Housekeeping},
    html_sanitizer::HtmlSanitizer,
    idempotency_keys::IdempotencyKeyRepository,
    identity_provider::{IdentityProvider, IdentityProviderError},
    invites::{InviteLookup, InviteRepository},
    mail_templates::{MailTemplateLookup, MailTemplateRepository},
    mailer::{Mailer, MailerError, OutgoingLetter},
    members::{MemberLookup, MemberRepository},
    outbox::{Backlog, LeaseHolder, Outbox, OutboxLookup, OutboxWatch},
    partners::{PartnerLookup, PartnerRepository},
    password_resets::{PasswordResetLookup, PasswordResetRepository},
    passwords::{Comparison, Passwords, PasswordsError},
    payments::{PaymentLookup, PaymentRepository},
    portal_sessions::{PortalSessionLookup, PortalSessionRepository},
    profiles::{MemberFilter, ProfileLookup, ProfileRepository},
    projects::{ProjectLookup, ProjectRepository},
    schema::SchemaLookup,
    secrets::{CodeAuthenticator, Sealer, UnsealError},
    sessions::{SessionLookup, SessionRepository},
    signup_forms::{
        SignupFormLookup, SignupFormRepository, SignupProviderLookup, SignupProviderRepository, Stretch,
    },
    signup_sessions::{SignupSessionLookup, SignupSessionRepository},
    signup_tokens::{AccessClaims, AccessTokenError, AccessTokens, RefreshTokens},
    signups::{SignupLookup, SignupRepository},
    store::{
        Consistency, Lock, ReadWork, Snapshot, Store, StoreError, StoreExt, Transaction, Unique, Verdict,
        WriteWork,
    },
    users::{UserLookup, UserRepository, UserSummary},
    webhooks::{
        DueDelivery, OutgoingEvent, WebhookLookup, WebhookRepository, WebhookSecrets, WebhookSender,
        WebhookSenderError,
    },
};
