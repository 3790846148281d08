//! What the operator learns of a request: one line in the log, and the figures of its route.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Instant,
};

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::ServiceRequest,
    http::{Method, StatusCode},
    web,
};
use portico_domain::id::UserId;
use tracing::Span;

use crate::{client_address::ClientAddress, metrics::HttpMetrics};

/// What stands for the route of a path where nothing is.
const NO_ROUTE: &str = "-";

/// What the insides learn of a request while they work on it.
#[derive(Default)]
pub(crate) struct Trail {
    route: RefCell<Option<String>>,
    user: Cell<Option<UserId>>,
}

impl Trail {
    /// Begins the trail of a request.
    pub(crate) fn begin(request: &ServiceRequest) -> Rc<Self> {
        let trail = Rc::new(Self::default());
        request.extensions_mut().insert(Rc::clone(&trail));
        trail
    }

    /// Notes which route the path belongs to: its pattern, since paths hold tokens.
    pub(crate) fn note_route(request: &ServiceRequest) {
        let pattern = request.resource_map().match_pattern(request.path());
        if let Some(trail) = request.extensions().get::<Rc<Self>>() {
            Span::current().record("route", pattern.as_deref().unwrap_or(NO_ROUTE));
            *trail.route.borrow_mut() = pattern;
        }
    }

    /// The trail of a request; a new one when nobody observes it.
    pub(crate) fn of(request: &HttpRequest) -> Rc<Self> {
        request.extensions().get::<Rc<Self>>().cloned().unwrap_or_default()
    }

    /// Notes whose bearer token was accepted.
    pub(crate) fn note_user(&self, user: UserId) {
        Span::current().record("user", tracing::field::display(user));
        self.user.set(Some(user));
    }
}

/// A request under observation, from its head to its answer. One that is dropped before was given up by its client.
pub(crate) struct Observation {
    id: String,
    method: &'static str,
    client: Option<ClientAddress>,
    trail: Rc<Trail>,
    metrics: web::Data<HttpMetrics>,
    began: Instant,
    ended: bool,
}

/// Writes the line of a request, outside of its span: it holds everything itself.
macro_rules! line {
    ($level:ident, $of:expr, $status:expr, $text:literal) => {
        tracing::$level!(
            target: "portico_web::request",
            parent: None,
            id = $of.id,
            method = $of.method,
            route = $of.trail.route.borrow().as_deref().unwrap_or(NO_ROUTE),
            status = $status,
            ms = $of.milliseconds(),
            user = $of.trail.user.get().map(tracing::field::display),
            client = $of.client.map(tracing::field::display),
            $text
        )
    };
}

impl Observation {
    /// Begins to observe a request.
    pub(crate) fn begin(
        id: String,
        method: &Method,
        client: Option<ClientAddress>,
        trail: Rc<Trail>,
        metrics: web::Data<HttpMetrics>,
    ) -> Self {
        metrics.begin();
        let method = known_method(method);
        Self { id, method, client, trail, metrics, began: Instant::now(), ended: false }
    }

    /// The span in which the request is worked on. It is there whatever the filter says of lesser events, so that
    /// each line tells the request it belongs to.
    pub(crate) fn span(&self) -> Span {
        let empty = tracing::field::Empty;
        tracing::error_span!("request", id = self.id, method = self.method, route = empty, user = empty)
    }

    /// Ends the observation with an answer.
    pub(crate) fn answered(mut self, status: StatusCode) {
        self.ended = true;
        let code = status.as_u16();
        if status.is_server_error() {
            line!(warn, self, code, "request failed");
        } else {
            line!(info, self, code, "request served");
        }
        self.count(status.as_str());
    }

    /// With the precision of a microsecond.
    fn milliseconds(&self) -> f64 {
        (self.began.elapsed().as_secs_f64() * 1_000_000.0).round() / 1_000.0
    }

    fn count(&self, status: &str) {
        let route = self.trail.route.borrow();
        let route = route.as_deref().unwrap_or(NO_ROUTE);
        self.metrics.end(self.method, route, status, self.began.elapsed());
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        if !self.ended {
            line!(info, self, None::<u16>, "request given up by its client");
            self.count("none");
        }
    }
}

/// The name of a method, of which there are no more than these in the log and in the figures.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
