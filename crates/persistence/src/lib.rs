//! The store of Portico, kept in SQLite or PostgreSQL through Diesel.
