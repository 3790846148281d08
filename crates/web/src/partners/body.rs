//! What a call asks for in its JSON body (partner contract, "Common").

use std::{collections::BTreeMap, convert::Infallible, fmt};

use actix_web::{
    FromRequest, HttpRequest, dev,
    http::{StatusCode, header::HeaderMap},
};
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use portico_domain::{
    partner::{FieldFault, FieldFaults, Given, IdempotencyKey, PartnerField},
    token::PlainToken,
};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    problem::Problem,
    texts::{IDEMPOTENCY_KEY, Language},
};
use crate::{
    bearer::bearer_token,
    payload::{self, PayloadError},
    refuses::Refuses,
};

/// The most bytes of a body.
const LIMIT: usize = 16 * 1024 * 1024;
/// The most bytes of a key. Ours have fewer; what is longer need not be looked up.
const MAX_KEY: usize = 512;

/// What a path is asked, made from the fields of a body.
pub(super) trait Request: Sized {
    /// The fields that are looked at, in the order of the contract.
    const FIELDS: &'static [PartnerField];

    /// Reads the fields. What is wrong with one of them is for the use case, which tells all faults at once.
    fn read(fields: &Fields<'_>) -> Self;
}

/// A call as it arrived, whatever it holds.
pub(super) struct Call<R> {
    asked: Result<R, Problem>,
    /// In which language it is answered.
    pub(super) language: Language,
    /// Its name, if it has one.
    name: Result<Option<IdempotencyKey>, Problem>,
}

impl<R> Call<R> {
    /// What is asked.
    ///
    /// # Errors
    /// When the body is too large or too slow, or no JSON object.
    pub(super) fn read(self) -> Result<R, Problem> {
        self.asked
    }

    /// What is asked, and under which name.
    ///
    /// # Errors
    /// As [`Self::read`], or when a call cannot have that name.
    pub(super) fn read_named(self) -> Result<(R, Option<IdempotencyKey>), Problem> {
        Ok((self.asked?, self.name?))
    }
}

impl<R: Request> Refuses<Problem> for Call<R> {
    /// Besides what is wrong with every body, all fields faulty in each of the ways that they can be.
    fn refusals() -> Vec<Problem> {
        let all = |fault: fn(PartnerField) -> FieldFault| {
            let mut faults = FieldFaults::default();
            for field in R::FIELDS {
                faults.note(*field, fault(*field));
            }
            Problem::faulty(&faults, Language::Original)
        };
        let invalid = all(|_| FieldFault::Invalid);
        let missing = all(|field| match field {
            PartnerField::SendEmailToUser => FieldFault::Invalid,
            _ => FieldFault::Required,
        });
        vec![invalid, missing, not_json(), too_slow(), too_large()]
    }
}

impl<R: Request + 'static> FromRequest for Call<R> {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let language = Language::asked_for(request);
        let name = name(request.headers(), language);
        let bearer = bearer_token(request.headers());
        let bytes = payload::read(request, payload, LIMIT);
        async move {
            let asked = match bytes.await {
                Ok(bytes) => Fields::parse(&bytes, R::FIELDS, bearer).map(|fields| R::read(&fields)),
                Err(error) => Err(unread(error)),
            };
            Ok(Self { asked, language, name })
        }
        .boxed_local()
    }
}

/// The name of a call. Two names are none.
fn name(headers: &HeaderMap, language: Language) -> Result<Option<IdempotencyKey>, Problem> {
    let mut given = headers.get_all(IDEMPOTENCY_KEY);
    let name = match (given.next(), given.next()) {
        (None, _) => return Ok(None),
        (Some(name), None) => name.to_str().ok().and_then(|name| IdempotencyKey::parse(name).ok()),
        (Some(_), Some(_)) => None,
    };
    name.map(Some).ok_or_else(|| Problem::invalid_idempotency_key(language))
}

fn unread(error: PayloadError) -> Problem {
    match error {
        PayloadError::TooLarge => too_large(),
        PayloadError::TooSlow => too_slow(),
        PayloadError::Broken => not_json(),
    }
}

fn not_json() -> Problem {
    Problem::detail(StatusCode::BAD_REQUEST, "JSON parse error")
}

fn too_large() -> Problem {
    Problem::detail(StatusCode::PAYLOAD_TOO_LARGE, "The body must be at most 16 MiB.")
}

fn too_slow() -> Problem {
    Problem::detail(StatusCode::REQUEST_TIMEOUT, "The body took too long to arrive.")
}

/// The fields of a body, each as it came: nothing is copied before somebody asks for it.
pub(super) struct Fields<'b> {
    given: BTreeMap<PartnerField, &'b RawValue>,
    bearer: Option<PlainToken>,
}

impl<'b> Fields<'b> {
    /// These fields of a JSON object. Of equal names the last one counts.
    ///
    /// # Errors
    /// 400 when it is none.
    fn parse(
        bytes: &'b [u8],
        names: &'static [PartnerField],
        bearer: Option<PlainToken>,
    ) -> Result<Self, Problem> {
        let text = std::str::from_utf8(bytes).map_err(|_| not_json())?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let given = deserializer.deserialize_map(Members(names)).map_err(|_| not_json())?;
        deserializer.end().map_err(|_| not_json())?;
        Ok(Self { given, bearer })
    }

    /// The JSON of a field, unless it is missing or null.
    fn raw(&self, field: PartnerField) -> Option<&'b str> {
        self.given.get(&field).map(|raw| raw.get()).filter(|raw| *raw != "null")
    }

    /// A text.
    pub(super) fn text(&self, field: PartnerField) -> Given<String> {
        let raw = self.raw(field).ok_or(FieldFault::Required)?;
        // Of what is no text, however large, nothing more is read.
        let text = raw.starts_with('"').then(|| serde_json::from_str(raw).ok()).flatten();
        text.ok_or(FieldFault::Invalid)
    }

    /// The key: from the body, or from the head in its place.
    pub(super) fn key(&self) -> Given<PlainToken> {
        match (self.text(PartnerField::Key), &self.bearer) {
            (Ok(key), _) if key.len() > MAX_KEY => Err(FieldFault::Invalid),
            (Ok(key), _) => Ok(PlainToken::presented(key)),
            (Err(FieldFault::Required), Some(bearer)) => Ok(bearer.clone()),
            (Err(fault), _) => Err(fault),
        }
    }

    /// A yes or no; no when it is missing, but nothing when it is null.
    pub(super) fn flag(&self, field: PartnerField) -> Given<bool> {
        match self.given.get(&field).map(|raw| raw.get()) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(FieldFault::Invalid),
        }
    }
}

/// Reads the fields of these names, and skips the others without looking into them.
struct Members(&'static [PartnerField]);

impl<'de> Visitor<'de> for Members {
    type Value = BTreeMap<PartnerField, &'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut given = BTreeMap::new();
        while let Some(field) = map.next_key_seed(Name(self.0))? {
            match field {
                Some(field) => {
                    given.insert(field, map.next_value()?);
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(given)
    }
}

/// Reads a name without keeping it.
struct Name(&'static [PartnerField]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<PartnerField>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<PartnerField>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|field| field.name() == name))
    }
}

#[cfg(test)]
mod tests;
