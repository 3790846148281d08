//! Becoming a member.

use chrono::{DateTime, Utc};
use portico_domain::{
    email::{Email, EmailState},
    email_verification::EmailVerification,
    external_identity::{ExternalIdentity, PendingSignIn},
    id::{EmailId, UserId},
    mail_template::LetterKind,
    ports::{Consistency, Lock, StoreError, StoreExt as _, Transaction, Unique},
    profile::{Details, DetailsDraft, Generation, MemberRecord, MemberRole, Profile, ProfileFault},
    token::PlainToken,
    user::{NewUser, User, UserState},
};

use super::{
    conflict::ProfileConflict,
    display_name::display_name,
    faults::first_fault,
    letters::owe_letter,
    view_pending_sign_in::{PendingSignInError, find_waiting},
};
use crate::{actor::Actor, ports::Ports};

/// What a newcomer sends.
#[derive(Clone, Debug)]
pub struct RegisterMemberRequest {
    /// The token of his waiting.
    pub token: PlainToken,
    /// What he tells of himself.
    pub draft: DetailsDraft,
    /// 49 to 100.
    pub generation: i64,
    /// The account that the profile is to belong to, when he has shown its bearer token beside his cookie.
    pub account: Option<Actor>,
}

/// Why nobody became a member.
#[derive(Debug, thiserror::Error)]
pub enum RegisterMemberError {
    /// He does not wait.
    #[error(transparent)]
    Pending(PendingSignInError),
    /// Something is wrong with the profile.
    #[error(transparent)]
    Fault(#[from] ProfileFault),
    /// Another member has the same of something that only one may have.
    #[error(transparent)]
    Conflict(#[from] ProfileConflict),
    /// He is a member already.
    #[error("the member has registered")]
    Registered,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PendingSignInError> for RegisterMemberError {
    fn from(error: PendingSignInError) -> Self {
        match error {
            PendingSignInError::Store(error) => Self::Store(error),
            refusal => Self::Pending(refusal),
        }
    }
}

/// Makes a member of somebody who signed in at the provider (portal contract section 3.1,
/// `POST /public/oidc_account/signup`).
#[derive(Clone)]
pub struct RegisterMember {
    ports: Ports,
}

impl RegisterMember {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes a person with a profile, or gives an account its profile. He is mailed the proof of his address, or that
    /// all is done when it is proved already.
    ///
    /// # Errors
    /// When he does not wait, something is wrong with the profile or belongs to another member, he is a member
    /// already, or the store fails.
    pub async fn execute(&self, request: RegisterMemberRequest) -> Result<(), RegisterMemberError> {
        let RegisterMemberRequest { token, draft, generation, account } = request;
        let (digest, now) = (token.digest(), self.ports.clock.now());
        let pending =
            self.ports.store.read(Consistency::Latest, move |seen| find_waiting(seen, &digest, now)).await?;
        let generation = Generation::new(generation).ok_or(ProfileFault::Generation);
        let (details, generation) = first_fault(draft.check(), generation)?;
        let proof = PlainToken::generate("", self.ports.entropy.as_ref());
        let signup = SignUp { ports: self.ports.clone(), pending, details, generation, proof, now };
        self.ports
            .store
            .write(move |tx| match account {
                None => signup.admit(tx),
                Some(account) => signup.join(tx, account.user),
            })
            .await
    }
}

/// Somebody who waits, with a form that nothing is wrong with.
struct SignUp {
    ports: Ports,
    pending: PendingSignIn,
    details: Details,
    generation: Generation,
    /// The token of the link that proves his address.
    proof: PlainToken,
    now: DateTime<Utc>,
}

impl SignUp {
    /// Makes a person of him. His address is nobody's: an account is never linked by a mail address alone.
    fn admit(&self, tx: &mut dyn Transaction) -> Result<(), RegisterMemberError> {
        let address = self.pending.address.canonical();
        tx.lock(&Lock::Address(address.clone()))?;
        self.end_waiting(tx)?;
        self.check_identity(tx, None)?;
        if tx.emails().find_holder(address)?.is_some() || tx.profiles().find_by_address(address)?.is_some() {
            return Err(ProfileConflict::Address.into());
        }
        let user = tx.users().add(&self.new_user())?;
        let email = self.email_of(&user);
        tx.emails().add(&email).map_err(ProfileConflict::or_store::<RegisterMemberError>)?;
        self.put_identity(tx, user.id)?;
        let profile = self.fill_in(Profile::empty(user.id, user.number, MemberRole::NotMember, self.now));
        tx.profiles().add(&profile).map_err(ProfileConflict::or_store::<RegisterMemberError>)?;
        Ok(self.owe_letter(tx, profile, Some(email))?)
    }

    /// Gives an account its profile.
    fn join(&self, tx: &mut dyn Transaction, account: UserId) -> Result<(), RegisterMemberError> {
        tx.lock(&Lock::User(account))?;
        // Writing a profile writes its role too, which must not change meanwhile.
        tx.lock(&Lock::Dues)?;
        self.end_waiting(tx)?;
        let user = tx.users().find(account)?.filter(|user| user.state == UserState::Active);
        let user = user.ok_or(PendingSignInError::Unknown)?;
        self.check_identity(tx, Some(account))?;
        let profile = match tx.profiles().find(account)? {
            Some(member) if member.account_id.is_some() => return Err(RegisterMemberError::Registered),
            Some(member) => {
                let profile = self.fill_in(member.profile);
                tx.profiles().write(&profile).map_err(ProfileConflict::or_store::<RegisterMemberError>)?;
                profile
            }
            None => {
                let empty = Profile::empty(account, user.number, MemberRole::NotMember, self.now);
                let profile = self.fill_in(empty);
                tx.profiles().add(&profile).map_err(ProfileConflict::or_store::<RegisterMemberError>)?;
                profile
            }
        };
        self.put_identity(tx, account)?;
        let email = tx.emails().list_of(account)?.into_iter().find(|email| email.is_default);
        Ok(self.owe_letter(tx, profile, email)?)
    }

    /// Of two who send the form with one cookie, one goes on.
    fn end_waiting(&self, tx: &mut dyn Transaction) -> Result<(), RegisterMemberError> {
        match tx.external_identities().remove_pending(&self.pending.digest) {
            Err(StoreError::Stale) => Err(PendingSignInError::Unknown.into()),
            outcome => Ok(outcome?),
        }
    }

    /// Makes sure that nobody else is called so, also not by an operator who named no provider.
    fn check_identity(
        &self,
        tx: &mut dyn Transaction,
        account: Option<UserId>,
    ) -> Result<(), RegisterMemberError> {
        let known = tx.external_identities().find_user(&self.pending.issuer, &self.pending.subject)?;
        if known.is_none() || known == account { Ok(()) } else { Err(RegisterMemberError::Registered) }
    }

    fn put_identity(&self, tx: &mut dyn Transaction, user: UserId) -> Result<(), RegisterMemberError> {
        let identity = ExternalIdentity {
            issuer: Some(self.pending.issuer.clone()),
            subject: self.pending.subject.clone(),
        };
        match tx.external_identities().put(user, &identity) {
            Err(StoreError::Duplicate(Unique::ExternalIdentity)) => Err(RegisterMemberError::Registered),
            outcome => Ok(outcome?),
        }
    }

    fn new_user(&self) -> NewUser {
        NewUser {
            id: UserId::generate(self.now, self.ports.entropy.as_ref()),
            display_name: display_name(&self.details, &self.pending.address),
            locale: self.pending.locale.clone(),
            created_at: self.now,
        }
    }

    fn email_of(&self, user: &User) -> Email {
        Email {
            id: EmailId::generate(self.now, self.ports.entropy.as_ref()),
            user: user.id,
            address: self.pending.address.clone(),
            state: EmailState::Claimed,
            is_default: true,
            created_at: self.now,
        }
    }

    fn fill_in(&self, profile: Profile) -> Profile {
        Profile {
            generation: Some(self.generation),
            details: self.details.clone(),
            avatar: self.pending.avatar.clone().or(profile.avatar),
            updated_at: self.now,
            ..profile
        }
    }

    /// Mails a link to an address that is not proved, and that all is done to one that is.
    fn owe_letter(
        &self,
        tx: &mut dyn Transaction,
        profile: Profile,
        email: Option<Email>,
    ) -> Result<(), StoreError> {
        let account_id = Some(self.pending.subject.clone());
        let member = MemberRecord { profile, email, account_id };
        let Some(email) = &member.email else { return Ok(()) };
        if email.is_verified() {
            return owe_letter(&self.ports, tx, LetterKind::AfterRegistration, &member, None, self.now);
        }
        let proof = EmailVerification::issue(email.user, &email.address, &self.proof, self.now);
        tx.email_verifications().add(&proof)?;
        let link = self.ports.policy.portal.verify_email_link(&self.proof);
        owe_letter(&self.ports, tx, LetterKind::EmailVerification, &member, Some(&link), self.now)
    }
}

#[cfg(test)]
mod tests;
