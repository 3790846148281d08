//! Where an operator works: the program, its database and a folder of files.

use std::{fs, path::Path, process::Output};

use integration_tests::{
    database::TestDatabase,
    process::{errors, run},
    server::PASSWORD,
    settings,
};
use tempfile::TempDir;

/// An operator with a database and a folder.
pub(crate) struct Office {
    folder: TempDir,
    pub(crate) database: TestDatabase,
}

impl Office {
    pub(crate) async fn open() -> Self {
        Self { folder: TempDir::new().expect("a folder can be made"), database: TestDatabase::create().await }
    }

    pub(crate) fn portico(&self, arguments: &[&str], input: &str) -> Output {
        run(self.folder.path(), &settings::on(self.database.url(), &[]), arguments, input)
    }

    /// What a command prints.
    pub(crate) fn prints(&self, arguments: &[&str]) -> String {
        let output = self.portico(arguments, "");
        assert!(output.status.success(), "{}", errors(&output));
        String::from_utf8(output.stdout).expect("output is text")
    }

    /// What a command says is wrong.
    pub(crate) fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.portico(arguments, "");
        assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
        errors(&output)
    }

    pub(crate) fn user(&self, email: &str) {
        let output = self.portico(&["user", "create", "--email", email], PASSWORD);
        assert!(output.status.success(), "{}", errors(&output));
    }

    /// A file, and where it is.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("a file can be written");
        path.display().to_string()
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}
