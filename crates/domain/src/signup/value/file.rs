//! Files and pictures that were uploaded before.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Content, MAX_LEVELS, id, number, objects, says, walk};
use crate::signup::link;

/// A value of the types `file`, `image` and `groupOfImages` (sign-up contract section 7).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredFile<'a> {
    filename: String,
    download_link: String,
    #[serde(borrow)]
    size: &'a RawValue,
    #[serde(borrow)]
    preview_link: Option<&'a RawValue>,
    content_type: Option<String>,
}

impl StoredFile<'_> {
    fn fits(&self) -> bool {
        let size = id(self.size.get()).and_then(|size| number(&size));
        let is_line = |text: &String| !text.chars().any(char::is_control);
        says(&self.filename)
            && link::is_harmless(&self.download_link)
            && size.is_some_and(|size| size >= 0.0)
            && self.preview_link.is_none_or(|preview| is_preview(preview.get()))
            && self.content_type.as_ref().is_none_or(is_line)
    }
}

/// Files, or one of them.
pub(super) fn read(raw: &str) -> Option<Content> {
    let files: Vec<StoredFile> = objects(raw)?;
    files.iter().all(StoredFile::fits).then(|| Content::of_things(&files))
}

/// A link, or an object of them; none of them need be there.
fn is_preview(raw: &str) -> bool {
    let passes = |text: &str| text.is_empty() || link::is_harmless(text);
    raw.starts_with(['"', '{']) && walk::every_text(raw, MAX_LEVELS, &passes)
}
