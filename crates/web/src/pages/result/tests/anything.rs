//! Whatever is written and found, the page stays the page.

use std::{cell::RefCell, sync::LazyLock, time::Instant};

use actix_web::{body::MessageBody as _, http::StatusCode};
use html5ever::{
    interface::TokenizerResult,
    tendril::StrTendril,
    tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
};
use portico_domain::partner::{MAX_MODEL_BYTES, MAX_TEXT_BYTES};
use proptest::prelude::*;

use super::{super::shown::ShownResult, *};
use crate::pages::{Page, Pages};

/// Every element of the page, with its attributes.
const ELEMENTS: &[(&str, &[&str])] = &[
    ("html", &["lang"]),
    ("head", &[]),
    ("meta", &["charset", "name", "content"]),
    ("title", &[]),
    ("link", &["rel", "href"]),
    ("body", &[]),
    ("main", &["class"]),
    ("p", &["class"]),
    ("h1", &[]),
    ("h2", &["id"]),
    ("bdi", &["class", "lang"]),
    ("strong", &[]),
    ("dl", &[]),
    ("dt", &[]),
    ("dd", &["class"]),
    ("time", &["datetime"]),
    ("section", &["aria-labelledby"]),
    ("ol", &["class"]),
    ("ul", &["class"]),
    ("li", &["class"]),
    ("div", &["class", "dir", "lang"]),
    ("details", &["open"]),
    ("summary", &[]),
];
const VOID: [&str; 2] = ["meta", "link"];
const VALUES: &[&str] = &[
    "",
    "wide",
    "kicker",
    "mark",
    "mistakes",
    "wrong",
    "right",
    "hint",
    "text",
    "written",
    "tree",
    "name",
    "value",
    "auto",
    "de",
    "en",
    "utf-8",
    "viewport",
    "width=device-width, initial-scale=1",
    "color-scheme",
    "light dark",
    "robots",
    "noindex, nofollow",
    "stylesheet",
    "/assets/pages.css",
    "2024-04-30T07:05:09Z",
];
/// The most bytes of a page besides its text; a character of that may take six.
const MAX_BYTES: usize = 512 * 1024;

/// Looks at each tag, and keeps the text of the first `div`.
#[derive(Default)]
struct Watch {
    open: RefCell<Vec<String>>,
    written: RefCell<String>,
    divs: RefCell<usize>,
}

impl TokenSink for Watch {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut open = self.open.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => {
                assert_eq!(open.pop().as_deref(), Some(&*tag.name), "elements end in their order");
            }
            Token::TagToken(tag) => {
                let known = ELEMENTS.iter().find(|(name, _)| *name == &*tag.name);
                let (_, attributes) = known.unwrap_or_else(|| panic!("<{}>", tag.name));
                for attribute in &tag.attrs {
                    assert!(attributes.contains(&&*attribute.name.local), "{} {attribute:?}", tag.name);
                    assert!(VALUES.contains(&&*attribute.value), "{} {attribute:?}", tag.name);
                }
                if &*tag.name == "div" {
                    *self.divs.borrow_mut() += 1;
                }
                if !VOID.contains(&&*tag.name) {
                    open.push(tag.name.to_string());
                }
            }
            Token::CharacterTokens(text) => {
                if open.last().is_some_and(|name| name == "div") && *self.divs.borrow() == 1 {
                    self.written.borrow_mut().push_str(&text);
                }
            }
            Token::DoctypeToken(_) | Token::EOFToken => {}
            Token::CommentToken(_) | Token::NullCharacterToken | Token::ParseError(_) => panic!("{token:?}"),
        }
        TokenSinkResult::Continue
    }
}

fn html(shown: &ShownCheckResult) -> String {
    static PAGES: LazyLock<Pages> = LazyLock::new(|| Pages::embedded("").unwrap());
    let content = ShownResult::of(shown, PageLanguage::English);
    let answer = Page::new(StatusCode::OK, "result.html", content).render(&PAGES);
    assert_eq!(answer.status(), 200);
    String::from_utf8(answer.into_body().try_into_bytes().unwrap().to_vec()).unwrap()
}

/// Looks at the page of a result.
fn examine(shown: &ShownCheckResult) {
    examine_page(html(shown), shown);
}

