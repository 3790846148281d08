//! Why templates are refused, each with its message.

use super::*;

fn check(cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        assert_eq!(fault(body), *expected, "{body}");
    }
}

#[test]
fn what_does_not_end_is_refused() {
    check(&[
        ("a\n{{", "line 2: {{ without }}"),
        ("a\n{{.User.Name\n}", "line 3: unexpected \"}\""),
        ("{{.User.Name\n\n", "line 1: {{ without }}"),
        ("{{/* a", "line 1: {{/* without */}}"),
        ("{{/* a */ }}", "line 1: nothing but }} may follow the end of a comment"),
        ("{{ /* a */}}", "line 1: unexpected \"/\""),
        ("\n{{\"a}}", "line 2: a quoted text has no end"),
        ("{{\"a\n\"}}", "line 1: a quoted text has no end"),
        ("{{`a}}", "line 1: a quoted text has no end"),
        ("{{\"\\q\"}}", "line 1: a quoted text has a faulty escape"),
        ("{{if .User.Name}}\na", "line 1: {{if}} has no {{end}}"),
        ("\n{{range .User.Squads}}{{with .}}{{end}}", "line 2: {{range}} has no {{end}}"),
        ("{{with .User}}{{else}}a", "line 1: {{with}} has no {{end}}"),
        ("{{if .User}}\n{{else if .User.ID}}a", "line 2: {{if}} has no {{end}}"),
        ("a{{end}}", "line 1: {{end}} without {{if}}, {{with}} or {{range}}"),
        ("{{if .User}}{{end}}\n{{end}}", "line 2: {{end}} without {{if}}, {{with}} or {{range}}"),
        ("{{else}}", "line 1: {{else}} without {{if}}, {{with}} or {{range}}"),
        ("{{else if .User}}", "line 1: {{else}} without {{if}}, {{with}} or {{range}}"),
        ("{{if .User}}{{else}}\n{{else}}{{end}}", "line 2: {{else}} without {{if}}, {{with}} or {{range}}"),
    ]);
}

#[test]
fn an_action_is_one_value_or_one_word_with_its_value() {
    check(&[
        ("{{}}", "line 1: {{ }} is empty"),
        ("a\n{{ -}}", "line 2: {{ }} is empty"),
        ("{{if}}{{end}}", "line 1: {{if}} needs a value"),
        ("{{range }}{{end}}", "line 1: {{range}} needs a value"),
        ("{{if .User}}{{else if}}{{end}}", "line 1: {{if}} needs a value"),
        ("{{.User.Name .User.ID}}", "line 1: only one value may stand between {{ and }}"),
        ("{{if .User .User}}{{end}}", "line 1: only one value may stand between {{ and }}"),
        ("{{\"a\" \"b\"}}", "line 1: only one value may stand between {{ and }}"),
        ("{{\"a\".User}}", "line 1: only one value may stand between {{ and }}"),
        ("{{.User if}}", "line 1: unexpected \"if\""),
        ("{{if if}}", "line 1: unexpected \"if\""),
        ("{{if .User}}{{end .User}}", "line 1: unexpected \".User\""),
        ("{{if .User}}{{else .User}}{{end}}", "line 1: unexpected \".User\""),
        ("{{if .User}}{{else end}}{{end}}", "line 1: unexpected \"end\""),
        ("{{range .User.Squads}}{{else range .User.Squads}}{{end}}", "line 1: unexpected \"else range\""),
        ("{{if .User}}{{else with .User}}{{end}}", "line 1: unexpected \"else with\""),
        ("{{.User.}}", "line 1: unexpected \".\""),
        ("{{..User}}", "line 1: unexpected \".\""),
        ("{{$.}}", "line 1: unexpected \".\""),
        ("{{.User. Name}}", "line 1: unexpected \".\""),
        ("{{.User\"a\"}}", "line 1: unexpected \"\\\"\""),
        ("{{if\"a\"}}", "line 1: unexpected \"\\\"\""),
        ("{{{.User.Name}}", "line 1: unexpected \"{\""),
        ("{{.User.Name}", "line 1: unexpected \"}\""),
        ("{{あ。}}", "line 1: unexpected \"。\""),
    ]);
}

#[test]
fn what_is_more_than_the_language_has_is_named() {
    for (action, what) in [
        ("len .User.Name", "functions are not supported (len)"),
        ("あ", "functions are not supported (あ)"),
        ("if not .User.Name", "functions are not supported (not)"),
        ("if .User.Name or", "functions are not supported (or)"),
        (".User.Name | html", "pipelines are not supported (|)"),
        ("(.User.Name)", "parentheses are not supported (()"),
        ("$x := .User.Name", "variables are not supported ($x)"),
        ("$x", "variables are not supported ($x)"),
        ("range $i, $e := .User.Squads", "variables are not supported ($i)"),
        ("define \"a\"", "named templates are not supported (define)"),
        ("template \"a\"", "named templates are not supported (template)"),
        ("block \"a\" .", "named templates are not supported (block)"),
        ("break", "ways out of a range are not supported (break)"),
        ("continue", "ways out of a range are not supported (continue)"),
        ("true", "constants are not supported (true)"),
        ("if nil", "constants are not supported (nil)"),
        ("42", "numbers are not supported (4)"),
        ("-1", "numbers are not supported (-)"),
        ("- -", "numbers are not supported (-)"),
        (".5", "numbers are not supported (.5)"),
        ("'a'", "single quotes are not supported (')"),
    ] {
        assert_eq!(fault(&format!("{{{{{action}}}}}")), format!("line 1: {what}"), "{action}");
    }
}

