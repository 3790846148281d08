//! Which part of a list is asked for, and which thing a path names.

use actix_web::http::StatusCode;
use portico_domain::page::{Page, PageLimitError};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::portal::{
    binding::{BindFault, Fields, Request},
    problem::Problem,
    refusals::invalid_request,
};

/// How many entries a list has unless somebody asks for another number.
pub(super) const USUAL_LIMIT: u16 = 100;

/// Which part of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// The id of the last entry seen: the list goes on behind it
    after: Option<Uuid>,
    /// How many at most
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, example = 50)]
    limit: Option<i64>,
}

impl Request for PageQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { after: given_id(fields, "after")?, limit: fields.given_number("limit")? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

impl PageQuery {
    /// The page, of `usual` entries when nothing is said.
    ///
    /// # Errors
    /// 400 when the limit is no number from 1 to 1000.
    pub(super) fn page(&self, usual: u16) -> Result<Page, Problem> {
        let limit = self.limit.map_or(Ok(usual), |limit| u16::try_from(limit).map_err(|_| PageLimitError));
        limit
            .and_then(|limit| Page::new(limit, self.after))
            .map_err(|_| Self::refused(BindFault::must_be("limit", "from 1 to 1000")))
    }
}

/// An id in a query, if there is one.
///
/// # Errors
/// When it is something else.
pub(super) fn given_id(fields: &mut Fields, name: &'static str) -> Result<Option<Uuid>, BindFault> {
    match fields.text(name)?.as_str() {
        "" => Ok(None),
        text => Uuid::parse_str(text).map(Some).map_err(|_| BindFault::must_be(name, "an id")),
    }
}

/// The id in a path.
///
/// # Errors
/// 404 when it is none: there is nothing of that name.
pub(super) fn id(text: &str) -> Result<Uuid, Problem> {
    Uuid::parse_str(text).map_err(|_| unknown())
}

/// 404: there is none, or it is another partner's.
pub(super) fn unknown() -> Problem {
    Problem::plain(StatusCode::NOT_FOUND)
}
