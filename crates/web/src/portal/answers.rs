//! Answers that several endpoints give (portal contract sections 1 and 3.5).

use std::borrow::Cow;

use actix_web::web;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use portico_domain::{partner::PartnerEvent, policy::local_time};
use serde::Serialize;
use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

/// That something was done, beside whatever else there is to tell.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalDone, description = "That it was done", example = json!({ "status": "OK", "status_code": 200 }))]
pub(super) struct Done {
    #[schema(value_type = OkText)]
    status: &'static str,
    #[schema(value_type = OkNumber)]
    status_code: u16,
}

/// It was done, and there is nothing to tell.
pub(super) const DONE: Done = Done { status: "OK", status_code: 200 };

/// An answer with its keys beside the status.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalAnswer)]
pub(super) struct Flat<T> {
    #[serde(flatten)]
    payload: T,
    #[serde(flatten)]
    done: Done,
}

impl<T> Flat<T> {
    /// An answer that tells something.
    pub(super) const fn of(payload: T) -> Self {
        Self { payload, done: DONE }
    }
}

/// The body that tells something.
pub(super) const fn flat<T>(payload: T) -> web::Json<Flat<T>> {
    web::Json(Flat::of(payload))
}

/// An instant in the portal's zone: RFC 3339 with whole seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Moment(String);

impl Moment {
    /// The instant as the portal's clocks show it.
    pub(super) fn at(instant: DateTime<Utc>, zone: Tz) -> Self {
        Self(local_time(zone, instant))
    }
}

/// The kinds of values, as the description of the API shows them.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident as $shown:literal = $schema:expr;)+) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.description(Some(concat!($($doc),+).trim())).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($shown)
            }
        }
    )+};
}

/// `OK`.
enum OkText {}
/// 200.
enum OkNumber {}
/// See [`portico_domain::profile::MemberRole`].
pub(super) enum RoleWord {}
/// See [`portico_domain::profile::Sex`].
pub(super) enum SexWord {}
/// See [`portico_domain::period::Period`].
pub(super) enum PeriodNumber {}
/// See [`portico_domain::mail_template::LetterKind`].
pub(super) enum LetterWord {}
/// What admins can set.
pub(super) enum SettingWord {}
/// See [`portico_domain::partner::PartnerEvent`].
pub(super) enum EventWord {}
/// See [`portico_domain::partner::DeliveryState`].
pub(super) enum DeliveryWord {}

kinds! {
    /// An instant in the portal's zone: RFC 3339 with whole seconds
    Moment as "PortalTimestamp" = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .pattern(Some(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$"))
        .examples([json!("2026-11-22T10:33:58+09:00")]);

    /// The name of the status
    OkText as "PortalOk" = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["OK"]));

    /// Its number
    OkNumber as "Portal200" = ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([200]));

    /// What somebody is in the portal
    RoleWord as "PortalRole" = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["admin", "member", "retired", "not_member"]))
        .examples([json!("member")]);

    /// Empty in a profile that an operator made
    SexWord as "PortalSex" = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["male", "female", "other", ""]))
        .examples([json!("female")]);

    /// A half-year, as YYYYMM: `YYYY04` from April to September, `YYYY10` from October to March
    PeriodNumber as "PortalPeriod" = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(201_904))
        .maximum(Some(210_010))
        .examples([json!(202_610)]);

    /// What a letter is about
    LetterWord as "PortalLetter" = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["email_verification", "after_registration", "payment_receipt", "payment_reminder"]))
        .examples([json!("payment_receipt")]);

    /// What can be set
    SettingWord as "PortalSettingKind" = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["payment_period", "current_period", "email_template"]))
        .examples([json!("payment_period")]);

    /// What a partner is told of
    EventWord as "PortalPartnerEvent" = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(PartnerEvent::ALL.map(PartnerEvent::name)))
        .examples([json!("check_result.saved")]);

    /// What became of a delivery: it is still tried, the partner took it, or it was given up
    DeliveryWord as "PortalDeliveryState" = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["waiting", "delivered", "failed"]))
        .examples([json!("delivered")]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_in_the_zone_in_whole_seconds() {
        let instant = DateTime::from_timestamp(1_587_110_396, 987_654_000).unwrap();
        let told = |zone| serde_json::to_value(Moment::at(instant, zone)).unwrap();
        assert_eq!(told(Tz::Asia__Tokyo), "2020-04-17T16:59:56+09:00");
        assert_eq!(told(Tz::UTC), "2020-04-17T07:59:56Z");
        assert_eq!(told(Tz::America__New_York), "2020-04-17T03:59:56-04:00");
    }

    #[test]
    fn an_answer_has_its_keys_beside_the_status() {
        #[derive(Serialize)]
        struct Payload {
            redirect_url: &'static str,
        }
        let text = serde_json::to_string(&flat(Payload { redirect_url: "https://x" }).0).unwrap();
        assert_eq!(text, r#"{"redirect_url":"https://x","status":"OK","status_code":200}"#);
        assert_eq!(serde_json::to_string(&DONE).unwrap(), r#"{"status":"OK","status_code":200}"#);
    }
}
