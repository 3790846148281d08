//! What templates say: as Go's `text/template` documents it.

use super::*;

fn check(cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        assert_eq!(rendered(body), *expected, "{body}");
    }
}

#[test]
fn variables_become_what_they_hold() {
    check(&[
        ("Hi {{.User.Name}}!", "Hi Ann Lee!"),
        ("{{ .User.Name }}{{\t.User.Name\n}}", "Ann LeeAnn Lee"),
        ("{{.User.University.Name}}", "早稲田"),
        ("{{$.User.Name}}", "Ann Lee"),
        ("{{.VerificationLink}}", "https://link"),
        ("{{.User.ID}}{{.User.Generation}}", "70"),
        ("{{.User.EmailVerified}} {{.User.CardPublished}}", "true false"),
        ("{{.User.Workshops}}{{.User.Squads}}", "[CG MIDI][]"),
        ("{{.User.Handle}}{{.User.Avatar.URL}}", ""),
    ]);
}

#[test]
fn letters_are_plain_text_and_nothing_is_escaped() {
    check(&[("<b>{{.User.OtherCircles}}</b>", "<b><Chess> & Go</b>")]);
}

#[test]
fn what_is_no_action_stays_as_it_is() {
    check(&[
        ("", ""),
        ("} }} { {a} \r\n\t", "} }} { {a} \r\n\t"),
        ("{ {.User.Name}}", "{ {.User.Name}}"),
        ("{{.User.Name}}}}", "Ann Lee}}"),
    ]);
}

#[test]
fn a_value_in_braces_never_becomes_an_action() {
    let record = Value::Record(vec![("User", Value::Record(vec![("Name", text("{{.User.Email}}"))]))]);
    let template = checked("{{.User.Name}}").unwrap();
    assert_eq!(write::write(&template.body, &record, 100).unwrap(), "{{.User.Email}}");
}

#[test]
fn trim_markers_take_the_space_of_the_texts_beside_them() {
    check(&[
        ("a \t\r\n{{- .User.ID }} b", "a7 b"),
        ("a {{ .User.ID -}} \t\r\n b", "a 7b"),
        ("a {{- .User.ID -}} b", "a7b"),
        ("a {{-\n.User.ID\n-}} b", "a7b"),
        ("a {{-   .User.ID   -}} b", "a7b"),
        ("{{.User.ID -}}  {{- .User.ID}}", "77"),
        ("  {{- .User.ID -}}  ", "7"),
        ("a{{- .User.ID -}}b", "a7b"),
        // Only blanks, tabs and line ends are space.
        ("a\u{3000}{{- .User.ID -}}\u{a0}b", "a\u{3000}7\u{a0}b"),
        // Values keep theirs.
        ("a {{- \" b \" -}} c", "a b c"),
        ("{{if .User.ID -}} a {{- end}} b", "a b"),
        ("a {{- /* c */ -}} b {{- /* d */}} e", "ab e"),
    ]);
}

#[test]
fn comments_say_nothing() {
    check(&[
        ("a{{/* b */}}c", "ac"),
        ("a{{/**/}}", "a"),
        ("a {{- /* b */}} c", "a c"),
        ("a {{/* b */ -}} c", "a c"),
        ("{{/* {{.Nobody}} }}\n\"` */}}x", "x"),
    ]);
}

