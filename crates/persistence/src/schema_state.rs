//! Which migrations were applied to the database at hand.

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl as _,
    sql_types::{Bool, Text},
};
use portico_domain::ports::{SchemaLookup, StoreError};

use crate::{
    connection::{AnyConnection, on_either},
    migrations,
    transaction::DieselTransaction,
};

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The versions that were applied. Unlike Diesel's own question it writes nothing, so that a reader may ask.
pub(crate) fn applied(connection: &mut AnyConnection) -> QueryResult<Vec<String>> {
    let is_laid = match connection {
        AnyConnection::Postgres(c) => {
            diesel::sql_query("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS found")
                .get_result::<Found>(c)
        }
        AnyConnection::Sqlite(c) => diesel::sql_query(
            "SELECT count(*) > 0 AS found FROM sqlite_schema WHERE name = '__diesel_schema_migrations'",
        )
        .get_result::<Found>(c),
    };
    if !is_laid?.found {
        return Ok(Vec::new());
    }
    let all = diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    let rows: Vec<Applied> = on_either!(connection, c => all.load(c))?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

impl SchemaLookup for DieselTransaction<'_> {
    fn list_missing(&mut self) -> Result<Vec<String>, StoreError> {
        self.run(|c| applied(c).map(|versions| migrations::missing_from(c, &versions)))
    }
}
