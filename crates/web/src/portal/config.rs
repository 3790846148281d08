//! The periods that count, and the wording of letters, for admins (portal contract section 7).

use actix_web::{routes, web};
use portico_application::{PeriodChange, SaveMailTemplateError, SetPeriodError, UseCases};
use portico_domain::{
    mail_template::{LetterKind, MailTemplate, TemplateError},
    period::{Period, PeriodError, PeriodsRefusal},
    ports::StoreError,
};
use serde::Serialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{
    answers::{DONE, Done, Flat, LetterWord, PeriodNumber, SettingWord},
    binding::{BindFault, Bound, Fields, Request},
    caller::Steward,
    problem::Problem,
    refusals::{invalid_request, quoted},
    refuses::Refusals,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(view_setting, change_setting))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(view_setting).service(change_setting);
}

/// Something that can be set.
enum Setting {
    PaymentPeriod,
    CurrentPeriod,
    Template,
}

impl Setting {
    fn parse(word: &str) -> Result<Self, Problem> {
        match word {
            "payment_period" => Ok(Self::PaymentPeriod),
            "current_period" => Ok(Self::CurrentPeriod),
            "email_template" => Ok(Self::Template),
            _ => Err(Problem::bad_request(format!("unknown kind: {}", quoted(word)))),
        }
    }
}

fn letter_kind(word: &str) -> Result<LetterKind, Problem> {
    LetterKind::parse(word)
        .ok_or_else(|| Problem::bad_request(format!("不正なEメールの種別です: {}", quoted(word))))
}

/// What cannot be set.
struct UnknownKind;

impl Refuses<Problem> for UnknownKind {
    fn refusals() -> Vec<Problem> {
        [Setting::parse("weather").err(), letter_kind("weather").err()].into_iter().flatten().collect()
    }
}

/// What is asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct SettingQuery {
    #[param(value_type = SettingWord, example = "payment_period")]
    kind: String,
    /// Which letter, for `email_template`
    #[param(value_type = Option<LetterWord>, example = "payment_receipt")]
    email_kind: String,
}

impl Request for SettingQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { kind: fields.text("kind")?, email_kind: fields.text("email_kind")? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalPaymentPeriod, example = json!({ "payment_period": 202_610 }))]
struct PaymentPeriod {
    /// For which dues are collected
    #[schema(value_type = PeriodNumber)]
    payment_period: i32,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalCurrentPeriod, example = json!({ "current_period": 202_604 }))]
struct CurrentPeriod {
    /// For which members have paid
    #[schema(value_type = PeriodNumber)]
    current_period: i32,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalTemplate, example = json!({ "subject": "会費の支払いを確認しました", "body": "{{.User.Handle}} さん" }))]
struct Template {
    subject: String,
    body: String,
}

impl From<MailTemplate> for Template {
    fn from(MailTemplate { subject, body }: MailTemplate) -> Self {
        Self { subject, body }
    }
}

/// One setting.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = PortalSetting)]
enum SettingAnswer {
    PaymentPeriod(Flat<PaymentPeriod>),
    CurrentPeriod(Flat<CurrentPeriod>),
    Template(Flat<Template>),
}

/// See a setting
///
/// A letter that nobody has worded yet has the wording that is used for it.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(SettingQuery),
    responses((status = 200, description = "The setting", body = SettingAnswer, example = json!({ "payment_period": 202_610, "status": "OK", "status_code": 200 })), Refusals<(Steward, Bound<SettingQuery>, UnknownKind)>),
)]
#[routes]
#[get("/api/private/management/config")]
#[get("/api/management/config")]
async fn view_setting(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    query: Bound<SettingQuery>,
) -> Result<web::Json<SettingAnswer>, Problem> {
    let SettingQuery { kind, email_kind } = query.read()?;
    Ok(web::Json(match Setting::parse(&kind)? {
        Setting::PaymentPeriod => {
            let payment_period = use_cases.view_periods.execute().await?.payment().number();
            SettingAnswer::PaymentPeriod(Flat::of(PaymentPeriod { payment_period }))
        }
        Setting::CurrentPeriod => {
            let current_period = use_cases.view_periods.execute().await?.current().number();
            SettingAnswer::CurrentPeriod(Flat::of(CurrentPeriod { current_period }))
        }
        Setting::Template => {
            let template = use_cases.view_mail_template.execute(letter_kind(&email_kind)?).await?;
            SettingAnswer::Template(Flat::of(template.into()))
        }
    }))
}

