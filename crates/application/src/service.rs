//! The house itself.

mod check_readiness;
mod measure_backlog;
mod purge_expired;

pub use self::{
    check_readiness::{CheckReadiness, NotReady},
    measure_backlog::MeasureBacklog,
    purge_expired::PurgeExpired,
};
