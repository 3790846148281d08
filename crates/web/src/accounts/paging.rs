//! `limit` and `after`: which part of a list is asked for (contract O44).

use std::{collections::HashMap, convert::Infallible};

use actix_web::{FromRequest, HttpRequest, dev, web};
use portico_domain::page::{MAX_PAGE, Page, PageLimitError};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{
    fields::Refusal as _,
    problem::{Fault, Problem, Rule},
    refuses::Refuses,
};

/// The part of a list that a query asks for. As [`super::json_body::JsonBody`] it arrives whatever it holds.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many entries at most; 1,000 when nothing is said
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, example = 50)]
    limit: Option<String>,
    /// The id of the last entry seen: the list goes on behind it
    #[param(value_type = Option<Uuid>, example = "01a200e3-7bf8-7cd8-b40e-2db83342eae8")]
    after: Option<String>,
}

impl PageQuery {
    /// The page; the first thousand rows when nothing is said.
    ///
    /// # Errors
    /// When the limit is no number from 1 to 1000, or `after` is no id.
    pub(crate) fn parse(self) -> Result<Page, Problem> {
        let mut faults = Vec::new();
        let limit = self.limit.map_or(Ok(MAX_PAGE), |text| text.parse().map_err(|_| PageLimitError));
        let after = self.after.map(|text| Uuid::parse_str(&text)).transpose();
        let page = limit.and_then(|limit| Page::new(limit, after.clone().unwrap_or_default()));
        if let Err(refusal) = page {
            faults.push(Fault::new("limit", refusal.rule(), refusal));
        }
        if after.is_err() {
            faults.push(Fault::new("after", Rule::Regex, "must be the id of a list entry"));
        }
        page.ok().filter(|_| faults.is_empty()).ok_or_else(|| Problem::invalid(faults))
    }
}

impl Refuses<Problem> for PageQuery {
    fn refusals() -> Vec<Problem> {
        let nonsense = Self { limit: Some("0".to_owned()), after: Some("first".to_owned()) };
        nonsense.parse().err().into_iter().collect()
    }
}

impl FromRequest for PageQuery {
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let mut query = web::Query::<HashMap<String, String>>::from_query(request.query_string())
            .map(web::Query::into_inner)
            .unwrap_or_default();
        std::future::ready(Ok(Self { limit: query.remove("limit"), after: query.remove("after") }))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn parse(query: &str) -> Result<Page, Problem> {
        let request = TestRequest::get().uri(&format!("/projects?{query}")).to_http_request();
        let Ok(query) = PageQuery::extract(&request).await;
        query.parse()
    }

    #[actix_web::test]
    async fn a_list_is_whole_unless_a_part_is_asked_for() {
        assert_eq!(parse("").await, Ok(Page::first()));
        assert_eq!(parse("limit=20").await.unwrap().limit(), 20);
        let after = "018d0a5a-0000-7000-8000-000000000000";
        let page = parse(&format!("after={after}&limit=1000")).await.unwrap();
        assert_eq!(page.after(), Some(Uuid::parse_str(after).unwrap()));
    }

    #[actix_web::test]
    async fn nonsense_is_a_fault_of_its_parameter() {
        for (query, fields) in [
            ("limit=0", vec!["limit"]),
            ("limit=1001", vec!["limit"]),
            ("limit=-1", vec!["limit"]),
            ("limit=", vec!["limit"]),
            ("limit=ten&after=x", vec!["limit", "after"]),
            ("after=", vec!["after"]),
            ("after=%00", vec!["after"]),
        ] {
            let problem = parse(query).await.expect_err(query);
            let sent = serde_json::to_value(problem.body()).unwrap();
            let named: Vec<_> =
                sent["errors"].as_array().unwrap().iter().map(|f| f["field"].clone()).collect();
            assert_eq!(named, fields, "{query}");
        }
    }
}
