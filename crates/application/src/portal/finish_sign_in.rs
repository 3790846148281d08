//! Coming back from the provider.

use chrono::{DateTime, Utc};
use portico_domain::{
    external_identity::{Challenge, ExternalIdentity, PENDING_LIFETIME, PendingSignIn, ProvedIdentity},
    id::UserId,
    portal_session::PortalSession,
    ports::{IdentityProviderError, Lock, StoreError, StoreExt as _, Transaction},
    profile::{Avatar, MemberRecord, ProfileField, portal_address},
    token::PlainToken,
    user::UserState,
};

use crate::ports::Ports;

/// The most characters of a language's tag; longer ones exist, of languages that nobody reads.
const MAX_LOCALE: usize = 35;

/// What a browser brings back.
#[derive(Clone, Debug)]
pub struct FinishPortalSignInRequest {
    /// The provider's code.
    pub code: String,
    /// The state beside it.
    pub state: String,
    /// The secret that the browser was given when the sign-in began.
    pub secret: PlainToken,
}

/// Who came back.
#[derive(Clone, Debug)]
pub struct FinishedSignIn {
    /// The token for his cookie: of a session, or of his waiting for the form.
    pub token: PlainToken,
    /// Whether he is a member already.
    pub has_account: bool,
    /// Who he is then.
    pub user: Option<UserId>,
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum FinishPortalSignInError {
    /// The state is not that of this browser: somebody else began the sign-in.
    #[error("the state does not belong to this browser")]
    StateMismatch,
    /// No sign-in has begun, it took too long, or it was finished before.
    #[error("no sign-in has begun")]
    NotBegun,
    /// A newcomer has no address at the provider, or one that the portal does not take.
    #[error("the provider knows no address that the portal takes")]
    InvalidAddress,
    /// He is locked out.
    #[error("the account is disabled")]
    Disabled,
    /// The provider is away, or is not believed.
    #[error(transparent)]
    Provider(#[from] IdentityProviderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finishes a sign-in at the OpenID Connect provider (portal contract section 6, `POST /public/callback`).
#[derive(Clone)]
pub struct FinishPortalSignIn {
    ports: Ports,
}

impl FinishPortalSignIn {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Opens a session for a member, or lets a newcomer wait for his form; by a fresh token in either case.
    ///
    /// # Errors
    /// When the state is not that of the browser, or the provider's description cannot be had: then nothing is used
    /// up. Also when the sign-in has not begun, the provider does not vouch for anybody, a newcomer has no fitting
    /// address, a member is locked out, or the store fails.
    pub async fn execute(
        &self,
        request: FinishPortalSignInRequest,
    ) -> Result<FinishedSignIn, FinishPortalSignInError> {
        let FinishPortalSignInRequest { code, state, secret } = request;
        let challenge = Challenge::of(&secret);
        if !challenge.has_state(&state) {
            return Err(FinishPortalSignInError::StateMismatch);
        }
        self.ports.identity_provider.prepare().await?;
        self.use_attempt(&secret).await?;
        let proved = self.ports.identity_provider.redeem(&code, &challenge).await.map_err(over)?;
        self.let_in(proved).await
    }

    async fn use_attempt(&self, secret: &PlainToken) -> Result<(), FinishPortalSignInError> {
        let (digest, now) = (secret.digest(), self.ports.clock.now());
        let used = self.ports.store.write(move |tx| tx.external_identities().use_attempt(&digest, now));
        match used.await {
            Err(StoreError::Stale) => Err(FinishPortalSignInError::NotBegun),
            outcome => Ok(outcome?),
        }
    }

    async fn let_in(&self, proved: ProvedIdentity) -> Result<FinishedSignIn, FinishPortalSignInError> {
        let token = PlainToken::generate("", self.ports.entropy.as_ref());
        let arrival = Arrival {
            token: token.clone(),
            proved: ProvedIdentity {
                avatar: proved.avatar.filter(fits),
                locale: proved.locale.filter(|tag| is_tag(tag)),
                ..proved
            },
            now: self.ports.clock.now(),
        };
        let ports = self.ports.clone();
        let user = self
            .ports
            .store
            .write(move |tx| match arrival.find_member(tx)? {
                Some(member) => arrival.sign_in(tx, &member, &ports).map(Some),
                None => arrival.wait(tx).map(|()| None),
            })
            .await?;
        Ok(FinishedSignIn { token, has_account: user.is_some(), user })
    }
}

/// Somebody for whom the provider has vouched, with the token that he will have.
struct Arrival {
    token: PlainToken,
    proved: ProvedIdentity,
    now: DateTime<Utc>,
}

impl Arrival {
    /// The member whom the provider calls so, his sign-ins locked.
    fn find_member(
        &self,
        tx: &mut dyn Transaction,
    ) -> Result<Option<(MemberRecord, ExternalIdentity)>, FinishPortalSignInError> {
        let ProvedIdentity { issuer, subject, .. } = &self.proved;
        let Some(user) = tx.external_identities().find_user(issuer, subject)? else { return Ok(None) };
        tx.lock(&Lock::User(user))?;
        // Before the lock was had, an admin may have given the name to somebody else.
        let is_his = |known: &ExternalIdentity| {
            known.subject == *subject && known.issuer.as_ref().is_none_or(|known| known == issuer)
        };
        let Some(identity) = tx.external_identities().find_of(user)?.filter(is_his) else { return Ok(None) };
        if tx.users().find(user)?.is_some_and(|user| user.state != UserState::Active) {
            return Err(FinishPortalSignInError::Disabled);
        }
        Ok(tx.profiles().find(user)?.map(|member| (member, identity)))
    }

    fn sign_in(
        &self,
        tx: &mut dyn Transaction,
        (member, identity): &(MemberRecord, ExternalIdentity),
        ports: &Ports,
    ) -> Result<UserId, FinishPortalSignInError> {
        let user = member.profile.user;
        if identity.issuer.is_none() {
            let issuer = Some(self.proved.issuer.clone());
            tx.external_identities().put(user, &ExternalIdentity { issuer, ..identity.clone() })?;
        }
        if let Some(avatar) = &self.proved.avatar
            && member.profile.avatar.as_ref() != Some(avatar)
        {
            tx.profiles().set_avatar(user, avatar)?;
        }
        let lifetime = ports.policy.portal.session;
        let session = PortalSession::open(user, &self.token, lifetime, self.now, ports.entropy.as_ref());
        tx.portal_sessions().add(&session)?;
        Ok(user)
    }

    fn wait(&self, tx: &mut dyn Transaction) -> Result<(), FinishPortalSignInError> {
        let ProvedIdentity { issuer, subject, address, avatar, locale } = self.proved.clone();
        let address = address
            .and_then(|address| portal_address(&address).ok())
            .ok_or(FinishPortalSignInError::InvalidAddress)?;
        let pending = PendingSignIn {
            digest: self.token.digest(),
            issuer,
            subject,
            address,
            avatar,
            locale,
            expires_at: self.now + PENDING_LIFETIME,
        };
        Ok(tx.external_identities().add_pending(&pending)?)
    }
}

/// Whether the portal can keep such pictures: the provider's are not looked at by anybody else.
fn fits(avatar: &Avatar) -> bool {
    [(ProfileField::AvatarUrl, &avatar.url), (ProfileField::AvatarThumbnailUrl, &avatar.thumbnail_url)]
        .into_iter()
        .all(|(field, url)| url.chars().count() <= field.max_chars() && !url.chars().any(char::is_control))
}

fn is_tag(locale: &str) -> bool {
    (1..=MAX_LOCALE).contains(&locale.len())
        && locale.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// A provider that breaks off now has cost the attempt: this sign-in has failed, and only a new one may succeed (portal
/// contract section 3.1).
fn over(error: IdentityProviderError) -> IdentityProviderError {
    match error {
        IdentityProviderError::Unavailable(reason) => IdentityProviderError::Refused(reason),
        other => other,
    }
}

#[cfg(test)]
mod tests;
