//! The whole API at a glance.

use actix_web::{HttpRequest, HttpResponse, ResponseError as _, http::header::HeaderValue, web};

use crate::{
    accounts, description,
    dialect::{Dialect, Mishap},
    health, metrics,
    pages::{self, Pages},
    partners, portal, signup, well_known,
};

/// Every path with the methods it answers, for the `Allow` header of those it does not.
pub(crate) const METHODS: &[(&str, &str)] = &[
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
    ("/api/public/login", "POST"),
    ("/api/public/callback", "POST"),
    ("/api/public/verify_email", "POST"),
    ("/api/public/veryfy_email", "POST"),
    ("/api/public/logout", "POST"),
    ("/api/public/oidc_account", "GET, HEAD"),
    ("/api/public/oidc_account/signup", "POST"),
    ("/api/oidc_account", "GET, HEAD"),
    ("/api/oidc_account/signup", "POST"),
    ("/api/public/card/{id}", "GET, HEAD"),
    ("/api/public/auth_user", "POST, OPTIONS"),
    ("/api/public/save_check_result", "POST, OPTIONS"),
    ("/api/private/signup", "POST"),
    ("/api/private/logout", "POST"),
    ("/api/private/profile", "GET, HEAD, POST"),
    ("/api/private/profile/payment_statuses", "GET, HEAD"),
    ("/api/private/profile/payment_transaction", "POST"),
    ("/api/private/profile/payment_transaction.svg", "GET, HEAD"),
    ("/api/private/management/users", "GET, HEAD"),
    ("/api/private/management/list_users", "GET, HEAD"),
    ("/api/private/management/users/search", "GET, HEAD"),
    ("/api/private/management/users/export.csv", "GET, HEAD"),
    ("/api/private/management/users/export.jsonl", "GET, HEAD"),
    ("/api/private/management/user", "GET, HEAD, POST, PATCH"),
    ("/api/private/management/payment_status", "GET, HEAD, POST, PUT, DELETE"),
    ("/api/private/management/payment_statuses", "GET, HEAD"),
    ("/api/private/management/authorize_transaction", "POST"),
    ("/api/private/management/authorize_transaction/preview", "POST"),
    ("/api/private/management/remind_payment", "POST"),
    ("/api/private/management/config", "GET, HEAD, POST"),
    ("/api/private/management/signup/forms", "GET, HEAD"),
    ("/api/private/management/signup/forms/{identifier}", "GET, HEAD, PUT, DELETE"),
    ("/api/private/management/signup/providers", "GET, HEAD"),
    ("/api/private/management/signup/providers/{identifier}", "GET, HEAD, PUT, DELETE"),
    ("/api/private/management/partners", "GET, HEAD, POST"),
    ("/api/private/management/partners/{id}", "DELETE"),
    ("/api/private/management/partners/{id}/rotate", "POST"),
    ("/api/private/management/partners/{id}/dictations", "GET, HEAD, POST"),
    ("/api/private/management/partners/{id}/dictations/{dict}", "DELETE"),
    ("/api/private/management/partners/{id}/results", "GET, HEAD"),
    ("/api/private/management/partners/{id}/results.csv", "GET, HEAD"),
    ("/api/private/management/partners/{id}/results.jsonl", "GET, HEAD"),
    ("/api/private/management/partners/{id}/webhooks", "GET, HEAD, POST"),
    ("/api/private/management/partners/{id}/webhooks/{webhook}", "DELETE"),
    ("/api/private/management/partners/{id}/webhooks/{webhook}/deliveries", "GET, HEAD"),
    ("/api/private/management/partners/{id}/webhooks/{webhook}/deliveries/{delivery}/replay", "POST"),
    ("/api/management/users", "GET, HEAD"),
    ("/api/management/list_users", "GET, HEAD"),
    ("/api/management/users/search", "GET, HEAD"),
    ("/api/management/users/export.csv", "GET, HEAD"),
    ("/api/management/users/export.jsonl", "GET, HEAD"),
    ("/api/management/user", "GET, HEAD, POST, PATCH"),
    ("/api/management/payment_status", "GET, HEAD, POST, PUT, DELETE"),
    ("/api/management/payment_statuses", "GET, HEAD"),
    ("/api/management/authorize_transaction", "POST"),
    ("/api/management/authorize_transaction/preview", "POST"),
    ("/api/management/remind_payment", "POST"),
    ("/api/management/config", "GET, HEAD, POST"),
    ("/api/management/signup/forms", "GET, HEAD"),
    ("/api/management/signup/forms/{identifier}", "GET, HEAD, PUT, DELETE"),
    ("/api/management/signup/providers", "GET, HEAD"),
    ("/api/management/signup/providers/{identifier}", "GET, HEAD, PUT, DELETE"),
    ("/api/management/partners", "GET, HEAD, POST"),
    ("/api/management/partners/{id}", "DELETE"),
    ("/api/management/partners/{id}/rotate", "POST"),
    ("/api/management/partners/{id}/dictations", "GET, HEAD, POST"),
    ("/api/management/partners/{id}/dictations/{dict}", "DELETE"),
    ("/api/management/partners/{id}/results", "GET, HEAD"),
    ("/api/management/partners/{id}/results.csv", "GET, HEAD"),
    ("/api/management/partners/{id}/results.jsonl", "GET, HEAD"),
    ("/api/management/partners/{id}/webhooks", "GET, HEAD, POST"),
    ("/api/management/partners/{id}/webhooks/{webhook}", "DELETE"),
    ("/api/management/partners/{id}/webhooks/{webhook}/deliveries", "GET, HEAD"),
    ("/api/management/partners/{id}/webhooks/{webhook}/deliveries/{delivery}/replay", "POST"),
    ("/api/external/find_role", "GET, HEAD"),
    ("/api/external/all_member_roles", "GET, HEAD"),
    ("/api/content/users-auth-providers", "GET, HEAD"),
    ("/api/content/users-auth-providers/marker/{marker}", "GET, HEAD"),
    ("/api/content/users-auth-providers/marker/{marker}/users/sign-up", "POST"),
    ("/api/content/users-auth-providers/marker/{marker}/users/generate-code", "POST"),
    ("/api/content/users-auth-providers/marker/{marker}/users/check-code", "POST"),
    ("/api/content/users-auth-providers/marker/{marker}/users/activate", "POST"),
    ("/api/content/users-auth-providers/marker/{marker}/users/change-password", "POST"),
    ("/api/content/users-auth-providers/marker/{marker}/users/auth", "POST"),
    ("/api/content/users-auth-providers/marker/{marker}/users/refresh", "POST"),
    ("/api/content/users-auth-providers/marker/{marker}/users/logout", "POST"),
    ("/api/content/users-auth-providers/marker/{marker}/users/logout-all", "POST"),
    ("/api/content/users-auth-providers/marker/{marker}/users/sessions", "GET, HEAD"),
    ("/api/content/users-auth-providers/marker/{marker}/oauth", "POST"),
    ("/api/content/users/me", "GET, HEAD, PUT, DELETE"),
    ("/api/content/users/me/account", "DELETE"),
    ("/api/content/users/me/fcm-token/{token}", "POST, DELETE"),
    ("/api/content/forms", "GET, HEAD"),
    ("/api/content/forms/marker/{marker}", "GET, HEAD"),
    ("/invite/{token}", "GET, HEAD, POST"),
    ("/reset-password", "GET, HEAD, POST"),
    ("/results/{token}", "GET, HEAD"),
    ("/assets/pages.css", "GET, HEAD"),
    ("/.well-known/jwks.json", "GET, HEAD"),
    ("/openapi.json", "GET, HEAD"),
    ("/swagger.json", "GET, HEAD"),
    ("/docs", "GET, HEAD"),
    ("/docs/{file}", "GET, HEAD"),
    ("/health", "GET, HEAD"),
    ("/health/ready", "GET, HEAD"),
    ("/metrics", "GET, HEAD"),
];

