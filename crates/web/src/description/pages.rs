//! The pages that show the description: Swagger UI, built into the program. Nothing is fetched from elsewhere.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    web,
};
use utoipa_swagger_ui::{Config, SwaggerFile};

use crate::{
    dialect::{Dialect, Mishap},
    pages::{Page, Pages},
};

/// Scripts and styles of its own, the document, and pictures that its style sheet brings along. Swagger UI puts styles
/// into its elements.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
const FIRST_PAGE: &str = "/docs/index.html";

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(first_page).service(ui_file);
}

#[get("/docs")]
async fn first_page() -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, FIRST_PAGE)).finish()
}

#[get("/docs/{file}")]
async fn ui_file(request: HttpRequest, path: web::Path<String>, pages: web::Data<Pages>) -> HttpResponse {
    let config = Config::from("/openapi.json").use_base_layout().validator_url("none");
    match utoipa_swagger_ui::serve(&path, Arc::new(config)) {
        Ok(Some(file)) => answer(file),
        Ok(None) => Dialect::Pages.answer(&Mishap::not_found(&request), &pages),
        Err(error) => {
            tracing::error!(error = error.as_ref(), "the description cannot be shown");
            Page::crashed().render(&pages)
        }
    }
}

fn answer(file: SwaggerFile<'_>) -> HttpResponse {
    HttpResponse::build(StatusCode::OK)
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .content_type(file.content_type)
        .body(file.bytes.into_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::testing::{Answer, bare_site, send};

    async fn get(path: &str) -> Answer {
        send(&bare_site(), TestRequest::get().uri(path)).await
    }

    #[actix_web::test]
    async fn the_short_address_leads_to_the_first_page() {
        for path in ["/docs", "/docs/"] {
            let answer = get(path).await;
            assert_eq!((answer.status.as_u16(), answer.header("Location")), (302, FIRST_PAGE), "{path}");
        }
    }

    #[actix_web::test]
    async fn the_page_and_all_that_it_asks_for_are_there_and_nothing_comes_from_elsewhere() {
        let page = get(FIRST_PAGE).await;
        assert_eq!((page.status.as_u16(), page.header("Content-Type")), (200, "text/html"));
        assert!(page.header("Content-Security-Policy").contains("default-src 'none'"));
        assert!(!page.body.contains("://"), "{}", page.body);
        let named = page.body.split(['"', '\'']).filter_map(|word| word.strip_prefix("./"));
        let named: Vec<&str> = named.chain(["index.css"]).collect();
        assert!(named.len() > 3, "{}", page.body);
        for name in named {
            let answer = get(&format!("/docs/{name}")).await;
            assert_eq!(answer.status, 200, "{name}");
        }
        let start = get("/docs/swagger-initializer.js").await;
        assert!(start.body.contains("/openapi.json") && !start.body.contains("petstore"), "{}", start.body);
    }

    #[actix_web::test]
    async fn other_files_are_not_found() {
        for path in ["/docs/nothing.js", "/docs/..%2fopenapi.json", "/docs/a/b"] {
            let answer = get(path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(answer.body.starts_with("<!doctype html>"), "{path}");
        }
    }
}
