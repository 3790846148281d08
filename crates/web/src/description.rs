//! The description of the API, made from the code: as a document (OpenAPI 3.1), and as pages to browse.

mod document;
mod pages;

use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    web,
};
use utoipa::openapi::OpenApi;

pub(crate) use self::document::text;

/// The text of the document, made once.
pub(crate) struct Description {
    text: web::Bytes,
}

impl Description {
    /// Describes the API.
    pub(crate) fn new() -> Self {
        Self { text: web::Bytes::from(text()) }
    }

    fn answer(&self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CACHE_CONTROL, "public, max-age=300"))
            .body(self.text.clone())
    }
}

/// What the operations of an API say of themselves, with names that no other API has: those with its name before them.
pub(crate) fn named(mut part: OpenApi, api: &str) -> OpenApi {
    for item in part.paths.paths.values_mut() {
        let [get, post, put] = [&mut item.get, &mut item.post, &mut item.put];
        let operations = [get, post, put, &mut item.patch, &mut item.delete, &mut item.options];
        for operation in operations.into_iter().flatten() {
            operation.operation_id = operation.operation_id.take().map(|name| format!("{api}_{name}"));
        }
    }
    part
}

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(openapi).service(swagger).configure(pages::configure);
}

#[get("/openapi.json")]
async fn openapi(description: web::Data<Description>) -> HttpResponse {
    description.answer()
}

/// The same under the name that older clients know.
#[get("/swagger.json")]
async fn swagger(description: web::Data<Description>) -> HttpResponse {
    description.answer()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::testing::{bare_site, send};

    #[actix_web::test]
    async fn the_document_is_there_under_two_names() {
        for path in ["/openapi.json", "/swagger.json"] {
            let answer = send(&bare_site(), TestRequest::get().uri(path)).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("Content-Type")),
                (200, "application/json"),
                "{path}"
            );
            assert_eq!(answer.header("Cache-Control"), "public, max-age=300", "{path}");
            assert_eq!(answer.body, text(), "{path}");
        }
    }
}
