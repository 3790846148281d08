//! The programs of the page about partners, in Python and in JavaScript, as they are printed there.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use integration_tests::{
    process::{ServerProcess, errors, run},
    secrets::SecretKind,
    server::PASSWORD,
    wait::until,
};
use serde_json::json;
use tempfile::TempDir;

use crate::tour::{PARTNERS, file, page};

/// What lets partners be told at addresses of this machine.
const SETTINGS: [(&str, &str); 1] = [("PORTICO_WEBHOOK_ALLOW_LOOPBACK", "true")];
const MANAGEMENT: &str = "/api/private/management/partners";

/// A language that the page has examples in.
struct Language {
    /// What runs its programs.
    program: &'static str,
    /// `1` in this variable makes it a failure when that is not there.
    required: &'static str,
    /// The first line of the block that calls, and of the one that receives.
    heads: [&'static str; 2],
    /// The file names of both.
    files: [&'static str; 2],
    /// Whom the program creates.
    email: &'static str,
    /// What the receiver prints.
    told: [&'static str; 2],
}

const PYTHON: Language = Language {
    program: "python3",
    required: "PORTICO_TEST_REQUIRE_PYTHON",
    heads: ["py\n# partner.py", "py\n# receiver.py"],
    files: ["partner.py", "receiver.py"],
    email: "dora@example.org",
    told: ["check_result.saved ['dict', 'result', 'user']", "user.created ['user']"],
};
const JAVASCRIPT: Language = Language {
    program: "node",
    required: "PORTICO_TEST_REQUIRE_NODE",
    heads: ["js\n// partner.mjs", "js\n// receiver.mjs"],
    files: ["partner.mjs", "receiver.mjs"],
    email: "erik@example.org",
    told: ["check_result.saved dict result user", "user.created user"],
};

#[expect(clippy::disallowed_methods, reason = "the suites' own settings")]
fn is_required(language: &Language) -> bool {
    env::var(language.required).is_ok_and(|value| value == "1")
}

/// Whether there is anything to run the programs with. When there is not, a line says so.
fn is_there(language: &Language) -> bool {
    let Language { program, required, .. } = language;
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_there = asked.is_ok_and(|status| status.success());
    assert!(is_there || !is_required(language), "{required} is 1, but {program} is not there");
    if !is_there {
        // Past the test harness, which keeps to itself what passing tests print.
        let _ = writeln!(std::io::stderr(), "note: no {program}, so its examples for partners are not tried");
    }
    is_there
}

/// A receiver of events; killed when dropped.
struct Receiver {
    child: Child,
    printed: mpsc::Receiver<String>,
}

impl Receiver {
    fn start(program: &str, file: &Path, port: u16, secret: &str) -> Self {
        let mut child = Command::new(program)
            .arg(file)
            .args([&port.to_string(), secret])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the receiver starts");
        let lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let (tell, printed) = mpsc::channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { child, printed }
    }

    /// The next lines that it prints, sorted: events may overtake each other.
    fn next(&self, count: usize) -> Vec<String> {
        let next = || self.printed.recv_timeout(Duration::from_secs(20)).expect("the receiver is told");
        let mut lines: Vec<String> = (0..count).map(|_| next()).collect();
        lines.sort();
        lines
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn portico(house: &Path, arguments: &[&str], input: &str) -> String {
    let output = run(house, &SETTINGS, arguments, input);
    assert!(output.status.success(), "{arguments:?}: {}", errors(&output));
    String::from_utf8(output.stdout).expect("output is text").trim().to_owned()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}

async fn run_the_examples(language: &Language) {
    if !is_there(language) {
        return;
    }
    let house = TempDir::new().expect("a folder can be made");
    let server = ServerProcess::start(house.path(), &SETTINGS);
    let key = portico(house.path(), &["partner", "create", "Diktado"], "");
    server.client.secrets().note(SecretKind::Token, &key);
    portico(house.path(), &["partner", "add-dictation", "Diktado", "autumn", "Autumn"], "");
    portico(house.path(), &["user", "create", "--email", "ann@example.org"], PASSWORD);
    portico(house.path(), &["member", "set-role", "ann@example.org", "admin"], "");
    let login = json!({ "email": "ann@example.org", "password": PASSWORD });
    let login = server.client.post("/auth/login", login).await.expect(200);
    let ann = server.client.bearing(login["token"].as_str().expect("she is signed in"));

    let partners = ann.get(MANAGEMENT).await.expect(200);
    let partner = partners["partners"][0]["id"].as_str().expect("there is a partner").to_owned();
    let port = free_port();
    let wanted = json!({ "url": format!("http://127.0.0.1:{port}/"), "events": ["user.created", "check_result.saved"] });
    let hook = ann.post(&format!("{MANAGEMENT}/{partner}/webhooks"), wanted).await.expect(200);
    let secret = hook["secret"].as_str().expect("it is shown once");

    for (head, name) in language.heads.iter().zip(language.files) {
        fs::write(house.path().join(name), file(&page(PARTNERS), head)).expect("a file can be written");
    }
    let receiver = Receiver::start(language.program, &house.path().join(language.files[1]), port, secret);
    until("the receiver", async || TcpStream::connect(("127.0.0.1", port)).ok()).await;

    let site = format!("http://{}", server.address);
    let program = language.files[0];
    let called = Command::new(language.program)
        .args([program, &site, &key])
        .current_dir(house.path())
        .output()
        .expect("the program starts");
    assert!(called.status.success(), "{}", errors(&called));
    let printed = String::from_utf8(called.stdout).expect("output is text");
    let expected = format!("$ {} {program} http://localhost:8080 $KEY\n{printed}", language.program);
    assert!(page(PARTNERS).contains(&expected), "{printed}");

    assert_eq!(receiver.next(2), language.told);
    let results = ann.get(&format!("{MANAGEMENT}/{partner}/results?dict=autumn")).await.expect(200);
    assert_eq!(results["results"].as_array().map(Vec::len), Some(1), "{results}");
    let letter = server.mailbox().take(language.email).await;
    assert!(letter.text.contains("Diktado"), "the letter with the password says who caused it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_in_python_run_as_they_are_printed() {
    run_the_examples(&PYTHON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_in_javascript_run_as_they_are_printed() {
    run_the_examples(&JAVASCRIPT).await;
}
