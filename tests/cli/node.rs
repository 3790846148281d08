//! Programs in JavaScript.

use std::{
    env, fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use integration_tests::process::errors;
use tempfile::TempDir;

/// `1` makes it a failure when there is no Node.js.
const REQUIRED: &str = "PORTICO_TEST_REQUIRE_NODE";

/// A folder of JavaScript with its packages, and the programs that run it.
pub(crate) struct NodeProject {
    pub(crate) folder: TempDir,
}

impl NodeProject {
    /// A copy of these files of a folder beside the suites; nothing when there is no Node.js, and none is required.
    pub(crate) fn copy(from: &str, files: &[&str]) -> Option<Self> {
        if !is_there("node") || !is_there("npm") {
            assert!(!is_required(), "{REQUIRED} is 1, but node and npm are not there");
            // Past the test harness, which keeps to itself what passing tests print.
            let _ = writeln!(std::io::stderr(), "note: no node or npm, so {from} is not tried");
            return None;
        }
        let folder = TempDir::new().expect("a folder can be made");
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
        for name in files {
            fs::copy(sources.join(name), folder.path().join(name)).expect("the project can be copied");
        }
        Some(Self { folder })
    }

    /// Fetches the packages that the lock file names.
    pub(crate) fn install(&self) {
        self.run("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    }

    /// Runs a command in the folder, to a good end; what it prints.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let started = Command::new(program).args(arguments).current_dir(self.folder.path()).output();
        let done: Output = started.expect("it starts");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{program} {arguments:?}: {said}\n{}", errors(&done));
        said
    }
}

#[expect(clippy::disallowed_methods, reason = "the suites' own settings")]
fn is_required() -> bool {
    env::var(REQUIRED).is_ok_and(|value| value == "1")
}

fn is_there(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}
