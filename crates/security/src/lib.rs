//! Secrets: password hashing on threads of its own, the master secret and what is derived from it, random bytes of
//! the operating system, the clock. Adapters of the domain's ports.

mod clock;
mod entropy;
mod hashing;
mod master_secret;

pub use self::{
    clock::SystemClock,
    entropy::SystemEntropy,
    hashing::{HashingFigures, HashingThreads},
    master_secret::{MIN_SECRET_BYTES, MasterSecret, MasterSecretError},
};
