//! The second step of registration.

use portico_domain::{
    code::{CodeRefusal, CodeSubject, PlainCode},
    email::EmailAddress,
    ports::{Lock, StoreError, StoreExt as _},
    token::PlainToken,
};

use super::codes::{TriedCode, try_code};
use crate::ports::Ports;

/// Why the address was not proved.
#[derive(Debug, thiserror::Error)]
pub enum VerifyRegistrationError {
    /// No code was ever sent there.
    #[error("no code was sent to this address")]
    NoCode,
    /// The code proves nothing.
    #[error(transparent)]
    Refused(#[from] CodeRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Proves a newcomer's address by the code that was mailed there, and gives him a token that shows it was he (contract
/// O6).
#[derive(Clone)]
pub struct VerifyRegistration {
    ports: Ports,
}

impl VerifyRegistration {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Tries the code.
    ///
    /// # Errors
    /// When it is not the right one, in the order of contract O7, or the store fails.
    pub async fn execute(
        &self,
        address: EmailAddress,
        code: PlainCode,
    ) -> Result<PlainToken, VerifyRegistrationError> {
        let now = self.ports.clock.now();
        let subject = CodeSubject::Registration(address.canonical().clone());
        let presented = self.ports.codes.mac(&subject, &code);
        let token = PlainToken::generate("", self.ports.entropy.as_ref());
        let digest = token.digest();
        let tried = self
            .ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                let tried = try_code(tx, &subject, &presented, now)?;
                if let TriedCode::Right(code) = &tried {
                    tx.codes().put(&code.clone().proved(digest, now))?;
                }
                Ok::<_, StoreError>(tried)
            })
            .await?;
        match tried {
            TriedCode::Right(_) => Ok(token),
            TriedCode::NoCode => Err(VerifyRegistrationError::NoCode),
            TriedCode::Refused(refusal) => Err(refusal.into()),
        }
    }
}
