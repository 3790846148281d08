//! The name of a request, and its figures. (Its line in the log is for the suites that run the program.)

use actix_web::{dev::Service as _, http::Method, test};
use futures_util::future::poll_immediate;
use prometheus::{Registry, TextEncoder};

use super::*;

/// An application, and where it counts.
fn counted() -> (Frame, Registry) {
    let registry = Registry::new();
    (frame_in(Surroundings { registry: registry.clone(), ..Surroundings::default() }), registry)
}

/// The lines of the figures that begin with `name`.
fn figures(registry: &Registry, name: &str) -> Vec<String> {
    let text = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    text.lines().filter(|line| line.starts_with(name)).map(str::to_owned).collect()
}

async fn ask(frame: &Frame, method: Method, path: &str) -> Answer {
    send_to(framed(frame, &configure), TestRequest::default().method(method).uri(path)).await
}

#[actix_web::test]
async fn every_answer_tells_the_name_of_its_request() {
    let frame = frame();
    let mut names = Vec::new();
    for path in
        ["/echo", "/nothing", "/post-only", "/invite/nothing", "/busy", "/auth/panics", "/invite/panics"]
    {
        let answer = ask(&frame, Method::GET, path).await;
        names.push(answer.header("X-Request-Id").to_owned());
        let given = TestRequest::get().uri(path).insert_header(("X-Request-Id", "from-the.proxy_7"));
        let answer = send_to(framed(&frame, &configure), given).await;
        assert_eq!(answer.header("X-Request-Id"), "from-the.proxy_7", "{path}");
    }
    assert!(names.iter().all(|name| name.len() == 32), "{names:?}");
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 7, "{names:?}");
}

#[actix_web::test]
async fn requests_are_counted_by_method_route_and_status() {
    let (frame, registry) = counted();
    for (method, path) in [
        (Method::GET, "/echo"),
        (Method::GET, "//echo/?token=hidden"),
        (Method::HEAD, "/echo"),
        (Method::GET, "/secret/abc"),
        (Method::GET, "/secret/def/"),
        (Method::DELETE, "/secret/def"),
        (Method::GET, "/nothing/abc"),
        (Method::GET, "/nothing/def"),
        (Method::from_bytes(b"BREW").unwrap(), "/echo"),
        (Method::TRACE, "/nothing"),
        (Method::GET, "/busy"),
        (Method::GET, "/auth/panics"),
    ] {
        let _ = ask(&frame, method, path).await;
    }
    assert_eq!(
        figures(&registry, "portico_http_requests_total"),
        [
            r#"portico_http_requests_total{method="DELETE",route="/secret/{token}",status="404"} 1"#,
            r#"portico_http_requests_total{method="GET",route="-",status="404"} 2"#,
            r#"portico_http_requests_total{method="GET",route="/auth/panics",status="500"} 1"#,
            r#"portico_http_requests_total{method="GET",route="/busy",status="503"} 1"#,
            r#"portico_http_requests_total{method="GET",route="/echo",status="200"} 2"#,
            r#"portico_http_requests_total{method="GET",route="/secret/{token}",status="200"} 2"#,
            r#"portico_http_requests_total{method="HEAD",route="/echo",status="200"} 1"#,
            r#"portico_http_requests_total{method="other",route="-",status="404"} 1"#,
            r#"portico_http_requests_total{method="other",route="/echo",status="404"} 1"#,
        ]
    );
    let durations = figures(&registry, "portico_http_request_duration_seconds_count");
    assert!(durations.iter().any(|line| line.ends_with(r#"{route="/secret/{token}"} 3"#)), "{durations:?}");
    assert_eq!(figures(&registry, "portico_http_requests_in_flight"), ["portico_http_requests_in_flight 0"]);
}

#[actix_web::test]
async fn a_request_that_its_client_gives_up_is_counted_too() {
    let (frame, registry) = counted();
    let service = test::init_service(framed(&frame, &configure)).await;
    let mut answering = Box::pin(service.call(TestRequest::get().uri("/hangs").to_request()));
    assert!(poll_immediate(&mut answering).await.is_none());
    assert_eq!(figures(&registry, "portico_http_requests_in_flight"), ["portico_http_requests_in_flight 1"]);
    drop(answering);
    assert_eq!(
        figures(&registry, "portico_http_requests_total"),
        [r#"portico_http_requests_total{method="GET",route="/hangs",status="none"} 1"#]
    );
    assert_eq!(figures(&registry, "portico_http_requests_in_flight"), ["portico_http_requests_in_flight 0"]);
}
