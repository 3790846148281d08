//! Members and their payments, as the portal shows them (portal contract section 3.5).

use chrono_tz::Tz;
use portico_domain::{
    payment::PaymentStatus,
    profile::{Avatar, Generation, MemberRecord, MemberWithDues, University},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{Moment, PeriodNumber, RoleWord, SexWord};

/// A member's pictures.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalAvatar)]
pub(super) struct AvatarAnswer {
    url: String,
    thumbnail_url: String,
}

impl From<Avatar> for AvatarAnswer {
    fn from(Avatar { url, thumbnail_url }: Avatar) -> Self {
        Self { url, thumbnail_url }
    }
}

/// Where a member studies.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalUniversity)]
pub(super) struct UniversityAnswer {
    name: String,
    department: String,
    subject: String,
}

impl From<University> for UniversityAnswer {
    fn from(University { name, department, subject }: University) -> Self {
        Self { name, department, subject }
    }
}

/// A member, as he sees himself.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalUser, description = "A member", example = json!({
    "id": 134,
    "email": "mischa@example.org",
    "generation": 61,
    "name": "みす ちゃん",
    "kana": "ミス チャン",
    "handle": "mischa",
    "sex": "female",
    "university": { "name": "早稲田大学", "department": "基幹理工学部", "subject": "情報理工学科" },
    "student_id": "1W260000",
    "emergency_phone_number": "08041111111",
    "other_circles": "",
    "workshops": ["CG"],
    "squads": ["xR"],
    "role": "member",
    "account_id": "oauth2|discord|1234",
    "discord_id": "mischa#1234",
    "email_verified": true,
    "card_published": false,
    "created_at": "2026-04-17T16:59:56+09:00",
    "updated_at": "2026-04-19T14:30:28+09:00",
}))]
pub(super) struct MemberAnswer {
    id: i64,
    /// Empty when there is none
    email: String,
    /// 0 in a profile that an operator made
    generation: i32,
    name: String,
    kana: String,
    handle: String,
    /// Missing when there are no pictures
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = AvatarAnswer, required = false)]
    avatar: Option<AvatarAnswer>,
    #[schema(value_type = SexWord)]
    sex: &'static str,
    university: UniversityAnswer,
    student_id: String,
    emergency_phone_number: String,
    other_circles: String,
    workshops: Vec<String>,
    squads: Vec<String>,
    #[schema(value_type = RoleWord)]
    role: &'static str,
    /// The name at the OpenID Connect provider; empty when there is none
    account_id: String,
    /// Missing when there is none
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    discord_id: String,
    /// Missing when there is none
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    twitter_screen_name: String,
    email_verified: bool,
    /// Whether everybody may see the card
    card_published: bool,
    created_at: Moment,
    updated_at: Moment,
}

impl MemberAnswer {
    /// A member in the time of the zone.
    pub(super) fn of(record: MemberRecord, zone: Tz) -> Self {
        let email_verified = record.is_email_verified();
        let MemberRecord { profile, email, account_id } = record;
        let details = profile.details;
        Self {
            id: profile.number,
            email: email.map(|email| email.address.as_str().to_owned()).unwrap_or_default(),
            generation: profile.generation.map(Generation::number).unwrap_or_default(),
            name: details.name,
            kana: details.kana,
            handle: details.handle,
            avatar: profile.avatar.map(AvatarAnswer::from),
            sex: details.sex.map_or("", portico_domain::profile::Sex::as_str),
            university: details.university.into(),
            student_id: details.student_number,
            emergency_phone_number: details.phone,
            other_circles: details.other_circles,
            workshops: details.workshops,
            squads: details.squads,
            role: profile.role.as_str(),
            account_id: account_id.map(|id| id.as_str().to_owned()).unwrap_or_default(),
            discord_id: details.discord_id,
            twitter_screen_name: details.twitter_screen_name,
            email_verified,
            card_published: details.card_published,
            created_at: Moment::at(profile.created_at, zone),
            updated_at: Moment::at(profile.updated_at, zone),
        }
    }
}

