//! The README's tour, and that of the sign-up forms, run as they are printed: every command, and every answer.

use std::{env, fs, path::Path, process::Stdio};

use integration_tests::{
    process::{ServerProcess, program},
    secrets::Secrets,
    wait::until,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// The page with the tour, and those about sign-up forms and about partners.
const README: &str = "README.md";
pub(crate) const SIGNUP: &str = "docs/signup.md";
pub(crate) const PARTNERS: &str = "docs/partners.md";
/// What the pages run programs of other languages with, which other tests are about.
const RUNNERS: [&str; 3] = ["node ", "npx ", "python3 "];
/// How the pages wait for a letter, which the tours wait for by themselves.
const PAUSE: &str = "sleep ";

/// A command of a tour, and what its page says it answers.
struct Step {
    command: String,
    answer: String,
}

/// A page of the documentation.
pub(crate) fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(path).expect("there is such a page")
}

/// The file whose name the first line of its block says.
pub(crate) fn file(page: &str, head: &str) -> String {
    let (_, rest) = page.split_once(&format!("```{head}\n")).expect("the page holds the file");
    rest.split_once("```").expect("a block ends").0.to_owned()
}

/// The commands of a page, but for pauses and programs of other languages.
fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for block in page.split("```console\n").skip(1) {
        let (block, _) = block.split_once("```").expect("a block ends");
        for line in block.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => steps.push(Step { command: command.to_owned(), answer: String::new() }),
                None => steps.last_mut().expect("a block begins with a command").answer.push_str(line),
            }
        }
    }
    let is_left_out = |command: &str| RUNNERS.iter().chain(&[PAUSE]).any(|start| command.starts_with(start));
    steps.retain(|step| !is_left_out(&step.command));
    steps
}

/// A shell that runs one command after the other.
struct Shell {
    _child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

const END: &str = "-- end of the answer --";

impl Shell {
    fn start(folder: &Path, path: &str) -> Self {
        let mut child = Command::new("sh")
            .current_dir(folder)
            .env_clear()
            .env("PATH", path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .expect("there is a shell");
        let input = child.stdin.take().expect("its input is piped");
        let output = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        Self { _child: child, input, output }
    }

    async fn run(&mut self, command: &str) -> String {
        let script = format!("{command}\necho; echo '{END}'\n");
        self.input.write_all(script.as_bytes()).await.expect("the shell reads");
        let mut answer = String::new();
        loop {
            let line = self.output.next_line().await.expect("the shell answers").expect("the shell goes on");
            if line == END {
                return answer;
            }
            answer.push_str(&line);
        }
    }
}

/// Replaces what differs from run to run by its kind, so that two answers can be compared.
fn normalised(answer: &str) -> String {
    let kind_of = |word: &str| {
        let is = |length: usize, allowed: fn(char) -> bool| word.len() == length && word.chars().all(allowed);
        let token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if is(36, |c| c.is_ascii_hexdigit() || c == '-') {
            "<id>"
        } else if is(64, |c| c.is_ascii_hexdigit()) {
            "<refresh token>"
        } else if word.starts_with("hitkey_") && is(50, token) {
            "<bearer token>"
        } else if is(43, token) {
            "<token>"
        } else if is(24, |c| c.is_ascii_digit() || "-T:.Z".contains(c)) {
            "<instant>"
        } else {
            return word.to_owned();
        }
        .to_owned()
    };
    answer.split('"').map(kind_of).collect::<Vec<_>>().join("\"")
}

/// Notes what the shell's commands send and get. Variables in them hold what was answered, or mailed, before.
fn note(secrets: &Secrets, command: &str, answer: &str) {
    let body = command.split_once("-d '").and_then(|(_, rest)| rest.split_once("}'"));
    let body = body.map(|(body, _)| format!("{body}}}"));
    for text in [body.as_deref().unwrap_or_default(), answer] {
        if let Ok(json) = serde_json::from_str(text) {
            secrets.note_json(&json);
        }
    }
}

async fn take_the_tour(path: &str, page: &str) {
    let folder = TempDir::new().expect("a folder can be made");
    let server = ServerProcess::start(folder.path(), &[("PORTICO_WEBHOOK_ALLOW_LOOPBACK", "true")]);
    let mailbox = server.mailbox();
    let mut letters_read = 0;
    let program = program();
    let beside = program.parent().expect("the program lies in a folder").display();
    let mut shell = Shell::start(folder.path(), &format!("{path}:{beside}"));
    if page.contains("# club.yaml") {
        let club = file(page, "yaml\n# club.yaml");
        fs::write(folder.path().join("club.yaml"), club).expect("a file can be written");
    }
    let steps = steps(page);
    assert!(steps.len() > 8, "the page has its tour");
    for step in steps {
        if step.command.contains("data/mail") {
            // The page pauses here for longer than a letter needs.
            until("the next letter", async || (mailbox.all().len() > letters_read).then_some(())).await;
            letters_read = mailbox.all().len();
        }
        let command = step.command.replace("localhost:8080", &server.address);
        let answer = shell.run(&command).await;
        note(server.client.secrets(), &step.command, &answer);
        assert_eq!(normalised(&answer), normalised(&step.answer), "{}", step.command);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_of_the_readme_answers_as_it_is_printed() {
    take_it_both_ways(README).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_about_sign_up_forms_answers_as_it_is_printed() {
    take_it_both_ways(SIGNUP).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_about_partners_answers_as_it_is_printed() {
    take_it_both_ways(PARTNERS).await;
}

async fn take_it_both_ways(name: &str) {
    let (path, page) = (env!("PATH"), page(name));
    if env::split_paths(path).any(|folder| folder.join("curl").exists()) {
        take_the_tour(path, &page).await;
    }
    // The same with our own stand-in, so that the test says something on machines without curl too.
    let stand_in = program().with_file_name("examples");
    assert!(stand_in.join("curl").exists(), "cargo builds the examples together with the tests");
    take_the_tour(&format!("{}:{path}", stand_in.display()), &page).await;
}

#[test]
fn the_readme_begins_with_what_portico_is_and_its_two_commands() {
    let readme = page(README);
    let place = |text: &str| readme.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    assert!(readme.starts_with("# Portico\n\nPortico is "));
    assert!(place("cargo run --release") < place("cargo test --workspace"));
    assert!(place("cargo test --workspace") < place("## A tour in five minutes"));
}
