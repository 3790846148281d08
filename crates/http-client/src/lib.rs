//! Requests to other servers: encrypted, bounded in time and size, never redirected, without a proxy, and trusting whom
//! the operating system trusts. What is asked, and what an answer means, is for the caller to say; who may be asked is for
//! an [`AddressPolicy`]. Of an address that a stranger names, what its name stands for is looked at, too, at the moment
//! when it is connected to.

mod address;
mod answer;
mod client;
mod error;
mod reach;
mod resolver;

pub use self::{
    address::AddressPolicy,
    answer::Answer,
    client::{EncryptionError, HttpClient, Patience},
    error::HttpError,
};
