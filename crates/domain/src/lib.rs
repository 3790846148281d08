//! The vocabulary and the rules of Portico, with the ports they need.
//!
//! Nothing here does I/O: time and randomness come through [`ports::Clock`] and [`ports::Entropy`], data through
//! the repositories of [`ports::Store`]. Everything can be tested, and reused, without a database or a network;
//! `docs/domain.md` shows how.
//!
//! Sections, and numbers such as C4 or O27, are those of the contract: the specification of the HTTP API whose rules
//! these are.

pub mod code;
pub mod credential;
pub mod email;
pub mod email_verification;
pub mod external_identity;
pub mod id;
pub mod invite;
pub mod json;
pub mod letter;
pub mod mail_template;
pub mod member;
pub mod page;
pub mod partner;
pub mod password;
pub mod password_reset;
pub mod payment;
pub mod period;
pub mod policy;
pub mod portal_session;
pub mod ports;
pub mod profile;
pub mod project;
pub mod redirect_url;
pub mod roster;
pub mod search_words;
pub mod session;
pub mod signup;
pub mod slug;
pub mod text;
pub mod token;
pub mod user;

/// The guide to this crate, whose snippets are compiled and run as documentation tests.
#[cfg(all(doctest, feature = "mocks"))]
#[doc = include_str!("../../../docs/domain.md")]
struct Guide;
