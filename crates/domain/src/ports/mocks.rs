//! Doubles of the ports, for tests of use cases without a world around them.
//!
//! Every repository has a mock made by `mockall`; [`MockStore`] joins one of each, so that a test sets expectations
//! on the repositories it is about, and any other call fails it.

mod doubles;
#[cfg(feature = "mocks")]
mod store;

#[cfg(feature = "mocks")]
mod partners;
#[cfg(feature = "mocks")]
#[expect(clippy::struct_field_names, reason = "mockall makes a field of each method, and a lookup finds")]
mod portal;
#[cfg(feature = "mocks")]
mod repositories;
#[cfg(feature = "mocks")]
mod signup;

pub use self::doubles::{CountingEntropy, FixedClock};
#[cfg(feature = "mocks")]
pub use self::{
    partners::{
        MockCheckResultRepository, MockDictationRepository, MockIdempotencyKeyRepository,
        MockPartnerRepository, MockWebhookRepository, MockWebhookSecrets, MockWebhookSender,
    },
    portal::{
        MockExternalIdentityRepository, MockIdentityProvider, MockMailTemplateRepository,
        MockPaymentRepository, MockPortalSessionRepository, MockProfileRepository,
    },
    repositories::{
        MockCodeAuthenticator, MockCodeRepository, MockCredentialRepository, MockEmailRepository,
        MockEmailVerificationRepository, MockHousekeeping, MockInviteRepository, MockMailer,
        MockMemberRepository, MockOutbox, MockOutboxWatch, MockPasswordResetRepository, MockPasswords,
        MockProjectRepository, MockSchemaLookup, MockSealer, MockSessionRepository, MockUserRepository,
    },
    signup::{
        MockAccessTokens, MockCodeSender, MockHtmlSanitizer, MockRefreshTokens, MockSignupFormRepository,
        MockSignupProviderRepository, MockSignupRepository, MockSignupSessionRepository,
    },
    store::{MockStore, MockTransaction},
};
