//! Exports of hundreds of megabytes: however fast they are read, memory stays.

use std::fs;

use integration_tests::{
    client::Client,
    database::TestDatabase,
    partners::{DICT, PARTNERS, Program},
    process::{ServerProcess, errors, run},
    server::PASSWORD,
    settings,
    wait::until,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{machine, world::serve};

const EMAIL: &str = "ada@example.org";
/// So many results.
const RESULTS: usize = 3_000;
/// The bytes of each.
const SIZE: usize = 100 * 1024;
/// Programs that save at the same time.
const PROGRAMS: usize = 4;
/// The most memory that the process may ever have taken, in KiB. What is exported is twice as much.
const MEMORY: u64 = 150 * 1024;

/// The most memory that a process ever had in use, in KiB.
fn memory(server: &ServerProcess) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the kernel tells it");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// A server with an admin, who is signed in.
async fn open(database: &TestDatabase, folder: &TempDir) -> (ServerProcess, Client) {
    let settings = settings::on(database.url(), &[("PORTICO_RATE_LIMITS", "off")]);
    for (arguments, input) in
        [(&["user", "create", "--email", EMAIL][..], PASSWORD), (&["member", "set-role", EMAIL, "admin"], "")]
    {
        let made = run(folder.path(), &settings, arguments, input);
        assert!(made.status.success(), "{}", errors(&made));
    }
    let server = serve(|| ServerProcess::start(folder.path(), &settings));
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let body = server.client.post("/auth/login", body).await.expect(200);
    let admin = server.client.bearing(body["token"].as_str().expect("there is a token"));
    (server, admin)
}

/// A partner with its results; its path among the admins' endpoints.
async fn fill(server: &ServerProcess, admin: &Client) -> String {
    let created = admin.post(PARTNERS, json!({ "name": "Diktado" })).await.expect(200);
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    let path = format!("{PARTNERS}/{}", text(&created["id"]));
    let dictation = json!({ "id": DICT, "title": "Autumn" });
    let _ = admin.post(&format!("{path}/dictations"), dictation).await.expect(200);
    let program = Program::new(&server.client, &text(&created["key"]));
    let user = program.user("ann@example.org").await;
    let model = format!("{{\"x\":\"{}\"}}", "y".repeat(SIZE));
    let mut programs = JoinSet::new();
    for number in 0..PROGRAMS {
        let (program, user, model) = (program.clone(), user.clone(), model.clone());
        programs.spawn(async move {
            for n in (number..RESULTS).step_by(PROGRAMS) {
                let changes = json!({ "model": model, "text": n.to_string() });
                program.save(&user, changes).await.expect_saved();
            }
        });
    }
    programs.join_all().await;
    path
}

/// Begins to read a file; what comes after its first byte is left to be read.
async fn begin(client: &Client, path: &str) -> TcpStream {
    let token = client.token().expect("an admin shows one");
    let mut stream = TcpStream::connect(client.authority()).await.expect("the server listens");
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let mut first = [0; 1];
    stream.read_exact(&mut first).await.expect("the answer begins");
    stream
}

/// Reads on to the end; how many bytes and lines there were.
async fn finish(mut stream: TcpStream) -> (usize, usize) {
    let (mut bytes, mut lines) = (0, 0);
    let mut part = vec![0; 64 * 1024];
    loop {
        let read = stream.read(&mut part).await.expect("it goes on");
        if read == 0 {
            return (bytes, lines);
        }
        bytes += read;
        lines += part[..read].split(|byte| *byte == b'\n').count() - 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_three_hundred_megabytes_takes_no_more_memory_than_a_few_parts_of_it() {
    let _shared = machine::beside_others().await;
    for database in TestDatabase::create_each().await {
        let folder = TempDir::new().expect("a folder can be made");
        let (server, admin) = open(&database, &folder).await;
        let path = fill(&server, &admin).await;
        let before = memory(&server);

        // Two who read nothing for now, one who leaves, and two who read at once.
        let waiting = [
            begin(&admin, &format!("{path}/results.csv")).await,
            begin(&admin, &format!("{path}/results.jsonl")).await,
        ];
        drop(begin(&admin, &format!("{path}/results.csv")).await);
        for file in ["results.csv", "results.jsonl"] {
            let (bytes, lines) = finish(begin(&admin, &format!("{path}/{file}")).await).await;
            assert!(bytes > RESULTS * SIZE && lines >= RESULTS, "{file}: {bytes} bytes, {lines} lines");
        }
        for stream in waiting {
            let (bytes, _) = finish(stream).await;
            assert!(bytes > RESULTS * SIZE, "{bytes} bytes");
        }
        let after = memory(&server);
        eprintln!("{} MiB at most while results came, {} MiB with the exports", before / 1024, after / 1024);
        assert!(after < MEMORY, "{after} KiB");
        let answers =
            async || (admin.get(&format!("{path}/results?limit=1")).await.status == 200).then_some(());
        until("an answer", answers).await;
        server.terminate();
        database.drop().await;
    }
}