#[test]
fn quoted_texts_write_braces() {
    check(&[
        (r#"{{"{{"}}x{{"}}"}}"#, "{{x}}"),
        ("{{`{{`}}x{{ `}}\n` }}", "{{x}}\n"),
        (r#"{{"a\"\\\tあ\u3042\x41"}}"#, "a\"\\\tああA"),
        (r#"{{if "x"}}a{{end}}{{if ""}}b{{end}}{{with "c"}}{{.}}{{end}}"#, "ac"),
    ]);
}

#[test]
fn if_asks_whether_there_is_something() {
    for (value, truth) in [
        (".User.Name", true),
        (".User.Handle", false),
        (".User.ID", true),
        (".User.Generation", false),
        (".User.EmailVerified", true),
        (".User.CardPublished", false),
        (".User.Workshops", true),
        (".User.Squads", false),
        (".User.Avatar", false),
        (".User.Avatar.URL", false),
        (".User.University", true),
        (".User", true),
        (".", true),
        ("$", true),
        ("$.User.Name", true),
    ] {
        let body = format!("{{{{if {value}}}}}yes{{{{else}}}}no{{{{end}}}}");
        assert_eq!(rendered(&body), if truth { "yes" } else { "no" }, "{body}");
    }
}

#[test]
fn one_of_several_ways_is_taken() {
    check(&[
        ("{{if .User.Handle}}a{{end}}b", "b"),
        ("{{if .User.Handle}}a{{else if .User.Name}}b{{else}}c{{end}}d", "bd"),
        ("{{if .User.Handle}}a{{else if .User.Squads}}b{{else}}c{{end}}d", "cd"),
        ("{{if .User.Handle}}a{{else if .User.Squads}}b{{else if .User.ID}}c{{end}}d", "cd"),
        ("{{if .User.Name}}a{{else if .User.ID}}b{{end}}", "a"),
        ("{{if .User.Name}}{{if .User.Handle}}a{{else}}b{{end}}{{else}}c{{end}}", "b"),
        ("{{if.User.Name}}a{{ else }}b{{ end }}", "a"),
        ("{{with .User.Handle}}a{{else with .User.Name}}{{.}}{{end}}", "Ann Lee"),
    ]);
}

#[test]
fn with_moves_the_dot_to_what_there_is() {
    check(&[
        ("{{with .User}}{{.Name}} {{with .University}}{{.Name}}{{end}}{{end}}", "Ann Lee 早稲田"),
        ("{{with .User.Name}}{{.}} {{$.User.ID}}{{end}}{{.User.ID}}", "Ann Lee 77"),
        ("{{with .User.Avatar}}{{.URL}}{{else}}{{.User.Name}}{{end}}", "Ann Lee"),
        ("{{with $}}{{.User.ID}}{{end}}", "7"),
        ("{{with .User}}{{if .Name}}{{.ID}}{{end}}{{end}}", "7"),
    ]);
}

#[test]
fn range_says_something_for_every_element() {
    check(&[
        ("{{range .User.Workshops}}- {{.}}\n{{end}}", "- CG\n- MIDI\n"),
        ("{{range .User.Squads}}{{.}}{{else}}none of {{.User.Name}}{{end}}", "none of Ann Lee"),
        ("{{range .User.Squads}}{{.}}{{end}}x", "x"),
        ("{{range .User.Workshops}}{{$.User.ID}}{{.}}{{end}}{{.User.ID}}", "7CG7MIDI7"),
        ("{{range .User.Workshops}}{{range $.User.Workshops}}{{.}}{{end}};{{end}}", "CGMIDI;CGMIDI;"),
        ("{{with .User}}{{range .Workshops}}{{.}}{{end}}{{.ID}}{{end}}", "CGMIDI7"),
    ]);
}

#[test]
fn a_letter_has_a_subject_of_one_line_and_a_body_as_it_is() {
    let template = MailTemplate::parse(
        LetterKind::PaymentReceipt,
        "\n{{.User.Name}}:\n{{- /* no link */}}\nthanks{{\"\\r\\nBcc: x\"}}\n",
        " {{.User.Name}}\n",
    );
    let values = LetterValues::barest(LetterKind::PaymentReceipt);
    let letter = template.unwrap().check(LetterKind::PaymentReceipt).unwrap().render(&values).unwrap();
    assert_eq!((letter.subject(), letter.body()), (": thanks Bcc: x", " \n"));
}

#[test]
fn a_template_is_kept_as_it_was_given() {
    for (subject, body) in [("", ""), (" {{- .User.Name}} ", "\r\n{{/* c */}}")] {
        let template = MailTemplate::parse(LetterKind::PaymentReminder, subject, body).unwrap();
        assert_eq!((template.subject.as_str(), template.body.as_str()), (subject, body));
    }
}
