//! Signing in with address and password.

use chrono::{DateTime, Utc};
use portico_domain::{
    credential::Credential,
    email::{CanonicalAddress, Email, EmailAddress, EmailState},
    password::{PasswordHash, PlainPassword},
    ports::{
        Comparison, Consistency, Lock, PasswordsError, Snapshot, StoreError, StoreExt as _, Transaction,
    },
    user::{User, UserState},
};

use super::issue::{OpenedSession, SignedIn, user_card};
use crate::{accounts::settle_address, ports::Ports};

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown address or wrong password: the two are not told apart.
    #[error("the email or the password is wrong")]
    InvalidCredentials,
    /// The password is right, but the address was never proved (contract O15).
    #[error("the email address is not verified")]
    EmailNotVerified,
    /// The password could not be checked now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs a person in (contract section 2, `POST /auth/login`).
#[derive(Clone)]
pub struct SignIn {
    ports: Ports,
}

impl SignIn {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Opens a session for whoever holds `address` and knows `password`.
    ///
    /// # Errors
    /// When the two do not fit, the address is not proved, or the work could not be done now.
    pub async fn execute(
        &self,
        address: EmailAddress,
        password: PlainPassword,
    ) -> Result<SignedIn, SignInError> {
        let proved = prove_password(&self.ports, &address, password).await?;
        let now = self.ports.clock.now();
        let opened = OpenedSession::draw(&self.ports, proved.user.id, now);
        let session = opened.session;
        let (user, password_change_required) = self
            .ports
            .store
            .write(move |tx| {
                let must_change = settle_password(tx, &proved, now)?;
                tx.sessions().add(&session)?;
                Ok::<_, SignInError>((user_card(tx, proved.user.clone())?, must_change))
            })
            .await?;
        Ok(SignedIn { tokens: opened.tokens, user, password_change_required })
    }
}

/// A person who has just shown his password, with what was known of him at that moment.
#[derive(Clone)]
pub(crate) struct ProvedPassword {
    pub(crate) user: User,
    email: Email,
    credential: Credential,
    renewed: Option<PasswordHash>,
}

/// Compares a password with that of whoever holds `address`, in the same time whether or not anybody does.
pub(crate) async fn prove_password(
    ports: &Ports,
    address: &EmailAddress,
    password: PlainPassword,
) -> Result<ProvedPassword, SignInError> {
    let canonical = address.canonical().clone();
    let candidate = ports
        .store
        .read(Consistency::Snapshot, move |seen| find_candidate(seen, &canonical))
        .await
        .map_err(SignInError::Store)?;
    let kept = candidate.as_ref().map(|(_, _, credential)| credential.hash.clone());
    let Comparison::Right { renewed } = ports.passwords.compare(password, kept).await? else {
        return Err(SignInError::InvalidCredentials);
    };
    let (user, email, credential) = candidate.ok_or(SignInError::InvalidCredentials)?;
    if user.state != UserState::Active {
        return Err(SignInError::InvalidCredentials);
    }
    // A password that was mailed to the address proves the address by being known (contract O15).
    let proves_itself = email.state == EmailState::Provisioned && credential.must_change;
    if !email.is_verified() && !proves_itself {
        return Err(SignInError::EmailNotVerified);
    }
    Ok(ProvedPassword { user, email, credential, renewed })
}

/// Whoever holds the address, or else whoever claimed it last, when he has a password.
fn find_candidate(
    seen: &mut dyn Snapshot,
    address: &CanonicalAddress,
) -> Result<Option<(User, Email, Credential)>, StoreError> {
    let holder = seen.emails().find_holder(address)?;
    let email = match holder {
        Some(email) => Some(email),
        None => seen.emails().find_latest_claim(address)?,
    };
    let Some(email) = email else { return Ok(None) };
    let Some(credential) = seen.credentials().find(email.user)? else { return Ok(None) };
    let Some(user) = seen.users().find(email.user)? else { return Ok(None) };
    Ok(Some((user, email, credential)))
}

/// Within a unit of work: makes sure that the proved password is still the one, renews its hash, and notes an address
/// proved by it. Answers whether the password must be changed. Without the lock a password reset that runs beside it
/// would miss the session that follows.
pub(crate) fn settle_password(
    tx: &mut dyn Transaction,
    proved: &ProvedPassword,
    now: DateTime<Utc>,
) -> Result<bool, SignInError> {
    if proved.email.state == EmailState::Provisioned {
        tx.lock(&Lock::Address(proved.email.address.canonical().clone()))?;
    }
    tx.lock(&Lock::User(proved.user.id))?;
    let current = tx.credentials().find(proved.user.id)?.ok_or(SignInError::InvalidCredentials)?;
    if !current.is_same_password_as(&proved.credential) {
        return Err(SignInError::InvalidCredentials);
    }
    if let Some(renewed) = &proved.renewed
        && current.hash == proved.credential.hash
    {
        tx.credentials().renew(proved.user.id, &current.hash, renewed)?;
    }
    if proved.email.state == EmailState::Provisioned {
        let address = proved.email.address.canonical();
        let still_provisioned =
            tx.emails().find_holder(address)?.is_some_and(|held| held.state == EmailState::Provisioned);
        if still_provisioned {
            tx.emails().verify(proved.email.id, now)?;
            settle_address(tx, address)?;
        }
    }
    Ok(current.must_change)
}

#[cfg(test)]
mod tests;
