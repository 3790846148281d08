//! What people sign in with, out of the `authData` of their requests.

use crate::{
    code::PlainCode,
    password::PlainPassword,
    signup::{
        Attribute, AuthData, FormDefinition, Locale, Login, NewCredentials, PresentedCredentials,
        SubmissionFault,
        check::{self, Allowance},
    },
};

/// The marker under which a code may stand for the password.
const CODE: &str = "code";

impl FormDefinition {
    /// What a newcomer will sign in with, out of the `authData` of his sign-up: exactly the fields of login and
    /// password, each once, not blank, and as their validators ask.
    ///
    /// # Errors
    /// `Credentials` when one is missing, blank, too long, there twice, or another field is there; `Field` when a
    /// validator refuses one.
    pub fn admit_credentials(&self, given: &AuthData) -> Result<NewCredentials, SubmissionFault> {
        let login_field = self.login_field().ok_or(SubmissionFault::Credentials)?;
        let password_field = self.password_field();
        let [login, password] = given.values([Some(login_field), password_field].map(marker))?;
        let login = login_of(login)?;
        check_text(login_field, login.as_str())?;
        let password = match password_field {
            Some(_) => Some(password.ok_or(SubmissionFault::Credentials)?),
            None => None,
        };
        if let Some(password) = password {
            self.check_password(password)?;
        }
        Ok(NewCredentials { login, password: password.cloned() })
    }

    /// Whom a sign-in names, and what he shows: out of `authData`, where a field `code` may stand for the password, or
    /// beside it, or neither be there.
    ///
    /// # Errors
    /// `Credentials`.
    pub fn read_credentials(&self, given: &AuthData) -> Result<PresentedCredentials, SubmissionFault> {
        let [login, password] = [self.login_field(), self.password_field()].map(marker);
        let [login, password, code] = given.values([login, password, Some(CODE)])?;
        if password.is_some_and(is_nobodys) {
            return Err(SubmissionFault::Credentials);
        }
        Ok(PresentedCredentials {
            login: login_of(login)?.as_str().to_owned(),
            password: password.cloned(),
            code: code.map(|code| PlainCode::presented(code.reveal())),
        })
    }

    /// A new password, out of the `authData` of a change: exactly the field of the password.
    ///
    /// # Errors
    /// `Credentials` or `Field`, as above.
    pub fn admit_password(&self, given: &AuthData) -> Result<PlainPassword, SubmissionFault> {
        let [password] = given.values([marker(self.password_field())])?;
        let password = password.ok_or(SubmissionFault::Credentials)?;
        self.check_password(password)?;
        Ok(password.clone())
    }

    /// A new password that came without `authData` (`change-password`): as its validators ask.
    ///
    /// # Errors
    /// As above; `Credentials` also when the form has no field for it.
    pub fn check_password(&self, password: &PlainPassword) -> Result<(), SubmissionFault> {
        let field = self.password_field().ok_or(SubmissionFault::Credentials)?;
        if password.reveal().trim().is_empty() || is_nobodys(password) {
            return Err(SubmissionFault::Credentials);
        }
        check_text(field, password.reveal())
    }
}

impl AuthData {
    /// The values under these markers, each at most once and not blank; under others there may be none.
    fn values<const N: usize>(
        &self,
        markers: [Option<&str>; N],
    ) -> Result<[Option<&PlainPassword>; N], SubmissionFault> {
        let mut values = [None; N];
        for item in &self.0 {
            let place = markers.iter().position(|marker| *marker == Some(item.marker.as_str()));
            let place = place.ok_or(SubmissionFault::Credentials)?;
            if values[place].is_some() || item.value.reveal().trim().is_empty() {
                return Err(SubmissionFault::Credentials);
            }
            values[place] = Some(&item.value);
        }
        Ok(values)
    }
}

fn marker(field: Option<&Attribute>) -> Option<&str> {
    field.map(|field| field.marker.as_str())
}

fn login_of(text: Option<&PlainPassword>) -> Result<Login, SubmissionFault> {
    let text = text.ok_or(SubmissionFault::Credentials)?;
    Login::parse(text.reveal()).map_err(|_| SubmissionFault::Credentials)
}

/// Whether nobody can have such a password.
fn is_nobodys(password: &PlainPassword) -> bool {
    password.is_oversized() || password.reveal().contains('\0')
}

fn check_text(field: &Attribute, text: &str) -> Result<(), SubmissionFault> {
    let validators = field.validators.pick(&Locale::default());
    if validators
        .is_none_or(|validators| check::text_obeys(validators, text, &mut Allowance::of_a_submission()))
    {
        Ok(())
    } else {
        Err(SubmissionFault::of(&field.marker))
    }
}
