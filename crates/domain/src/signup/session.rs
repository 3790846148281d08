//! Sign-ins of the sign-up API (sign-up contract section 3, "Sessions").

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    id::{SignupId, SignupSessionId},
    ports::Entropy,
    signup::{Device, Provider, ProviderConfig, Signup},
    user::UserState,
};

mod rotations;

pub use rotations::RecentRotations;

/// How long a refresh token that was just used gives a working pair again: a client may send it several times at once,
/// and the last of these may come when another call has already used the next one (sign-up contract T2).
pub const REFRESH_GRACE: TimeDelta = TimeDelta::seconds(20);

/// What a refresh token says once its authenticity is sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignupRefresh {
    /// The sign-in it belongs to.
    pub session: SignupSessionId,
    /// The how-manieth of that sign-in it is, counted from 0.
    pub generation: u32,
}

/// Why a refresh token gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignupRefreshRefusal {
    /// The sign-in was ended.
    #[error("the sign-in has ended")]
    Ended,
    /// Its time is over.
    #[error("the refresh token has expired")]
    Expired,
    /// It was used before, and not just now: somebody copied it, so the sign-in ends.
    #[error("the refresh token was used before")]
    Reused,
}

/// A sign-in on one device. Neither of its tokens is kept: both follow from this record and the server's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignupSession {
    /// Which one.
    pub id: SignupSessionId,
    /// Whose.
    pub signup: SignupId,
    /// Where.
    pub device: Device,
    /// How often it was refreshed.
    pub generation: u32,
    /// The tokens before the one that gave the present pair, as far as they were used just now.
    pub recent_rotations: RecentRotations,
    /// When the sign-in began.
    pub created_at: DateTime<Utc>,
    /// When the present pair was given out.
    pub issued_at: DateTime<Utc>,
    /// The first instant at which the present access token's time is over.
    pub access_expires_at: DateTime<Utc>,
    /// The first instant at which the present refresh token's time is over.
    pub refresh_expires_at: DateTime<Utc>,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
}

impl SignupSession {
    /// Opens a sign-in.
    #[must_use]
    pub fn open(
        signup: SignupId,
        device: Device,
        config: &ProviderConfig,
        now: DateTime<Utc>,
        entropy: &dyn Entropy,
    ) -> Self {
        Self {
            id: SignupSessionId::generate(now, entropy),
            signup,
            device,
            generation: 0,
            recent_rotations: RecentRotations::default(),
            created_at: now,
            issued_at: now,
            access_expires_at: now + config.access_token_ttl,
            refresh_expires_at: now + config.refresh_token_ttl,
            ended_at: None,
        }
    }

    /// The sign-in with the pair that this refresh token gives: the next one, or the present one again when the token
    /// was used just now. That is the pair which the token gave before, unless that one was used in its turn: then it
    /// is the newest, so that whoever comes late does not go on with a token that will soon count as reused.
    ///
    /// # Errors
    /// In this order: `Ended`, `Reused` (after which the caller ends the sign-in), `Expired`.
    pub fn refresh(
        &self,
        token: SignupRefresh,
        config: &ProviderConfig,
        now: DateTime<Utc>,
    ) -> Result<Self, SignupRefreshRefusal> {
        if self.ended_at.is_some() || token.session != self.id || token.generation > self.generation {
            return Err(SignupRefreshRefusal::Ended);
        }
        if token.generation == self.generation {
            if now >= self.refresh_expires_at {
                return Err(SignupRefreshRefusal::Expired);
            }
            return Ok(Self {
                generation: self.generation + 1,
                recent_rotations: self.recently_used(now),
                issued_at: now,
                access_expires_at: now + config.access_token_ttl,
                refresh_expires_at: now + config.refresh_token_ttl,
                ..self.clone()
            });
        }
        if self.recently_used(now).covers(token.generation, now) {
            return Ok(self.clone());
        }
        Err(SignupRefreshRefusal::Reused)
    }

