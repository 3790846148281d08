//! Lists of any length, page by page: an answer takes the memory of one page.

use std::error::Error;

use actix_web::{HttpResponse, http::header, web::Bytes};
use chrono_tz::Tz;
use futures_util::{Stream, stream};

use super::problem::Problem;

/// A page of a list.
pub(super) struct Part<R, P> {
    /// What it holds.
    pub(super) rows: Vec<R>,
    /// Where it ends, if anything may be behind it.
    pub(super) end: Option<P>,
}

/// Where the rows of a list come from.
pub(super) trait Source: 'static {
    /// What is listed.
    type Row;
    /// Where a page ends.
    type Place;
    /// Why there is no page.
    type Error: Error + Into<Problem> + 'static;

    /// The zone in which instants are told.
    fn zone(&self) -> Tz;

    /// The page behind a place, or the first one.
    ///
    /// # Errors
    /// When the store fails, or there is no such list.
    fn page(
        &self,
        after: Option<Self::Place>,
    ) -> impl Future<Output = Result<Part<Self::Row, Self::Place>, Self::Error>>;
}

/// How rows are written down.
pub(super) trait Format<R>: 'static {
    /// What stands before all of them.
    ///
    /// # Errors
    /// When it cannot be written.
    fn begin(&mut self, _out: &mut Vec<u8>) -> Result<(), FormatError> {
        Ok(())
    }

    /// Some of them.
    ///
    /// # Errors
    /// When they cannot be written.
    fn add(&mut self, rows: Vec<R>, zone: Tz, out: &mut Vec<u8>) -> Result<(), FormatError>;

    /// What stands behind all of them.
    fn end(&mut self, _out: &mut Vec<u8>) {}
}

/// Rows could not be written down.
#[derive(Debug, thiserror::Error)]
pub(super) enum FormatError {
    /// As JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// As a table.
    #[error(transparent)]
    Csv(#[from] csv::Error),
}

/// Why a list broke off after its answer had begun. Then the connection breaks, so that nobody takes it for whole.
#[derive(Debug, thiserror::Error)]
enum BrokenOff<E: Error + 'static> {
    #[error("the store failed in the middle of a list")]
    Source(#[source] E),
    #[error("a row cannot be written down")]
    Format(#[from] FormatError),
}

/// Begins the answer once the first page is there, so that a store out of reach still gets its status.
///
/// # Errors
/// When there is no first page.
pub(super) async fn answer<S: Source>(
    source: S,
    kind: &'static str,
    format: impl Format<S::Row>,
) -> Result<HttpResponse, Problem> {
    let first = source.page(None).await.map_err(Into::into)?;
    let written = written(source, Next::First(first), format);
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, kind)).streaming(written))
}

/// The same as a file.
///
/// # Errors
/// See [`answer`].
pub(super) async fn file<S: Source>(
    source: S,
    kind: &'static str,
    name: &str,
    format: impl Format<S::Row>,
) -> Result<HttpResponse, Problem> {
    let mut answer = answer(source, kind, format).await?;
    if let Ok(value) = header::HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(answer)
}

/// Which part of a list comes next.
enum Next<S: Source> {
    First(Part<S::Row, S::Place>),
    Behind(S::Place),
    Nothing,
}

fn written<S: Source>(
    source: S,
    first: Next<S>,
    format: impl Format<S::Row>,
) -> impl Stream<Item = Result<Bytes, BrokenOff<S::Error>>> {
    stream::try_unfold((source, format, first), |(source, mut format, next)| async {
        let chunk = chunk(&source, &mut format, next).await.inspect_err(|error| {
            tracing::error!(error = error as &dyn Error, "a list broke off");
        })?;
        Ok(chunk.map(|(bytes, next)| (bytes, (source, format, next))))
    })
}

/// The next part of the answer, and what comes behind it.
async fn chunk<S: Source>(
    source: &S,
    format: &mut impl Format<S::Row>,
    next: Next<S>,
) -> Result<Option<(Bytes, Next<S>)>, BrokenOff<S::Error>> {
    let mut out = Vec::new();
    let Part { rows, end } = match next {
        Next::First(part) => {
            format.begin(&mut out)?;
            part
        }
        Next::Behind(place) => source.page(Some(place)).await.map_err(BrokenOff::Source)?,
        Next::Nothing => return Ok(None),
    };
    format.add(rows, source.zone(), &mut out)?;
    let next = end.map_or(Next::Nothing, Next::Behind);
    if matches!(next, Next::Nothing) {
        format.end(&mut out);
    }
    Ok(Some((Bytes::from(out), next)))
}
