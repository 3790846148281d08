//! The pages behind the links in letters: plain HTML with plain forms, for people without a front end at hand.
//!
//! Opening a page never changes anything, however often and by whomever it is done; only forms do.

mod form;
mod invite;
mod page;
mod reset_password;
mod result;
#[cfg(test)]
mod tests;

use actix_web::{HttpResponse, get, http::header, web};
use minijinja::{Environment, UndefinedBehavior};

pub(crate) use self::page::Page;

/// The templates by name, with those that others are made of first.
const TEMPLATES: [(&str, &str); 8] = [
    ("layout.html", include_str!("../templates/layout.html")),
    ("field.html", include_str!("../templates/field.html")),
    ("notice.html", include_str!("../templates/notice.html")),
    ("invite.html", include_str!("../templates/invite.html")),
    ("joined.html", include_str!("../templates/joined.html")),
    ("new-password.html", include_str!("../templates/new-password.html")),
    ("forgotten-password.html", include_str!("../templates/forgotten-password.html")),
    ("result.html", include_str!("../templates/result.html")),
];

/// The templates of all pages, ready to be filled in. Everything filled in is escaped.
pub(crate) struct Pages {
    templates: Environment<'static>,
}

impl Pages {
    /// The pages built into this program, whose links begin with `base_path`.
    ///
    /// # Errors
    /// When a template is malformed.
    pub(crate) fn embedded(base_path: &str) -> Result<Self, minijinja::Error> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.add_global("base_path", base_path.to_owned());
        for (name, source) in TEMPLATES {
            templates.add_template(name, source)?;
        }
        Ok(Self { templates })
    }
}

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(stylesheet)
        .configure(invite::configure)
        .configure(reset_password::configure)
        .configure(result::configure);
}

#[get("/assets/pages.css")]
async fn stylesheet() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(include_str!("../templates/pages.css"))
}
