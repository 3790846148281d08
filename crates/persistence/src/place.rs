//! Where a database is, as its URL says.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// The seconds that opening a connection to PostgreSQL may take; libpq knows no limit by itself.
const CONNECT_TIMEOUT_SECONDS: u8 = 5;

/// A database, chosen by the scheme of its URL.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of this machine: `sqlite://path`, the path relative or absolute.
    Sqlite {
        /// The absolute path.
        path: PathBuf,
    },
    /// A server: `postgres://…` or `postgresql://…`.
    Postgres {
        /// The URL for libpq, with a limit to the time of connecting.
        url: String,
    },
}

/// Without what the URL may hold of a password.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => write!(f, "Sqlite({})", path.display()),
            Self::Postgres { .. } => f.write_str("Postgres(…)"),
        }
    }
}

/// A URL that names no database we can use. The texts do not repeat the URL: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Neither scheme.
    #[error("a database URL begins with sqlite:// or postgres://")]
    Scheme,
    /// No path, or a database in memory, which every connection would have to itself.
    #[error("sqlite:// is followed by the path of a file")]
    Path,
    /// The working directory of a relative path cannot be found.
    #[error("the path of the database cannot be made absolute")]
    Absolute(#[source] io::Error),
}

impl Place {
    /// Reads a URL.
    ///
    /// # Errors
    /// When it names no database that we can use.
    pub fn parse(url: &str) -> Result<Self, PlaceError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() || path.ends_with('/') || path.contains(":memory:") {
                return Err(PlaceError::Path);
            }
            return std::path::absolute(path).map(|path| Self::Sqlite { path }).map_err(PlaceError::Absolute);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres { url: with_connect_timeout(url) });
        }
        Err(PlaceError::Scheme)
    }
}

fn with_connect_timeout(url: &str) -> String {
    let query = url.split_once('?').map(|(_, query)| query);
    let given = query.is_some_and(|query| query.split('&').any(|pair| pair.starts_with("connect_timeout=")));
    if given {
        return url.to_owned();
    }
    let joint = match query {
        None => "?",
        Some("") => "",
        Some(_) => "&",
    };
    format!("{url}{joint}connect_timeout={CONNECT_TIMEOUT_SECONDS}")
}

/// Makes the file and its folder when they are missing. Nobody but the owner may read the file, nor the journals that
/// SQLite makes beside it with the same mode.
///
/// A file that is there is not opened: POSIX lets go of all locks that a process has on a file as soon as it closes it
/// once, also those of SQLite's connections. Another process would then think itself alone, and throw the journal away.
pub(crate) fn create_file(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres(url: &str) -> String {
        match Place::parse(url) {
            Ok(Place::Postgres { url }) => url,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn connecting_to_postgresql_takes_no_longer_than_it_may() {
        assert_eq!(postgres("postgres://u@h/d"), "postgres://u@h/d?connect_timeout=5");
        assert_eq!(postgres("postgresql://u@h/d?"), "postgresql://u@h/d?connect_timeout=5");
        assert_eq!(
            postgres("postgres://h/d?sslmode=require"),
            "postgres://h/d?sslmode=require&connect_timeout=5"
        );
        assert_eq!(postgres("postgres://h/d?connect_timeout=9"), "postgres://h/d?connect_timeout=9");
    }

    #[test]
    fn a_password_is_not_printed() {
        let place = Place::parse("postgres://portico:secret@h/d").unwrap();
        assert_eq!(format!("{place:?}"), "Postgres(…)");
    }

    #[test]
    fn a_path_may_be_relative_or_absolute() {
        let here = std::env::current_dir().unwrap();
        let path = |url| match Place::parse(url).unwrap() {
            Place::Sqlite { path } => path,
            Place::Postgres { .. } => panic!("{url} is a file"),
        };
        assert_eq!(path("sqlite://data/portico.db"), here.join("data/portico.db"));
        assert_eq!(path("sqlite:///var/lib/portico.db"), Path::new("/var/lib/portico.db"));
    }

    #[test]
    fn what_is_no_file_and_no_server_is_refused() {
        for url in ["sqlite://", "sqlite://data/", "sqlite://:memory:"] {
            assert!(matches!(Place::parse(url), Err(PlaceError::Path)), "{url}");
        }
        for url in ["", "data/portico.db", "mysql://h/d", "SQLITE://x"] {
            assert!(matches!(Place::parse(url), Err(PlaceError::Scheme)), "{url}");
        }
    }
}
