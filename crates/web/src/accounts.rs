//! Accounts, projects and invites: the first of the four APIs.

mod answers;
mod caller;
mod emails;
mod fields;
mod given;
mod invites;
mod json_body;
mod me;
mod members;
mod paging;
mod passwords;
mod problem;
mod projects;
mod refusals;
mod registration;
mod sessions;
#[cfg(test)]
mod tests;

use actix_web::web::ServiceConfig;

pub(crate) use self::problem::Problem;

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
