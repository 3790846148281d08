//! One page on its way to a browser.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    http::{StatusCode, header},
    web,
};
use minijinja::{Value, value::Serde};
use portico_domain::ports::StoreError;
use serde::Serialize;

use super::Pages;

/// No script, nothing from elsewhere, no frame around it, and forms that lead nowhere but here.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// How long a browser should wait when the house is busy, in seconds.
const BUSY_SECONDS: &str = "1";

/// A template with what is to be filled in.
pub(crate) struct Page {
    status: StatusCode,
    template: &'static str,
    content: Value,
}

impl Page {
    /// A page of this template.
    pub(super) fn new(status: StatusCode, template: &'static str, content: impl Serialize) -> Self {
        Self { status, template, content: Value::from(Serde(content)) }
    }

    /// A page that only says something.
    pub(crate) fn notice(status: StatusCode, title: &str, text: &str) -> Self {
        Self::notice_in("en", status, title, text)
    }

    /// The same in a language, of which this is the tag.
    pub(super) fn notice_in(lang: &str, status: StatusCode, title: &str, text: &str) -> Self {
        #[derive(Serialize)]
        struct Notice<'t> {
            lang: &'t str,
            title: &'t str,
            text: &'t str,
        }
        Self::new(status, "notice.html", Notice { lang, title, text })
    }

    /// The status it goes with.
    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }

    /// 503: too much work is waiting.
    pub(super) fn busy() -> Self {
        Self::notice(
            StatusCode::SERVICE_UNAVAILABLE,
            "Please try again",
            "The server is busy at the moment. Wait a few seconds, go back and send the form again.",
        )
    }

    /// 500, after the cause was logged.
    pub(crate) fn crashed() -> Self {
        Self::notice(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong",
            "This is our fault, not yours. Please try again later.",
        )
    }

    /// 500. The cause is for the log and never shown.
    pub(super) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "a page failed");
        Self::crashed()
    }

    /// Fills the template in.
    pub(crate) fn render(&self, pages: &Pages) -> HttpResponse {
        let rendered =
            pages.templates.get_template(self.template).and_then(|page| page.render(&self.content));
        let html = match rendered {
            Ok(html) => html,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a template failed");
                return HttpResponse::InternalServerError().body("Something went wrong.");
            }
        };
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY));
        answer.content_type("text/html; charset=utf-8");
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            answer.insert_header((header::RETRY_AFTER, BUSY_SECONDS));
        }
        answer.body(html)
    }
}

impl From<StoreError> for Page {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overloaded | StoreError::Closed | StoreError::Stale => Self::busy(),
            StoreError::Unavailable(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store is out of reach");
                Self::busy()
            }
            StoreError::Duplicate(_) | StoreError::Corrupt { .. } => Self::internal(&error),
        }
    }
}

impl Responder for Page {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match request.app_data::<web::Data<Pages>>() {
            Some(pages) => self.render(pages),
            None => HttpResponse::InternalServerError().finish(),
        }
    }
}
