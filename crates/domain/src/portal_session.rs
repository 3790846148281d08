//! Sign-ins of the portal: one token in a cookie, without a refresh token (portal contract section 2).

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    id::{SessionId, UserId},
    ports::Entropy,
    token::{PlainToken, TokenDigest},
    user::UserState,
};

/// A sign-in of the portal. A person may have several; its life is not prolonged by use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalSession {
    /// Which one.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// What is kept of the token in the cookie.
    pub token: TokenDigest,
    /// When he signed in.
    pub created_at: DateTime<Utc>,
    /// The first instant at which its time is over.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before its time.
    pub ended_at: Option<DateTime<Utc>>,
}

impl PortalSession {
    /// Signs somebody in by `token`.
    #[must_use]
    pub fn open(
        user: UserId,
        token: &PlainToken,
        lifetime: TimeDelta,
        now: DateTime<Utc>,
        entropy: &dyn Entropy,
    ) -> Self {
        Self {
            id: SessionId::generate(now, entropy),
            user,
            token: token.digest(),
            created_at: now,
            expires_at: now + lifetime,
            ended_at: None,
        }
    }

    /// Whether its token opens the portal: not ended, not expired.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// What one look at the store tells about a cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The sign-in it belongs to.
    pub session: PortalSession,
    /// Whether its person may use the house.
    pub user_state: UserState,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::mocks::CountingEntropy;

    #[test]
    fn a_session_lives_its_time_and_dies_when_it_is_ended() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let entropy = CountingEntropy::default();
        let token = PlainToken::generate("", &entropy);
        let user = UserId::generate(now, &entropy);
        let session = PortalSession::open(user, &token, TimeDelta::days(10), now, &entropy);
        assert_eq!(session.token, token.digest());
        assert!(session.is_live(now + TimeDelta::days(10) - TimeDelta::seconds(1)));
        assert!(!session.is_live(now + TimeDelta::days(10)));
        assert!(!PortalSession { ended_at: Some(now), ..session }.is_live(now));
    }
}
