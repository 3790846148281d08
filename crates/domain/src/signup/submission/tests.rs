//! What forms admit.

mod change;
mod credentials;
mod hostile;
mod newcomer;
mod properties;
mod reach;
mod seed;

use crate::signup::{FormData, FormDefinition, Login, SubmissionFault, sample::sent};

fn login() -> Login {
    Login::parse("test").unwrap()
}

/// What a form makes of form data that somebody sends with his sign-up.
fn admitted(form: &FormDefinition, text: &str) -> Result<String, SubmissionFault> {
    sent(text).and_then(|data| form.admit_new(data, &login())).map(|data| data.to_stored())
}

/// What a form makes of no form data at all.
fn admitted_nothing(form: &FormDefinition) -> Result<FormData, SubmissionFault> {
    form.admit_new(FormData::default(), &login())
}
