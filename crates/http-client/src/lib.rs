//! Requests to other servers: encrypted, bounded in time and size, never redirected, without a proxy, and trusting whom
//! the operating system trusts. What is asked, and what an answer means, is for the caller to say.

mod address;
mod answer;
mod client;
mod error;

pub use self::{
    address::AddressPolicy,
    answer::Answer,
    client::{EncryptionError, HttpClient, Patience},
    error::HttpError,
};
