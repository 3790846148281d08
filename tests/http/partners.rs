//! The API of partners' programs, what admins do about partners, and what partners are told, as the partner contract has
//! it.

mod bodies;
mod calls;
mod described;
mod dictations;
mod exports;
mod fields;
mod idempotency;
mod keys;
mod languages;
mod limits;
mod listing;
mod management;
mod newcomers;
mod outages;
mod page;
mod people;
mod races;
mod receivers;
mod results;
mod retries;
mod revocation;
mod secrets;
mod seed;
mod targets;
mod webhooks;

/// Whom most tests are about.
const ANN: &str = "ann@example.org";
/// Somebody else.
const BOB: &str = "bob@example.org";
/// A key that nobody has.
const NO_KEY: &str = "portico_key_that-nobody-was-ever-given-4471";
/// An id that nobody has.
const NOBODY: &str = "01a200e3-7ba9-7cb8-8b47-a9057230174f";
