//! A PostgreSQL server of one test's own, which may be taken away.

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    os::unix::{fs::MetadataExt as _, fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// Where Debian keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The account that the programs run as when the test runs as root, which they refuse to do.
const OWNER: &str = "postgres";
/// `1` makes it a failure when there are no programs.
const REQUIRED: &str = "PORTICO_TEST_REQUIRE_POSTGRES";

/// A server on a free port of this machine, with its data in a folder that goes away with it.
pub(crate) struct Cluster {
    programs: PathBuf,
    owner: Option<(u32, u32)>,
    port: u16,
    folder: TempDir,
}

impl Cluster {
    /// Makes and starts one; nothing, and a line that says so, when PostgreSQL's programs are not on this machine.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(!is_required(), "{REQUIRED} is 1, but there is no initdb below {VERSIONS}");
            // Past the test harness, which keeps to itself what passing tests print.
            let _ = writeln!(
                std::io::stderr(),
                "note: there is no initdb below {VERSIONS}, so no restart of PostgreSQL is tested"
            );
            return None;
        };
        let folder = TempDir::new().expect("a folder can be made");
        let is_root = folder.path().metadata().expect("the folder is there").uid() == 0;
        let owner = is_root.then(|| owner().expect("PostgreSQL's package made its account"));
        if let Some((user, group)) = owner {
            chown(folder.path(), Some(user), Some(group)).expect("root may give a folder away");
        }
        let cluster = Self { programs, owner, port: free_port(), folder };
        let data = cluster.data();
        cluster.run(
            "initdb",
            &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
        );
        cluster.come_back();
        Some(cluster)
    }

    /// For `PORTICO_DATABASE_URL`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends the server as a crash would, and every connection with it.
    pub(crate) fn go_away(&self) {
        self.run("pg_ctl", &["stop", "-D", &self.data(), "-m", "immediate", "-w"]);
    }

    /// Starts it, and waits until it takes connections.
    pub(crate) fn come_back(&self) {
        let folder = self.folder.path().display();
        let options = format!("-p {} -c listen_addresses=127.0.0.1 -k {folder}", self.port);
        let log = format!("{folder}/log");
        self.run("pg_ctl", &["start", "-D", &self.data(), "-o", &options, "-l", &log, "-w"]);
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.command(program, arguments).output().expect("the program starts");
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {said}{log}");
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may be away already.
        let _ = self.command("pg_ctl", &["stop", "-D", &self.data(), "-m", "immediate", "-w"]).output();
    }
}

/// The programs of the newest version.
fn programs() -> Option<PathBuf> {
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = fs::read_dir(VERSIONS).ok()?.flatten().map(|entry| entry.path());
    let newest = versions.filter(|path| path.join("bin/initdb").exists()).max_by_key(version)?;
    Some(newest.join("bin"))
}

/// User and group of the account.
fn owner() -> Option<(u32, u32)> {
    let accounts = fs::read_to_string(Path::new("/etc/passwd")).ok()?;
    let mut fields =
        accounts.lines().map(|line| line.split(':')).find(|f| f.clone().next() == Some(OWNER))?;
    let user = fields.nth(2)?.parse().ok()?;
    Some((user, fields.next()?.parse().ok()?))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("a listener has an address").port()
}

#[expect(clippy::disallowed_methods, reason = "the suites' own settings")]
fn is_required() -> bool {
    std::env::var(REQUIRED).is_ok_and(|value| value == "1")
}
