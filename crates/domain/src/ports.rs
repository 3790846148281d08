//! What the rules need from the world: time, randomness, a store, mail, hashing. Adapters implement these traits.

mod clock;
mod codes;
mod credentials;
mod emails;
mod entropy;
mod housekeeping;
mod invites;
mod mailer;
mod members;
mod outbox;
mod password_resets;
mod passwords;
mod projects;
mod schema;
mod secrets;
mod sessions;
mod store;
mod users;

#[cfg(any(test, feature = "mocks"))]
pub mod mocks;

pub use self::{
    clock::Clock,
    codes::{CodeLookup, CodeRepository},
    credentials::{CredentialLookup, CredentialRepository},
    emails::{EmailLookup, EmailRepository},
    entropy::Entropy,
    housekeeping::{Disposable, Housekeeping},
    invites::{InviteLookup, InviteRepository},
    mailer::{Mailer, MailerError, OutgoingLetter},
    members::{MemberLookup, MemberRepository},
    outbox::{Backlog, LeaseHolder, Outbox, OutboxLookup, OutboxWatch},
    password_resets::{PasswordResetLookup, PasswordResetRepository},
    passwords::{Comparison, Passwords, PasswordsError},
    projects::{ProjectLookup, ProjectRepository},
    schema::SchemaLookup,
    secrets::{CodeAuthenticator, Sealer, UnsealError},
    sessions::{SessionLookup, SessionRepository},
    store::{
        Consistency, Lock, ReadWork, Snapshot, Store, StoreError, StoreExt, Transaction, Unique, Verdict,
        WriteWork,
    },
    users::{UserLookup, UserRepository, UserSummary},
};