fn examine_page(html: String, shown: &ShownCheckResult) {
    let text = shown.result.text.as_str();
    assert!(html.len() <= MAX_BYTES + 6 * text.len(), "{} bytes", html.len());
    let tokenizer = Tokenizer::new(Watch::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    assert!(matches!(tokenizer.feed(&input), TokenizerResult::Done));
    tokenizer.end();
    let Watch { open, written, .. } = tokenizer.sink;
    assert_eq!(open.into_inner(), Vec::<String>::new());
    if !text.contains(char::is_control) && !text.is_empty() {
        assert_eq!(written.into_inner(), text);
    }
}

/// The largest model of the form `front`, `unit`, `,`, `unit` … `back`.
fn filled(front: &str, unit: &str, back: &str) -> String {
    let count = (MAX_MODEL_BYTES - front.len() - back.len()) / (unit.len() + 1);
    format!("{front}{}{back}", vec![unit; count].join(","))
}

#[test]
fn the_largest_results_are_shown_at_once() {
    let deep = format!("{}{}", "[".repeat(62), "]".repeat(62));
    let models = [
        filled("{\"a\":[", "0", "]}"),
        filled("{\"a\":[", "{}", "]}"),
        filled("{", "\"<\":\"/\"", "}"),
        filled("{\"mistakes\":[", "{\"word\":\"///////\",\"right\":\"<\",\"kind\":\"'\"}", "]}"),
        filled("{\"a\":[", &deep, "]}"),
        format!("{{\"mark\":\"{}\"}}", "/".repeat(MAX_MODEL_BYTES - 20)),
        format!("{{\"a\":\"\\ud800{}\"}}", "/".repeat(MAX_MODEL_BYTES - 20)),
        filled("{\"mistakes\":[", &format!("{{\"word\":\"{}\"}}", "/".repeat(400)), "]}"),
        filled("{\"a\":[", &format!("\"{}\"", "/".repeat(500)), "]}"),
    ];
    let text = "/\n".repeat(MAX_TEXT_BYTES / 2);
    for (number, model) in models.into_iter().enumerate() {
        let shown = shown(if number == 0 { &text } else { "x" }, &model);
        let start = Instant::now();
        let html = html(&shown);
        let took = start.elapsed();
        // A sixth of that is usual; the machine may have other things to do.
        assert!(took.as_secs_f64() < 3.0, "{took:?}");
        examine_page(html, &shown);
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "</pre><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'",
        "\"",
        "</title>",
        "</div>",
        "<!--",
        "]]>",
        "{{ 1 }}",
        "{% raw %}",
        "&lt;",
        "&#60;",
        "&",
        "javascript:alert(1)",
        "\u{202e}",
        "\u{2066}",
        "\u{feff}",
        "\u{0}",
        "\u{1}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "𝔘𝔫𝔦",
        "👩‍👩‍👧",
        "\r\n",
        "\r",
        "\n",
        "\t",
        "שלום",
        "مرحبا",
        "\u{fffe}",
        " style=\"color:red\"",
        "mark",
        "",
    ]);
    prop::collection::vec(prop_oneof![known.prop_map(str::to_owned), ".{0,20}"], 0..6)
        .prop_map(|parts| parts.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        hostile().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<Option<bool>>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 100, 10, |inner| {
        let name = prop_oneof![
            hostile(),
            prop::sample::select(vec![
                "mark", "word", "right", "kind", "comment", "mistakes", "spelling", "words"
            ])
            .prop_map(str::to_owned),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..10).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..10)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Models of odd values, some of which no program can hold.
const ODD: &str = concat!(
    r#"\{"[a-z<]{0,3}":("[^"\\]{0,9}"|"\\u0000"|"\\ud8[0-9a-f]{2}"|1e[0-9]{1,4}|\[\]|\{\}|null)"#,
    r#"(,"(mark|mistakes|<b>)":(\["[^"\\]{0,9}"\]|"\\ud83d\\ude00"|-0|true)){0,3}\}"#
);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_breaks_out_of_the_page(
        text in hostile(),
        title in hostile(),
        partner in hostile(),
        mark in value(),
        mistakes in prop::collection::vec(value(), 0..5),
        rest in value(),
        name in hostile(),
    ) {
        let model = json!({ "mark": mark, "mistakes": mistakes, name: rest });
        let mut shown = shown(&text, &model.to_string());
        shown.dictation.title = title;
        if let Ok(partner) = PartnerName::parse(&partner) {
            shown.partner = partner;
        }
        examine(&shown);
    }

    #[test]
    fn no_model_that_is_taken_breaks_the_page(model in ODD) {
        if Model::parse(model.clone()).is_ok() {
            examine(&shown("x", &model));
        }
        examine(&shown(&model, &json!({ "mark": model, "mistakes": [model] }).to_string()));
    }
}
