//! The whole API at a glance.

use actix_web::{HttpRequest, HttpResponse, http::header::HeaderValue, web};

use crate::{
    accounts,
    dialect::{Dialect, Mishap},
    health,
    pages::{self, Pages},
};

/// Every path with the methods it answers, for the `Allow` header of those it does not.
const METHODS: &[(&str, &str)] = &[
    ("/auth/register/start", "POST"),
    ("/auth/register/verify", "POST"),
    ("/auth/register/password", "POST"),
    ("/auth/register/resend", "POST"),
    ("/auth/register/with-invite", "POST"),
    ("/auth/login", "POST"),
    ("/auth/logout", "POST"),
    ("/auth/token/refresh", "POST"),
    ("/auth/password/forgot", "POST"),
    ("/auth/password/reset", "POST"),
    ("/auth/password/change", "POST"),
    ("/auth/me", "GET, HEAD"),
    ("/auth/emails", "GET, HEAD, POST"),
    ("/auth/emails/verify", "POST"),
    ("/auth/emails/resend", "POST"),
    ("/projects", "GET, HEAD, POST"),
    ("/projects/{slug}", "GET, HEAD"),
    ("/projects/{slug}/members", "GET, HEAD"),
    ("/projects/{slug}/join", "POST"),
    ("/projects/{slug}/invites", "GET, HEAD, POST"),
    ("/projects/{slug}/invites/{id}", "DELETE"),
    ("/projects/{slug}/invites/{id}/resend", "POST"),
    ("/invites/{token}", "GET, HEAD"),
    ("/invites/{token}/accept", "POST"),
    ("/invite/{token}", "GET, HEAD, POST"),
    ("/reset-password", "GET, HEAD, POST"),
    ("/assets/pages.css", "GET, HEAD"),
    ("/health", "GET, HEAD"),
    ("/health/ready", "GET, HEAD"),
];

/// Registers every route.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.configure(accounts::configure).configure(pages::configure).configure(health::configure);
}

/// Answers what no route takes: 405 where the path has other methods, 404 elsewhere.
pub(crate) async fn unrouted(request: HttpRequest, pages: web::Data<Pages>) -> HttpResponse {
    let mishap = match allowed(&request) {
        Some(allow) => Mishap::MethodNotAllowed { allow: HeaderValue::from_static(allow) },
        None => Mishap::NotFound,
    };
    Dialect::of(request.path()).answer(&mishap, &pages)
}

fn allowed(request: &HttpRequest) -> Option<&'static str> {
    let pattern = request.resource_map().match_pattern(request.path())?;
    METHODS.iter().find(|(path, _)| *path == pattern).map(|(_, methods)| *methods)
}
