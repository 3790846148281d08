//! Sign-up forms and auth providers: the third of the four APIs. "T1" to "T10" in these modules name the traps of the
//! contract's section 0.

mod answers;
mod body;
mod caller;
mod codes;
mod device;
mod forms;
mod me;
mod oauth;
mod problem;
mod providers;
mod query;
mod refusals;
mod refuses;
mod sessions;
mod sign_up;
#[cfg(test)]
mod tests;

use actix_web::web::ServiceConfig;
use utoipa::{OpenApi as _, openapi::OpenApi};

use crate::description::named;

pub(crate) use self::{
    caller::admit,
    problem::{Problem, dated},
};

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .configure(providers::configure)
        .configure(sign_up::configure)
        .configure(codes::configure)
        .configure(sessions::configure)
        .configure(oauth::configure)
        .configure(me::configure)
        .configure(forms::configure);
}

/// What the operations of this API say of themselves.
pub(crate) fn descriptions() -> [OpenApi; 7] {
    [
        providers::Description::openapi(),
        sign_up::Description::openapi(),
        codes::Description::openapi(),
        sessions::Description::openapi(),
        oauth::Description::openapi(),
        me::Description::openapi(),
        forms::Description::openapi(),
    ]
    .map(|part| named(part, "signup"))
}
