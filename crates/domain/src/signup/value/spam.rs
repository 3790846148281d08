//! Proofs of being human.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Content, object, says};

/// A value of the type `spam` (sign-up contract section 7).
#[derive(Deserialize)]
struct Proof<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    token: String,
    site_key: String,
}

/// What the widget of the page got for its visitor.
pub(super) fn read(raw: &str) -> Option<Content> {
    let proof: Proof = object(raw)?;
    let event: Event = object(proof.event.get())?;
    (says(&event.token) && says(&event.site_key)).then_some(Content::Things)
}
