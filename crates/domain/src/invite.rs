//! Invites: how somebody is asked into a project by mail (contract section 8).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    email::{CanonicalAddress, EmailAddress},
    id::{InviteId, ProjectId, UserId},
    member::Role,
    redirect_url::RedirectUrl,
    token::TokenDigest,
};

/// What an invite can make of somebody; never an owner (contract section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InviteRole {
    /// Runs the project beside the owner. Only the owner invites one (contract O21).
    Admin,
    /// Takes part.
    Member,
}

/// A word for a role that cannot be given by an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be \"admin\" or \"member\"")]
pub struct InviteRoleError;

impl InviteRole {
    /// Reads the word for it, `admin` or `member` in lower case.
    ///
    /// # Errors
    /// When it is another word, `owner` too.
    pub fn parse(word: &str) -> Result<Self, InviteRoleError> {
        [Self::Admin, Self::Member].into_iter().find(|role| role.as_str() == word).ok_or(InviteRoleError)
    }

    /// The word for it in answers, letters and at rest: `admin` or `member`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.role().as_str()
    }

    /// The role in the project that it gives.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Admin => Role::Admin,
            Self::Member => Role::Member,
        }
    }
}

/// What became of an invite. Only a pending one can change; that its time is over is not a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteState {
    /// Nothing yet: it can be accepted until it expires, taken back, and sent anew.
    Pending,
    /// It was accepted, once and for all.
    Accepted {
        /// By whom; he joined the project at that moment.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was taken back, or it expired and a newer one to the same address took its place (contract O26).
    Revoked {
        /// When.
        at: DateTime<Utc>,
    },
}

/// Why an invite lets nobody in (contract O27; the order of the variants is the order of the checks).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteRefusal {
    /// It is unknown, was taken back or was used.
    #[error("there is no such invite")]
    NotFound,
    /// Its time is over (contract C4).
    #[error("the invite has expired")]
    Expired,
    /// He is in already.
    #[error("already a member of the project")]
    AlreadyMember,
    /// It was sent to an address that he has not proved to be his (contract section 8).
    #[error("the invite was sent to another address")]
    EmailMismatch,
}

/// An invite of one address into one project, by default good for seven days (contract sections 8 and 10). Having its token is
/// proof of reading that address. An address has at most one pending invite into a project (contract O26).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Which one.
    pub id: InviteId,
    /// Into which project.
    pub project: ProjectId,
    /// Whom it was sent to; only who proved this address can accept it.
    pub address: EmailAddress,
    /// As what.
    pub role: InviteRole,
    /// What is kept of the token in the letter's link (contract O30).
    pub token: TokenDigest,
    /// Who asked; the letter is written in his name.
    pub invited_by: UserId,
    /// Where the browser goes after joining; nothing when nobody said (contract O29).
    pub redirect_url: Option<RedirectUrl>,
    /// What became of it.
    pub state: InviteState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The first instant at which its time is over.
    pub expires_at: DateTime<Utc>,
}

impl Invite {
    /// Whether its time is over, whatever became of it.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }

    /// Whether anybody can still come in with it: what is asked before anything is shown or begun (contract C4).
    ///
    /// # Errors
    /// `NotFound` when it was used or taken back, else `Expired` when its time is over.
    pub fn check_open(&self, now: DateTime<Utc>) -> Result<(), InviteRefusal> {
        if self.state != InviteState::Pending {
            return Err(InviteRefusal::NotFound);
        }
        if self.is_expired(now) { Err(InviteRefusal::Expired) } else { Ok(()) }
    }

    /// Whether it was sent to this address, which a newcomer registers with (contract O28).
    ///
    /// # Errors
    /// `EmailMismatch` when it was sent to another one.
    pub fn check_address(&self, address: &CanonicalAddress) -> Result<(), InviteRefusal> {
        if self.address.canonical() == address { Ok(()) } else { Err(InviteRefusal::EmailMismatch) }
    }

    /// Lets a person in who holds the verified addresses `proved`, and uses the invite up; gives the role he has from
    /// now on. Any of his verified addresses will do, not only the default one (contract section 8).
    ///
    /// # Errors
    /// In the order of contract O27: `NotFound`, `Expired`, `AlreadyMember`, `EmailMismatch`. Then it is as it was.
    pub fn accept(
        &mut self,
        user: UserId,
        proved: &[CanonicalAddress],
        already_member: bool,
        now: DateTime<Utc>,
    ) -> Result<Role, InviteRefusal> {
        self.check_open(now)?;
        if already_member {
            return Err(InviteRefusal::AlreadyMember);
        }
        if !proved.contains(self.address.canonical()) {
            return Err(InviteRefusal::EmailMismatch);
        }
        self.state = InviteState::Accepted { by: user, at: now };
        Ok(self.role.role())
    }

