//! The operator's side: forms and providers as data (issue of the sign-up API, "Administration").

mod put;

use chrono::{DateTime, Utc};
use portico_domain::{
    id::ProviderId,
    ports::{Consistency, Lock, Snapshot, StoreError, StoreExt as _, Stretch, Transaction},
    signup::{Change, Form, Identifier, Plan, PlanFault, Provider, SignupDocument},
};

pub use self::put::{InspectSignupProvider, PutSignupForm, PutSignupProvider};
use crate::ports::Ports;

/// Why a document was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplySignupDocumentError {
    /// It cannot be applied to what is at rest.
    #[error(transparent)]
    Plan(#[from] PlanFault),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Creates and updates forms and providers.
#[derive(Clone)]
pub struct ApplySignupDocument {
    ports: Ports,
}

impl ApplySignupDocument {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// What applying the document would do now.
    ///
    /// # Errors
    /// When it cannot be applied, or the store fails.
    pub async fn plan(&self, document: SignupDocument) -> Result<Plan, ApplySignupDocumentError> {
        let reaches_phones = self.ports.code_sender.is_configured();
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let (forms, providers) = all_of(seen)?;
                let in_use = in_use(&document.retyped(&providers), |id| seen.signups().has_any(id))?;
                Ok(Plan::of(document.clone(), &forms, &providers, &in_use, reaches_phones)?)
            })
            .await
    }

    /// Applies it, everything or nothing, and answers what was done. Applying the same again changes nothing.
    ///
    /// # Errors
    /// When it cannot be applied, or the store fails; nothing is kept then.
    pub async fn execute(&self, document: SignupDocument) -> Result<Plan, ApplySignupDocumentError> {
        let (reaches_phones, now) = (self.ports.code_sender.is_configured(), self.ports.clock.now());
        self.ports.store.write(move |tx| apply(tx, &document, reaches_phones, now)).await
    }
}

fn apply(
    tx: &mut dyn Transaction,
    document: &SignupDocument,
    reaches_phones: bool,
    now: DateTime<Utc>,
) -> Result<Plan, ApplySignupDocumentError> {
    tx.lock(&Lock::SignupForms)?;
    let forms = tx.signup_forms().list(Stretch::ALL)?;
    let providers = tx.signup_providers().list(Stretch::ALL)?;
    let retyped = document.retyped(&providers);
    let plan = |tx: &mut dyn Transaction| {
        let in_use = in_use(&retyped, |id| tx.signups().has_any(id))?;
        Ok::<_, ApplySignupDocumentError>(Plan::of(
            document.clone(),
            &forms,
            &providers,
            &in_use,
            reaches_phones,
        )?)
    };
    let planned = plan(tx)?;
    carry_out(tx, &planned, now)?;
    if !retyped.is_empty() {
        // Writing a provider waits for those who are just coming through it: only now they are seen. Whoever comes
        // later waits for this to end, and finds the other type.
        plan(tx)?;
    }
    Ok(planned)
}

/// Those of these providers through which somebody came.
fn in_use(
    providers: &[&Provider],
    mut has_any: impl FnMut(ProviderId) -> Result<bool, StoreError>,
) -> Result<Vec<Identifier>, StoreError> {
    let mut in_use = Vec::new();
    for provider in providers {
        if has_any(provider.id)? {
            in_use.push(provider.definition.identifier.clone());
        }
    }
    Ok(in_use)
}

/// Forms first, since providers refer to them.
fn carry_out(tx: &mut dyn Transaction, plan: &Plan, now: DateTime<Utc>) -> Result<(), StoreError> {
    for change in &plan.forms {
        match change {
            Change::Create(form) => drop(tx.signup_forms().add(form, now)?),
            Change::Update { new, .. } => tx.signup_forms().write(new, now)?,
            Change::Keep(_) => {}
        }
    }
    for change in &plan.providers {
        match change {
            Change::Create(provider) => drop(tx.signup_providers().add(provider, now)?),
            Change::Update { new, .. } => tx.signup_providers().write(new, now)?,
            Change::Keep(_) => {}
        }
    }
    Ok(())
}

fn all_of(seen: &mut dyn Snapshot) -> Result<(Vec<Form>, Vec<Provider>), StoreError> {
    Ok((seen.signup_forms().list(Stretch::ALL)?, seen.signup_providers().list(Stretch::ALL)?))
}

/// Shows all forms and providers, active or not.
#[derive(Clone)]
pub struct ExportSignupDocument {
    ports: Ports,
}

impl ExportSignupDocument {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// They, as they are at rest, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self) -> Result<(Vec<Form>, Vec<Provider>), StoreError> {
        self.ports.store.read(Consistency::Snapshot, all_of).await
    }
}

/// Why a form or a provider was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveSignupDefinitionError {
    /// There is none of that name.
    #[error("there is no such definition")]
    Unknown,
    /// A form that a provider uses, or a provider through which somebody came.
    #[error("it is in use")]
    InUse,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Removes a form that no provider uses.
#[derive(Clone)]
pub struct RemoveSignupForm {
    ports: Ports,
}

impl RemoveSignupForm {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Removes it.
    ///
    /// # Errors
    /// `Unknown`, `InUse`, or when the store fails.
    pub async fn execute(&self, identifier: Identifier) -> Result<(), RemoveSignupDefinitionError> {
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::SignupForms)?;
                if !tx.signup_providers().list_by_form(&identifier)?.is_empty() {
                    return Err(RemoveSignupDefinitionError::InUse);
                }
                removed(tx.signup_forms().remove(&identifier))
            })
            .await
    }
}

/// Removes a provider through which nobody came.
#[derive(Clone)]
pub struct RemoveSignupProvider {
    ports: Ports,
}

impl RemoveSignupProvider {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Removes it.
    ///
    /// # Errors
    /// `Unknown`, `InUse`, or when the store fails.
    pub async fn execute(&self, identifier: Identifier) -> Result<(), RemoveSignupDefinitionError> {
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::SignupForms)?;
                let provider = tx.signup_providers().find(&identifier)?;
                let provider = provider.ok_or(RemoveSignupDefinitionError::Unknown)?;
                if tx.signups().has_any(provider.id)? {
                    return Err(RemoveSignupDefinitionError::InUse);
                }
                removed(tx.signup_providers().remove(&identifier))
            })
            .await
    }
}

fn removed(outcome: Result<(), StoreError>) -> Result<(), RemoveSignupDefinitionError> {
    match outcome {
        Err(StoreError::Stale) => Err(RemoveSignupDefinitionError::Unknown),
        outcome => Ok(outcome?),
    }
}

#[cfg(test)]
mod tests;