    /// The tokens used just now, up to the one that gave the present pair.
    fn recently_used(&self, now: DateTime<Utc>) -> RecentRotations {
        let Some(last) = self.generation.checked_sub(1) else { return RecentRotations::default() };
        self.recent_rotations.with(last, self.issued_at, now)
    }

    /// Whether it is in use.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.refresh_expires_at.max(self.access_expires_at)
    }
}

/// What one look at the store tells about an access token: all that is asked at each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignupBearer {
    /// The sign-in it belongs to.
    pub session: SignupSession,
    /// Whose.
    pub signup: Signup,
    /// The door it came through.
    pub provider: Provider,
    /// Whether its person may use the house.
    pub user_state: UserState,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::mocks::CountingEntropy;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    fn session() -> SignupSession {
        let device = Device {
            fingerprint: "UQ_x".to_owned(),
            os: "Node.js".to_owned(),
            browser: "Node.js/x".to_owned(),
            location: "en-US".to_owned(),
        };
        let (config, entropy) = (ProviderConfig::default(), CountingEntropy::default());
        SignupSession::open(SignupId::from_number(1), device, &config, now(), &entropy)
    }

    fn refresh(
        session: &SignupSession,
        generation: u32,
        at: DateTime<Utc>,
    ) -> Result<SignupSession, SignupRefreshRefusal> {
        session.refresh(SignupRefresh { session: session.id, generation }, &ProviderConfig::default(), at)
    }

    #[test]
    fn a_refresh_token_gives_the_next_pair_and_for_twenty_seconds_the_same_again() {
        let later = now() + TimeDelta::hours(1);
        let next = refresh(&session(), 0, later).unwrap();
        assert_eq!((next.generation, next.issued_at, next.id), (1, later, session().id));
        assert_eq!(next.access_expires_at, later + TimeDelta::hours(1));
        let again = refresh(&next, 0, later + REFRESH_GRACE - TimeDelta::microseconds(1));
        assert_eq!(again, Ok(next.clone()));
        assert_eq!(refresh(&next, 0, later + REFRESH_GRACE), Err(SignupRefreshRefusal::Reused));
    }

    #[test]
    fn a_token_that_comes_late_behind_the_next_one_gives_the_newest_pair_while_its_own_grace_lasts() {
        let used_at = |seconds| now() + TimeDelta::seconds(seconds);
        let first = refresh(&session(), 0, used_at(0)).unwrap();
        let second = refresh(&first, 1, used_at(15)).unwrap();
        for generation in [0, 1] {
            assert_eq!(refresh(&second, generation, used_at(19)), Ok(second.clone()));
        }
        assert_eq!(refresh(&second, 0, used_at(20)), Err(SignupRefreshRefusal::Reused));
        assert_eq!(refresh(&second, 1, used_at(34)), Ok(second.clone()));
        assert_eq!(refresh(&second, 1, used_at(35)), Err(SignupRefreshRefusal::Reused));
        // Neither is it forgotten how long ago a token was used when others are used after it.
        let third = refresh(&second, 2, used_at(30)).unwrap();
        assert_eq!(refresh(&third, 1, used_at(34)), Ok(third.clone()));
        assert_eq!(refresh(&third, 1, used_at(35)), Err(SignupRefreshRefusal::Reused));
        assert_eq!(refresh(&third, 0, used_at(30)), Err(SignupRefreshRefusal::Reused));
    }

    #[test]
    fn an_ended_or_expired_sign_in_gives_nothing() {
        let ended = SignupSession { ended_at: Some(now()), ..session() };
        assert_eq!(refresh(&ended, 0, now()), Err(SignupRefreshRefusal::Ended));
        assert!(!ended.is_live(now()));
        let late = now() + TimeDelta::days(30);
        assert_eq!(refresh(&session(), 0, late), Err(SignupRefreshRefusal::Expired));
        assert_eq!(refresh(&session(), 1, now()), Err(SignupRefreshRefusal::Ended));
        assert!(session().is_live(late - TimeDelta::microseconds(1)));
        assert!(!session().is_live(late));
    }
}
