//! The partner API: the fourth of the four APIs, two paths that the programs of partners call.

mod about;
mod auth_user;
mod body;
mod problem;
mod refuses;
mod save_check_result;
#[cfg(test)]
mod tests;
mod texts;

use actix_web::{
    http::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderValue, VARY},
    web::ServiceConfig,
};
use utoipa::{OpenApi as _, openapi::OpenApi};

use crate::description::named;

pub(crate) use self::problem::Problem;

/// What both paths answer.
const METHODS: &str = "POST, OPTIONS";

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.configure(auth_user::configure).configure(save_check_result::configure);
}

/// What the operations of this API say of themselves.
pub(crate) fn descriptions() -> [OpenApi; 2] {
    [auth_user::Description::openapi(), save_check_result::Description::openapi()]
        .map(|part| named(part, "partners"))
}

/// Adds what every answer of these paths carries, whoever gives it (partner contract, "Common"). What it depends on
/// besides, such as the origin of a script, stays.
pub(crate) fn mark(headers: &mut HeaderMap) {
    headers.insert(ALLOW, HeaderValue::from_static(METHODS));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let others = headers.get(VARY).and_then(|others| others.to_str().ok());
    let vary = others.and_then(|others| HeaderValue::try_from(format!("Accept, {others}")).ok());
    headers.insert(VARY, vary.unwrap_or(HeaderValue::from_static("Accept")));
}
