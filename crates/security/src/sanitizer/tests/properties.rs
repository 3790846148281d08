//! What holds for any text.

use html5ever::{
    local_name, ns,
    tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
};
use proptest::prelude::*;

use super::*;

/// Scraps of HTML that are read in ways of their own.
const SCRAPS: &[&str] = &[
    "<b>",
    "</b>",
    "<i x=1>",
    "</i>",
    "<a href=/x>",
    "</a>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<caption>",
    "<colgroup>",
    "<ul>",
    "<li>",
    "</ul>",
    "<dl>",
    "<dd>",
    "<ruby>",
    "<rt>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mi>",
    "<mtext>",
    "<annotation-xml encoding=text/html>",
    "<foreignObject>",
    "<desc>",
    "<title>",
    "</title>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<select>",
    "<option>",
    "</select>",
    "<template>",
    "</template>",
    "<form>",
    "</form>",
    "<h1>",
    "<h2>",
    "</h1>",
    "<br>",
    "</br>",
    "<hr>",
    "<img src=/x>",
    "<pre>",
    "</pre>",
    "\n",
    "<listing>",
    "<textarea>",
    "</textarea>",
    "<noscript>",
    "</noscript>",
    "<plaintext>",
    "<iframe>",
    "<xmp>",
    "</xmp>",
    "<html>",
    "<body>",
    "</body>",
    "<head>",
    "<frameset>",
    "<!--",
    "-->",
    "<!x>",
    "<![CDATA[",
    "]]>",
    "<?",
    "&",
    "&amp;",
    "&nbsp;",
    "&lt;",
    "&notit;",
    "&#0;",
    "&#106;",
    "\u{a0}",
    "»",
    "\0",
    "\r",
    "\u{feff}",
    "<",
    "<x ",
    "\"",
    "'",
    "/",
    ">",
    "=",
    " ",
    "x",
    "javascript:",
    "<a href='javascript:x'>",
    "<a href=\"",
    "<img src=x onerror=alert(1)>",
    "onclick=x",
    "<nobr>",
    "<font color=x>",
    "<object>",
    "<details>",
];

fn scraps() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(SCRAPS), 0..24).prop_map(|scraps| scraps.concat())
}

/// Sees that each tag is one that may be there.
struct Watch;

impl TokenSink for Watch {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                let allowed = Builder::default().clone_tags();
                assert!(allowed.contains(&*tag.name), "<{}>", tag.name);
                for attribute in &tag.attrs {
                    let (name, value) = (&*attribute.name.local, attribute.value.to_lowercase());
                    assert!(
                        !name.starts_with("on") && !["style", "class", "id", "srcset"].contains(&name),
                        "{name}"
                    );
                    assert!(attribute.name.ns == ns!() && attribute.name.local != local_name!("xlink:href"));
                    assert!(!value.trim_start().starts_with("javascript:"), "{name}={value}");
                }
            }
            Token::CommentToken(_) | Token::DoctypeToken(_) => panic!("{token:?}"),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn watch(html: &str) {
    let tokenizer = Tokenizer::new(Watch, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(html.into());
    drop(tokenizer.feed(&input));
    tokenizer.end();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn what_is_clean_stays_as_it_is(html in scraps()) {
        let once = cleaned(&html);
        prop_assert_eq!(cleaned(&once), once);
    }

    #[test]
    fn only_harmless_elements_and_attributes_are_left(html in scraps()) {
        watch(&cleaned(&html));
    }

    #[test]
    fn any_text_is_cleaned_once_and_for_all(html: String) {
        let once = cleaned(&html);
        watch(&once);
        prop_assert_eq!(cleaned(&once), once);
    }

    #[test]
    fn a_text_without_elements_is_written_as_the_parser_would(text in "[a-z<>&;\"' \u{a0}\u{feff}\0\r\n\u{85}é]{0,24}") {
        let shown = plain(&text);
        prop_assert!(is_plain(&shown));
        prop_assert_eq!(AmmoniaSanitizer::new().0.clean(&shown).to_string(), shown);
    }

    #[test]
    fn what_is_taken_for_plain_is_what_the_parser_would_leave(text in "(&(amp|lt|gt|nbsp);?|[a-z; \n\"'\u{feff}é/]){0,16}") {
        if is_plain(&text) {
            prop_assert_eq!(AmmoniaSanitizer::new().0.clean(&text).to_string(), text);
        }
    }
}
