//! Changes of a profile happen in the order in which they arrive.
//!
//! The portal's own client sends the old profile and, without waiting, the new one (portal contract section 11). So
//! whoever changes something of his takes a turn before anything else is done for his request, even before its body
//! is read, and the next one of the same sign-in waits for him.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::{FromRequest, HttpRequest, dev, web};
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use portico_domain::token::TokenDigest;
use tokio::{
    sync::{Mutex as FairMutex, OwnedMutexGuard},
    task::coop::unconstrained,
};

use super::cookies;

type Queue = Arc<FairMutex<()>>;

/// Whose turn it is, for each sign-in that changes something at the moment. One for all workers of a site.
#[derive(Clone, Default)]
pub(crate) struct Turns {
    queues: Arc<Mutex<HashMap<TokenDigest, Queue>>>,
}

impl Turns {
    fn queues(&self) -> MutexGuard<'_, HashMap<TokenDigest, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits behind everybody who came earlier with the same token. The place in the queue is taken when the future
    /// is polled for the first time.
    async fn take(self, token: TokenDigest) -> Turn {
        let queue = Arc::clone(self.queues().entry(token).or_default());
        let place = Place { turns: self, token };
        // Not even the runtime's call to be fair to other tasks may come between the arrival and the place.
        let guard = unconstrained(queue.lock_owned()).await;
        Turn { _kept: Some((guard, place)) }
    }
}

#[cfg(test)]
impl Turns {
    /// Whether nobody has a turn or waits for one.
    pub(super) fn is_quiet(&self) -> bool {
        self.queues().is_empty()
    }
}

/// A place in a queue, which vanishes with the last one in it.
struct Place {
    turns: Turns,
    token: TokenDigest,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut queues = self.turns.queues();
        if queues.get(&self.token).is_some_and(|queue| Arc::strong_count(queue) == 1) {
            queues.remove(&self.token);
        }
    }
}

/// The right to change what belongs to a sign-in, until it is dropped. A request without a token gets it at once: it
/// is refused anyhow.
pub(super) struct Turn {
    // The guard goes before the place.
    _kept: Option<(OwnedMutexGuard<()>, Place)>,
}

impl FromRequest for Turn {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let turns = request.app_data::<web::Data<Turns>>().map(|turns| Turns::clone(turns));
        let token = cookies::token(request.headers()).map(|token| token.digest());
        async move {
            match (turns, token) {
                (Some(turns), Some(token)) => Ok(turns.take(token).await),
                _ => Ok(Self { _kept: None }),
            }
        }
        .boxed_local()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::poll_immediate;
    use portico_domain::token::PlainToken;

    use super::*;

    fn digest(token: &str) -> TokenDigest {
        PlainToken::presented(token).digest()
    }

    #[actix_web::test]
    async fn turns_are_taken_in_the_order_of_arrival() {
        let turns = Turns::default();
        let first = turns.clone().take(digest("ann")).await;
        let mut second = Box::pin(turns.clone().take(digest("ann")));
        let mut third = Box::pin(turns.clone().take(digest("ann")));
        assert!(poll_immediate(&mut second).await.is_none());
        assert!(poll_immediate(&mut third).await.is_none());
        drop(first);
        assert!(poll_immediate(&mut third).await.is_none());
        let second = poll_immediate(&mut second).await.unwrap();
        assert!(poll_immediate(&mut third).await.is_none());
        drop(second);
        assert!(poll_immediate(&mut third).await.is_some());
    }

    #[actix_web::test]
    async fn whoever_leaves_the_queue_holds_up_nobody() {
        let turns = Turns::default();
        let first = turns.clone().take(digest("ann")).await;
        let mut second = Box::pin(turns.clone().take(digest("ann")));
        let mut third = Box::pin(turns.clone().take(digest("ann")));
        assert!(poll_immediate(&mut second).await.is_none());
        assert!(poll_immediate(&mut third).await.is_none());
        drop(second);
        assert!(poll_immediate(&mut third).await.is_none());
        drop(first);
        assert!(poll_immediate(&mut third).await.is_some());
    }

    #[actix_web::test]
    async fn sign_ins_do_not_wait_for_each_other() {
        let turns = Turns::default();
        let _ann = turns.clone().take(digest("ann")).await;
        assert!(poll_immediate(Box::pin(turns.clone().take(digest("bob")))).await.is_some());
    }

    #[actix_web::test]
    async fn nothing_is_kept_when_nobody_waits() {
        let turns = Turns::default();
        let first = turns.clone().take(digest("ann")).await;
        let mut second = Box::pin(turns.clone().take(digest("ann")));
        assert!(poll_immediate(&mut second).await.is_none());
        drop(first);
        assert!(!turns.is_quiet());
        drop(second);
        assert!(turns.is_quiet());
        drop(turns.clone().take(digest("ann")).await);
        assert!(turns.is_quiet());
    }
}
