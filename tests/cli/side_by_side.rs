//! Several processes on one database.

use integration_tests::{
    database::TestDatabase,
    process::{ServerProcess, errors, run},
    server::PASSWORD,
    settings,
};
use serde_json::json;
use tempfile::TempDir;

#[test]
fn a_second_server_on_one_sqlite_file_is_refused() {
    let folder = TempDir::new().expect("a folder can be made");
    let first = ServerProcess::start(folder.path(), &[]);
    let second = run(folder.path(), &[("PORTICO_LISTEN", "127.0.0.1:0")], &["serve"], "");
    assert_eq!(second.status.code(), Some(1));
    assert!(errors(&second).contains("another server"), "{}", errors(&second));
    first.kill();
    // The lock ends with its process, however that ended.
    ServerProcess::start(folder.path(), &[]).terminate();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_server_works_on_the_other_and_ends_on_both_at_once() {
    let Some(database) = TestDatabase::create_postgres().await else { return };
    let folder = TempDir::new().expect("a folder can be made");
    let settings = settings::on(database.url(), &[]);
    let create = ["user", "create", "--email", "ada@example.org"];
    let made = run(folder.path(), &settings, &create, PASSWORD);
    assert!(made.status.success(), "{}", errors(&made));

    // Both start at the same moment on a database that one of them must migrate.
    let (one, other) = tokio::join!(
        async { tokio::task::block_in_place(|| ServerProcess::start(folder.path(), &settings)) },
        async { tokio::task::block_in_place(|| ServerProcess::start(folder.path(), &settings)) },
    );
    let body = json!({ "email": "ada@example.org", "password": PASSWORD });
    for (here, there) in [(&one, &other), (&other, &one)] {
        let signed_in = here.client.post("/auth/login", body.clone()).await.expect(200);
        let token = signed_in["token"].as_str().expect("there is a token");
        let _ = there.client.bearing(token).get("/auth/me").await.expect(200);
        let _ = there.client.bearing(token).post_nothing("/auth/logout").await.expect(200);
        here.client.bearing(token).get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
        there.client.bearing(token).get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
    }
    one.terminate();
    other.terminate();
    database.drop().await;
}
