//! Which paths there are, and what is answered elsewhere.

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
        .flat_map(|(path, methods)| methods.split(", ").map(|method| ((*path).to_owned(), method.to_owned())))
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
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        {
            if methods.split(", ").any(|allowed| allowed == method.as_str()) {
                continue;
            }
            let answer = request(&site, method.clone(), &path).await;
            assert_eq!((answer.status.as_u16(), answer.header("Allow")), (405, *methods), "{method} {path}");
            match Dialect::of(&path) {
                Dialect::Accounts => assert_eq!(answer.json()["code"], "METHOD_NOT_ALLOWED", "{path}"),
                Dialect::Portal | Dialect::Signup => {
                    assert_eq!(answer.json()["message"], "Method Not Allowed", "{path}");
                }
                Dialect::Partners => {
                    assert_eq!(
                        answer.json()["detail"],
                        format!("Method \"{method}\" not allowed."),
                        "{path}"
                    );
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
        "/api/public/auth_user",
        "/api/public/save_check_result",
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
        "/results/{token}",
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
