//! Where the providers of the sign-up API are kept. The form that a provider names is looked up by the statement that
//! writes the provider, so that the name and the reference agree; without the form that statement fails.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    id::ProviderId,
    ports::{SignupProviderLookup, SignupProviderRepository, StoreError, Stretch},
    signup::{Identifier, Provider, ProviderDefinition},
};

use crate::{
    connection::MultiBackend,
    schema::{signup_forms, signup_providers},
    transaction::DieselTransaction,
    types::Instant,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = signup_providers, check_for_backend(MultiBackend))]
pub(crate) struct ProviderRow {
    number: i64,
    identifier: String,
    is_active: bool,
    definition: String,
    version: i64,
}

impl TryFrom<ProviderRow> for Provider {
    type Error = StoreError;

    fn try_from(row: ProviderRow) -> Result<Self, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "signup_providers", column };
        let given = serde_json::from_str(&row.definition).map_err(|_| corrupt("definition"))?;
        let definition = ProviderDefinition::parse(&given).map_err(|_| corrupt("definition"))?;
        if definition.identifier.as_str() != row.identifier {
            return Err(corrupt("identifier"));
        }
        if definition.is_active != row.is_active {
            return Err(corrupt("is_active"));
        }
        Ok(Self { id: ProviderId::from_number(row.number), version: row.version, definition })
    }
}

/// The number of the form with this name; null when there is none, which no provider may have.
macro_rules! form {
    ($identifier:expr) => {
        signup_forms::table
            .filter(signup_forms::identifier.eq($identifier.as_str()))
            .select(signup_forms::number)
            .single_value()
            .assume_not_null()
    };
}

/// Providers, in the order of their numbers.
macro_rules! providers {
    ($stretch:expr) => {
        signup_providers::table
            .order(signup_providers::number)
            .offset($stretch.offset.into())
            .limit($stretch.limit.into())
            .select(ProviderRow::as_select())
    };
}

impl SignupProviderLookup for DieselTransaction<'_> {
    fn find(&mut self, identifier: &Identifier) -> Result<Option<Provider>, StoreError> {
        let row = self.run(|c| {
            signup_providers::table
                .filter(signup_providers::identifier.eq(identifier.as_str()))
                .select(ProviderRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Provider::try_from).transpose()
    }

    fn list(&mut self, stretch: Stretch) -> Result<Vec<Provider>, StoreError> {
        let rows: Vec<ProviderRow> = self.run(|c| providers!(stretch).load(c))?;
        rows.into_iter().map(Provider::try_from).collect()
    }

    fn list_active(&mut self, stretch: Stretch) -> Result<Vec<Provider>, StoreError> {
        let rows: Vec<ProviderRow> =
            self.run(|c| providers!(stretch).filter(signup_providers::is_active).load(c))?;
        rows.into_iter().map(Provider::try_from).collect()
    }

    fn list_by_form(&mut self, form: &Identifier) -> Result<Vec<Provider>, StoreError> {
        let rows: Vec<ProviderRow> = self.run(|c| {
            signup_providers::table
                .filter(signup_providers::form.eq(form!(form)))
                .order(signup_providers::number)
                .select(ProviderRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Provider::try_from).collect()
    }
}

impl SignupProviderRepository for DieselTransaction<'_> {
    fn add(&mut self, definition: &ProviderDefinition, at: DateTime<Utc>) -> Result<ProviderId, StoreError> {
        let number = self.attempt(|c| {
            diesel::insert_into(signup_providers::table)
                .values((
                    signup_providers::identifier.eq(definition.identifier.as_str()),
                    signup_providers::form.eq(form!(definition.form)),
                    signup_providers::is_active.eq(definition.is_active),
                    signup_providers::definition.eq(definition.to_json().to_string()),
                    signup_providers::version.eq(1),
                    signup_providers::created_at.eq(Instant(at)),
                    signup_providers::updated_at.eq(Instant(at)),
                ))
                .returning(signup_providers::number)
                .get_result(c)
        })?;
        Ok(ProviderId::from_number(number))
    }

    fn write(&mut self, definition: &ProviderDefinition, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(signup_providers::table)
                .filter(signup_providers::identifier.eq(definition.identifier.as_str()))
                .set((
                    signup_providers::form.eq(form!(definition.form)),
                    signup_providers::is_active.eq(definition.is_active),
                    signup_providers::definition.eq(definition.to_json().to_string()),
                    signup_providers::version.eq(signup_providers::version + 1),
                    signup_providers::updated_at.eq(Instant(at)),
                ))
                .execute(c)
        })
    }

    fn remove(&mut self, identifier: &Identifier) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::delete(signup_providers::table)
                .filter(signup_providers::identifier.eq(identifier.as_str()))
                .execute(c)
        })
    }
}
