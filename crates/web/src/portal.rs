//! The members' portal: the second of the four APIs.

mod answers;
mod binding;
mod bookkeeping;
mod caller;
mod config;
mod cookies;
mod dues;
mod external;
mod formats;
mod leaving;
mod listing;
mod member;
mod member_body;
mod members;
mod partners;
mod payments;
mod problem;
mod profile;
mod profile_body;
mod refusals;
mod refuses;
mod search;
mod sign_in;
mod sign_up;
mod signup_definitions;
mod streaming;
#[cfg(test)]
mod tests;
mod transactions;
mod turns;
mod verification;

use actix_web::web::ServiceConfig;
use utoipa::{OpenApi as _, openapi::OpenApi};

use crate::description::named;

pub(crate) use self::{caller::admit, cookies::TOKEN as TOKEN_COOKIE, problem::Problem, turns::Turns};

/// Paths that lead to what another path leads to: first the path that is described, then the other one. A slash at the
/// end stands for everything below (portal contract section 9).
pub(crate) const ALIASES: [(&str, &str); 5] = [
    ("/api/public/verify_email", "/api/public/veryfy_email"),
    ("/api/public/oidc_account", "/api/oidc_account"),
    ("/api/public/oidc_account/signup", "/api/oidc_account/signup"),
    ("/api/public/oidc_account/signup", "/api/private/signup"),
    ("/api/private/management/", "/api/management/"),
];

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .configure(sign_in::configure)
        .configure(sign_up::configure)
        .configure(verification::configure)
        .configure(leaving::configure)
        .configure(profile::configure)
        .configure(dues::configure)
        .configure(members::configure)
        .configure(search::configure)
        .configure(payments::configure)
        .configure(bookkeeping::configure)
        .configure(transactions::configure)
        .configure(config::configure)
        .configure(signup_definitions::configure)
        .configure(partners::configure)
        .configure(external::configure);
}

/// What the operations of this API say of themselves.
pub(crate) fn descriptions() -> Vec<OpenApi> {
    let mut parts = vec![
        sign_in::Description::openapi(),
        sign_up::Description::openapi(),
        verification::Description::openapi(),
        leaving::Description::openapi(),
        profile::Description::openapi(),
        dues::Description::openapi(),
        members::Description::openapi(),
        search::Description::openapi(),
        payments::Description::openapi(),
        bookkeeping::Description::openapi(),
        transactions::Description::openapi(),
        config::Description::openapi(),
        external::Description::openapi(),
    ];
    parts.extend(signup_definitions::descriptions());
    parts.extend(partners::descriptions());
    parts.into_iter().map(|part| named(part, "portal")).collect()
}
