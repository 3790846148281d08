//! Where the forms of the sign-up API are kept.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    id::FormId,
    ports::{SignupFormLookup, SignupFormRepository, StoreError, Stretch},
    signup::{Form, FormDefinition, Identifier},
};

use crate::{connection::MultiBackend, schema::signup_forms, transaction::DieselTransaction, types::Instant};

#[derive(Queryable, Selectable)]
#[diesel(table_name = signup_forms, check_for_backend(MultiBackend))]
struct FormRow {
    number: i64,
    identifier: String,
    definition: String,
    version: i64,
}

impl TryFrom<FormRow> for Form {
    type Error = StoreError;

    fn try_from(row: FormRow) -> Result<Self, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "signup_forms", column };
        let given = serde_json::from_str(&row.definition).map_err(|_| corrupt("definition"))?;
        let definition = FormDefinition::from_stored(&given).map_err(|_| corrupt("definition"))?;
        if definition.identifier.as_str() != row.identifier {
            return Err(corrupt("identifier"));
        }
        Ok(Self { id: FormId::from_number(row.number), version: row.version, definition })
    }
}

impl SignupFormLookup for DieselTransaction<'_> {
    fn find(&mut self, identifier: &Identifier) -> Result<Option<Form>, StoreError> {
        let row = self.run(|c| {
            signup_forms::table
                .filter(signup_forms::identifier.eq(identifier.as_str()))
                .select(FormRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Form::try_from).transpose()
    }

    fn list(&mut self, stretch: Stretch) -> Result<Vec<Form>, StoreError> {
        let rows: Vec<FormRow> = self.run(|c| {
            signup_forms::table
                .order(signup_forms::number)
                .offset(stretch.offset.into())
                .limit(stretch.limit.into())
                .select(FormRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Form::try_from).collect()
    }

    fn count(&mut self) -> Result<u64, StoreError> {
        let forms: i64 = self.run(|c| signup_forms::table.count().get_result(c))?;
        Ok(forms.try_into().unwrap_or_default())
    }
}

impl SignupFormRepository for DieselTransaction<'_> {
    fn add(&mut self, definition: &FormDefinition, at: DateTime<Utc>) -> Result<FormId, StoreError> {
        let number = self.attempt(|c| {
            diesel::insert_into(signup_forms::table)
                .values((
                    signup_forms::identifier.eq(definition.identifier.as_str()),
                    signup_forms::definition.eq(definition.to_json().to_string()),
                    signup_forms::version.eq(1),
                    signup_forms::created_at.eq(Instant(at)),
                    signup_forms::updated_at.eq(Instant(at)),
                ))
                .returning(signup_forms::number)
                .get_result(c)
        })?;
        Ok(FormId::from_number(number))
    }

    fn write(&mut self, definition: &FormDefinition, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(signup_forms::table)
                .filter(signup_forms::identifier.eq(definition.identifier.as_str()))
                .set((
                    signup_forms::definition.eq(definition.to_json().to_string()),
                    signup_forms::version.eq(signup_forms::version + 1),
                    signup_forms::updated_at.eq(Instant(at)),
                ))
                .execute(c)
        })
    }

    fn remove(&mut self, identifier: &Identifier) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::delete(signup_forms::table)
                .filter(signup_forms::identifier.eq(identifier.as_str()))
                .execute(c)
        })
    }
}
