//! What surrounds every handler: the request gets a name and is observed, paths are normalised, `HEAD` is answered
//! like `GET`, panics become answers, the scripts of other sites may call where the operator says so, and every answer
//! carries the same headers.

mod cors;
mod headers;

use std::{any::Any, fmt, panic::AssertUnwindSafe, sync::Arc};

use actix_web::{
    App, Error, HttpMessage as _, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    middleware::{Next, NormalizePath, from_fn},
    web,
};
use futures_util::FutureExt as _;
use portico_domain::ports::{Clock, Entropy};
use tracing::Instrument as _;

use self::headers::Headers;
use crate::{
    client_address::{Network, client_address},
    connection::Busy,
    dialect::{Dialect, Mishap},
    metrics::HttpMetrics,
    observation::{Observation, Trail},
    pages::Pages,
    request_id::request_id,
    routes, signup,
    surroundings::{BodyTime, Surroundings},
};

/// What the frame itself needs, shared by all workers.
#[derive(Clone)]
pub(crate) struct Frame {
    pages: web::Data<Pages>,
    metrics: web::Data<HttpMetrics>,
    outside: web::Data<Outside>,
    body_time: BodyTime,
    cors_origins: Arc<[String]>,
}

/// What the frame knows of the world.
struct Outside {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    trusted_proxies: Vec<Network>,
    https: bool,
}

impl Frame {
    /// A frame in these surroundings.
    ///
    /// # Errors
    /// When requests are counted in the registry already.
    pub(crate) fn new(
        pages: Pages,
        surroundings: Surroundings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, prometheus::Error> {
        let Surroundings {
            registry,
            trusted_proxies,
            https,
            base_path: _,
            body_time,
            portal: _,
            cors_origins,
        } = surroundings;
        Ok(Self {
            pages: web::Data::new(pages),
            metrics: web::Data::new(HttpMetrics::within(registry)?),
            outside: web::Data::new(Outside { clock, entropy, trusted_proxies, https }),
            body_time: BodyTime(body_time),
            cors_origins: cors_origins.into(),
        })
    }
}

/// An application of the given routes within the frame.
pub(crate) fn framed(
    frame: &Frame,
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
    let Frame { pages, metrics, outside, body_time, cors_origins } = frame.clone();
    let (panicking, given) = (pages.clone(), pages.clone());
    App::new()
        .app_data(pages)
        .app_data(metrics.clone())
        .app_data(body_time)
        .configure(configure)
        .default_service(web::to(routes::unrouted))
        .wrap(from_fn(note_route))
        .wrap(NormalizePath::trim())
        .wrap(from_fn(head_as_get))
        // Within the next, so that scripts of other sites can read of panics, too.
        .wrap(from_fn(move |request, next| catch(panicking.clone(), request, next)))
        .wrap(cors::allow(cors_origins))
        .wrap(from_fn(move |request, next| {
            surround(given.clone(), metrics.clone(), outside.clone(), request, next)
        }))
}

/// Notes the route of the normalised path.
async fn note_route(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    Trail::note_route(&request);
    next.call(request).await
}

/// Looks `HEAD` up among the `GET` routes. The server leaves the body of the answer out by itself. Partners have no `GET`,
/// and are told the method that they asked with.
async fn head_as_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::HEAD && Dialect::of(request.path()) != Dialect::Partners {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

/// Turns panics into answers.
async fn catch<B: MessageBody + 'static>(
    pages: web::Data<Pages>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let dialect = Dialect::of(request.path());
    // The request itself cannot be kept: the router must be its only owner.
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(answer) => answer,
        Err(payload) => {
            let cause = panic_text(payload.as_ref());
            tracing::error!(cause, ?dialect, "a handler panicked");
            Err(Panicked { dialect, pages }.into())
        }
    }
}

/// Names and observes the request, and adds what every answer has.
async fn surround(
    pages: web::Data<Pages>,
    metrics: web::Data<HttpMetrics>,
    outside: web::Data<Outside>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let _busy = Busy::with(&request);
    let (id, id_header) = request_id(request.headers(), outside.entropy.as_ref());
    let client = client_address(request.peer_addr(), request.headers(), &outside.trusted_proxies);
    if let Some(client) = client {
        request.extensions_mut().insert(client);
    }
    let trail = Trail::begin(&request);
    let observation = Observation::begin(id, request.method(), client, trail, metrics);
    let dialect = Dialect::of(request.path());
    let headers = Headers { request_id: id_header, https: outside.https, dialect };

    let span = observation.span();
    let answering = async move { next.call(request).await }.instrument(span);
    match answering.await {
        Ok(answer) => {
            let (request, answer) = answer.into_parts();
            let answer = cors::in_dialect(answer.map_into_boxed_body(), dialect, &pages);
            let mut answer = signup::dated(answer, outside.clock.now());
            headers.add_to(answer.head_mut());
            observation.answered(answer.status());
            Ok(ServiceResponse::new(request, answer))
        }
        Err(mut error) => {
            observation.answered(error.as_response_error().status_code());
            let at = outside.clock.now();
            error.add_response_mapper(move |answer| {
                let mut answer = signup::dated(answer, at);
                headers.add_to(answer.head_mut());
                answer
            });
            Err(error)
        }
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// A handler that panicked, on its way to become an answer.
struct Panicked {
    dialect: Dialect,
    pages: web::Data<Pages>,
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
        self.dialect.answer(&Mishap::Crash, &self.pages)
    }
}

#[cfg(test)]
mod tests;