/// A member as admins see him.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalManagedUser)]
pub(super) struct ManagedAnswer {
    #[serde(flatten)]
    member: MemberAnswer,
    #[serde(flatten)]
    dues: DuesAnswer,
}

/// What a member has paid for the period that was asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalDues, example = json!({ "payment_status": null }))]
struct DuesAnswer {
    /// Null as long as he has not paid
    #[schema(required)]
    payment_status: Option<PaymentAnswer>,
}

impl ManagedAnswer {
    /// A member in the time of the zone.
    pub(super) fn of(MemberWithDues { record, payment }: MemberWithDues, zone: Tz) -> Self {
        let payment_status = payment.map(|payment| PaymentAnswer::of(&payment, zone));
        Self { member: MemberAnswer::of(record, zone), dues: DuesAnswer { payment_status } }
    }
}

/// Members as admins see them.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalUsers, example = json!({ "users": [] }))]
pub(super) struct ManagedUsers {
    users: Vec<ManagedAnswer>,
}

impl ManagedUsers {
    /// Members in the time of the zone.
    pub(super) fn of(members: impl IntoIterator<Item = MemberWithDues>, zone: Tz) -> Self {
        Self { users: members.into_iter().map(|member| ManagedAnswer::of(member, zone)).collect() }
    }
}

/// A payment.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalPayment, description = "A payment", example = json!({
    "user_id": 134,
    "authorizer": 1,
    "period": 202_610,
    "created_at": "2026-10-19T14:28:14+09:00",
    "updated_at": "2026-10-19T14:28:14+09:00",
}))]
pub(super) struct PaymentAnswer {
    user_id: i64,
    /// The number of the admin who took the money
    authorizer: i64,
    #[schema(value_type = PeriodNumber)]
    period: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl PaymentAnswer {
    /// A payment in the time of the zone.
    pub(super) fn of(status: &PaymentStatus, zone: Tz) -> Self {
        let payment = &status.payment;
        Self {
            user_id: status.number,
            authorizer: status.authorizer_number,
            period: payment.period.number(),
            created_at: Moment::at(payment.created_at, zone),
            updated_at: Moment::at(payment.updated_at, zone),
        }
    }
}

/// All payments of a member.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalPayments, example = json!({ "payment_statuses": [{
    "user_id": 134,
    "authorizer": 1,
    "period": 202_610,
    "created_at": "2026-10-19T14:28:14+09:00",
    "updated_at": "2026-10-19T14:28:14+09:00",
}] }))]
pub(super) struct PaymentsAnswer {
    payment_statuses: Vec<PaymentAnswer>,
}

impl PaymentsAnswer {
    /// Payments in the time of the zone.
    pub(super) fn of(payments: impl IntoIterator<Item = PaymentStatus>, zone: Tz) -> Self {
        let payments = payments.into_iter().map(|payment| PaymentAnswer::of(&payment, zone));
        Self { payment_statuses: payments.collect() }
    }
}

/// What everybody may see of a member who publishes his card.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalCard, description = "The card of a member", example = json!({
    "id": 134,
    "generation": 61,
    "handle": "mischa",
    "workshops": ["CG"],
    "squads": ["xR"],
    "discord_id": "mischa#1234",
}))]
pub(super) struct CardAnswer {
    id: i64,
    generation: i32,
    handle: String,
    /// Missing when there are no pictures
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = AvatarAnswer, required = false)]
    avatar: Option<AvatarAnswer>,
    workshops: Vec<String>,
    squads: Vec<String>,
    /// Missing when there is none
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    discord_id: String,
    /// Missing when there is none
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    twitter_screen_name: String,
}

impl From<MemberRecord> for CardAnswer {
    fn from(MemberRecord { profile, .. }: MemberRecord) -> Self {
        let details = profile.details;
        Self {
            id: profile.number,
            generation: profile.generation.map(Generation::number).unwrap_or_default(),
            handle: details.handle,
            avatar: profile.avatar.map(AvatarAnswer::from),
            workshops: details.workshops,
            squads: details.squads,
            discord_id: details.discord_id,
            twitter_screen_name: details.twitter_screen_name,
        }
    }
}
