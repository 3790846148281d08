//! Signing in at an OpenID Connect provider.

use chrono::{DateTime, Utc};
use portico_domain::{
    email::EmailAddress,
    external_identity::{ExternalIdentity, ProvedIdentity, Subject},
    id::UserId,
    json::RawJson,
    ports::{IdentityProviderError, Lock, StoreError, StoreExt as _, Transaction, Unique},
    signup::{
        Device, FormData, Locale, Login, NewSignup, NotificationData, Provider, Signup, SignupSession,
        SignupStatus, SubmissionFault,
    },
    token::PlainToken,
    user::UserState,
};

use super::{
    door::{Door, read_door},
    issue::tokens_of,
    person::add_person,
};
use crate::{ports::Ports, signup::SignupTokens};

/// How often it is looked again who somebody is because that changed meanwhile.
const TRIES: u32 = 3;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInWithProviderError {
    /// There is no active provider with this marker.
    #[error("there is no such provider")]
    UnknownProvider,
    /// The OpenID Connect provider does not vouch for anybody.
    #[error(transparent)]
    IdentityProvider(#[from] IdentityProviderError),
    /// It says nothing that could be a login.
    #[error("the OpenID Connect provider tells no email")]
    NoLogin,
    /// The login is somebody else's, who would be taken over.
    #[error("a user with this login already exists")]
    LoginTaken,
    /// The account is not active, or its person is locked out.
    #[error("the account is not active")]
    NotActive,
    /// The form data are not what the form asks for.
    #[error(transparent)]
    Submission(#[from] SubmissionFault),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a client got from the OpenID Connect provider.
#[derive(Clone, Debug)]
pub struct SignInWithProviderRequest {
    /// Which client: must be this server's.
    pub client_id: String,
    /// The code.
    pub code: PlainToken,
    /// Where the provider sent the browser.
    pub redirect_uri: String,
    /// Form data of a newcomer, if any.
    pub form_data: Option<RawJson>,
    /// The language of a newcomer.
    pub locale: Locale,
    /// Where he signs in.
    pub device: Device,
}

/// Signs somebody in by a code of the OpenID Connect provider (sign-up contract section 3, `oauth`). Whoever is known by
/// his identity there gets his account, or a new one; nobody is ever recognised by an address alone.
#[derive(Clone)]
pub struct SignInWithProvider {
    ports: Ports,
}

impl SignInWithProvider {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Opens a sign-in.
    ///
    /// # Errors
    /// See [`SignInWithProviderError`].
    pub async fn execute(
        &self,
        marker: String,
        request: SignInWithProviderRequest,
    ) -> Result<SignupTokens, SignInWithProviderError> {
        let SignInWithProviderRequest { client_id, code, redirect_uri, form_data, locale, device } = request;
        let door = read_door(&self.ports, marker).await?;
        let Door { provider, form } = door.ok_or(SignInWithProviderError::UnknownProvider)?;
        // A code can be shown once: what is wrong with the rest is said before.
        let form_data = match form_data {
            Some(given) => form.definition.admit_some(FormData::parse(&given, &locale)?)?,
            None => FormData::default(),
        };
        let proved =
            self.ports.identity_provider.redeem_for_client(&client_id, code.reveal(), &redirect_uri).await?;
        let ProvedIdentity { issuer, subject, address, .. } = proved;
        // Cleaning is dear: it is done for those only for whom the OpenID Connect provider vouches.
        let form_data = self.ports.sanitized(form_data).await?;
        form_data.check_size()?;
        form.definition.check_presence_in_change(&form_data)?;
        let arrival = Arrival {
            ports: self.ports.clone(),
            provider,
            device,
            form_data,
            locale,
            issuer,
            subject,
            address: address.and_then(|address| EmailAddress::parse(&address).ok()),
            now: self.ports.clock.now(),
        };
        self.let_in(arrival).await
    }

    async fn let_in(&self, arrival: Arrival) -> Result<SignupTokens, SignInWithProviderError> {
        for _ in 0..TRIES {
            let trying = arrival.clone();
            match self.ports.store.write(move |tx| trying.sign_in(tx)).await {
                Ok((session, signup)) => {
                    return Ok(tokens_of(&self.ports, &session, &signup, &arrival.provider));
                }
                // Somebody else became known by this identity, or ceased to be, at the same moment.
                Err(SignInWithProviderError::Store(
                    StoreError::Stale | StoreError::Duplicate(Unique::ExternalIdentity),
                )) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Err(StoreError::Stale.into())
    }
}

/// Somebody for whom the OpenID Connect provider has vouched, at a door.
#[derive(Clone)]
struct Arrival {
    ports: Ports,
    provider: Provider,
    device: Device,
    form_data: FormData,
    locale: Locale,
    issuer: String,
    subject: Subject,
    /// His address, as the OpenID Connect provider has it: nobody in the house has seen it proved.
    address: Option<EmailAddress>,
    now: DateTime<Utc>,
}

impl Arrival {
    fn sign_in(&self, tx: &mut dyn Transaction) -> Result<(SignupSession, Signup), SignInWithProviderError> {
        let signup = match self.find_person(tx)? {
            Some(user) => self.entity_of(tx, user),
            None => self.add_newcomer(tx),
        }?;
        let (config, entropy) = (&self.provider.definition.config, self.ports.entropy.as_ref());
        let session = SignupSession::open(signup.id, self.device.clone(), config, self.now, entropy);
        tx.signup_sessions().add(&session)?;
        Ok((session, signup))
    }

    /// The person whom the OpenID Connect provider calls so, his sign-ins locked.
    fn find_person(&self, tx: &mut dyn Transaction) -> Result<Option<UserId>, SignInWithProviderError> {
        let Some(user) = tx.external_identities().find_user(&self.issuer, &self.subject)? else {
            return Ok(None);
        };
        tx.lock(&Lock::User(user))?;
        let identity = tx.external_identities().find_of(user)?;
        let Some(identity) = identity.filter(|identity| self.is_called(identity)) else {
            // Before the lock was had, the name was given to somebody else.
            return Err(StoreError::Stale.into());
        };
        if tx.users().find(user)?.is_none_or(|user| user.state != UserState::Active) {
            return Err(SignInWithProviderError::NotActive);
        }
        if identity.issuer.is_none() {
            self.put_identity(tx, user)?;
        }
        Ok(Some(user))
    }

    fn is_called(&self, identity: &ExternalIdentity) -> bool {
        identity.subject == self.subject
            && identity.issuer.as_ref().is_none_or(|issuer| *issuer == self.issuer)
    }

    fn put_identity(&self, tx: &mut dyn Transaction, user: UserId) -> Result<(), StoreError> {
        let identity = ExternalIdentity { issuer: Some(self.issuer.clone()), subject: self.subject.clone() };
        tx.external_identities().put(user, &identity)
    }

    /// The entity of somebody whom the house knows: the one he has here, or a new one.
    fn entity_of(&self, tx: &mut dyn Transaction, user: UserId) -> Result<Signup, SignInWithProviderError> {
        match tx.signups().find_of_user(self.provider.id, user)? {
            Some(signup) if signup.status == SignupStatus::Active => Ok(signup),
            Some(_) => Err(SignInWithProviderError::NotActive),
            None => self.add_entity(tx, user),
        }
    }

    /// A person whom the house did not know, with his entity.
    fn add_newcomer(&self, tx: &mut dyn Transaction) -> Result<Signup, SignInWithProviderError> {
        let (login, address) = self.login()?;
        let user = add_person(tx, &self.ports, &login, Some(address), &self.locale, self.now)?.id;
        self.put_identity(tx, user)?;
        self.add_entity(tx, user)
    }

    fn add_entity(&self, tx: &mut dyn Transaction, user: UserId) -> Result<Signup, SignInWithProviderError> {
        let (login, address) = self.login()?;
        let signup = NewSignup {
            provider: self.provider.id,
            login,
            password: None,
            form_data: self.form_data.clone(),
            notification: NotificationData { email: address.to_string(), ..NotificationData::default() },
            locale: self.locale.clone(),
            status: SignupStatus::Active,
            user,
            created_at: self.now,
        };
        match tx.signups().add(&signup, self.provider.definition.kind) {
            Err(StoreError::Duplicate(Unique::SignupLogin)) => Err(SignInWithProviderError::LoginTaken),
            outcome => Ok(outcome?),
        }
    }

    fn login(&self) -> Result<(Login, &EmailAddress), SignInWithProviderError> {
        let address = self.address.as_ref().ok_or(SignInWithProviderError::NoLogin)?;
        let login = Login::parse(address.as_str()).map_err(|_| SignInWithProviderError::NoLogin)?;
        Ok((login, address))
    }
}

#[cfg(test)]
mod tests;
