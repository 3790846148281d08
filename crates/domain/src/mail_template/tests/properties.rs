//! Templates that nobody would write.

use proptest::prelude::*;

use super::*;

/// A template of `count` blocks inside one another.
fn nested(open: &str, count: usize, inside: &str) -> String {
    format!("{}{inside}{}", open.repeat(count), "{{end}}".repeat(count))
}

#[test]
fn blocks_may_be_nested_fifty_deep_and_no_deeper() {
    for open in ["{{if .User.Name}}", "{{with $.User.Name}}"] {
        assert_eq!(rendered(&nested(open, 50, "x")), "x");
        for count in [51, 3_000] {
            let bomb = nested(open, count, "x");
            assert_eq!(fault(&bomb), "line 1: more than 50 blocks inside one another");
        }
        assert_eq!(fault(&open.repeat(5_000)), "line 1: more than 50 blocks inside one another");
    }
    let chain = format!("{{{{if .User}}}}{}{{{{end}}}}", "{{else if .User}}".repeat(5_000));
    assert_eq!(fault(&chain), "line 1: more than 50 blocks inside one another");
}

#[test]
fn a_template_cannot_keep_the_server_busy() {
    let bomb = nested("{{range $.User.Squads}}", 50, "");
    assert_eq!(fault(&bomb), "writing takes more than 1000000 steps");
    let bomb = nested("{{range $.User.Squads}}", 2, &"{{$.User.Squads}}".repeat(100));
    assert_eq!(fault(&bomb), "the result is larger than 1000000 bytes");
}

#[test]
fn a_letter_has_a_most_size_for_the_largest_member() {
    assert_eq!(fault(&"{{.User.OtherCircles}}".repeat(4_000)), "the result is larger than 1000000 bytes");
    let subject = "{{.User.OtherCircles}}".repeat(5);
    let error = MailTemplate::parse(LetterKind::PaymentReceipt, subject, "").unwrap_err();
    assert_eq!(error.to_string(), "subject: the result is larger than 10000 bytes");
}

#[test]
fn a_letter_that_grows_for_some_members_alone_is_refused_when_it_is_written() {
    let body = format!("{{{{if .User.Handle}}}}{{{{else}}}}{}{{{{end}}}}", "{{.User.Name}}".repeat(5_000));
    let template = checked(&body).expect("the largest member has a handle, the barest no name");
    let name = text(&"x".repeat(500));
    let user = Value::Record(vec![("Handle", text("")), ("Name", name)]);
    let root = Value::Record(vec![("User", user)]);
    let fault = write::write(&template.body, &root, MAX_BODY_BYTES).unwrap_err();
    assert_eq!((fault.to_string().as_str(), fault.line()), ("the result is larger than 1000000 bytes", None));
}

#[test]
fn members_of_many_groups_fit_into_ordinary_letters() {
    let body = "{{range .User.Squads}}- {{.}}\n{{end}}{{range .User.Workshops}}{{range $.User.Squads}}{{.}}, \
                {{end}}{{end}}";
    assert!(checked(body).is_ok());
}

/// Pieces of which templates are made, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "{{", "}}", "{{- ", " -}}", "{{/*", "*/}}", "{{end}}", "{{else}}", "{{else if .User.Name}}",
            "{{if .User.Name}}", "{{with .User}}", "{{range .User.Squads}}", "{{range $.User.Workshops}}",
            "{{.}}", "{{$.User.Name}}", "{{.User.ID}}", "{{\"", "\"}}", "{{`", "`}}", "\\x", "\\u", ".", "$",
            " ", "\n", "あ", "if", "end", "-", "|",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_checking_or_writing_panic(subject in pieces(), body in pieces()) {
        for kind in LetterKind::ALL {
            let template = MailTemplate { subject: subject.clone(), body: body.clone() };
            match template.check(kind) {
                Ok(checked) => {
                    let letter = checked.render(&LetterValues::with_root(sample())).unwrap();
                    prop_assert!(!letter.subject().contains('\n'));
                }
                Err(error) => prop_assert!(!error.to_string().contains('\n'), "{}", error),
            }
        }
    }

    #[test]
    fn a_text_without_braces_says_itself(body in "([^{\0]|\\{[^{\0])*") {
        prop_assume!(!body.contains("{{"));
        prop_assert_eq!(rendered(&body), body);
    }

    #[test]
    fn a_quoted_text_says_itself(text in "[^`\r\0]*") {
        prop_assert_eq!(rendered(&format!("{{{{`{text}`}}}}")), text);
    }

    #[test]
    fn only_space_beside_a_trim_marker_is_lost(before in "[ \ta\n]{0,8}", after in "[ \tb\n]{0,8}") {
        let body = format!("{before}{{{{- .User.ID -}}}}{after}");
        prop_assert_eq!(rendered(&body), format!("{}7{}", before.trim_end(), after.trim_start()));
    }
}