/// What is to be set.
#[derive(ToSchema)]
#[schema(as = PortalSettingChange, example = json!({
    "kind": "current_period",
    "payload": { "current_period": 202_610 },
}))]
struct ChangeBody {
    #[schema(value_type = SettingWord)]
    kind: String,
    payload: Payload,
}

/// To what; each kind has its own fields.
#[derive(Default, ToSchema)]
#[schema(as = PortalSettingPayload)]
struct Payload {
    /// Taken for the current period too, when that is what is set and nothing else is said
    #[schema(value_type = Option<PeriodNumber>)]
    payment_period: Option<i64>,
    #[schema(value_type = Option<PeriodNumber>)]
    current_period: Option<i64>,
    #[schema(value_type = Option<LetterWord>, required = false)]
    email_kind: String,
    #[schema(required = false)]
    subject: String,
    #[schema(required = false)]
    body: String,
}

impl Request for ChangeBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        let kind = fields.text("kind")?;
        let payload = match fields.object("payload")? {
            Some(mut fields) => Payload {
                payment_period: fields.given_number("payment_period")?,
                current_period: fields.given_number("current_period")?,
                email_kind: fields.text("email_kind")?,
                subject: fields.text("subject")?,
                body: fields.text("body")?,
            },
            None => Payload::default(),
        };
        Ok(Self { kind, payload })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// Change a setting
///
/// Another period changes the roles of all members at once, by what they have paid. Letters are worded in a part of
/// Go's `text/template`.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    request_body = ChangeBody,
    responses((status = 200, description = "Set", body = Done), Refusals<(Steward, Bound<ChangeBody>, UnknownKind, ChangeRefused)>),
)]
#[routes]
#[post("/api/private/management/config")]
#[post("/api/management/config")]
async fn change_setting(
    steward: Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<ChangeBody>,
) -> Result<web::Json<Done>, Problem> {
    let ChangeBody { kind, payload } = body.read()?;
    steward.still(&use_cases).await?;
    match Setting::parse(&kind)? {
        Setting::PaymentPeriod => {
            let period = Period::parse(payload.payment_period.unwrap_or_default())?;
            use_cases.set_period.execute(PeriodChange::Payment(period)).await?;
        }
        Setting::CurrentPeriod => {
            let given = payload.current_period.or(payload.payment_period).unwrap_or_default();
            use_cases.set_period.execute(PeriodChange::Current(Period::parse(given)?)).await?;
        }
        Setting::Template => {
            let Payload { email_kind, subject, body, .. } = payload;
            use_cases.save_mail_template.execute(letter_kind(&email_kind)?, subject, body).await?;
        }
    }
    Ok(web::Json(DONE))
}

impl From<SetPeriodError> for Problem {
    fn from(error: SetPeriodError) -> Self {
        match error {
            SetPeriodError::Refused(PeriodsRefusal::PaymentOutOfReach) => {
                Self::bad_request("支払い期間は現在の期間と同じか一つ次のみ指定できます")
            }
            SetPeriodError::Refused(PeriodsRefusal::CurrentOutOfReach) => {
                Self::bad_request("現在の期間は現在の期間と同じか一つ次のみ指定できます")
            }
            SetPeriodError::Store(error) => error.into(),
        }
    }
}

impl From<SaveMailTemplateError> for Problem {
    fn from(error: SaveMailTemplateError) -> Self {
        match error {
            SaveMailTemplateError::Template(TemplateError { part, fault }) => {
                Self::bad_request(format!("{part}のフォーマットが不正です: {fault}"))
            }
            SaveMailTemplateError::Store(error) => error.into(),
        }
    }
}

struct ChangeRefused;

impl Refuses<Problem> for ChangeRefused {
    fn refusals() -> Vec<Problem> {
        let out_of_reach = [PeriodsRefusal::PaymentOutOfReach, PeriodsRefusal::CurrentOutOfReach];
        let out_of_reach = out_of_reach.map(|refusal| SetPeriodError::Refused(refusal).into());
        let faulty = [("{{", ""), ("", "{{.User.Nmae}}")].map(|(subject, body)| {
            let refused = MailTemplate::parse(LetterKind::PaymentReceipt, subject, body).err();
            refused.map(|error| SaveMailTemplateError::Template(error).into())
        });
        let faulty = faulty.into_iter().flatten().collect();
        [PeriodError::refusals(), out_of_reach.into(), faulty, StoreError::refusals()].concat()
    }
}
