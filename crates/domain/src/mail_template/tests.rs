//! The language, its faults, and the wording that is built in.

mod built_in;
mod faults;
mod language;
mod properties;

use super::{value::Value, *};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A small letter about somebody without pictures.
fn sample() -> Value {
    let user = Value::Record(vec![
        ("ID", Value::Number(7)),
        ("Generation", Value::Number(0)),
        ("Name", text("Ann Lee")),
        ("Handle", text("")),
        ("Avatar", Value::Absent),
        ("University", Value::Record(vec![("Name", text("早稲田"))])),
        ("OtherCircles", text("<Chess> & Go")),
        ("Workshops", Value::List(vec![text("CG"), text("MIDI")])),
        ("Squads", Value::List(Vec::new())),
        ("EmailVerified", Value::Bool(true)),
        ("CardPublished", Value::Bool(false)),
    ]);
    Value::Record(vec![("User", user), ("VerificationLink", text("https://link"))])
}

fn checked(body: &str) -> Result<CheckedTemplate, TemplateError> {
    MailTemplate { subject: String::new(), body: body.to_owned() }.check(LetterKind::EmailVerification)
}

/// What a body says to the sample.
fn rendered(body: &str) -> String {
    let template = checked(body).unwrap_or_else(|error| panic!("{error}\n{body}"));
    write::write(&template.body, &sample(), MAX_BODY_BYTES).unwrap()
}

/// Why a body is refused.
fn fault(body: &str) -> String {
    let error = checked(body).map(|_| body).expect_err(body);
    assert_eq!(error.part, TemplatePart::Body);
    error.fault.to_string()
}
