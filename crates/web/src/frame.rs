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
