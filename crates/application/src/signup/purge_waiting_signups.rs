//! Forgetting those who never became active.

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    ports::{Consistency, Lock, StoreError, StoreExt as _, Stretch, Transaction},
    signup::{Provider, Signup, SignupStatus},
};

use super::{codes::subject_of, person::remove_if_forgotten};
use crate::ports::Ports;

/// Entities looked up at once.
const BATCH: u16 = 100;

/// Removes entities whose people did not become active within the number of days of their provider (sign-up contract
/// section 3, `deleteNoneActiveUsersAfterDays`), and the people whom nothing else knows.
#[derive(Clone)]
pub struct PurgeWaitingSignups {
    ports: Ports,
}

impl PurgeWaitingSignups {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// How many were removed.
    ///
    /// # Errors
    /// When the store fails; what was removed before stays so.
    pub async fn execute(&self) -> Result<usize, StoreError> {
        let providers: Vec<Provider> = self
            .ports
            .store
            .read::<_, StoreError, _>(Consistency::Latest, |seen| seen.signup_providers().list(Stretch::ALL))
            .await?;
        let mut removed = 0;
        for provider in providers {
            removed += self.purge(&provider).await?;
        }
        Ok(removed)
    }

    async fn purge(&self, provider: &Provider) -> Result<usize, StoreError> {
        let patience = TimeDelta::days(provider.definition.config.waiting_days);
        let (provider, before) = (provider.id, self.ports.clock.now() - patience);
        let mut removed = 0;
        loop {
            let overdue: Vec<Signup> = self
                .ports
                .store
                .read::<_, StoreError, _>(Consistency::Latest, move |seen| {
                    seen.signups().list_waiting(provider, before, BATCH)
                })
                .await?;
            let is_last = overdue.len() < usize::from(BATCH);
            for signup in overdue {
                let remove = move |tx: &mut dyn Transaction| remove_waiting(tx, &signup, before);
                removed += usize::from(self.ports.store.write::<_, StoreError, _>(remove).await?);
            }
            if is_last {
                return Ok(removed);
            }
        }
    }
}

/// Removes an entity with its code and its person, unless it has become active meanwhile; whether it was.
fn remove_waiting(
    tx: &mut dyn Transaction,
    seen: &Signup,
    before: DateTime<Utc>,
) -> Result<bool, StoreError> {
    tx.lock(&Lock::User(seen.user))?;
    let is_overdue = |signup: &Signup| {
        signup.status == SignupStatus::Waiting && signup.created_at < before && signup.user == seen.user
    };
    let Some(signup) = tx.signups().find(seen.id)?.filter(is_overdue) else { return Ok(false) };
    tx.signups().remove(signup.id)?;
    tx.codes().remove(&subject_of(signup.provider, &signup.login))?;
    remove_if_forgotten(tx, signup.user, None)?;
    Ok(true)
}

#[cfg(test)]
mod tests;
