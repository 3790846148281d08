//! The page of a check's result: what was dictated, what was written, and what the partner's site found in it.

mod language;
mod rows;
mod shown;
#[cfg(test)]
mod tests;
mod texts;

use actix_web::{
    HttpRequest, Responder, get,
    http::{
        StatusCode,
        header::{HeaderName, VARY},
    },
    web,
};
use portico_application::{UnknownPartnerError, UseCases};
use portico_domain::{ports::StoreError, token::PlainToken};

use self::{language::PageLanguage, shown::ShownResult};
use super::Page;

/// For machines that read no pages.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(show_result);
}

#[get("/results/{token}")]
async fn show_result(
    request: HttpRequest,
    use_cases: web::Data<UseCases>,
    path: web::Path<String>,
) -> impl Responder {
    let asked_for = PageLanguage::asked_for(&request);
    let token = PlainToken::presented(path.into_inner());
    let page = match use_cases.view_check_result.execute(&token).await {
        Ok(shown) => {
            let language = asked_for.or_else(|| PageLanguage::of_tag(shown.dictation.language.as_str()));
            Page::new(StatusCode::OK, "result.html", ShownResult::of(&shown, language.unwrap_or_default()))
        }
        Err(UnknownPartnerError::Unknown) => missing(asked_for.unwrap_or_default()),
        Err(UnknownPartnerError::Store(error)) => failed(error, asked_for.unwrap_or_default()),
    };
    page.customize().insert_header((VARY, "Accept-Language")).insert_header((ROBOTS, "noindex"))
}

fn missing(language: PageLanguage) -> Page {
    let texts = language.texts();
    Page::notice_in(language.tag(), StatusCode::NOT_FOUND, texts.missing, texts.missing_text)
}

/// The page that says so everywhere, in the reader's language.
fn failed(error: StoreError, language: PageLanguage) -> Page {
    let (status, texts) = (Page::from(error).status(), language.texts());
    if status == StatusCode::SERVICE_UNAVAILABLE {
        Page::notice_in(language.tag(), status, texts.busy, texts.busy_text)
    } else {
        Page::notice_in(language.tag(), status, texts.crashed, texts.crashed_text)
    }
}
