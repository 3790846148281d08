//! `GET /metrics`: the figures of the server, as Prometheus reads them.
//!
//! They are counted in a registry that the site was given: there is nothing global about them.

use std::time::Duration;

use actix_web::{HttpResponse, get, http::header::CONTENT_TYPE, web};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The upper ends of the histogram's buckets, in seconds: most answers take about a millisecond, a password hash some
/// tens of them, and a rush of sign-ins seconds.
const BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What is counted of requests. Methods, routes and statuses are of known number, so that nobody can fill the memory
/// by asking for ever new paths.
pub(crate) struct HttpMetrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    in_flight: IntGauge,
}

impl HttpMetrics {
    /// Begins to count in `registry`.
    ///
    /// # Errors
    /// When something is counted there under the same names.
    pub(crate) fn within(registry: Registry) -> Result<Self, prometheus::Error> {
        let requests = Opts::new(
            "portico_http_requests_total",
            "Requests by method, route and status; status none: the client went away before the answer.",
        );
        let durations = HistogramOpts::new(
            "portico_http_request_duration_seconds",
            "Time from a request's head to its answer, by route.",
        );
        let metrics = Self {
            requests: IntCounterVec::new(requests, &["method", "route", "status"])?,
            durations: HistogramVec::new(durations.buckets(BUCKETS.to_vec()), &["route"])?,
            in_flight: IntGauge::new("portico_http_requests_in_flight", "Requests that have no answer yet.")?,
            registry,
        };
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.durations.clone()))?;
        metrics.registry.register(Box::new(metrics.in_flight.clone()))?;
        Ok(metrics)
    }

    /// A request has come.
    pub(crate) fn begin(&self) {
        self.in_flight.inc();
    }

    /// A request has its answer, or was given up.
    pub(crate) fn end(&self, method: &str, route: &str, status: &str, duration: Duration) {
        self.in_flight.dec();
        self.requests.with_label_values(&[method, route, status]).inc();
        self.durations.with_label_values(&[route]).observe(duration.as_secs_f64());
    }
}

/// Registers the route.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(show);
}

#[get("/metrics")]
async fn show(http: web::Data<HttpMetrics>) -> HttpResponse {
    match TextEncoder::new().encode_to_string(&http.registry.gather()) {
        Ok(text) => HttpResponse::Ok().insert_header((CONTENT_TYPE, TEXT)).body(text),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}
