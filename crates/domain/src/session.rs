//! Sign-ins: a bearer token that opens the house for an hour, and a refresh token that gives the next pair (contract
//! section 10, O10).

use chrono::{DateTime, Utc};

use crate::{
    id::{FamilyId, SessionId, UserId},
    policy::Lifetimes,
    ports::Entropy,
    token::{PlainToken, TokenDigest},
    user::UserState,
};

/// A pair of tokens that was given out. Refreshing ends it and begins the next one of the same family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which pair.
    pub id: SessionId,
    /// The sign-in it descends from.
    pub family: FamilyId,
    /// Who signed in.
    pub user: UserId,
    /// What is kept of the bearer token.
    pub token: TokenDigest,
    /// What is kept of the refresh token.
    pub refresh: TokenDigest,
    /// When the pair was given out.
    pub created_at: DateTime<Utc>,
    /// The first instant at which the bearer token's time is over.
    pub expires_at: DateTime<Utc>,
    /// The first instant at which the refresh token's time is over.
    pub refresh_expires_at: DateTime<Utc>,
    /// When the refresh token was used; both tokens are dead since.
    pub rotated_at: Option<DateTime<Utc>>,
    /// When its sign-in was ended, such as by signing out, by another password, or by a refresh token used twice.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Both tokens in clear, for the one answer that hands them over.
#[derive(Clone, Debug)]
pub struct TokenPair {
    /// Opens the house until it expires or is ended.
    pub token: PlainToken,
    /// Gives the next pair, once.
    pub refresh: PlainToken,
}

impl TokenPair {
    /// Draws a pair: the bearer token with `prefix`, the refresh token in hexadecimal (contract section 10).
    #[must_use]
    pub fn generate(prefix: &str, entropy: &dyn Entropy) -> Self {
        Self { token: PlainToken::generate(prefix, entropy), refresh: PlainToken::generate_hex(entropy) }
    }
}

/// Why a refresh token gave nothing (contract O10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefreshRefusal {
    /// No living sign-in has such a token.
    #[error("the refresh token is invalid")]
    Unknown,
    /// Its time is over.
    #[error("the refresh token has expired")]
    Expired,
    /// It was used before: somebody copied it, so the whole family ends.
    #[error("the refresh token was used before")]
    Reused,
}

impl Session {
    /// Opens a sign-in: the first pair of a new family.
    #[must_use]
    pub fn open(
        user: UserId,
        pair: &TokenPair,
        lifetimes: &Lifetimes,
        now: DateTime<Utc>,
        entropy: &dyn Entropy,
    ) -> Self {
        Self::of_family(FamilyId::generate(now, entropy), user, pair, lifetimes, now, entropy)
    }

    /// The next pair of the same sign-in, in place of this one.
    #[must_use]
    pub fn next(
        &self,
        pair: &TokenPair,
        lifetimes: &Lifetimes,
        now: DateTime<Utc>,
        entropy: &dyn Entropy,
    ) -> Self {
        Self::of_family(self.family, self.user, pair, lifetimes, now, entropy)
    }

    fn of_family(
        family: FamilyId,
        user: UserId,
        pair: &TokenPair,
        lifetimes: &Lifetimes,
        now: DateTime<Utc>,
        entropy: &dyn Entropy,
    ) -> Self {
        Self {
            id: SessionId::generate(now, entropy),
            family,
            user,
            token: pair.token.digest(),
            refresh: pair.refresh.digest(),
            created_at: now,
            expires_at: now + lifetimes.access_token,
            refresh_expires_at: now + lifetimes.refresh_token,
            rotated_at: None,
            ended_at: None,
        }
    }

    /// Whether its bearer token opens the house: not rotated, not ended, not expired.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.rotated_at.is_none() && self.ended_at.is_none() && now < self.expires_at
    }

    /// Whether its refresh token gives the next pair.
    ///
    /// # Errors
    /// In this order: `Unknown` when it was ended, `Reused` when it was used, `Expired` when its time is over. A used
    /// one is told even when it expired, so that a theft is never overlooked.
    pub fn check_refresh(&self, now: DateTime<Utc>) -> Result<(), RefreshRefusal> {
        if self.ended_at.is_some() {
            return Err(RefreshRefusal::Unknown);
        }
        if self.rotated_at.is_some() {
            return Err(RefreshRefusal::Reused);
        }
        if now >= self.refresh_expires_at {
            return Err(RefreshRefusal::Expired);
        }
        Ok(())
    }
}

/// What one look at the store tells about a bearer token: all that is asked at each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The sign-in it belongs to.
    pub session: Session,
    /// Whether its person may use the house.
    pub user_state: UserState,
    /// Whether he must change his password before anything else (contract O47).
    pub password_change_required: bool,
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::ports::mocks::CountingEntropy;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    fn session() -> Session {
        let entropy = CountingEntropy::default();
        let pair = TokenPair::generate("hitkey_", &entropy);
        Session::open(UserId::generate(now(), &entropy), &pair, &Lifetimes::default(), now(), &entropy)
    }

    #[test]
    fn a_bearer_token_lives_an_hour_and_its_refresh_token_thirty_days() {
        assert!(session().is_live(now() + TimeDelta::seconds(3599)));
        assert!(!session().is_live(now() + TimeDelta::seconds(3600)));
        assert_eq!(session().check_refresh(now() + TimeDelta::days(30) - TimeDelta::seconds(1)), Ok(()));
        assert_eq!(session().check_refresh(now() + TimeDelta::days(30)), Err(RefreshRefusal::Expired));
    }

    #[test]
    fn an_ended_sign_in_is_dead_at_once() {
        let ended = Session { ended_at: Some(now()), ..session() };
        assert!(!ended.is_live(now()));
        assert_eq!(ended.check_refresh(now()), Err(RefreshRefusal::Unknown));
    }

    #[test]
    fn a_refresh_token_used_twice_is_recognised_even_when_it_expired() {
        let rotated = Session { rotated_at: Some(now()), ..session() };
        assert!(!rotated.is_live(now()));
        assert_eq!(rotated.check_refresh(now()), Err(RefreshRefusal::Reused));
        assert_eq!(rotated.check_refresh(now() + TimeDelta::days(31)), Err(RefreshRefusal::Reused));
    }

    #[test]
    fn the_next_pair_belongs_to_the_same_family() {
        let entropy = CountingEntropy::default();
        let first = session();
        let pair = TokenPair::generate("hitkey_", &entropy);
        let next = first.next(&pair, &Lifetimes::default(), now(), &entropy);
        assert_eq!((next.family, next.user), (first.family, first.user));
        assert_eq!(next.token, pair.token.digest());
    }
}
