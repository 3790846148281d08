//! Sending a code.

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    ports::{Lock, StoreExt as _, Transaction},
    signup::{Login, Provider},
};

use super::{
    codes::{Addressee, DrawnSystemCode, REISSUE_WINDOW, check_event, lock_account},
    door::read_provider,
    faults::SystemCodeError,
};
use crate::ports::Ports;

/// Sends a code to an account (sign-up contract section 3, `generateCode`). For an unknown account, and for one that no
/// code can reach, everything looks the same, and nothing is sent.
#[derive(Clone)]
pub struct SendSystemCode {
    ports: Ports,
}

impl SendSystemCode {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sends it, unless one was sent within the last 30 seconds.
    ///
    /// # Errors
    /// `UnknownProvider`, `EmptyEvent`, `UnknownEvent`, `InvalidCode` for a text that is nobody's login, `TooSoon`,
    /// or when the store fails.
    pub async fn execute(&self, marker: String, login: String, event: String) -> Result<(), SystemCodeError> {
        let found = read_provider(&self.ports, marker).await?;
        let provider = found.ok_or(SystemCodeError::UnknownProvider)?;
        check_event(&provider, &event)?;
        let login = Login::parse(&login).map_err(|_| SystemCodeError::InvalidCode)?;
        let now = self.ports.clock.now();
        let drawn = DrawnSystemCode::draw(&self.ports, &provider, &login, now);
        let sending = Sending { provider, login, event, drawn, now };
        self.ports.store.write(move |tx| sending.send(tx)).await
    }
}

/// A code on its way to whoever has the login, if anybody.
struct Sending {
    provider: Provider,
    login: Login,
    event: String,
    drawn: DrawnSystemCode,
    now: DateTime<Utc>,
}

impl Sending {
    fn send(&self, tx: &mut dyn Transaction) -> Result<(), SystemCodeError> {
        let account = lock_account(tx, self.provider.id, &self.login)?;
        // The lock of the person is none where nobody has the login.
        tx.lock(&Lock::Code(self.drawn.subject().clone()))?;
        let last = tx.codes().find(self.drawn.subject())?;
        if let Some(left) = last.and_then(|last| last.cooldown_left(self.now, REISSUE_WINDOW)) {
            return Err(SystemCodeError::TooSoon { retry_after: whole_seconds(left) });
        }
        let letter = account
            .and_then(|account| self.drawn.letter(&self.provider, &Addressee::of(&account), &self.event));
        match letter {
            Some(letter) => Ok(self.drawn.put(tx, &letter)?),
            None => Ok(self.drawn.put_decoy(tx)?),
        }
    }
}

/// After so many seconds the time is over.
fn whole_seconds(left: TimeDelta) -> i64 {
    left.num_seconds() + i64::from(left.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests;