#[test]
fn an_unknown_variable_is_found_wherever_it_stands() {
    check(&[
        ("{{.Nobody}}", "line 1: unknown variable .Nobody"),
        ("a\n{{ .User.Nmae }}", "line 2: unknown variable .User.Nmae"),
        ("{{.user.name}}", "line 1: unknown variable .user.name"),
        ("{{.User.Name.First}}", "line 1: unknown variable .User.Name.First"),
        ("{{.User.CreatedAt.Year}}", "line 1: unknown variable .User.CreatedAt.Year"),
        ("{{.User.Squads.First}}", "line 1: unknown variable .User.Squads.First"),
        ("{{$.Name}}", "line 1: unknown variable $.Name"),
        ("{{if .User.Nobody}}{{end}}", "line 1: unknown variable .User.Nobody"),
        ("{{if .User.CardPublished}}\n{{.Nobody}}{{end}}", "line 2: unknown variable .Nobody"),
        ("{{if .User}}{{else}}{{.Nobody}}{{end}}", "line 1: unknown variable .Nobody"),
        ("{{if .User}}{{else if .Nobody}}{{end}}", "line 1: unknown variable .Nobody"),
        ("{{range .User.Squads}}{{.Name}}{{end}}", "line 1: unknown variable .Name"),
        ("{{range .User.Squads}}{{else}}{{.Name}}{{end}}", "line 1: unknown variable .Name"),
        ("{{with .User}}{{.User.Name}}{{end}}", "line 1: unknown variable .User.Name"),
        ("{{with .User}}{{else}}{{.Name}}{{end}}", "line 1: unknown variable .Name"),
        ("{{with .User.Avatar}}{{.Width}}{{end}}", "line 1: unknown variable .Width"),
        ("{{with \"a\"}}{{.b}}{{end}}", "line 1: unknown variable .b"),
    ]);
}

#[test]
fn a_variable_stands_where_what_it_holds_can_be_used() {
    check(&[
        ("{{.}}", "line 1: . is not a text"),
        ("{{$}}", "line 1: $ is not a text"),
        ("{{.User}}", "line 1: .User is not a text"),
        ("\n{{.User.Avatar}}", "line 2: .User.Avatar is not a text"),
        ("{{with .User.University}}{{.}}{{end}}", "line 1: . is not a text"),
        ("{{range .User.Name}}{{end}}", "line 1: .User.Name is not a list"),
        ("{{range .User}}{{end}}", "line 1: .User is not a list"),
        ("{{range \"abc\"}}{{end}}", "line 1: a quoted text is not a list"),
        ("{{range .User.Squads}}{{range .}}{{end}}{{end}}", "line 1: . is not a list"),
    ]);
}

#[test]
fn only_the_letter_with_a_link_can_say_it() {
    for kind in LetterKind::ALL {
        let template = MailTemplate::parse(kind, "{{.VerificationLink}}", "");
        if kind == LetterKind::EmailVerification {
            assert!(template.is_ok());
        } else {
            let error = template.unwrap_err();
            assert_eq!(error.part, TemplatePart::Subject);
            assert_eq!(error.fault.line(), Some(1));
            assert_eq!(error.to_string(), "subject: line 1: unknown variable .VerificationLink");
        }
    }
}

#[test]
fn the_subject_is_looked_at_first() {
    let error = MailTemplate::parse(LetterKind::PaymentReceipt, "{{a}}", "{{b}}").unwrap_err();
    assert_eq!(error.to_string(), "subject: line 1: functions are not supported (a)");
    let error = MailTemplate::parse(LetterKind::PaymentReceipt, "a", "{{b}}").unwrap_err();
    assert_eq!(error.to_string(), "body: line 1: functions are not supported (b)");
}

#[test]
fn texts_have_a_most_length() {
    let (subject, body) = ("あ".repeat(MAX_SUBJECT_CHARS), "あ".repeat(MAX_BODY_CHARS));
    assert!(MailTemplate::parse(LetterKind::PaymentReceipt, subject.as_str(), body.as_str()).is_ok());
    for (subject, body, message) in [
        (format!("{subject}a"), String::new(), "subject: must be at most 998 characters"),
        (String::new(), format!("{body}a"), "body: must be at most 100000 characters"),
    ] {
        let error = MailTemplate::parse(LetterKind::PaymentReceipt, subject, body).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.fault.line()), (message, None));
    }
}

#[test]
fn what_no_store_keeps_is_refused_wherever_it_stands() {
    for body in ["a\n\0", "\n{{/* \0 */}}", "\n{{`\0`}}", "\n{{\"\\x00\"}}", "\n{{.\0}}"] {
        assert_eq!(fault(body), "line 2: must not contain the character U+0000", "{body:?}");
    }
}

#[test]
fn a_long_word_is_shortened_in_the_message() {
    let word = "あ".repeat(50_000);
    let start = "あ".repeat(60);
    assert_eq!(fault(&format!("{{{{{word}}}}}")), format!("line 1: functions are not supported ({start}…)"));
    assert_eq!(
        fault(&format!("{{{{$.{word}}}}}")),
        format!("line 1: unknown variable $.{}…", "あ".repeat(58))
    );
}
