//! Signing up.

use chrono::{DateTime, Utc};
use portico_domain::{
    code::PlainCode,
    json::RawJson,
    letter::OwedLetter,
    password::{PasswordHash, PlainPassword},
    ports::{Consistency, Lock, StoreError, StoreExt as _, Transaction, Unique},
    signup::{
        AuthData, Form, FormData, Locale, Login, NewCredentials, NewSignup, NotificationData, Provider,
        ProviderKind, Reach, Signup, SignupStatus,
    },
};

use super::{
    codes::{Addressee, DrawnSystemCode, channel, subject_of},
    door::{Door, read_door},
    faults::SignupError,
    person::add_person,
};
use crate::ports::Ports;

/// The event for which a newcomer is sent his code.
const EVENT: &str = "user_registration";

/// How to reach a newcomer, as he says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationRequest {
    /// An address.
    pub email: Option<String>,
    /// Numbers or devices for push messages.
    pub phone_push: Option<Vec<String>>,
    /// A number for text messages.
    pub phone_sms: Option<String>,
}

/// What a newcomer fills in (sign-up contract section 3, "Body details of sign-up").
#[derive(Clone, Debug)]
pub struct RegisterSignupRequest {
    /// The form he saw; without one, the provider's.
    pub form_identifier: Option<String>,
    /// Login and password.
    pub auth_data: AuthData,
    /// The other fields, in any of the shapes of the contract.
    pub form_data: Option<RawJson>,
    /// How to reach him.
    pub notification: NotificationRequest,
    /// His language.
    pub locale: Locale,
}

/// A code that was sent.
#[derive(Clone, Debug)]
pub struct SentCode {
    /// The code itself, where the provider exposes it.
    pub value: Option<PlainCode>,
    /// When its time is over.
    pub expires_at: DateTime<Utc>,
}

/// Somebody who has just signed up.
#[derive(Clone, Debug)]
pub struct RegisteredSignup {
    /// His entity.
    pub signup: Signup,
    /// The door he came through.
    pub provider: Provider,
    /// What he filled in.
    pub form: Form,
    /// The code that he was sent to become active.
    pub code: Option<SentCode>,
}

/// Signs somebody up (sign-up contract sections 3 and 4, `signUp`): a new person with an entity, active at once or once he
/// showed the code that he is sent.
#[derive(Clone)]
pub struct RegisterSignup {
    ports: Ports,
}

impl RegisterSignup {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Adds him.
    ///
    /// # Errors
    /// See [`SignupError`]; nothing is kept then.
    pub async fn execute(
        &self,
        marker: String,
        request: RegisterSignupRequest,
    ) -> Result<RegisteredSignup, SignupError> {
        let door = read_door(&self.ports, marker).await?.ok_or(SignupError::UnknownProvider)?;
        let (admitted, password) = Self::admit(&door, request)?;
        // Hashing is dear: it is done for those only whose login is free.
        self.check_free(&door.provider, &admitted.login).await?;
        let password = match password {
            Some(password) => Some(self.ports.passwords.hash(password).await?),
            None => None,
        };
        let form_data = self.ports.sanitized(admitted.form_data).await?;
        form_data.check_size()?;
        door.form.definition.check_presence(&form_data)?;
        let admitted = Admitted { form_data, ..admitted };
        let Door { provider, form } = door;
        let now = self.ports.clock.now();
        let arrival = Arrival {
            code: self.draw_code(&provider, &admitted, now)?,
            ports: self.ports.clone(),
            provider: provider.clone(),
            admitted,
            password,
            now,
        };
        let code = arrival.code.as_ref().map(|(drawn, _)| SentCode {
            value: provider.definition.config.expose_system_code.then(|| drawn.code.clone()),
            expires_at: drawn.expires_at(),
        });
        let signup = self.ports.store.write(move |tx| arrival.settle(tx)).await?;
        Ok(RegisteredSignup { signup, provider, form, code })
    }

    /// Takes what was filled in, in the order in which faults are told (sign-up contract section 7).
    fn admit(
        door: &Door,
        request: RegisterSignupRequest,
    ) -> Result<(Admitted, Option<PlainPassword>), SignupError> {
        let RegisterSignupRequest { form_identifier, auth_data, form_data, notification, locale } = request;
        let form = &door.form.definition;
        if let Some(other) = form_identifier.filter(|given| given != form.identifier.as_str()) {
            return Err(SignupError::UnknownForm(other));
        }
        let NewCredentials { login, password } = form.admit_credentials(&auth_data)?;
        let given = form_data.map(|given| FormData::parse(&given, &locale)).transpose()?;
        let form_data = form.admit_new(given.unwrap_or_default(), &login)?;
        let reach = form.reach(&form_data, &login);
        let notification = notified(notification, reach, door.provider.definition.kind)?;
        Ok((Admitted { login, form_data, notification, locale }, password))
    }

