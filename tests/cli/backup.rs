//! A copy of the SQLite file, taken while the server writes, as `docs/operating.md` says.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use integration_tests::{
    process::{ServerProcess, errors, run},
    server::PASSWORD,
    tables::Tables,
};
use serde_json::json;
use tempfile::TempDir;

/// Fills the house until it is told to stop; answers how many projects were acknowledged.
async fn write(server: &ServerProcess, token: &str, first: usize, stop: Arc<AtomicBool>) -> usize {
    let client = server.client.bearing(token);
    let mut n = first;
    while !stop.load(Ordering::Relaxed) {
        let _ = client.post("/projects", json!({ "name": format!("Project {n}") })).await.expect(201);
        n += 1;
    }
    n
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_taken_under_load_is_whole_and_serves() {
    let folder = TempDir::new().expect("a folder can be made");
    let made = run(folder.path(), &[], &["user", "create", "--email", "ada@example.org"], PASSWORD);
    assert!(made.status.success(), "{}", errors(&made));
    let server = ServerProcess::start(folder.path(), &[]);
    let body = json!({ "email": "ada@example.org", "password": PASSWORD });
    let signed_in = server.client.post("/auth/login", body.clone()).await.expect(200);
    let token = signed_in["token"].as_str().expect("there is a token").to_owned();
    let client = server.client.bearing(&token);
    for n in 0..20 {
        let _ = client.post("/projects", json!({ "name": format!("Before {n}") })).await.expect(201);
    }

    let stop = Arc::new(AtomicBool::new(false));
    let restored = folder.path().join("restored");
    fs::create_dir_all(restored.join("data")).expect("a folder can be made");
    let (source, copy) = (folder.path().join("data/portico.db"), restored.join("data/portico.db"));
    let (written, ()) = tokio::join!(write(&server, &token, 0, Arc::clone(&stop)), async {
        let tables = Tables::of(&url(&source));
        let enough = || tables.count("projects", "name LIKE 'Project %'") >= 10;
        while !enough() {
            tokio::task::yield_now().await;
        }
        let statement = format!("VACUUM INTO '{}'", copy.display());
        tokio::task::spawn_blocking(move || tables.change(&statement)).await.expect("the copy is made");
        stop.store(true, Ordering::Relaxed);
    });
    server.terminate();
    assert!(written >= 10);

    let tables = Tables::of(&url(&copy));
    assert_eq!(tables.count("pragma_integrity_check", "integrity_check = 'ok'"), 1);
    assert_eq!(tables.count("pragma_foreign_key_check", "1 = 1"), 0);
    assert_eq!(tables.count("projects", "name LIKE 'Before %'"), 20);
    assert!(tables.count("projects", "name LIKE 'Project %'") >= 10);

    fs::copy(source.with_file_name("secret.key"), copy.with_file_name("secret.key")).expect("it is there");
    let server = ServerProcess::start(&restored, &[]);
    let _ = server.client.post("/auth/login", body).await.expect(200);
    let projects = server.client.bearing(&token).get("/projects?limit=100").await.expect(200);
    assert!(projects.as_array().is_some_and(|projects| projects.len() >= 30), "{projects}");
    server.terminate();
}
