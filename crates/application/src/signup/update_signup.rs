//! Changing one's own entity.

use chrono::{DateTime, Utc};
use portico_domain::{
    json::RawJson,
    password::PasswordHash,
    ports::{StoreError, StoreExt as _, Transaction, Unique},
    signup::{
        AuthData, FormData, Locale, Login, NotificationData, NotificationFault, ProviderKind, Signup,
        SignupBearer,
    },
};

use super::{
    change::{Changed, Outcome, change_signup, forget_code},
    view_signup::form_of,
};
use crate::{
    ports::Ports,
    signup::{NotificationRequest, SignupError},
};

/// The most bytes of a state.
const MAX_STATE: usize = 64 * 1024;

/// What shall change; what is not there stays as it is (sign-up contract section 6).
#[derive(Clone, Debug)]
pub struct UpdateSignupRequest {
    /// The form; without one, the provider's.
    pub form_identifier: Option<String>,
    /// A new password.
    pub auth_data: Option<AuthData>,
    /// Fields, in any of the shapes of the contract; the login among them.
    pub form_data: Option<RawJson>,
    /// How to reach him: the parts that are there.
    pub notification: Option<NotificationRequest>,
    /// Another state.
    pub state: Option<RawJson>,
    /// The language of the fields that name none.
    pub locale: Locale,
}

/// Changes an account at its person's word (sign-up contract section 6, `updateUser`): everything or nothing. With another
/// password his other sign-ins end.
#[derive(Clone)]
pub struct UpdateSignup {
    ports: Ports,
}

impl UpdateSignup {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Changes it.
    ///
    /// # Errors
    /// See [`SignupError`]; nothing is kept then.
    pub async fn execute(
        &self,
        bearer: SignupBearer,
        request: UpdateSignupRequest,
    ) -> Result<(), SignupError> {
        let UpdateSignupRequest { form_identifier, auth_data, form_data, notification, state, locale } =
            request;
        let form = form_of(&self.ports, &bearer.provider).await?.definition;
        if let Some(other) = form_identifier.filter(|given| given != form.identifier.as_str()) {
            return Err(SignupError::UnknownForm(other));
        }
        let password = auth_data.map(|given| form.admit_password(&given)).transpose()?;
        let (form_data, login) = match form_data {
            Some(given) => form.admit_change(FormData::parse(&given, &locale)?)?,
            None => (FormData::default(), None),
        };
        if state.as_ref().is_some_and(|state| !is_state(state)) {
            return Err(SignupError::State);
        }
        let notification = notification.unwrap_or_default();
        // What is wrong with the rest is found out before anything is hashed.
        notified(&bearer.signup.notification, &notification, bearer.provider.definition.kind)?;
        let password = match password {
            Some(password) => Some(self.ports.passwords.hash(password).await?),
            None => None,
        };
        let form_data = self.ports.sanitized(form_data).await?;
        form.check_presence_in_change(&form_data)?;
        let update = Update { bearer, login, password, form_data, notification, state };
        let now = self.ports.clock.now();
        self.ports.store.write(move |tx| update.apply(tx, now)).await
    }
}

/// A change that nothing is wrong with.
struct Update {
    bearer: SignupBearer,
    login: Option<Login>,
    password: Option<PasswordHash>,
    form_data: FormData,
    notification: NotificationRequest,
    state: Option<RawJson>,
}

impl Update {
    fn apply(&self, tx: &mut dyn Transaction, now: DateTime<Utc>) -> Result<(), SignupError> {
        let changed = change_signup(tx, &self.bearer, now, |signup| self.changed(signup));
        let changed = changed.map_err(|error| match error {
            SignupError::Store(StoreError::Duplicate(Unique::SignupLogin)) => SignupError::LoginTaken,
            error => error,
        })?;
        let Outcome::Made(changed) = changed else { return Err(SignupError::SignedOut) };
        let Changed { before, after } = *changed;
        if before.login != after.login {
            forget_code(tx, &self.bearer, &before.login)?;
            forget_code(tx, &self.bearer, &after.login)?;
        }
        if self.password.is_some() {
            tx.signup_sessions().end_all_of(after.id, Some(self.bearer.session.id), now)?;
        }
        Ok(())
    }

    fn changed(&self, signup: Signup) -> Result<Signup, SignupError> {
        let kind = self.bearer.provider.definition.kind;
        let notification = notified(&signup.notification, &self.notification, kind)?;
        let form_data = if self.form_data.is_empty() {
            signup.form_data
        } else {
            let merged = signup.form_data.merged(self.form_data.clone());
            merged.check_size()?;
            merged
        };
        Ok(Signup {
            login: self.login.clone().unwrap_or(signup.login),
            password: self.password.clone().or(signup.password),
            form_data,
            notification,
            state: self.state.clone().unwrap_or(signup.state),
            ..signup
        })
    }
}

/// How to reach somebody, with the parts that are given in their places. The way by which his codes go must not be cut.
fn notified(
    known: &NotificationData,
    given: &NotificationRequest,
    kind: ProviderKind,
) -> Result<NotificationData, SignupError> {
    let by_phone = kind == ProviderKind::Phone;
    let email = given.email.as_deref();
    if !by_phone && email.is_some_and(str::is_empty) {
        return Err(NotificationFault::Email.into());
    }
    let notification = NotificationData::parse(
        email.unwrap_or(&known.email),
        given.phone_push.clone().unwrap_or_else(|| known.phone_push.clone()),
        given.phone_sms.clone().or_else(|| known.phone_sms.clone()),
    )?;
    if by_phone && known.has_phone() && !notification.has_phone() {
        return Err(SignupError::Unreachable("phoneSMS"));
    }
    Ok(notification)
}

fn is_state(given: &RawJson) -> bool {
    given.as_str().len() <= MAX_STATE && given.is_object() && given.value().is_ok()
}

#[cfg(test)]
mod tests;