    /// Takes it back: its link is dead from now on (contract section 8). An expired one can be taken back too.
    ///
    /// # Errors
    /// `NotFound` when it was used or taken back before.
    pub fn revoke(&mut self, now: DateTime<Utc>) -> Result<(), InviteRefusal> {
        if self.state != InviteState::Pending {
            return Err(InviteRefusal::NotFound);
        }
        self.state = InviteState::Revoked { at: now };
        Ok(())
    }

    /// Makes it ready to be sent anew: another token, and `life` from `now` on. The old link is dead, an expired
    /// invite lives again. The contract names the letter that is sent again (O48); the rule is ours.
    ///
    /// # Errors
    /// `NotFound` when it was used or taken back.
    pub fn renew(
        &mut self,
        token: TokenDigest,
        now: DateTime<Utc>,
        life: TimeDelta,
    ) -> Result<(), InviteRefusal> {
        if self.state != InviteState::Pending {
            return Err(InviteRefusal::NotFound);
        }
        self.token = token;
        self.expires_at = now + life;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ports::mocks::CountingEntropy, token::PlainToken};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    fn address(text: &str) -> CanonicalAddress {
        EmailAddress::parse(text).unwrap().canonical().clone()
    }

    fn user() -> UserId {
        UserId::generate(now(), &CountingEntropy::default())
    }

    fn invite() -> Invite {
        let entropy = CountingEntropy::default();
        Invite {
            id: InviteId::generate(now(), &entropy),
            project: ProjectId::generate(now(), &entropy),
            address: EmailAddress::parse("ann@example.org").unwrap(),
            role: InviteRole::Admin,
            token: PlainToken::presented("t").digest(),
            invited_by: UserId::generate(now(), &entropy),
            redirect_url: None,
            state: InviteState::Pending,
            created_at: now(),
            expires_at: now() + TimeDelta::days(7),
        }
    }

    #[test]
    fn the_invited_joins_with_the_role_of_the_invite() {
        let mut invite = invite();
        let proved = [address("other@example.org"), address("ANN@example.org")];
        assert_eq!(invite.accept(user(), &proved, false, now()), Ok(Role::Admin));
        assert_eq!(invite.state, InviteState::Accepted { by: user(), at: now() });
    }

    #[test]
    fn an_invite_is_accepted_once() {
        let mut invite = invite();
        let proved = [address("ann@example.org")];
        invite.accept(user(), &proved, false, now()).unwrap();
        assert_eq!(invite.accept(user(), &proved, true, now()), Err(InviteRefusal::NotFound));
    }

    #[test]
    fn an_expired_invite_cannot_be_accepted() {
        let mut invite = invite();
        let late = invite.expires_at;
        assert_eq!(invite.accept(user(), &[], true, late), Err(InviteRefusal::Expired));
        assert_eq!(invite.state, InviteState::Pending);
    }

    #[test]
    fn membership_is_checked_before_the_address() {
        assert_eq!(invite().accept(user(), &[], true, now()), Err(InviteRefusal::AlreadyMember));
        assert_eq!(invite().accept(user(), &[], false, now()), Err(InviteRefusal::EmailMismatch));
    }

    #[test]
    fn a_revoked_invite_is_gone() {
        let mut invite = invite();
        invite.revoke(now()).unwrap();
        assert_eq!(invite.check_open(now()), Err(InviteRefusal::NotFound));
        assert_eq!(invite.revoke(now()), Err(InviteRefusal::NotFound));
        let token = PlainToken::presented("u").digest();
        assert_eq!(invite.renew(token, now(), TimeDelta::days(7)), Err(InviteRefusal::NotFound));
    }

    #[test]
    fn sending_anew_revives_an_expired_invite_under_another_token() {
        let mut invite = invite();
        let late = now() + TimeDelta::days(8);
        let token = PlainToken::presented("u").digest();
        invite.renew(token, late, TimeDelta::days(7)).unwrap();
        assert_eq!(invite.check_open(late), Ok(()));
        assert_eq!((invite.token, invite.expires_at), (token, late + TimeDelta::days(7)));
    }
}
