//! What is left of foreign HTML.

mod properties;

use super::*;

fn cleaned(html: &str) -> String {
    AmmoniaSanitizer::new().clean(html)
}

#[test]
fn layout_links_and_pictures_stay_as_they_are() {
    for html in [
        "",
        "Bu benim",
        "<p>Bu benim</p>",
        "<p>Größe &amp; Gewicht: 5 &lt; 7 &gt; 3&nbsp;kg ☃</p>",
        "<h1>a</h1><p>b<br>c<strong>d</strong><em>e</em></p><ul><li>f</li></ul><blockquote>g</blockquote>",
        "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        r#"<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">x</a>"#,
        r#"<a href="mailto:ann@example.org" rel="noopener noreferrer">x</a>"#,
        r#"<img src="http://example.org/a.png" alt="a">"#,
        r#"<img src="/files/a.png">"#,
        r##"<a href="#top" rel="noopener noreferrer">x</a>"##,
        r#"<a href="../b?c=d" rel="noopener noreferrer">x</a>"#,
    ] {
        assert_eq!(cleaned(html), html);
    }
}

#[test]
fn what_is_written_carelessly_is_written_out() {
    for (html, written) in [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<B>a<i>b</B>c", "<b>a<i>b</i></b><i>c</i>"),
        ("a & b < c", "a &amp; b &lt; c"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u{feff}a\0b", "ab"),
        ("<table><tr><td>a", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
        ("<a href=/x target=_blank rel=opener>x</a>", r#"<a href="/x" rel="noopener noreferrer">x</a>"#),
    ] {
        assert_eq!(cleaned(html), written, "{html}");
    }
}

#[test]
fn scripts_styles_and_comments_go_with_all_that_is_in_them() {
    for html in [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
        "<script>alert(1)",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<style>body { background: url(javascript:alert(1)) }</style>",
        "<!-- <script>alert(1)</script> -->",
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "<!doctype html><html><head><title></title></head><body></body></html>",
        "<?php echo 1 ?>",
    ] {
        let left = cleaned(html);
        assert!(!left.contains('<') && !left.contains("body {"), "{html}: {left}");
        assert_eq!(cleaned(&format!("a{html}")).chars().next(), Some('a'));
    }
    assert_eq!(cleaned("a<script>alert(1)</script>b<!-- c -->d<style>e</style>f"), "abdf");
}

#[test]
fn elements_that_do_more_than_show_text_are_dropped() {
    for name in [
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "meta",
        "base",
        "link",
        "svg",
        "math",
        "template",
        "video",
        "audio",
        "source",
        "noscript",
        "title",
        "dialog",
        "marquee",
        "slot",
        "portal",
        "x-custom",
        "plaintext",
        "xmp",
        "noembed",
        "isindex",
        "image",
    ] {
        for html in [
            format!("<{name} src=https://evil.example onload=alert(1) id=x>text</{name}>"),
            format!("<{name}>"),
            format!("<p><{name}/></p>"),
            format!("<{}>text", name.to_uppercase()),
        ] {
            let left = cleaned(&html);
            assert!(!left.contains(&format!("<{name}")), "{html}: {left}");
            assert!(!left.contains("onload") && !left.contains("id="), "{html}: {left}");
        }
    }
}

#[test]
fn handlers_of_events_styles_classes_and_ids_are_dropped() {
    for html in [
        r#"<img src="/x" onerror="alert(1)">"#,
        "<img src=/x onerror=alert(1)//>",
        "<img/src='/x'/onerror=alert(1)>",
        "<IMG SRC=/x OnErRoR=alert(1)>",
        "<img src=/x\nonerror\n=\nalert(1)>",
        r#"<img src="/x" style="background:url(javascript:alert(1))">"#,
        r#"<img src="/x" class="modal" id="root" name="x">"#,
        r#"<img src="/x" srcset="https://evil.example/y 2x" data-x="y" is="x" formaction="z">"#,
    ] {
        assert_eq!(cleaned(html), r#"<img src="/x">"#, "{html}");
    }
    assert_eq!(cleaned(r#"<p style="position:fixed" onclick="x()" class="a">b</p>"#), "<p>b</p>");
    assert_eq!(cleaned("<p x='\"><script>alert(1)</script>'>b</p>"), "<p>b</p>");
}

#[test]
fn addresses_of_other_schemes_are_dropped() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "\u{1}javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "javascript&colon;alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript&#58;alert(1)",
        "&#0000106avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "&#1;javascript:alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "data:image/png;base64,iVBORw0KGgo=",
        "DATA:image/gif;base64,R0lGODlh",
        "blob:https://example.org/x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "tel:+123",
        "about:blank",
        "view-source:https://example.org",
        "filesystem:https://example.org/x",
    ] {
        let link = cleaned(&format!("<a href=\"{address}\">x</a>"));
        assert_eq!(link, r#"<a rel="noopener noreferrer">x</a>"#, "{address}");
        assert_eq!(cleaned(&format!("<img src='{address}'>")), "<img>", "{address}");
        assert_eq!(cleaned(&format!("<q cite='{address}'>x</q>")), "<q>x</q>", "{address}");
    }
}

#[test]
fn tricks_with_foreign_elements_leave_nothing_behind() {
    for html in [
        "<svg><script>alert(1)</script></svg>",
        "<svg/onload=alert(1)>",
        "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
        "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
        "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
        "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<template><s><template><s><img src=x onerror=alert(1)>@</s>@</template></s></template>",
        "<select><template><img src=x onerror=alert(1)></template></select>",
        "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
        "<title><img title=\"</title><img src=x onerror=alert(1)>\"></title>",
        "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
        "<table><td><svg><desc><td></desc></svg><img src=x onerror=alert(1)>",
        "<a href=\"\u{1f600}\u{0}javascript:alert(1)\">x</a>",
        "<%<!--'%><script>alert(1);</script -->",
        "<<img src=x onerror=alert(1)//<",
    ] {
        let left = cleaned(html).to_lowercase();
        // What is left of a handler may be text, or the value of a harmless attribute, where brackets are written out.
        for (at, _) in left.match_indices("onerror=").chain(left.match_indices("onload=")) {
            let open = left[..at].rfind(['<', '>', '"']);
            assert!(open.is_none_or(|open| !left[open..].starts_with('<')), "{html}: {left}");
        }
        for element in ["<script", "<svg", "<math", "<style", "<iframe", "<template", "<mglyph", "<a xlink"] {
            assert!(!left.contains(element), "{html}: {left}");
        }
        assert_eq!(cleaned(&cleaned(html)), cleaned(html), "{html}");
    }
}

#[test]
fn texts_made_to_exhaust_the_parser_are_shown_with_their_tags() {
    const SIZE: usize = 1 << 18;
    let numbered = |count: usize, tag: fn(usize) -> String| (0..count).map(tag).collect::<String>();
    for html in [
        "<b>".repeat(100_000),
        "<b>".repeat(350_000),
        "<div>".repeat(200_000),
        "<ul><li>".repeat(SIZE / 8),
        "<blockquote><p>".repeat(SIZE / 15),
        "<table><tr><td>".repeat(SIZE / 15),
        "<table><a>".repeat(SIZE / 10),
        "<a>".repeat(SIZE / 3),
        "<a><div></a>".repeat(SIZE / 12),
        "<svg><g>".repeat(SIZE / 8),
        format!("{}{}", "<div>".repeat(SIZE / 10), "</p>".repeat(SIZE / 8)),
        format!("<p>{}{}", numbered(SIZE / 20, |n| format!("<b a={n}>")), "<p>x".repeat(SIZE / 8)),
        format!("<a {}>", numbered(SIZE / 6, |n| format!("{n:x} "))),
        format!("<a {}>", numbered(SIZE / 6, |n| format!("{n:x}/"))),
        format!("</a {}>", numbered(SIZE / 6, |n| format!("{n:x}=''"))),
        numbered(SIZE / 14, |n| format!("<html a{n}>")),
        format!("<p><b title='{}'>{}", "x".repeat(100_000), "<p>x".repeat(SIZE / 5)),
        format!("<p>{}</p>", "& ".repeat(SIZE / 2)),
        format!("<p>{}</p>", "\u{a0}".repeat(SIZE / 2)),
        format!("<p title='{}'>x</p>", "&".repeat(SIZE)),
        format!("<table>{}", "&<tr>".repeat(SIZE / 5)),
    ] {
        let shown = cleaned(&html);
        let begin: String = html.chars().take(40).collect();
        assert!(!shown.contains('<') && shown.starts_with("&lt;"), "{begin}");
        assert_eq!(
            shown.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&"),
            html
        );
        assert_eq!(cleaned(&shown), shown, "{begin}");
    }
}

#[test]
fn honest_texts_may_be_long() {
    let rows = "<tr><td>a</td><td><b>b</b> &amp; c&nbsp;d</td></tr>".repeat(400);
    let picture = "iVBORw0KGgo/AAAA+abcABCDabcdefghIJKLmnopQRSTuvwxYZabcd0123456789".repeat(6_000);
    let word = "<w:LsdException Locked=\"false\" Priority=\"39\" Name=\"toc 1\"/>\n".repeat(400);
    for (html, left) in [
        ("<p>a <b>b</b> <i>c</i> d</p>\n".repeat(1_000), None),
        (format!("<table><tbody>{rows}</tbody></table>"), None),
        (format!("{}x{}", "<div>".repeat(60), "</div>".repeat(60)), None),
        (format!("{}x{}", "<ul><li>".repeat(40), "</li></ul>".repeat(40)), None),
        (format!("<p>{}</p>", "plain words of a long text, ".repeat(10_000)), None),
        (format!("<p>{}</p>", "« à&nbsp;la carte » ".repeat(200)), None),
        ("plain words of a long text, &amp; &lt;".repeat(10_000), None),
        (
            format!("<p><img src=\"data:image/png;base64,{picture}\" alt=\"a\">b</p>"),
            Some("<p><img alt=\"a\">b</p>"),
        ),
        (format!("<p>a</p><!--[if gte mso 9]><xml>{word}</xml><![endif]-->"), Some("<p>a</p>")),
    ] {
        assert!(cleaned(&html) == left.unwrap_or(&html), "{}", html.chars().take(60).collect::<String>());
    }
}

#[test]
fn one_sanitizer_serves_all_threads() {
    let sanitizer = AmmoniaSanitizer::default();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(sanitizer.clean("<p onclick=x>a</p>"), "<p>a</p>"));
        }
    });
    assert_eq!(format!("{sanitizer:?}"), "AmmoniaSanitizer");
}
