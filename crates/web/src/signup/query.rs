//! What queries ask for: a language, and a stretch of a list (sign-up contract section 3).

use std::convert::Infallible;

use actix_web::{FromRequest, HttpRequest, dev, web};
use portico_domain::{ports::Stretch, signup::Locale};
use utoipa::IntoParams;

use super::problem::Problem;
use crate::refuses::Refuses;

/// How many entries a list has when nothing is said.
const LIMIT: u16 = 30;
/// How many it has at most.
const MAX_LIMIT: u16 = 1_000;

/// In which language texts are asked for. It arrives whatever it holds: whoever names no language, or something that is
/// none, gets `en_US`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LangQuery {
    /// The language; `en_US` when nothing is said. Texts that are not there in it are given in `en_US`, or in another
    #[param(rename = "langCode", example = "en_US")]
    lang_code: Option<String>,
}

/// Which stretch of a list is asked for. It arrives whatever it holds.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StretchQuery {
    /// How many entries to leave out; none when nothing is said
    #[param(value_type = Option<u32>, example = 0)]
    offset: Option<String>,
    /// How many entries at most; 30 when nothing is said, and never more than 1,000
    #[param(value_type = Option<u32>, example = 30)]
    limit: Option<String>,
}

impl LangQuery {
    /// The language.
    pub(super) fn locale(&self) -> Locale {
        self.lang_code.as_deref().and_then(|code| Locale::parse(code).ok()).unwrap_or_default()
    }
}

impl StretchQuery {
    /// The stretch.
    ///
    /// # Errors
    /// 400 when one of them is no whole number.
    pub(super) fn parse(&self) -> Result<Stretch, Problem> {
        let offset = whole(self.offset.as_deref()).map_err(|NotWhole| not_whole("offset"))?;
        let limit = whole(self.limit.as_deref()).map_err(|NotWhole| not_whole("limit"))?;
        let limit = limit.map_or(LIMIT, |limit| u16::try_from(limit).unwrap_or(MAX_LIMIT).min(MAX_LIMIT));
        Ok(Stretch { offset: offset.unwrap_or_default(), limit })
    }
}

/// A text that is no whole number.
struct NotWhole;

/// The number in a text, or the largest there is.
fn whole(text: Option<&str>) -> Result<Option<u32>, NotWhole> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(Some(text.parse().unwrap_or(u32::MAX)))
    } else {
        Err(NotWhole)
    }
}

fn not_whole(name: &str) -> Problem {
    Problem::bad_request(format!("{name} must be a whole number"))
}

impl Refuses<Problem> for StretchQuery {
    fn refusals() -> Vec<Problem> {
        ["offset", "limit"].map(not_whole).into()
    }
}

/// What a query says under a name; the first of equal names.
fn given(request: &HttpRequest, name: &str) -> Option<String> {
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?;
    query.into_inner().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

macro_rules! arrive {
    ($($query:ident { $($field:ident: $name:literal),+ })+) => {$(
        impl FromRequest for $query {
            type Error = Infallible;
            type Future = std::future::Ready<Result<Self, Infallible>>;

            fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
                std::future::ready(Ok(Self { $($field: given(request, $name)),+ }))
            }
        }
    )+};
}

arrive! {
    LangQuery { lang_code: "langCode" }
    StretchQuery { offset: "offset", limit: "limit" }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn request(query: &str) -> HttpRequest {
        TestRequest::get().uri(&format!("/api/content/forms?{query}")).to_http_request()
    }

    async fn stretch(query: &str) -> Result<(u32, u16), Problem> {
        let Ok(query) = StretchQuery::extract(&request(query)).await;
        query.parse().map(|Stretch { offset, limit }| (offset, limit))
    }

    #[actix_web::test]
    async fn whoever_names_no_language_gets_the_default_one() {
        for (query, code) in [
            ("langCode=tr_TR", "tr_TR"),
            ("langCode=tr_TR&langCode=de_DE", "tr_TR"),
            ("", "en_US"),
            ("langCode=", "en_US"),
            ("langCode=undefined", "en_US"),
            ("langCode=%ff", "en_US"),
            ("langCode=%", "en_US"),
            ("langcode=tr_TR", "en_US"),
        ] {
            let Ok(lang) = LangQuery::extract(&request(query)).await;
            assert_eq!(lang.locale().as_str(), code, "{query}");
        }
    }

    #[actix_web::test]
    async fn a_list_has_thirty_entries_unless_more_are_asked_for() {
        for (query, expected) in [
            ("", (0, 30)),
            ("offset=&limit=", (0, 30)),
            ("offset=7&limit=1000", (7, 1000)),
            ("limit=0", (0, 0)),
            ("limit=1001", (0, 1000)),
            ("limit=70000&offset=007", (7, 1000)),
            ("offset=99999999999999999999&limit=99999999999999999999", (u32::MAX, 1000)),
        ] {
            assert_eq!(stretch(query).await, Ok(expected), "{query}");
        }
    }

    #[actix_web::test]
    async fn what_is_no_whole_number_is_refused_by_name() {
        for value in ["-1", "+1", "1.5", "ten", "undefined", "null", "%00", "0x1", "%D9%A3"] {
            for name in ["offset", "limit"] {
                assert_eq!(stretch(&format!("{name}={value}")).await, Err(not_whole(name)), "{value}");
            }
        }
    }
}
