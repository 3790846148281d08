//! The provider's description: asked for when it is first needed, kept, renewed, and told once to all who wait for it.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{IssuerUrl, JsonWebKeySet};
use portico_domain::ports::{Clock, IdentityProviderError};
use portico_http_client::Patience;
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::timeout,
};

use crate::{
    description::Description,
    http::ProviderClient,
    refusal::{of_discovery, unavailable},
};

/// How long a failure is answered from memory.
const PAUSE_AFTER_FAILURE: TimeDelta = TimeDelta::seconds(1);
/// How long the renewal of a description that is still in use rests after a failure.
const PAUSE_OF_RENEWAL: TimeDelta = TimeDelta::minutes(1);
/// How long the keys are not asked for again, whoever may have signed with others.
const PAUSE_OF_KEYS: TimeDelta = TimeDelta::seconds(5);

type Heard = Result<Arc<Description>, IdentityProviderError>;

/// The last time that something was tried, and how it failed.
#[derive(Debug)]
struct LastTry {
    at: DateTime<Utc>,
    failure: Option<IdentityProviderError>,
}

impl LastTry {
    /// Whether it was less than a pause ago. A clock that was set back makes nothing wait.
    fn is_within(&self, pause: TimeDelta, now: DateTime<Utc>) -> bool {
        (TimeDelta::zero()..pause).contains(&(now - self.at))
    }
}

/// Knows the provider's description, or finds it out.
pub(crate) struct Directory {
    issuer: IssuerUrl,
    http: ProviderClient,
    patience: Patience,
    clock: Arc<dyn Clock>,
    known: RwLock<Option<Arc<Description>>>,
    // Whoever holds one of these asks the provider. The others wait, and find what he has found.
    discovery: Arc<Mutex<Option<LastTry>>>,
    keys: Mutex<Option<LastTry>>,
}

impl Directory {
    pub(crate) fn new(
        issuer: IssuerUrl,
        http: ProviderClient,
        patience: Patience,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (known, discovery, keys) = (RwLock::default(), Arc::default(), Mutex::default());
        Self { issuer, http, patience, clock, known, discovery, keys }
    }

    /// The description. One that is stale is still used, and renewed behind the caller's back.
    pub(crate) async fn current(self: &Arc<Self>) -> Heard {
        match self.known() {
            Some(known) => {
                if known.is_stale(self.clock.now()) {
                    self.renew();
                }
                Ok(known)
            }
            None => self.first().await,
        }
    }

    /// The description with other keys than those `seen`. Nothing when there are no others, or when it is too early to
    /// ask again.
    pub(crate) async fn with_other_keys(
        &self,
        seen: &Arc<Description>,
    ) -> Result<Option<Arc<Description>>, IdentityProviderError> {
        let mut last = self.keys.lock().await;
        if let Some(known) = self.known().filter(|known| !Arc::ptr_eq(known, seen)) {
            return Ok(Some(known));
        }
        if let Some(last) = last.as_ref().filter(|last| last.is_within(PAUSE_OF_KEYS, self.clock.now())) {
            return last.failure.clone().map_or(Ok(None), Err);
        }
        let fetched = JsonWebKeySet::fetch_async(seen.metadata().jwks_uri(), &self.http).await;
        let fetched = fetched.map_err(|error| of_discovery(&error));
        *last = Some(LastTry { at: self.clock.now(), failure: fetched.as_ref().err().cloned() });
        match fetched {
            Ok(keys) if keys == *seen.metadata().jwks() => Ok(None),
            Ok(keys) => {
                tracing::info!(keys = keys.keys().len(), "the OpenID Connect provider has other keys");
                let renewed = Arc::new(seen.with_keys(keys));
                self.remember(&renewed);
                Ok(Some(renewed))
            }
            Err(error) => {
                tracing::warn!(%error, "the keys of the OpenID Connect provider were not had");
                Err(error)
            }
        }
    }

    fn known(&self) -> Option<Arc<Description>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, description: &Arc<Description>) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(description));
    }

    async fn first(self: &Arc<Self>) -> Heard {
        let turn = Arc::clone(&self.discovery).lock_owned().await;
        if let Some(known) = self.known() {
            return Ok(known);
        }
        if let Some(last) = turn.as_ref().filter(|last| last.is_within(PAUSE_AFTER_FAILURE, self.clock.now()))
            && let Some(failure) = &last.failure
        {
            return Err(failure.clone());
        }
        // Apart from the caller, who may hang up: those who wait behind him would begin anew, one after the other.
        let attempt = tokio::spawn(Arc::clone(self).attempt(turn));
        attempt.await.unwrap_or_else(|_| Err(unavailable("the server is ending")))
    }

    fn renew(self: &Arc<Self>) {
        let Ok(turn) = Arc::clone(&self.discovery).try_lock_owned() else { return };
        let resting = turn.as_ref().is_some_and(|last| last.is_within(PAUSE_OF_RENEWAL, self.clock.now()));
        if !resting {
            drop(tokio::spawn(Arc::clone(self).attempt(turn)));
        }
    }

    async fn attempt(self: Arc<Self>, mut turn: OwnedMutexGuard<Option<LastTry>>) -> Heard {
        let limit = self.patience.request;
        let discovered = timeout(limit, Description::discover(self.issuer.clone(), &self.http)).await;
        // In the words of a single request: which of the two gives up first is chance.
        let silence = || unavailable(format!("no answer within {} ms", limit.as_millis()));
        let discovered = discovered.unwrap_or_else(|_| Err(silence()));
        let now = self.clock.now();
        *turn = Some(LastTry { at: now, failure: discovered.as_ref().err().cloned() });
        match discovered {
            Ok(metadata) => {
                tracing::info!(issuer = %self.issuer, "the OpenID Connect provider has described itself");
                let description = Arc::new(Description::heard(metadata, now));
                self.remember(&description);
                Ok(description)
            }
            Err(error) => {
                tracing::warn!(issuer = %self.issuer, %error, "the OpenID Connect provider was not found");
                Err(error)
            }
        }
    }
}
