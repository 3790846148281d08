//! One server for one SQLite database.

use std::{
    fs::{File, TryLockError},
    io,
    path::PathBuf,
};

use crate::place::{Place, PlaceError, create_file};

/// Held by a server for as long as it runs, so that a second one on the same SQLite file is refused. The command line
/// works beside a server and does not take it. On PostgreSQL any number of servers may run, so it holds nothing.
#[derive(Debug)]
pub struct ServerLock {
    /// The operating system lets go of the lock when the file is closed, however the process ends.
    _file: Option<File>,
}

/// Why a server may not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerLockError {
    /// The URL names no database.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// Another server has the file.
    #[error("another server is running on this database: it holds {}", .0.display())]
    Taken(PathBuf),
    /// The lock file cannot be made or locked.
    #[error("the lock file {} cannot be used", .path.display())]
    File {
        /// The lock file.
        path: PathBuf,
        /// What stands in the way.
        #[source]
        error: io::Error,
    },
}

impl ServerLock {
    /// Takes the lock of this database, without waiting.
    ///
    /// # Errors
    /// When another server holds it, or the lock file cannot be used.
    pub fn acquire(url: &str) -> Result<Self, ServerLockError> {
        let Place::Sqlite { path } = Place::parse(url)? else {
            return Ok(Self { _file: None });
        };
        let mut name = path.into_os_string();
        name.push(".lock");
        let path = PathBuf::from(name);
        let opened = create_file(&path).and_then(|()| File::options().write(true).open(&path));
        let file = opened.map_err(|error| ServerLockError::File { path: path.clone(), error })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(ServerLockError::Taken(path)),
            Err(TryLockError::Error(error)) => Err(ServerLockError::File { path, error }),
        }
    }
}
