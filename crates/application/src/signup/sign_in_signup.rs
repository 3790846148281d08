//! Signing in.

use chrono::{DateTime, Utc};
use portico_domain::{
    code::{CodeMac, PlainCode},
    password::{PasswordHash, PlainPassword},
    ports::{
        Comparison, Consistency, Lock, PasswordsError, Snapshot, StoreError, StoreExt as _, Transaction,
    },
    signup::{
        AuthData, Device, Login, PresentedCredentials, Provider, Signup, SignupSession, SignupStatus,
        SubmissionFault,
    },
    user::UserState,
};

use super::{
    codes::{Tried, lock_account, subject_of, try_code, use_up},
    door::{Door, read_door},
    issue::{open_session, tokens_of},
};
use crate::{ports::Ports, signup::SignupTokens};

/// How often a password is compared again because somebody changed the account meanwhile.
const TRIES: u32 = 3;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInSignupError {
    /// There is no active provider with this marker.
    #[error("there is no such provider")]
    UnknownProvider,
    /// Login or password are not there.
    #[error(transparent)]
    Submission(#[from] SubmissionFault),
    /// Unknown login, wrong password, or wrong or used code: they are not told apart.
    #[error("the login or the password is wrong")]
    InvalidCredentials,
    /// Too many wrong codes were tried.
    #[error("too many wrong codes were tried")]
    TooManyTries,
    /// The password is right, but the account is not active yet, or its person is locked out.
    #[error("the account is not active")]
    NotActive,
    /// The password could not be checked now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What somebody shows to sign in.
#[derive(Clone, Debug)]
pub struct SignInSignupRequest {
    /// Login, and password or code.
    pub auth_data: AuthData,
    /// A code beside it, as newer clients send it.
    pub code: Option<PlainCode>,
    /// Where he signs in.
    pub device: Device,
}

/// Signs an account in (sign-up contract section 3, `auth`): by its password, or, where the provider checks codes, by a
/// code. The sign-in before on the same device ends.
#[derive(Clone)]
pub struct SignInSignup {
    ports: Ports,
}

impl SignInSignup {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Opens a sign-in.
    ///
    /// # Errors
    /// See [`SignInSignupError`].
    pub async fn execute(
        &self,
        marker: String,
        request: SignInSignupRequest,
    ) -> Result<SignupTokens, SignInSignupError> {
        let SignInSignupRequest { auth_data, code, device } = request;
        let door = read_door(&self.ports, marker).await?;
        let Door { provider, form } = door.ok_or(SignInSignupError::UnknownProvider)?;
        let PresentedCredentials { login, password, code: among } =
            form.definition.read_credentials(&auth_data)?;
        let login = Login::parse(&login).map_err(|_| SubmissionFault::Credentials)?;
        let way_in = WayIn { ports: self.ports.clone(), provider, device };
        match (password, among.or(code)) {
            (Some(password), _) => way_in.by_password(login, password).await,
            (None, Some(code)) if way_in.provider.definition.is_check_code => {
                way_in.by_code(login, &code).await
            }
            _ => Err(SubmissionFault::Credentials.into()),
        }
    }
}

/// A provider at which somebody signs in on a device.
#[derive(Clone)]
struct WayIn {
    ports: Ports,
    provider: Provider,
    device: Device,
}

impl WayIn {
    /// Signs in whoever has this login and this password; takes the same time when nobody has the login.
    async fn by_password(
        self,
        login: Login,
        password: PlainPassword,
    ) -> Result<SignupTokens, SignInSignupError> {
        for _ in 0..TRIES {
            let found = self.find(login.clone()).await?;
            let kept = found.as_ref().and_then(|(signup, _)| signup.password.clone());
            let Comparison::Right { renewed } = self.ports.passwords.compare(password.clone(), kept).await?
            else {
                return Err(SignInSignupError::InvalidCredentials);
            };
            let (signup, user_state) = found.ok_or(SignInSignupError::InvalidCredentials)?;
            if !is_active(&signup, user_state) {
                return Err(SignInSignupError::NotActive);
            }
            if let Some(tokens) = self.enter(signup, renewed).await? {
                return Ok(tokens);
            }
        }
        Err(StoreError::Stale.into())
    }

    async fn find(&self, login: Login) -> Result<Option<(Signup, UserState)>, StoreError> {
        let provider = self.provider.id;
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let Some(signup) = seen.signups().find_by_login(provider, &login)? else { return Ok(None) };
                let user_state = user_state(seen, &signup)?;
                Ok(Some((signup, user_state)))
            })
            .await
    }

    /// Opens a sign-in of an account whose password was right; nothing when the account changed since it was read.
    async fn enter(
        &self,
        seen: Signup,
        renewed: Option<PasswordHash>,
    ) -> Result<Option<SignupTokens>, StoreError> {
        let (kind, now) = (self.provider.definition.kind, self.ports.clock.now());
        let (session, tokens) = open_session(&self.ports, &seen, &self.provider, self.device.clone(), now);
        let entered = self.ports.store.write(move |tx| {
            // Without the lock a new password, set beside this, would miss the sign-in that follows.
            tx.lock(&Lock::User(seen.user))?;
            let current = tx.signups().find(seen.id)?.filter(|current| is_same(current, &seen));
            let Some(current) = current else { return Ok::<_, StoreError>(false) };
            if let Some(renewed) = &renewed {
                let signup = Signup { password: Some(renewed.clone()), ..current };
                match tx.signups().write(&signup, kind, now) {
                    // Somebody writes to the account: the next sign-in will renew the hash.
                    Ok(()) | Err(StoreError::Stale) => {}
                    Err(error) => return Err(error),
                }
            }
            tx.signup_sessions().add(&session)?;
            Ok(true)
        });
        Ok(entered.await?.then_some(tokens))
    }

    /// Signs in whoever has this login and was sent this code. A login that is nobody's may have a code that nobody
    /// knows, so that it is answered like any other.
    async fn by_code(self, login: Login, code: &PlainCode) -> Result<SignupTokens, SignInSignupError> {
        let mac = self.ports.codes.mac(&subject_of(self.provider.id, &login), code);
        let (shown, now) = (ShownCode { login, mac }, self.ports.clock.now());
        let way_in = self.clone();
        // The outer result is the store's; a refusal commits, so that a wrong try is kept.
        let tried = match self.ports.store.write(move |tx| way_in.try_code(tx, &shown, now)).await {
            // Somebody else used the code at the same moment.
            Err(StoreError::Stale) => Err(SignInSignupError::InvalidCredentials),
            tried => tried?,
        };
        let (session, signup) = tried?;
        Ok(tokens_of(&self.ports, &session, &signup, &self.provider))
    }

    fn try_code(
        &self,
        tx: &mut dyn Transaction,
        ShownCode { login, mac }: &ShownCode,
        now: DateTime<Utc>,
    ) -> Result<Result<(SignupSession, Signup), SignInSignupError>, StoreError> {
        let (signup, subject) =
            (lock_account(tx, self.provider.id, login)?, subject_of(self.provider.id, login));
        match try_code(tx, &subject, mac, now)? {
            Tried::Right => {}
            Tried::Wrong | Tried::None => return Ok(Err(SignInSignupError::InvalidCredentials)),
            Tried::TooMany => return Ok(Err(SignInSignupError::TooManyTries)),
        }
        let Some(signup) = signup else { return Ok(Err(SignInSignupError::InvalidCredentials)) };
        let user = tx.users().find(signup.user)?.ok_or(NO_USER)?;
        if !is_active(&signup, user.state) {
            return Ok(Err(SignInSignupError::NotActive));
        }
        use_up(tx, &subject)?;
        let (config, entropy) = (&self.provider.definition.config, self.ports.entropy.as_ref());
        let session = SignupSession::open(signup.id, self.device.clone(), config, now, entropy);
        tx.signup_sessions().add(&session)?;
        Ok(Ok((session, signup)))
    }
}

/// A code that somebody shows for a login.
struct ShownCode {
    login: Login,
    mac: CodeMac,
}

const NO_USER: StoreError = StoreError::Corrupt { table: "signups", column: "user_id" };

fn user_state(seen: &mut dyn Snapshot, signup: &Signup) -> Result<UserState, StoreError> {
    Ok(seen.users().find(signup.user)?.ok_or(NO_USER)?.state)
}

fn is_active(signup: &Signup, user_state: UserState) -> bool {
    signup.status == SignupStatus::Active && user_state == UserState::Active
}

/// Whether what a sign-in rests on is still as it was read.
fn is_same(current: &Signup, seen: &Signup) -> bool {
    (&current.login, &current.password, current.status, current.user)
        == (&seen.login, &seen.password, seen.status, seen.user)
}

#[cfg(test)]
mod tests;
