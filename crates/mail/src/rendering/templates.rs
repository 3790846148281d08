//! The templates, built into the program.

use std::fmt::Write as _;

use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, escape_formatter};

macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../templates/", $name)))),+]
    };
}

const SOURCES: [(&str, &str); 26] = sources![
    "layout.html",
    "parts.html",
    "registration_code/subject.txt",
    "registration_code/body.txt",
    "registration_code/body.html",
    "already_registered/subject.txt",
    "already_registered/body.txt",
    "already_registered/body.html",
    "invite/subject.txt",
    "invite/body.txt",
    "invite/body.html",
    "added_address_code/subject.txt",
    "added_address_code/body.txt",
    "added_address_code/body.html",
    "password_reset/subject.txt",
    "password_reset/body.txt",
    "password_reset/body.html",
    "signup_code/subject.txt",
    "signup_code/body.txt",
    "signup_code/body.html",
    "provisioned_password/subject.txt",
    "provisioned_password/body.txt",
    "provisioned_password/body.html",
    "check_result/subject.txt",
    "check_result/body.txt",
    "check_result/body.html",
];

/// Reads all templates. Names that end in `.html` are escaped; a value that was not given is an error.
pub(super) fn load() -> Result<Environment<'static>, Error> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_formatter(format);
    for (name, source) in SOURCES {
        templates.add_template(name, source)?;
    }
    Ok(templates)
}

/// Escapes for HTML, but leaves slashes alone: a link written with entities looks like one that hides something.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = value.as_str().filter(|_| *state.auto_escape() == AutoEscape::Html && !value.is_safe());
    let Some(text) = text else { return escape_formatter(out, state, value) };
    for c in text.chars() {
        match c {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            other => out.write_char(other)?,
        }
    }
    Ok(())
}
