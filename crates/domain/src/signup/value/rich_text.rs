//! Texts with a layout.

use serde::Deserialize;

use super::{Content, html, objects, says};

/// A value of the types `text` and `textWithHeader`. The vendor's older servers want one object with HTML and an empty
/// plain text, the newer ones an array of objects with one of the three (sign-up contract section 7).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RichText {
    html_value: Option<String>,
    plain_value: Option<String>,
    md_value: Option<String>,
    header: Option<String>,
}

impl RichText {
    /// Those of its three texts that say something; nothing when none is there.
    fn said(self) -> Option<Vec<String>> {
        let is_there = self.html_value.is_some() || self.plain_value.is_some() || self.md_value.is_some();
        let html = self.html_value.filter(|html| html::says(html));
        let others = [self.plain_value, self.md_value].map(|text| text.filter(|text| says(text)));
        is_there.then(|| html.into_iter().chain(others.into_iter().flatten()).collect())
    }
}

/// One text.
pub(super) fn read(raw: &str) -> Option<Content> {
    objects(raw).filter(|texts| texts.len() <= 1).and_then(|texts| content(raw, texts))
}

/// Texts, each under a heading.
pub(super) fn read_with_header(raw: &str) -> Option<Content> {
    let has_headers = |texts: &Vec<RichText>| texts.iter().all(|text| text.header.is_some());
    objects(raw).filter(has_headers).and_then(|texts| content(raw, texts))
}

fn content(raw: &str, texts: Vec<RichText>) -> Option<Content> {
    let is_array = raw.starts_with('[');
    let mut all = Vec::new();
    for text in texts {
        let mut said = text.said()?;
        if is_array && said.len() > 1 {
            return None;
        }
        all.append(&mut said);
    }
    Some(if all.is_empty() { Content::Nothing } else { Content::Texts(all) })
}
