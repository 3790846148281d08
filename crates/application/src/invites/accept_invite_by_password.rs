//! Coming in by an invite with address and password, without staying signed in.

use portico_domain::{email::EmailAddress, password::PlainPassword, ports::StoreExt as _, token::PlainToken};

use super::accept_invite::{AcceptInvite, AcceptInviteError, JoinedByInvite};
use crate::{
    ports::Ports,
    sessions::{SignInError, prove_password, settle_password},
};

/// Why nobody joined.
#[derive(Debug, thiserror::Error)]
pub enum AcceptInviteByPasswordError {
    /// Address and password do not fit, or could not be checked now.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The person is known, but the invite does not let him in.
    #[error(transparent)]
    Accept(#[from] AcceptInviteError),
    /// His password was mailed to him and must be changed first (contract O47).
    #[error("the password must be changed first")]
    PasswordChangeRequired,
}

/// Accepts an invite for whoever signs in on its page. No session is opened: the page has no use for one.
#[derive(Clone)]
pub struct AcceptInviteByPassword {
    ports: Ports,
    accept: AcceptInvite,
}

impl AcceptInviteByPassword {
    pub(crate) fn new(ports: Ports) -> Self {
        Self { accept: AcceptInvite::new(ports.clone()), ports }
    }

    /// What he joined.
    ///
    /// # Errors
    /// When he is not who he says, the invite does not let him in, or the work could not be done now.
    pub async fn execute(
        &self,
        token: &PlainToken,
        address: EmailAddress,
        password: PlainPassword,
    ) -> Result<JoinedByInvite, AcceptInviteByPasswordError> {
        // Comparing passwords is dear: it is done for those only who have an invite.
        self.accept.check(token).await?;
        let proved = prove_password(&self.ports, &address, password).await?;
        let (user, now) = (proved.user.id, self.ports.clock.now());
        let must_change = self.ports.store.write(move |tx| settle_password(tx, &proved, now)).await?;
        if must_change {
            return Err(AcceptInviteByPasswordError::PasswordChangeRequired);
        }
        Ok(self.accept.accept(user, token).await?)
    }
}
