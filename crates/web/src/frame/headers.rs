//! The headers of every answer.

use actix_web::{
    dev::ResponseHead,
    http::{
        ConnectionType, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL,
            CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
            STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
};

use crate::{dialect::Dialect, partners, request_id::REQUEST_ID};

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What every answer carries, besides what it carries by itself.
pub(super) struct Headers {
    /// The name of the request.
    pub(super) request_id: HeaderValue,
    /// Whether browsers are told to come by https alone, for a year.
    pub(super) https: bool,
    /// The dialect of the path.
    pub(super) dialect: Dialect,
}

impl Headers {
    /// Adds them. What a page allows itself stays: the policies of pages differ from that of mere data.
    pub(super) fn add_to(&self, answer: &mut ResponseHead) {
        let headers = answer.headers_mut();
        if self.dialect == Dialect::Partners {
            partners::mark(headers);
        }
        headers.insert(REQUEST_ID, self.request_id.clone());
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
        if self.https {
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
        if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
        }
        add(headers, CACHE_CONTROL, "no-store");
        add(headers, CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
        // The rest of a body that took too long is not waited for.
        if answer.status == StatusCode::REQUEST_TIMEOUT {
            answer.set_connection_type(ConnectionType::Close);
        }
    }
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
