//! Profiles as rows. Texts that are unique when given are empty columns when they are not.

use diesel::prelude::*;
use portico_domain::{
    id::UserId,
    ports::StoreError,
    profile::{Details, Generation, MemberRecord, MemberRole, Profile, Sex, University},
};

use crate::{
    connection::MultiBackend,
    emails::EmailRow,
    external_identities::{avatar, subject},
    schema::member_profiles,
    transaction::unavailable,
    types::{Id, Instant},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = member_profiles, check_for_backend(MultiBackend))]
pub(super) struct ProfileRow {
    user_id: Id,
    number: i64,
    #[diesel(embed)]
    content: ContentRow,
    created_at: Instant,
}

/// The columns that may change.
#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = member_profiles, treat_none_as_null = true, check_for_backend(MultiBackend))]
pub(super) struct ContentRow {
    role: String,
    generation: Option<i32>,
    name: String,
    kana: String,
    handle: String,
    sex: Option<String>,
    university_name: String,
    university_department: String,
    university_subject: String,
    student_number: Option<String>,
    phone: Option<String>,
    other_circles: String,
    workshops: String,
    squads: String,
    discord_id: Option<String>,
    twitter_screen_name: Option<String>,
    avatar_url: Option<String>,
    avatar_thumbnail_url: Option<String>,
    card_published: bool,
    updated_at: Instant,
}

/// A profile with what belongs to it: the default address, and the name at the provider.
pub(super) type RecordRow = (ProfileRow, Option<EmailRow>, Option<String>);

pub(super) const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "member_profiles", column }
}

pub(super) fn member_role(word: &str) -> Result<MemberRole, StoreError> {
    MemberRole::parse(word).ok_or(corrupt("role"))
}

/// A text that is unique when it is given, for its column.
pub(super) fn unique_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn array(texts: &[String]) -> Result<String, StoreError> {
    serde_json::to_string(texts).map_err(unavailable)
}

fn texts(array: &str, column: &'static str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(array).map_err(|_| corrupt(column))
}

impl TryFrom<&Profile> for ProfileRow {
    type Error = StoreError;

    fn try_from(profile: &Profile) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: Id(profile.user.uuid()),
            number: profile.number,
            content: profile.try_into()?,
            created_at: Instant(profile.created_at),
        })
    }
}

impl TryFrom<&Profile> for ContentRow {
    type Error = StoreError;

    fn try_from(profile: &Profile) -> Result<Self, StoreError> {
        let (details, avatar) = (&profile.details, profile.avatar.as_ref());
        let University { name, department, subject } = details.university.clone();
        Ok(Self {
            role: profile.role.as_str().to_owned(),
            generation: profile.generation.map(Generation::number),
            name: details.name.clone(),
            kana: details.kana.clone(),
            handle: details.handle.clone(),
            sex: details.sex.map(|sex| sex.as_str().to_owned()),
            university_name: name,
            university_department: department,
            university_subject: subject,
            student_number: unique_text(&details.student_number),
            phone: unique_text(&details.phone),
            other_circles: details.other_circles.clone(),
            workshops: array(&details.workshops)?,
            squads: array(&details.squads)?,
            discord_id: unique_text(&details.discord_id),
            twitter_screen_name: unique_text(&details.twitter_screen_name),
            avatar_url: avatar.map(|avatar| avatar.url.clone()),
            avatar_thumbnail_url: avatar.map(|avatar| avatar.thumbnail_url.clone()),
            card_published: details.card_published,
            updated_at: Instant(profile.updated_at),
        })
    }
}

impl TryFrom<ProfileRow> for Profile {
    type Error = StoreError;

    fn try_from(row: ProfileRow) -> Result<Self, StoreError> {
        let content = row.content;
        let generation =
            content.generation.map(|number| Generation::new(number.into()).ok_or(corrupt("generation")));
        let sex = content.sex.map(|word| Sex::parse(&word).ok_or(corrupt("sex")));
        Ok(Self {
            user: UserId::from_uuid(row.user_id.0),
            number: row.number,
            role: member_role(&content.role)?,
            generation: generation.transpose()?,
            details: Details {
                name: content.name,
                kana: content.kana,
                handle: content.handle,
                sex: sex.transpose()?,
                university: University {
                    name: content.university_name,
                    department: content.university_department,
                    subject: content.university_subject,
                },
                student_number: content.student_number.unwrap_or_default(),
                phone: content.phone.unwrap_or_default(),
                other_circles: content.other_circles,
                workshops: texts(&content.workshops, "workshops")?,
                squads: texts(&content.squads, "squads")?,
                discord_id: content.discord_id.unwrap_or_default(),
                twitter_screen_name: content.twitter_screen_name.unwrap_or_default(),
                card_published: content.card_published,
            },
            avatar: avatar(content.avatar_url, content.avatar_thumbnail_url, corrupt("avatar_url"))?,
            created_at: row.created_at.0,
            updated_at: content.updated_at.0,
        })
    }
}

/// The member of a row.
pub(super) fn record((profile, email, account): RecordRow) -> Result<MemberRecord, StoreError> {
    Ok(MemberRecord {
        profile: profile.try_into()?,
        email: email.map(TryInto::try_into).transpose()?,
        account_id: account.as_deref().map(subject).transpose()?,
    })
}
