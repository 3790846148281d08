//! On which device: the header `x-device-metadata` (sign-up contract section 1).

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use portico_domain::signup::{Device, DeviceError};
use utoipa::IntoParams;

use super::{caller::admit, problem::Problem};
use crate::refuses::Refuses;

const HEADER: &str = "x-device-metadata";

/// The device that a request comes from, in an application that may use this API. Only for routes that open, refresh or
/// end a sign-in: clients send the header with every `POST`, but not all of them need it.
pub(super) struct OnDevice(pub(super) Device);

/// The header, for the description of the API.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only describes the header")]
pub(super) struct DeviceHeader {
    /// The device, as JSON: a text `fingerprint` and an object `deviceInfo` with `os`, `browser` and `location`
    #[param(
        rename = "x-device-metadata",
        example = r#"{"fingerprint":"UQ_1a2b3c","deviceInfo":{"os":"Node.js","browser":"Node.js/22","location":"en-US"}}"#
    )]
    device: String,
}

impl FromRequest for OnDevice {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(admit(request).and_then(|()| device(request)).map(Self))
    }
}

fn device(request: &HttpRequest) -> Result<Device, Problem> {
    let header = request.headers().get(HEADER).map(|header| header.as_bytes().trim_ascii());
    let header = header.filter(|header| !header.is_empty()).ok_or_else(missing)?;
    let text = std::str::from_utf8(header).map_err(|_| invalid())?;
    Device::parse(text).map_err(|_| invalid())
}

impl Refuses<Problem> for OnDevice {
    fn refusals() -> Vec<Problem> {
        vec![missing(), invalid()]
    }
}

fn missing() -> Problem {
    Problem::bad_request("Missing x-device-metadata header")
}

fn invalid() -> Problem {
    Problem::bad_request(DeviceError.to_string())
}
