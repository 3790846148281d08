//! A look into the tables of a server, past the server.

use diesel::{
    Connection as _, QueryableByName, RunQueryDsl as _,
    pg::PgConnection,
    sql_types::{BigInt, Text},
    sqlite::SqliteConnection,
};

/// The tables of one database.
#[derive(Clone, Debug)]
pub struct Tables {
    url: String,
}

/// Everything in one column.
#[derive(Clone, Debug)]
pub struct Column {
    /// `table.column`.
    pub name: String,
    /// Its values as text; bytes in hexadecimal, nothing for `NULL`.
    pub values: Vec<Option<String>>,
}

enum Connection {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    value: Option<String>,
}

impl Tables {
    /// The tables of the database at this URL.
    #[must_use]
    pub fn of(url: &str) -> Self {
        Self { url: url.to_owned() }
    }

    /// Changes something; answers how many rows.
    ///
    /// # Panics
    /// When the statement fails.
    #[must_use]
    pub fn change(&self, sql: &str) -> usize {
        self.connect().change(sql)
    }

    /// The rows of a table that meet a condition.
    ///
    /// # Panics
    /// When the query fails.
    #[must_use]
    pub fn count(&self, table: &str, condition: &str) -> i64 {
        let query = diesel::sql_query(format!("SELECT count(*) AS value FROM {table} WHERE {condition}"));
        let found: Result<Number, _> = match self.connect() {
            Connection::Sqlite(mut connection) => query.get_result(&mut *connection),
            Connection::Postgres(mut connection) => query.get_result(&mut *connection),
        };
        found.expect("the query runs").value
    }

    /// What a query answers as the text `value`, a line for each row that has one.
    ///
    /// # Panics
    /// When the query fails.
    #[must_use]
    pub fn texts(&self, sql: &str) -> Vec<String> {
        self.connect().lines(sql).into_iter().flatten().collect()
    }

    /// The letters that were ever owed to an address.
    #[must_use]
    pub fn letters_to(&self, address: &str) -> i64 {
        self.count("outbox", &format!("recipient = '{address}'"))
    }

    /// Takes the database away under the server: the whole of it on PostgreSQL, the tables of an SQLite file.
    ///
    /// # Panics
    /// When it does not go.
    pub fn destroy(&self) {
        let mut connection = self.connect();
        if let Connection::Sqlite(_) = connection {
            let tables =
                "SELECT name AS value FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
            for table in connection.lines(tables).into_iter().flatten() {
                connection.change("PRAGMA foreign_keys = OFF");
                connection.change(&format!("DROP TABLE \"{table}\""));
            }
            return;
        }
        let (server, name) = self.url.rsplit_once('/').expect("the URL names a database");
        let name = name.split('?').next().unwrap_or(name);
        let mut server =
            PgConnection::establish(&format!("{server}/postgres")).expect("the server can be reached");
        drop(connection);
        diesel::sql_query(format!("DROP DATABASE {name} WITH (FORCE)"))
            .execute(&mut server)
            .expect("it goes");
    }

    /// Every column of every table, with everything in it.
    #[must_use]
    pub fn dump(&self) -> Vec<Column> {
        let mut connection = self.connect();
        let names = match &connection {
            Connection::Sqlite(_) => {
                "SELECT tables.name || '.' || columns.name AS value FROM sqlite_schema AS tables \
                 JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
            }
            Connection::Postgres(_) => {
                "SELECT table_name || '.' || column_name AS value FROM information_schema.columns \
                 WHERE table_schema = 'public'"
            }
        };
        let mut names: Vec<String> = connection.lines(names).into_iter().flatten().collect();
        names.sort_unstable();
        names.into_iter().map(|name| connection.column(name)).collect()
    }

    fn connect(&self) -> Connection {
        match self.url.strip_prefix("sqlite://") {
            Some(path) => {
                let mut connection = SqliteConnection::establish(path).expect("the database can be opened");
                diesel::sql_query("PRAGMA busy_timeout = 10000")
                    .execute(&mut connection)
                    .expect("it can wait");
                Connection::Sqlite(Box::new(connection))
            }
            None => Connection::Postgres(Box::new(
                PgConnection::establish(&self.url).expect("the database can be reached"),
            )),
        }
    }
}

impl Connection {
    fn change(&mut self, sql: &str) -> usize {
        let query = diesel::sql_query(sql);
        let changed = match self {
            Self::Sqlite(connection) => query.execute(&mut **connection),
            Self::Postgres(connection) => query.execute(&mut **connection),
        };
        changed.expect("the statement runs")
    }

    fn lines(&mut self, sql: &str) -> Vec<Option<String>> {
        let query = diesel::sql_query(sql);
        let lines: Result<Vec<Line>, _> = match self {
            Self::Sqlite(connection) => query.get_results(&mut **connection),
            Self::Postgres(connection) => query.get_results(&mut **connection),
        };
        lines.expect("the query runs").into_iter().map(|line| line.value).collect()
    }

    fn column(&mut self, name: String) -> Column {
        let (table, column) = name.split_once('.').expect("a column has a table");
        let sql = match self {
            Self::Sqlite(_) => format!(
                "SELECT CASE typeof(\"{column}\") WHEN 'blob' THEN lower(hex(\"{column}\")) \
                 ELSE CAST(\"{column}\" AS TEXT) END AS value FROM \"{table}\""
            ),
            Self::Postgres(_) => {
                format!("SELECT ltrim(\"{column}\"::text, '\\') AS value FROM \"{table}\"")
            }
        };
        let values = self.lines(&sql);
        Column { name, values }
    }
}
