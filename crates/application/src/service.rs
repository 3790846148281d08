//! The house itself.

mod check_readiness;
mod purge_expired;

pub use self::{
    check_readiness::{CheckReadiness, NotReady},
    purge_expired::PurgeExpired,
};
