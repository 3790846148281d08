//! What the template is filled in with.

use chrono::SecondsFormat;
use portico_domain::partner::{
    Contents, Excerpt, Figure, KindOfMistake, MarkName, Mistake, Report, ShownCheckResult,
};
use serde::Serialize;

use super::{
    language::PageLanguage,
    rows::{self, Row},
    texts::Texts,
};

/// A result, in the reader's words.
#[derive(Serialize)]
pub(super) struct ShownResult {
    lang: &'static str,
    texts: &'static Texts,
    title: String,
    dictation_lang: String,
    partner: String,
    saved: String,
    saved_at: String,
    mark: Option<Labelled>,
    figures: Vec<Labelled>,
    mistakes: Vec<ShownMistake>,
    mistakes_left_out: usize,
    text: String,
    rows: Vec<Row>,
    raw: Option<String>,
    is_bare: bool,
    is_shortened: bool,
}

#[derive(Serialize)]
struct Labelled {
    label: &'static str,
    value: String,
}

#[derive(Serialize)]
struct ShownMistake {
    written: Option<String>,
    right: Option<String>,
    kind: Option<String>,
    comment: Option<String>,
}

impl ShownResult {
    /// A result in this language.
    pub(super) fn of(shown: &ShownCheckResult, language: PageLanguage) -> Self {
        let (result, texts) = (&shown.result, language.texts());
        let report = Report::of(&result.model);
        let (is_bare, is_shortened) = (report.is_bare(), report.contents.is_shortened());
        let mut marks = report.marks.iter().map(|mark| labelled_mark(mark, language));
        let counts = report
            .counts
            .iter()
            .map(|(name, count)| Labelled { label: texts.count(*name), value: language.number(count) });
        let (rows, raw) = match &report.contents {
            Contents::Tree(outline) => (rows::of(outline, texts), None),
            Contents::Text(text) => (Vec::new(), Some(rows::excerpt(text))),
        };
        Self {
            lang: language.tag(),
            texts,
            title: rows::visible(&shown.dictation.title),
            dictation_lang: shown.dictation.language.as_str().to_owned(),
            partner: rows::visible(shown.partner.as_str()),
            saved: language.instant(result.created_at),
            saved_at: result.created_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            mark: marks.next(),
            figures: marks.chain(counts).collect(),
            mistakes: report.mistakes.iter().map(|mistake| ShownMistake::of(mistake, texts)).collect(),
            mistakes_left_out: report.mistakes_left_out,
            text: rows::visible(result.text.as_str()),
            rows,
            raw,
            is_bare,
            is_shortened,
        }
    }
}

fn labelled_mark((name, figure): &(MarkName, Figure), language: PageLanguage) -> Labelled {
    let value = match figure {
        Figure::Number(number) => language.number(number),
        Figure::Text(text) => rows::visible(text),
    };
    Labelled { label: language.texts().mark(*name), value }
}

impl ShownMistake {
    fn of(mistake: &Mistake, texts: &Texts) -> Self {
        let told = |part: &Option<Excerpt>| part.as_ref().map(rows::excerpt);
        let kind = mistake.kind.as_ref().map(|kind| match kind {
            KindOfMistake::Known(kind) => texts.kind_of_mistake(*kind).to_owned(),
            KindOfMistake::Told(text) => rows::excerpt(text),
        });
        Self {
            written: told(&mistake.written),
            right: told(&mistake.right),
            kind,
            comment: told(&mistake.comment),
        }
    }
}
