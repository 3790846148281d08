//! Accounts, projects and invites: the first of the four APIs.

mod answers;
mod caller;
mod emails;
mod fields;
mod given;
mod invites;
mod json_body;
mod kinds;
mod me;
mod members;
mod paging;
mod passwords;
mod problem;
mod projects;
mod refusals;
mod refuses;
mod registration;
mod sessions;
#[cfg(test)]
mod tests;

use actix_web::web::ServiceConfig;
use utoipa::{OpenApi as _, openapi::OpenApi};

pub(crate) use self::{
    problem::{Problem, Rule},
    refuses::{Refusals, Refuses},
};

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .configure(registration::configure)
        .configure(sessions::configure)
        .configure(passwords::configure)
        .configure(me::configure)
        .configure(emails::configure)
        .configure(projects::configure)
        .configure(members::configure)
        .configure(invites::configure);
}

/// What the operations of this API say of themselves.
pub(crate) fn descriptions() -> [OpenApi; 9] {
    [
        registration::Description::openapi(),
        sessions::Description::openapi(),
        passwords::Description::openapi(),
        me::Description::openapi(),
        emails::Description::openapi(),
        projects::Description::openapi(),
        members::Description::openapi(),
        invites::Description::openapi(),
        invites::received::Description::openapi(),
    ]
}
