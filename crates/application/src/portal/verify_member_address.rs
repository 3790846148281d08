//! Proving a member's address.

use chrono::{DateTime, Utc};
use portico_domain::{
    email::{Email, EmailAddress, EmailState},
    email_verification::{EmailVerification, VerificationRefusal},
    mail_template::LetterKind,
    portal_session::PortalSession,
    ports::{Consistency, Lock, StoreError, StoreExt as _, Transaction, Unique},
    profile::MemberRecord,
    token::PlainToken,
    user::UserState,
};

use super::{conflict::ProfileConflict, letters::owe_letter};
use crate::{accounts::settle_address, ports::Ports};

/// Why a link proved nothing.
#[derive(Debug, thiserror::Error)]
pub enum VerifyMemberAddressError {
    /// The link is not, or no longer, any good.
    #[error(transparent)]
    Refused(#[from] VerificationRefusal),
    /// Another member has the address.
    #[error(transparent)]
    Conflict(#[from] ProfileConflict),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Proves the address of a member by a mailed link (portal contract section 6, `POST /public/verify_email`).
#[derive(Clone)]
pub struct VerifyMemberAddress {
    ports: Ports,
}

impl VerifyMemberAddress {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Proves it. The first proof opens a session, whose token is answered, and is followed by a letter; a repeated
    /// one does neither, so that an old letter lets nobody in.
    ///
    /// # Errors
    /// When the link is unknown or expired, the member has another address by now or is locked out, or the store
    /// fails.
    pub async fn execute(&self, token: PlainToken) -> Result<Option<PlainToken>, VerifyMemberAddressError> {
        let digest = token.digest();
        let link = self
            .ports
            .store
            .read::<_, StoreError, _>(Consistency::Latest, move |seen| {
                seen.email_verifications().find(&digest)
            })
            .await?
            .ok_or(VerificationRefusal::Unknown)?;
        let session = PlainToken::generate("", self.ports.entropy.as_ref());
        let proof =
            Proof { ports: self.ports.clone(), link, session: session.clone(), now: self.ports.clock.now() };
        let first = self.ports.store.write(move |tx| proof.settle(tx)).await?;
        Ok(first.then_some(session))
    }
}

/// A link that somebody followed, with the token of the session that it may open.
struct Proof {
    ports: Ports,
    link: EmailVerification,
    session: PlainToken,
    now: DateTime<Utc>,
}

impl Proof {
    /// Whether the address is proved by this and was not before.
    fn settle(&self, tx: &mut dyn Transaction) -> Result<bool, VerifyMemberAddressError> {
        tx.lock(&Lock::Address(self.link.address.clone()))?;
        tx.lock(&Lock::User(self.link.user))?;
        // Whoever followed it a moment ago has used it up.
        let link = tx.email_verifications().find(&self.link.digest)?.ok_or(VerificationRefusal::Unknown)?;
        let member = self.find_member(tx)?;
        let is_current = member.address().map(EmailAddress::canonical) == Some(&link.address);
        if is_current && (link.used_at.is_some() || member.is_email_verified()) {
            return Ok(false);
        }
        link.check(member.address(), self.now)?;
        let email = member.email.as_ref().ok_or(VerificationRefusal::AddressChanged)?;
        if !self.close(tx)? {
            return Ok(false);
        }
        self.prove(tx, email)?;
        let email = Some(Email { state: EmailState::Verified { at: self.now }, ..email.clone() });
        self.let_in(tx, &MemberRecord { email, ..member })?;
        Ok(true)
    }

    fn find_member(&self, tx: &mut dyn Transaction) -> Result<MemberRecord, VerifyMemberAddressError> {
        let user = tx.users().find(self.link.user)?.filter(|user| user.state == UserState::Active);
        let user = user.ok_or(VerificationRefusal::Unknown)?;
        Ok(tx.profiles().find(user.id)?.ok_or(VerificationRefusal::Unknown)?)
    }

    /// Uses the link up; whether nobody did before.
    fn close(&self, tx: &mut dyn Transaction) -> Result<bool, StoreError> {
        match tx.email_verifications().close(&self.link.digest, self.now) {
            Err(StoreError::Stale) => Ok(false),
            outcome => outcome.map(|()| true),
        }
    }

    fn prove(&self, tx: &mut dyn Transaction, email: &Email) -> Result<(), VerifyMemberAddressError> {
        match tx.emails().verify(email.id, self.now) {
            Err(StoreError::Duplicate(Unique::HeldAddress)) => {
                return Err(VerificationRefusal::AddressChanged.into());
            }
            outcome => outcome.map_err(ProfileConflict::or_store::<VerifyMemberAddressError>)?,
        }
        Ok(settle_address(tx, email.address.canonical())?)
    }

    fn let_in(&self, tx: &mut dyn Transaction, member: &MemberRecord) -> Result<(), StoreError> {
        let (user, lifetime) = (self.link.user, self.ports.policy.portal.session);
        let entropy = self.ports.entropy.as_ref();
        tx.portal_sessions().add(&PortalSession::open(user, &self.session, lifetime, self.now, entropy))?;
        owe_letter(&self.ports, tx, LetterKind::AfterRegistration, member, None, self.now)
    }
}

#[cfg(test)]
mod tests;
