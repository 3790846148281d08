//! What surrounds every handler: paths are normalised, `HEAD` is answered like `GET`, panics become answers, and every
//! answer carries the same protective headers.

use std::{any::Any, fmt, panic::AssertUnwindSafe};

use actix_web::{
    App, Error, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{CACHE_CONTROL, HeaderMap, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::{Next, NormalizePath, from_fn},
    web,
};
use futures_util::FutureExt as _;

use crate::{
    dialect::{Dialect, Mishap},
    pages::Pages,
    routes,
};

/// An application of the given routes within the frame.
pub(crate) fn framed(
    pages: web::Data<Pages>,
    configure: &dyn Fn(&mut web::ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .app_data(pages)
        .configure(configure)
        .default_service(web::to(routes::unrouted))
        .wrap(NormalizePath::trim())
        .wrap(from_fn(head_as_get))
        .wrap(from_fn(protect))
}

/// Looks `HEAD` up among the `GET` routes. The server leaves the body of the answer out by itself.
async fn head_as_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

/// Turns panics into answers, and adds the headers of every answer.
async fn protect(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let dialect = Dialect::of(request.path());
    let pages = request.app_data::<web::Data<Pages>>().cloned();
    // The request itself cannot be kept: the router must be its only owner.
    match AssertUnwindSafe(async move { next.call(request).await }).catch_unwind().await {
        Ok(answer) => answer.map(|mut answer| {
            add_headers(answer.headers_mut());
            answer
        }),
        Err(payload) => {
            let cause = panic_text(payload.as_ref());
            tracing::error!(cause, ?dialect, "a handler panicked");
            Err(Panicked { dialect, pages }.into())
        }
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

fn add_headers(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// A handler that panicked, on its way to become an answer.
struct Panicked {
    dialect: Dialect,
    pages: Option<web::Data<Pages>>,
}

impl fmt::Debug for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Panicked({:?})", self.dialect)
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a handler panicked")
    }
}

impl ResponseError for Panicked {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = match &self.pages {
            Some(pages) => self.dialect.answer(&Mishap::Crash, pages),
            None => HttpResponse::InternalServerError().finish(),
        };
        add_headers(answer.headers_mut());
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::{SocketAddr, TcpStream},
    };

    use actix_web::{HttpServer, dev::ServerHandle, get, post, rt, test::TestRequest};

    use super::*;
    use crate::testing::{Answer, send_to};

    #[get("/auth/panics")]
    async fn panics_in_accounts() -> HttpResponse {
        panic!("a secret cause")
    }

    #[get("/invite/panics")]
    async fn panics_in_pages() -> HttpResponse {
        panic!("a secret cause")
    }

    #[get("/echo")]
    async fn echo() -> HttpResponse {
        HttpResponse::Ok().body("five!")
    }

    #[get("/cached")]
    async fn cached() -> HttpResponse {
        HttpResponse::Ok().insert_header((CACHE_CONTROL, "public")).finish()
    }

    #[post("/post-only")]
    async fn post_only() -> HttpResponse {
        HttpResponse::Ok().finish()
    }

    fn pages() -> web::Data<Pages> {
        web::Data::new(Pages::embedded().unwrap())
    }

    fn configure(config: &mut web::ServiceConfig) {
        config
            .service(panics_in_accounts)
            .service(panics_in_pages)
            .service(echo)
            .service(cached)
            .service(post_only);
    }

    async fn get(path: &str) -> Answer {
        send_to(framed(pages(), &configure), TestRequest::get().uri(path)).await
    }

    #[actix_web::test]
    async fn a_panic_becomes_an_answer_in_the_dialect_of_the_path() {
        let answer = get("/auth/panics").await;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.body, r#"{"error":"Internal server error","code":"INTERNAL_ERROR"}"#);
        assert_eq!(answer.header("X-Content-Type-Options"), "nosniff");
        let answer = get("/invite/panics").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("Content-Type")),
            (500, "text/html; charset=utf-8")
        );
        assert!(!answer.body.contains("secret"), "{}", answer.body);
    }

    #[actix_web::test]
    async fn slashes_at_the_end_and_in_a_row_do_not_matter() {
        for path in ["/echo", "/echo/", "//echo", "/echo///", "/echo/?x=1"] {
            assert_eq!(get(path).await.body, "five!", "{path}");
        }
    }

    #[actix_web::test]
    async fn every_answer_protects_itself() {
        for path in ["/echo", "/nothing", "/invite/nothing"] {
            let answer = get(path).await;
            assert_eq!(answer.header("X-Content-Type-Options"), "nosniff", "{path}");
            assert_eq!(answer.header("Referrer-Policy"), "no-referrer", "{path}");
            assert_eq!(answer.header("Cache-Control"), "no-store", "{path}");
        }
        assert_eq!(get("/cached").await.header("Cache-Control"), "public");
    }

    /// Sends bytes to a server and gives what comes back until it closes the connection.
    fn exchange(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn start() -> (SocketAddr, ServerHandle) {
        let server = HttpServer::new(|| framed(pages(), &configure))
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
        let address = server.addrs()[0];
        let server = server.run();
        let handle = server.handle();
        rt::spawn(server);
        (address, handle)
    }

    #[actix_web::test]
    async fn a_real_server_answers_head_like_get_and_outlives_panics() {
        let (address, handle) = start();
        let ask = async |method: &str, path: &str| {
            let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            rt::task::spawn_blocking(move || exchange(address, &request)).await.unwrap()
        };

        let panicked = ask("GET", "/auth/panics").await;
        assert!(panicked.starts_with("HTTP/1.1 500") && panicked.contains("INTERNAL_ERROR"), "{panicked}");
        let seen = ask("GET", "/echo").await;
        assert!(seen.starts_with("HTTP/1.1 200") && seen.ends_with("\r\n\r\nfive!"), "{seen}");
        let head = ask("HEAD", "/echo/").await;
        assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
        assert!(head.to_ascii_lowercase().contains("content-length: 5"), "{head}");
        let nothing = ask("HEAD", "/nothing").await;
        assert!(nothing.starts_with("HTTP/1.1 404") && nothing.ends_with("\r\n\r\n"), "{nothing}");
        handle.stop(false).await;
    }

    #[actix_web::test]
    async fn whoever_sends_a_large_body_that_nobody_reads_still_gets_his_answer() {
        let (address, handle) = start();
        let body = "x".repeat(4 * 1024 * 1024);
        let request =
            format!("POST /post-only HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let answer = rt::task::spawn_blocking(move || exchange(address, &request)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        handle.stop(false).await;
    }
}