/// Registers every route.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .configure(accounts::configure)
        .configure(portal::configure)
        .configure(signup::configure)
        .configure(partners::configure)
        .configure(pages::configure)
        .configure(health::configure)
        .configure(description::configure)
        .configure(well_known::configure)
        .configure(metrics::configure);
}

/// Answers what no route takes: 405 where the path has other methods, 404 elsewhere. Behind the doors of the portal
/// only to those who may enter.
pub(crate) async fn unrouted(request: HttpRequest, pages: web::Data<Pages>) -> HttpResponse {
    if let Err(problem) = portal::admit(&request).await {
        return problem.error_response();
    }
    let dialect = Dialect::of(request.path());
    if dialect == Dialect::Signup
        && let Err(problem) = signup::admit(&request)
    {
        return problem.error_response();
    }
    let mishap = match allowed(&request) {
        Some(allow) => Mishap::MethodNotAllowed {
            allow: HeaderValue::from_static(allow),
            asked: request.method().clone(),
        },
        None => Mishap::not_found(&request),
    };
    dialect.answer(&mishap, &pages)
}

fn allowed(request: &HttpRequest) -> Option<&'static str> {
    let pattern = request.resource_map().match_pattern(request.path())?;
    METHODS.iter().find(|(path, _)| *path == pattern).map(|(_, methods)| *methods)
}

#[cfg(test)]
mod tests;
