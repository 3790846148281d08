//! Things that are known elsewhere, such as the entries of a nested list.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Content, elements, id, object, text};

/// A thing as a whole (sign-up contract section 7). The parent of the topmost ones is the text `null`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entity<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    title: Option<&'a RawValue>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    #[serde(borrow)]
    parent_id: Option<&'a RawValue>,
}

impl Entity<'_> {
    fn fits(&self) -> bool {
        let is_text = |raw: &RawValue| text(raw.get()).is_some();
        let is_text_or_number = |raw: &RawValue| is_text(raw) || id(raw.get()).is_some();
        id(self.id.get()).is_some()
            && self.title.is_none_or(is_text)
            && self.value.is_none_or(is_text_or_number)
            && self.parent_id.is_none_or(is_text_or_number)
    }
}

/// Things, each as a whole or by its id.
pub(super) fn read(raw: &str) -> Option<Content> {
    let things = elements(raw)?;
    let fits = |raw: &str| object(raw).map_or_else(|| id(raw).is_some(), |thing: Entity| thing.fits());
    things.iter().all(|thing| fits(thing.get())).then(|| Content::of_things(&things))
}
