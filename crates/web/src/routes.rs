//! The whole API at a glance.

use actix_web::{HttpRequest, HttpResponse, ResponseError as _, http::header::HeaderValue, web};

use crate::{
    accounts, description,
    dialect::{Dialect, Mishap},
    health, metrics,
    pages::{self, Pages},
    portal, signup, well_known,
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
        Some(allow) => Mishap::MethodNotAllowed { allow: HeaderValue::from_static(allow) },
        None => Mishap::not_found(&request),
    };
    dialect.answer(&mishap, &pages)
}

fn allowed(request: &HttpRequest) -> Option<&'static str> {
    let pattern = request.resource_map().match_pattern(request.path())?;
    METHODS.iter().find(|(path, _)| *path == pattern).map(|(_, methods)| *methods)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use actix_web::{http::Method, test::TestRequest};

    use super::*;
    use crate::{
        Site,
        testing::{Answer, bare_site, send, signed_in, site},
    };

    async fn request(site: &Site, method: Method, path: &str) -> Answer {
        send(site, TestRequest::default().method(method).uri(path)).await
    }

    /// Every `#[get("…")]` and its like in the sources of this folder, but for those of tests.
    fn routes_in(folder: &Path, found: &mut BTreeSet<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_stem().is_some_and(|name| name == "tests") {
                continue;
            }
            if path.is_dir() {
                routes_in(&path, found);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let source = source.split("mod tests {").next().unwrap_or_default();
            for line in source.lines().filter_map(|line| line.strip_prefix("#[")) {
                let Some((method, rest)) = line.split_once("(\"/") else { continue };
                let pattern = rest.split('"').next().unwrap_or_default();
                found.insert((format!("/{pattern}"), method.to_uppercase()));
            }
        }
    }

    #[test]
    fn the_table_holds_exactly_the_routes_that_exist() {
        let mut found = BTreeSet::new();
        routes_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let listed: BTreeSet<(String, String)> = METHODS
            .iter()
            .flat_map(|(path, methods)| {
                methods.split(", ").map(|method| ((*path).to_owned(), method.to_owned()))
            })
            .filter(|(_, method)| method != "HEAD")
            .collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn whatever_answers_get_answers_head() {
        for (path, methods) in METHODS {
            assert_eq!(methods.contains("GET"), methods.contains("HEAD"), "{path}");
        }
    }

    /// What tells only those who may enter which methods and paths there are.
    fn is_behind_a_door(path: &str) -> bool {
        ["/api/private/", "/api/management/", "/api/external/"].iter().any(|door| path.starts_with(door))
    }

    #[actix_web::test]
    async fn other_methods_are_told_which_ones_there_are() {
        let site = bare_site();
        for (path, methods) in METHODS {
            let path = path.replace(['{', '}'], "");
            if is_behind_a_door(&path) {
                continue;
            }
            for method in
                [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
            {
                if methods.split(", ").any(|allowed| allowed == method.as_str()) {
                    continue;
                }
                let answer = request(&site, method.clone(), &path).await;
                assert_eq!(
                    (answer.status.as_u16(), answer.header("Allow")),
                    (405, *methods),
                    "{method} {path}"
                );
                match Dialect::of(&path) {
                    Dialect::Accounts => assert_eq!(answer.json()["code"], "METHOD_NOT_ALLOWED", "{path}"),
                    Dialect::Portal | Dialect::Signup => {
                        assert_eq!(answer.json()["message"], "Method Not Allowed", "{path}");
                    }
                    Dialect::Pages => assert!(answer.body.starts_with("<!doctype html>"), "{path}"),
                }
            }
        }
    }

    #[actix_web::test]
    async fn head_on_a_path_that_only_takes_posts_is_not_allowed() {
        let answer = request(&bare_site(), Method::HEAD, "/auth/login").await;
        assert_eq!((answer.status.as_u16(), answer.header("Allow")), (405, "POST"));
    }

    #[actix_web::test]
    async fn unknown_paths_are_not_found_in_their_dialect() {
        let site = bare_site();
        for path in ["/", "/auth", "/auth/login/x", "/projects/a/b", "/invites", "/%00", "/auth/%ff"] {
            let answer = request(&site, Method::GET, path).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["code"].as_str()),
                (404, Some("NOT_FOUND")),
                "{path}"
            );
        }
        for path in ["/invite", "/invite/a/b", "/reset-password/x", "/assets/../x"] {
            let answer = request(&site, Method::GET, path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(answer.body.starts_with("<!doctype html>"), "{path}");
        }
        for path in ["/api", "/api/nothing", "/api/public", "/api/public/card", "/api/public/login/x"] {
            let answer = request(&site, Method::GET, path).await;
            let body = r#"{"status":"Not Found","status_code":404,"message":"Not Found"}"#;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (404, body), "{path}");
        }
    }

    #[actix_web::test]
    async fn what_asks_for_a_token_says_so_first() {
        let site = bare_site();
        let open = [
            "/auth/register/start",
            "/auth/register/verify",
            "/auth/register/password",
            "/auth/register/resend",
            "/auth/register/with-invite",
            "/auth/login",
            "/auth/token/refresh",
            "/auth/password/forgot",
            "/auth/password/reset",
            "/api/public/login",
            "/api/public/callback",
            "/api/public/verify_email",
            "/api/public/veryfy_email",
            "/api/public/logout",
            "/api/public/card/{id}",
            "/api/content/users-auth-providers",
            "/api/content/users-auth-providers/marker/{marker}",
            "/api/content/users-auth-providers/marker/{marker}/users/sign-up",
            "/api/content/users-auth-providers/marker/{marker}/users/generate-code",
            "/api/content/users-auth-providers/marker/{marker}/users/check-code",
            "/api/content/users-auth-providers/marker/{marker}/users/activate",
            "/api/content/users-auth-providers/marker/{marker}/users/auth",
            "/api/content/users-auth-providers/marker/{marker}/users/refresh",
            "/api/content/users-auth-providers/marker/{marker}/users/logout",
            "/api/content/users-auth-providers/marker/{marker}/users/change-password",
            "/api/content/users-auth-providers/marker/{marker}/oauth",
            "/api/content/forms",
            "/api/content/forms/marker/{marker}",
            "/invites/{token}",
            "/invite/{token}",
            "/reset-password",
            "/assets/pages.css",
            "/.well-known/jwks.json",
            "/openapi.json",
            "/swagger.json",
            "/docs",
            "/docs/{file}",
            "/health",
            "/health/ready",
            "/metrics",
        ];
        for (path, methods) in METHODS.iter().filter(|(path, _)| !open.contains(path)) {
            for method in methods.split(", ") {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let answer = request(&site, method.clone(), &path.replace(['{', '}'], "")).await;
                let status = if path.starts_with("/api/external/") { 403 } else { 401 };
                assert_eq!(answer.status, status, "{method} {path}");
            }
        }
    }

    #[actix_web::test]
    async fn each_body_names_its_required_fields_in_order() {
        for (path, fields) in [
            ("/auth/register/start", vec!["email"]),
            ("/auth/register/resend", vec!["email"]),
            ("/auth/register/verify", vec!["email", "code"]),
            ("/auth/register/password", vec!["email", "password"]),
            ("/auth/register/with-invite", vec!["invite_token", "email", "password"]),
            ("/auth/login", vec!["email", "password"]),
            ("/auth/token/refresh", vec!["refresh_token"]),
            ("/auth/password/forgot", vec!["email"]),
            ("/auth/password/reset", vec!["token", "password"]),
            ("/auth/password/change", vec!["old_password", "new_password"]),
            ("/auth/emails", vec!["email"]),
            ("/auth/emails/verify", vec!["email", "code"]),
            ("/auth/emails/resend", vec!["email"]),
            ("/projects", vec!["name"]),
            ("/projects/chess/invites", vec!["email"]),
        ] {
            let bearer = ("Authorization", format!("Bearer {}", crate::testing::TOKEN));
            let request = TestRequest::post().uri(path).insert_header(bearer);
            let answer = send(&site(signed_in(false)), request).await;
            assert_eq!(answer.status, 422, "{path}");
            let errors = answer.json()["errors"].as_array().unwrap().clone();
            let named: Vec<_> = errors.iter().map(|fault| fault["field"].clone()).collect();
            assert_eq!(named, fields, "{path}");
            assert!(errors.iter().all(|fault| fault["rule"] == "required"), "{path}");
        }
    }
}
