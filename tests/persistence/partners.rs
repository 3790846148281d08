//! The partner API: partners with their keys and people, dictations, results of checks, names of calls, and webhooks.

mod claims;
mod corruption;
mod deliveries;
mod dictations;
mod keys;
mod lanes;
mod lists;
mod names;
mod people;
mod purging;
mod results;
mod scale;
mod waiting;
mod webhooks;
