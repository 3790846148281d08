//! `/metrics` of the real program.

use integration_tests::{
    database::TestDatabase, process::ServerProcess, server::PASSWORD, settings, wait::until,
};
use serde_json::json;
use tempfile::TempDir;

/// The value of a sample; nothing when it is not there.
pub(crate) fn sample(text: &str, name: &str) -> Option<f64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    Some(value.parse().expect("a sample is a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_what_the_server_did() {
    let database = TestDatabase::create().await;
    let folder = TempDir::new().expect("a folder can be made");
    // Nobody listens there: letters wait.
    let settings = settings::with_mail(database.url(), "smtp://127.0.0.1:1?tls=none");
    let server = ServerProcess::start(folder.path(), &settings);
    for n in 0..3 {
        let body = json!({ "email": format!("ann{n}@example.org") });
        server.client.post("/auth/register/start", body).await.expect_message();
    }
    let body = json!({ "email": "nobody@example.org", "password": PASSWORD });
    server.client.post("/auth/login", body).await.expect_error(401, "INVALID_CREDENTIALS");
    server.client.get("/invites/no-such-token").await.expect_error(404, "INVITE_NOT_FOUND");
    server.client.get("/nothing/no-such-token").await.expect_error(404, "NOT_FOUND");

    let text = until("three letters in the figures", async || {
        let answer = server.client.get("/metrics").await;
        assert_eq!(
            (answer.status, answer.header("Content-Type")),
            (200, "text/plain; version=0.0.4; charset=utf-8")
        );
        (sample(&answer.text, "portico_outbox_letters") == Some(3.0)).then_some(answer.text)
    })
    .await;
    let value = |name: &str| sample(&text, name).unwrap_or_else(|| panic!("{name} is missing in\n{text}"));
    let requests = |method: &str, route: &str, status: u16| {
        value(&format!(
            "portico_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
        ))
    };
    assert!((requests("POST", "/auth/register/start", 200) - 3.0).abs() < 0.1);
    assert!((requests("POST", "/auth/login", 401) - 1.0).abs() < 0.1);
    assert!((requests("GET", "/invites/{token}", 404) - 1.0).abs() < 0.1);
    assert!((requests("GET", "-", 404) - 1.0).abs() < 0.1);
    assert!(!text.contains("no-such-token"), "{text}");
    let slow = value("portico_http_request_duration_seconds_sum{route=\"/auth/login\"}");
    assert!(slow > 0.001, "a password is hashed: {slow}");
    assert!((value("portico_http_request_duration_seconds_count{route=\"/auth/login\"}") - 1.0).abs() < 0.1);
    assert!(value("portico_hash_done_total") >= 1.0);
    assert!(value("portico_hash_refused_total").abs() < 0.1);
    assert!(value("portico_hash_queue_length").abs() < 0.1);
    let age = value("portico_outbox_oldest_letter_age_seconds");
    assert!(age > 0.0 && age < 60.0, "{age}");
    assert!(value("portico_outbox_seen_age_seconds") < 60.0);
    for lane in ["read", "write"] {
        let of = |name: &str| value(&format!("{name}{{lane=\"{lane}\"}}"));
        assert!(of("portico_store_units_total") >= 3.0);
        assert!(of("portico_store_batches_total") >= 3.0);
        assert!(of("portico_store_wait_seconds_total") > 0.0);
        assert!(of("portico_store_refused_total").abs() < 0.1);
        assert!(of("portico_store_queue_length").abs() < 100.0);
    }
    let backend = if database.is_sqlite() { "sqlite" } else { "postgresql" };
    let build = format!("portico_build_info{{database=\"{backend}\",version=\"0.1.0\"}}");
    assert!((value(&build) - 1.0).abs() < 0.1);
    server.terminate();
    database.drop().await;
}