    async fn check_free(&self, provider: &Provider, login: &Login) -> Result<(), SignupError> {
        let (id, kind, login) = (provider.id, provider.definition.kind, login.clone());
        let is_taken =
            self.ports.store.read(Consistency::Latest, move |seen| seen.signups().is_taken(id, kind, &login));
        if is_taken.await? { Err(SignupError::LoginTaken) } else { Ok(()) }
    }

    /// The code by which the newcomer becomes active, with its letter; nothing where he is active at once.
    fn draw_code(
        &self,
        provider: &Provider,
        admitted: &Admitted,
        now: DateTime<Utc>,
    ) -> Result<Option<(DrawnSystemCode, OwedLetter)>, SignupError> {
        if !provider.definition.is_check_code {
            return Ok(None);
        }
        let Admitted { login, notification, locale, .. } = admitted;
        let drawn = DrawnSystemCode::draw(&self.ports, provider, login, now);
        let reader = Addressee { login, notification, fcm_tokens: &[], locale };
        let letter = drawn.letter(provider, &reader, EVENT);
        let letter = letter.ok_or_else(|| unreachable_by(provider.definition.kind))?;
        Ok(Some((drawn, letter)))
    }
}

/// How to reach a newcomer: as he says, and where he says nothing, as the fields tell that are flagged for it.
fn notified(
    given: NotificationRequest,
    reach: Reach,
    kind: ProviderKind,
) -> Result<NotificationData, SignupError> {
    let said = |text: &String| !text.trim().is_empty();
    let email = given.email.filter(said).or(reach.email).unwrap_or_default();
    let phone_push = given.phone_push.filter(|devices| devices.iter().any(said));
    let phone_sms = given.phone_sms.filter(said).or(reach.phone_sms);
    let notification = NotificationData::parse(&email, phone_push.unwrap_or(reach.phone_push), phone_sms)?;
    if channel(kind, &notification).is_none() {
        return Err(unreachable_by(kind));
    }
    Ok(notification)
}

const fn unreachable_by(kind: ProviderKind) -> SignupError {
    SignupError::Unreachable(match kind {
        ProviderKind::Email | ProviderKind::Password => "email",
        ProviderKind::Phone => "phoneSMS",
    })
}

/// What a newcomer filled in, once nothing is wrong with it.
struct Admitted {
    login: Login,
    form_data: FormData,
    notification: NotificationData,
    locale: Locale,
}

/// A newcomer at the door.
struct Arrival {
    ports: Ports,
    provider: Provider,
    admitted: Admitted,
    password: Option<PasswordHash>,
    code: Option<(DrawnSystemCode, OwedLetter)>,
    now: DateTime<Utc>,
}

impl Arrival {
    fn settle(&self, tx: &mut dyn Transaction) -> Result<Signup, SignupError> {
        let signup = self.add(tx)?;
        let subject = subject_of(self.provider.id, &signup.login);
        tx.lock(&Lock::Code(subject.clone()))?;
        match &self.code {
            Some((drawn, letter)) => drawn.put(tx, letter)?,
            // Whoever had the login before must not use what he was sent.
            None => tx.codes().remove(&subject)?,
        }
        Ok(signup)
    }

    fn add(&self, tx: &mut dyn Transaction) -> Result<Signup, SignupError> {
        let Admitted { login, form_data, notification, locale, .. } = &self.admitted;
        let address = notification.address();
        let user = add_person(tx, &self.ports, login, address.as_ref(), locale, self.now)?;
        let signup = NewSignup {
            provider: self.provider.id,
            login: login.clone(),
            password: self.password.clone(),
            form_data: form_data.clone(),
            notification: notification.clone(),
            locale: locale.clone(),
            status: if self.code.is_some() { SignupStatus::Waiting } else { SignupStatus::Active },
            user: user.id,
            created_at: self.now,
        };
        match tx.signups().add(&signup, self.provider.definition.kind) {
            Err(StoreError::Duplicate(Unique::SignupLogin)) => Err(SignupError::LoginTaken),
            outcome => Ok(outcome?),
        }
    }
}

#[cfg(test)]
mod tests;
