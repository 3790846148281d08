//! What another server says.

use std::{fmt, time::Duration};

use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

use crate::error::{Cause, HttpError, broken};

/// The most bytes of an answer.
pub(crate) const MAX_ANSWER: usize = 1024 * 1024;

/// How long a request may take, and until when that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    limit: Duration,
    end: Instant,
}

impl Deadline {
    pub(crate) fn within(limit: Duration) -> Self {
        Self { limit, end: Instant::now() + limit }
    }

    /// What comes in time.
    pub(crate) async fn hold<T>(self, work: impl Future<Output = Result<T, Cause>>) -> Result<T, Cause> {
        timeout_at(self.end, work).await.unwrap_or(Err(Cause::Silence(self.limit)))
    }
}

/// An answer, of which only the head is here. The rest is received when it is asked for, and never when it is not.
pub struct Answer {
    at: String,
    response: Response<Incoming>,
    deadline: Deadline,
}

impl Answer {
    pub(crate) const fn new(at: String, response: Response<Incoming>, deadline: Deadline) -> Self {
        Self { at, response, deadline }
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// This answer as an error, for a caller to whom its status is one.
    #[must_use]
    pub fn into_error(self) -> HttpError {
        let status = self.status();
        HttpError::new(self.at, Cause::Status(status))
    }

    /// The answer with its body, which must come within the time of the request.
    ///
    /// # Errors
    /// When the body is longer than 1 MiB, comes too slowly, or breaks off.
    pub async fn whole(self) -> Result<Response<Vec<u8>>, HttpError> {
        let Self { at, response, deadline } = self;
        let (head, body) = response.into_parts();
        let received = deadline.hold(async {
            match Limited::new(body, MAX_ANSWER).collect().await {
                Ok(body) => Ok(body.to_bytes().to_vec()),
                Err(error) if error.is::<LengthLimitError>() => Err(Cause::TooLarge),
                Err(error) => Err(broken(error.as_ref())),
            }
        });
        let body = received.await.map_err(|cause| HttpError::new(at, cause))?;
        Ok(Response::from_parts(head, body))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("at", &self.at).field("status", &self.status()).finish_non_exhaustive()
    }
}
