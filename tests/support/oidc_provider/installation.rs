//! The provider's program with its packages, installed once for all tests of a target folder.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// What the program is made of, in `tests/oidc-provider`.
const SOURCES: [&str; 4] = [".npmrc", "package.json", "package-lock.json", "provider.mjs"];
/// `1` makes it a failure when there is no Node.js.
const REQUIRED: &str = "PORTICO_TEST_REQUIRE_NODE";

/// The folder with the program. `None` on a machine without Node.js, which a line says.
pub(super) fn folder() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER.get_or_init(|| node_is_there().then(install)).as_deref()
}

#[expect(clippy::disallowed_methods, reason = "the suites' own settings")]
fn is_required() -> bool {
    env::var(REQUIRED).is_ok_and(|value| value == "1")
}

fn node_is_there() -> bool {
    let is_there = ["node", "npm"].iter().all(|program| {
        let asked =
            Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    });
    assert!(is_there || !is_required(), "{REQUIRED} is 1, but node and npm are not there");
    if !is_there {
        // Past the test harness, which keeps to itself what passing tests print.
        let _ =
            writeln!(std::io::stderr(), "note: no node or npm, so no real OpenID Connect provider is tried");
    }
    is_there
}

/// Installs what the lock file names, unless the same has been installed before.
fn install() -> PathBuf {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("oidc-provider");
    let mut hasher = DefaultHasher::new();
    for name in SOURCES {
        fs::read(sources.join(name)).expect("the provider's files are there").hash(&mut hasher);
    }
    let test = env::current_exe().expect("a test knows its file");
    let target = test.ancestors().nth(3).expect("tests lie in target/<profile>/deps");
    let installed = target.join(format!("tmp/oidc-provider-{:016x}", hasher.finish()));
    if installed.exists() {
        return installed;
    }
    let parent = installed.parent().expect("it is not the root");
    fs::create_dir_all(parent).expect("the folder can be made");
    // Another process may be at it too: each installs aside, and the first to be ready gives it its name.
    let aside =
        tempfile::Builder::new().prefix("oidc-provider-").tempdir_in(parent).expect("a folder can be made");
    for name in SOURCES {
        fs::copy(sources.join(name), aside.path().join(name)).expect("the provider can be copied");
    }
    let done = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(aside.path())
        .output()
        .expect("npm starts");
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "npm ci: {said}\n{}", String::from_utf8_lossy(&done.stderr));
    let named = fs::rename(aside.path(), &installed);
    assert!(named.is_ok() || installed.exists(), "{}: {named:?}", installed.display());
    installed
}
