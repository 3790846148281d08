//! Reading request bodies up to a limit.

use actix_web::{
    HttpRequest, dev,
    http::header::CONTENT_LENGTH,
    rt::time::timeout,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt as _;

use crate::surroundings::BodyTime;

/// The most bytes of a body that is JSON.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PayloadError {
    /// It is larger than the limit.
    TooLarge,
    /// It broke off, or its transfer encoding is wrong.
    Broken,
    /// It did not arrive in time.
    TooSlow,
}

/// Reads a body of at most `limit` bytes, for no longer than the operator's patience. One that announces to be larger
/// is not read at all.
pub(crate) fn read(
    request: &HttpRequest,
    payload: &mut dev::Payload,
    limit: usize,
) -> impl Future<Output = Result<Bytes, PayloadError>> + use<> {
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let patience = request.app_data::<BodyTime>().copied().unwrap_or_default();
    let payload = payload.take();
    async move {
        if announced.is_some_and(|length: u64| length > limit as u64) {
            return Err(PayloadError::TooLarge);
        }
        timeout(patience.0, collect(payload, limit)).await.unwrap_or(Err(PayloadError::TooSlow))
    }
}

async fn collect(mut payload: dev::Payload, limit: usize) -> Result<Bytes, PayloadError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| PayloadError::Broken)?;
        if body.len() + chunk.len() > limit {
            return Err(PayloadError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
