//! Trying a code.

use portico_domain::{code::PlainCode, ports::StoreExt as _, signup::Login};

use super::{
    codes::{Tried, check_event, subject_of, try_code},
    door::read_provider,
    faults::SystemCodeError,
};
use crate::ports::Ports;

/// Tells whether a code is right, without using it up (sign-up contract section 3, `checkCode`).
#[derive(Clone)]
pub struct CheckSystemCode {
    ports: Ports,
}

impl CheckSystemCode {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// `false` for a wrong one, which counts.
    ///
    /// # Errors
    /// `UnknownProvider`, `EmptyEvent`, `UnknownEvent`, `InvalidCode` when there is none to compare with, `TooManyTries`.
    pub async fn execute(
        &self,
        marker: String,
        login: String,
        event: String,
        code: PlainCode,
    ) -> Result<bool, SystemCodeError> {
        let found = read_provider(&self.ports, marker).await?;
        let provider = found.ok_or(SystemCodeError::UnknownProvider)?;
        check_event(&provider, &event)?;
        let login = Login::parse(&login).map_err(|_| SystemCodeError::InvalidCode)?;
        let subject = subject_of(provider.id, &login);
        let (presented, now) = (self.ports.codes.mac(&subject, &code), self.ports.clock.now());
        let tried = self.ports.store.write(move |tx| try_code(tx, &subject, &presented, now)).await;
        match tried.map_err(SystemCodeError::from)? {
            Tried::Right => Ok(true),
            Tried::Wrong => Ok(false),
            Tried::TooMany => Err(SystemCodeError::TooManyTries),
            Tried::None => Err(SystemCodeError::InvalidCode),
        }
    }
}

#[cfg(test)]
mod tests;
