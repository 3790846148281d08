//! The real program, as a process of its own. No secret that was used on it may be in what it prints.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use crate::{
    client::Client,
    mailbox::Mailbox,
    secrets::{SecretKind, Secrets},
    smtp,
};

/// How long a server may take to start.
const START: Duration = Duration::from_mins(1);

/// The program that was built together with the test.
///
/// # Panics
/// When it was not built: `cargo test --workspace` builds it.
#[must_use]
pub fn program() -> PathBuf {
    let test = env::current_exe().expect("a test knows its file");
    let profile = test.parent().and_then(Path::parent).expect("tests lie in target/<profile>/deps");
    let program = profile.join("portico");
    assert!(program.exists(), "{} is missing: run `cargo build` first", program.display());
    program
}

/// A command of the program in `folder`, which is where its `data/` and its `.env` would be, with these settings and
/// no others.
#[must_use]
pub fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program());
    command.current_dir(folder).env_clear().envs(settings.iter().copied());
    command
}

/// Runs a command of the program to its end.
///
/// # Panics
/// When it does not start, or prints a secret of its settings or its input.
#[must_use]
pub fn run(folder: &Path, settings: &[(&str, &str)], arguments: &[&str], input: &str) -> Output {
    let mut child = command(folder, settings)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let secrets = Secrets::default();
    secrets.note_settings(settings.iter().copied());
    // What commands read is the password of a user.
    secrets.note(SecretKind::Password, input.trim_end());
    // A program that reads nothing closes the pipe: that is its right.
    let _ = child.stdin.take().expect("standard input is piped").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    for printed in [&output.stdout, &output.stderr] {
        secrets.assert_absent_from(&String::from_utf8_lossy(printed));
    }
    output
}

/// A server in a process of its own; killed when dropped. When it has ended, no secret that was used on it, or on the
/// mail server it was given, may be in its log.
pub struct ServerProcess {
    /// Speaks to it as nobody.
    pub client: Client,
    /// Its address, as `host:port`.
    pub address: String,
    secrets: Secrets,
    folder: PathBuf,
    child: Child,
    log: Arc<Mutex<String>>,
    reader: Option<thread::JoinHandle<()>>,
}

impl ServerProcess {
    /// Starts a server on a free port, and waits until it listens.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        fs::create_dir_all(folder).expect("the folder can be made");
        Self::launch(command(folder, settings))
    }

    /// Starts a server by another command that becomes the program, on a free port, and waits until it listens.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn launch(mut command: Command) -> Self {
        let secrets = secrets_of(&command);
        let folder = command.get_current_dir().map_or_else(|| PathBuf::from("."), Path::to_owned);
        let mut child = command
            .env("PORTICO_LISTEN", "127.0.0.1:0")
            .env("PORTICO_LOG_FORMAT", "json")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (tell, told) = mpsc::channel();
        let (lines, kept) =
            (BufReader::new(child.stderr.take().expect("its log is piped")), Arc::clone(&log));
        let reader = thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                if let Some(address) = listening_address(&line) {
                    let _ = tell.send(address);
                }
                let mut log = kept.lock().expect("the log is not poisoned");
                log.push_str(&line);
                log.push('\n');
            }
        });
        let address = told.recv_timeout(START).unwrap_or_else(|_| {
            let _ = child.kill();
            panic!("the server does not listen: {}", log.lock().expect("the log is not poisoned"))
        });
        let client = Client::new(format!("http://{address}"), &secrets);
        Self { client, address, secrets, folder, child, log, reader: Some(reader) }
    }

    /// The letters that it writes into its folder when it has no mail server.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::new(self.folder.join("data/mail"), &self.secrets)
    }

    /// Its number among the processes of this machine.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it logged so far.
    ///
    /// # Panics
    /// When the thread that reads it panicked.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.lock().expect("the log is not poisoned").clone()
    }

    /// Ends it as a power failure would: without a warning.
    ///
    /// # Panics
    /// When the machine does not do it.
    pub fn kill(mut self) {
        self.child.kill().expect("a process can be killed");
        self.child.wait().expect("a killed process ends");
    }

    /// Asks it to end in order, and waits for that.
    ///
    /// # Panics
    /// When it ends with an error.
    pub fn terminate(self) {
        drop(self.terminate_with_log());
    }

    /// The same; answers everything it logged.
    ///
    /// # Panics
    /// When it ends with an error.
    #[must_use]
    pub fn terminate_with_log(self) -> String {
        self.ask_to_end("TERM");
        let (status, log) = self.wait_for_end();
        assert_eq!(status, Some(0), "{log}");
        log
    }

    /// Sends it a signal, such as `TERM` or `INT`.
    ///
    /// # Panics
    /// When it is not there any more.
    pub fn ask_to_end(&self, signal: &str) {
        let kill = Command::new("kill").args(["-s", signal, &self.child.id().to_string()]).status();
        assert!(kill.expect("kill is there").success());
    }

    /// Waits until it has ended; answers its exit status, and everything it logged.
    ///
    /// # Panics
    /// When the thread that reads the log panicked.
    #[must_use]
    pub fn wait_for_end(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().expect("it ends");
        self.read_to_the_end();
        (status.code(), self.log())
    }

    fn read_to_the_end(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the log was read");
        }
    }
}

/// What is secret in the settings of a command, and whatever the mail server named there will see.
fn secrets_of(command: &Command) -> Secrets {
    let secrets = Secrets::default();
    let settings = command.get_envs().filter_map(|(name, value)| name.to_str().zip(value?.to_str()));
    for (name, value) in settings {
        secrets.note_settings([(name, value)]);
        if name == "PORTICO_SMTP_URL"
            && let Some(other) = smtp::secrets_at(value)
        {
            secrets.join(&other);
        }
    }
    secrets
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A test that has failed already says what is wrong.
        if thread::panicking() {
            return;
        }
        self.read_to_the_end();
        self.mailbox().note_all();
        self.secrets.note_key_file(&self.folder.join("data/secret.key"));
        self.secrets.assert_absent_from(&self.log());
    }
}

fn listening_address(line: &str) -> Option<String> {
    let event: serde_json::Value = serde_json::from_str(line).ok()?;
    (event["message"] == "portico listens").then(|| event["address"].as_str().map(str::to_owned))?
}

/// Everything that a program printed on standard error.
///
/// # Panics
/// When it is not text.
#[must_use]
pub fn errors(output: &Output) -> String {
    let mut text = String::new();
    output.stderr.as_slice().read_to_string(&mut text).expect("errors are text");
    text
}
