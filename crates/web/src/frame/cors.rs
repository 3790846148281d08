//! Which scripts of other sites may call: cross-origin resource sharing, for the origins that the operator names.

use std::sync::Arc;

use actix_cors::{Cors, CorsError};
use actix_web::{
    HttpResponse,
    http::{
        Method,
        header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, VARY},
    },
    middleware::Condition,
    web,
};

use crate::{
    dialect::{Dialect, Mishap},
    pages::Pages,
};

/// The headers that clients of the sign-up API send (sign-up contract section 1), and that of partners (partner contract,
/// `save_check_result`).
const HEADERS: [HeaderName; 6] = [
    CONTENT_TYPE,
    AUTHORIZATION,
    ACCEPT,
    HeaderName::from_static("x-app-token"),
    HeaderName::from_static("x-device-metadata"),
    HeaderName::from_static("idempotency-key"),
];
/// How long browsers remember what they may do, in seconds.
const MAX_AGE: usize = 3600;
/// What answers to preflights depend on.
const DEPENDS_ON: &str = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// Lets the scripts of these origins call, without cookies. Requests from elsewhere are answered as if there were no
/// such thing: their browsers keep the answers from the scripts.
pub(super) fn allow(origins: Arc<[String]>) -> Condition<Cors> {
    let is_used = !origins.is_empty();
    let cors = Cors::default()
        .allowed_origin_fn(move |origin, _| origins.iter().any(|allowed| *origin == **allowed))
        .allowed_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers(HEADERS)
        .max_age(MAX_AGE);
    Condition::new(is_used, cors)
}

/// Says in the dialect of the path why a browser's question beforehand was refused. Other answers stay as they are.
pub(super) fn in_dialect(answer: HttpResponse, dialect: Dialect, pages: &web::Data<Pages>) -> HttpResponse {
    let Some(refusal) = answer.error().and_then(|error| error.as_error::<CorsError>()) else { return answer };
    let why = match refusal {
        CorsError::OriginNotAllowed | CorsError::MissingOrigin => "Scripts of this origin may not call",
        CorsError::MethodNotAllowed => "Scripts of other origins may not call with this method",
        CorsError::HeadersNotAllowed => "Scripts of other origins may not send such headers",
        _ => "The preflight request is malformed",
    };
    let mut answer = dialect.answer(&Mishap::Preflight { why }, pages);
    answer.headers_mut().insert(VARY, HeaderValue::from_static(DEPENDS_ON));
    answer
}
