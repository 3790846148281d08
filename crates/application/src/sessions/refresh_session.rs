//! The next pair of tokens for a refresh token.

use portico_domain::{
    ports::{Consistency, Lock, StoreError, StoreExt as _, Transaction},
    session::{RefreshRefusal, Session, TokenPair},
    token::{PlainToken, TokenDigest},
    user::UserState,
};

use super::issue::IssuedTokens;
use crate::ports::Ports;

/// Why there was no next pair.
#[derive(Debug, thiserror::Error)]
pub enum RefreshSessionError {
    /// The refresh token gives nothing.
    #[error(transparent)]
    Refused(#[from] RefreshRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the next pair of tokens. The old pair dies; a refresh token that comes a second time ends the whole sign-in,
/// since one of the two who had it stole it (contract O10).
#[derive(Clone)]
pub struct RefreshSession {
    ports: Ports,
}

impl RefreshSession {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The next pair.
    ///
    /// # Errors
    /// When the token is unknown, ended, expired or was used before, or the store fails.
    pub async fn execute(&self, refresh: PlainToken) -> Result<IssuedTokens, RefreshSessionError> {
        let digest = refresh.digest();
        // Nonsense must not reach the writers.
        let known = self
            .ports
            .store
            .read(Consistency::Latest, move |seen| seen.sessions().find_by_refresh(&digest))
            .await
            .map_err(RefreshSessionError::Store)?
            .ok_or(RefreshRefusal::Unknown)?;
        let now = self.ports.clock.now();
        let lifetimes = self.ports.policy.lifetimes;
        let pair = TokenPair::generate(&self.ports.policy.token_prefix, self.ports.entropy.as_ref());
        let next = known.next(&pair, &lifetimes, now, self.ports.entropy.as_ref());
        // The outer result is the store's; a refusal commits, so that the end of a stolen family is kept.
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::User(known.user))?;
                Ok::<_, StoreError>(match find_good(tx, &digest, now)? {
                    Ok(current) => {
                        tx.sessions().rotate(current.id, now)?;
                        tx.sessions().add(&next)?;
                        Ok(())
                    }
                    Err(RefreshRefusal::Reused) => {
                        tx.sessions().end_family(known.family, now)?;
                        Err(RefreshRefusal::Reused)
                    }
                    Err(refusal) => Err(refusal),
                })
            })
            .await??;
        Ok(IssuedTokens { pair, expires_in: lifetimes.access_token })
    }
}

fn find_good(
    tx: &mut dyn Transaction,
    digest: &TokenDigest,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Result<Session, RefreshRefusal>, StoreError> {
    let Some(current) = tx.sessions().find_by_refresh(digest)? else {
        return Ok(Err(RefreshRefusal::Unknown));
    };
    if let Err(refusal) = current.check_refresh(now) {
        return Ok(Err(refusal));
    }
    let active = tx.users().find(current.user)?.is_some_and(|user| user.state == UserState::Active);
    Ok(if active { Ok(current) } else { Err(RefreshRefusal::Unknown) })
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::user::User;

    use super::*;
    use crate::fixtures::*;

    fn session() -> Session {
        session_of(&ann()).0
    }

    fn rotated() -> Session {
        Session { rotated_at: Some(now()), ..session() }
    }

    /// A house where the refresh token brings this pair, of this person.
    fn house(found: Option<Session>, user: User) -> House {
        let mut house = House::default();
        house
            .tx
            .sessions
            .expect_find_by_refresh()
            .with(eq(session().refresh))
            .returning(move |_| Ok(found.clone()));
        house.users(&[user]);
        house
    }

    fn ends_family(house: &mut House) {
        let ended = house.tx.sessions.expect_end_family();
        ended.with(eq(session().family), eq(now())).times(1).returning(|_, _| Ok(()));
    }

    async fn refresh(house: &OpenHouse) -> Result<IssuedTokens, RefreshSessionError> {
        house.does.refresh_session.execute(session_of(&ann()).1.refresh).await
    }

    #[tokio::test]
    async fn a_refresh_token_gives_the_next_pair_of_its_family_and_dies() {
        let mut house = house(Some(session()), ann());
        let rotated = house.tx.sessions.expect_rotate().with(eq(session().id), eq(now()));
        rotated.times(1).returning(|_, _| Ok(()));
        let sessions = house.sessions();
        let house = house.open();
        let issued = refresh(&house).await.unwrap();

        let next = sessions.only();
        assert_eq!((next.token, next.refresh), (issued.pair.token.digest(), issued.pair.refresh.digest()));
        assert_eq!((next.family, next.user), (session().family, ann().id));
        assert_eq!(issued.expires_in, seconds(3600));
        assert!(issued.pair.token.reveal().starts_with("hitkey_"));
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn an_unknown_token_never_reaches_the_writers() {
        let house = house(None, ann()).open();
        assert_refused!(refresh(&house).await, RefreshSessionError::Refused(RefreshRefusal::Unknown));
        assert!(house.wrote_nothing());
    }

    #[tokio::test]
    async fn a_token_used_before_ends_its_family_and_that_is_kept() {
        for reused in [rotated(), Session { refresh_expires_at: now(), ..rotated() }] {
            let mut house = house(Some(reused), ann());
            ends_family(&mut house);
            let house = house.open();
            assert_refused!(refresh(&house).await, RefreshSessionError::Refused(RefreshRefusal::Reused));
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn of_two_who_use_one_token_at_once_the_second_ends_the_family() {
        let mut house = House::default();
        house.tx.sessions.expect_find_by_refresh().times(1).return_once(|_| Ok(Some(session())));
        house.tx.sessions.expect_find_by_refresh().times(1).return_once(|_| Ok(Some(rotated())));
        ends_family(&mut house);
        let house = house.open();
        assert_refused!(refresh(&house).await, RefreshSessionError::Refused(RefreshRefusal::Reused));
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_token_whose_time_or_sign_in_or_person_is_over_gives_nothing() {
        let ended = Session { ended_at: Some(now()), ..rotated() };
        let expired = Session { refresh_expires_at: now(), ..session() };
        for (found, user, refusal) in [
            (expired, ann(), RefreshRefusal::Expired),
            (ended, ann(), RefreshRefusal::Unknown),
            (session(), disabled(ann()), RefreshRefusal::Unknown),
        ] {
            match refresh(&house(Some(found), user).open()).await {
                Err(RefreshSessionError::Refused(refused)) => assert_eq!(refused, refusal),
                other => panic!("{other:?} is not {refusal:?}"),
            }
        }
    }
}
