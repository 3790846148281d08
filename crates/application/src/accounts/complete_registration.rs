//! The last step of registration.

use chrono::{DateTime, Utc};
use portico_domain::{
    code::{CodeSubject, ProofRefusal, VerificationCode},
    email::EmailAddress,
    password::PlainPassword,
    ports::{Consistency, Lock, PasswordsError, StoreError, StoreExt as _},
    token::PlainToken,
};

use super::newcomer::{Newcomer, NewcomerError, password_hints};
use crate::{
    ports::Ports,
    sessions::{OpenedSession, SignedIn, user_card},
};

/// What the last step needs.
#[derive(Clone, Debug)]
pub struct CompleteRegistrationRequest {
    /// The proved address.
    pub address: EmailAddress,
    /// The password he chose.
    pub password: PlainPassword,
    /// What the second step gave him.
    pub verification_token: Option<PlainToken>,
}

/// Why nobody was registered.
#[derive(Debug, thiserror::Error)]
pub enum CompleteRegistrationError {
    /// The operator asks for the token of the second step, and none was shown.
    #[error("the verification token is required")]
    VerificationTokenRequired,
    /// The address is not proved.
    #[error(transparent)]
    Refused(#[from] ProofRefusal),
    /// The password was not accepted, or could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NewcomerError> for CompleteRegistrationError {
    fn from(error: NewcomerError) -> Self {
        match error {
            // Somebody proved the address elsewhere meanwhile: this proof is void.
            NewcomerError::AddressTaken => Self::Refused(ProofRefusal::Missing),
            NewcomerError::Store(error) => Self::Store(error),
        }
    }
}

/// Gives a proved address its account, and signs its owner in.
#[derive(Clone)]
pub struct CompleteRegistration {
    ports: Ports,
}

impl CompleteRegistration {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes the account.
    ///
    /// # Errors
    /// When the address is not proved, the password is weak, or the work could not be done now.
    pub async fn execute(
        &self,
        request: CompleteRegistrationRequest,
    ) -> Result<SignedIn, CompleteRegistrationError> {
        let CompleteRegistrationRequest { address, password, verification_token } = request;
        if self.ports.policy.require_verification_token && verification_token.is_none() {
            return Err(CompleteRegistrationError::VerificationTokenRequired);
        }
        let subject = CodeSubject::Registration(address.canonical().clone());
        let proof = CheckedProof { subject, token: verification_token, now: self.ports.clock.now() };
        // Hashing is dear: it is done for those only whose address is proved.
        let asked = proof.clone();
        self.ports
            .store
            .read(Consistency::Latest, move |seen| asked.check(seen.codes().find(&asked.subject)?))
            .await?;
        let hash = self.ports.passwords.protect(password, password_hints(&address, None)).await?;

        let now = self.ports.clock.now();
        let newcomer = Newcomer::new(&self.ports, address.clone(), None, hash, now);
        let ports = self.ports.clone();
        let (user, tokens) = self
            .ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                proof.check(tx.codes().find(&proof.subject)?)?;
                let user = newcomer.admit(tx)?;
                let opened = OpenedSession::draw(&ports, user.id, now);
                tx.sessions().add(&opened.session)?;
                Ok::<_, CompleteRegistrationError>((user_card(tx, user)?, opened.tokens))
            })
            .await?;
        Ok(SignedIn { tokens, user, password_change_required: false })
    }
}

#[derive(Clone)]
struct CheckedProof {
    subject: CodeSubject,
    token: Option<PlainToken>,
    now: DateTime<Utc>,
}

impl CheckedProof {
    fn check(&self, code: Option<VerificationCode>) -> Result<(), CompleteRegistrationError> {
        let code = code.ok_or(ProofRefusal::Missing)?;
        Ok(code.check_proof(self.token.as_ref(), self.now)?)
    }
}

#[cfg(test)]
mod tests;
