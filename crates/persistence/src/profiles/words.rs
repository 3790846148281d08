//! The words by which the member list finds somebody. Those of his default address are kept apart from those of his
//! profile: either changes without the other. Whoever changes both at once is alone with the person, by
//! `Lock::User`.

use std::collections::BTreeSet;

use diesel::prelude::*;
use portico_domain::{id::UserId, profile::Details, search_words::words};

use crate::{
    connection::{AnyConnection, on_either},
    schema::{emails, member_profiles, profile_words},
    types::Id,
};

/// Where a word comes from.
#[derive(Clone, Copy)]
enum Source {
    Profile,
    Address,
}

impl Source {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Address => "address",
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = profile_words, treat_none_as_default_value = false)]
struct WordRow {
    word: String,
    user_id: Id,
    source: &'static str,
}

/// The texts of a profile by which its member is found.
fn texts(details: &Details) -> [&str; 4] {
    [&details.name, &details.kana, &details.handle, &details.student_number]
}

/// Keeps the words of a profile.
pub(super) fn follow_profile(c: &mut AnyConnection, user: UserId, details: &Details) -> QueryResult<()> {
    replace(c, user, Source::Profile, words(texts(details)))
}

/// Keeps the words of somebody's default address, when he has a profile.
pub(crate) fn follow_address(c: &mut AnyConnection, user: UserId) -> QueryResult<()> {
    let person = Id(user.uuid());
    let address: Option<Option<String>> = member_profiles::table
        .left_join(emails::table.on(emails::user_id.eq(member_profiles::user_id).and(emails::is_default)))
        .filter(member_profiles::user_id.eq(person))
        .select(emails::address.nullable())
        .first(c)
        .optional()?;
    match address {
        None => Ok(()),
        Some(address) => replace(c, user, Source::Address, words(address.as_deref())),
    }
}

/// Writes the difference alone: mostly there is none.
fn replace(
    c: &mut AnyConnection,
    user: UserId,
    source: Source,
    mut wanted: BTreeSet<String>,
) -> QueryResult<()> {
    let person = Id(user.uuid());
    let kept: Vec<String> = profile_words::table
        .filter(profile_words::user_id.eq(person))
        .filter(profile_words::source.eq(source.as_str()))
        .select(profile_words::word)
        .load(c)?;
    let gone: Vec<String> = kept.into_iter().filter(|word| !wanted.remove(word)).collect();
    if !gone.is_empty() {
        diesel::delete(profile_words::table)
            .filter(profile_words::user_id.eq(person))
            .filter(profile_words::source.eq(source.as_str()))
            .filter(profile_words::word.eq_any(gone))
            .execute(c)?;
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let rows: Vec<WordRow> =
        wanted.into_iter().map(|word| WordRow { word, user_id: person, source: source.as_str() }).collect();
    on_either!(c, c => diesel::insert_into(profile_words::table).values(rows).execute(c)).map(drop)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use portico_domain::{
        email::{Email, EmailAddress, EmailState},
        id::EmailId,
        profile::{MemberRecord, MemberRole, Profile},
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_texts_of_a_profile_and_the_address_are_those_of_the_domain() {
        let (user, now) = (UserId::from_uuid(Uuid::from_u128(7)), DateTime::UNIX_EPOCH);
        let address = EmailAddress::parse("Ann@example.org").unwrap();
        let details = Details {
            name: "name".to_owned(),
            kana: "kana".to_owned(),
            handle: "handle".to_owned(),
            student_number: "student".to_owned(),
            ..Details::default()
        };
        let email = Email {
            id: EmailId::from_uuid(Uuid::from_u128(8)),
            user,
            address: address.clone(),
            state: EmailState::Claimed,
            is_default: true,
            created_at: now,
        };
        let profile =
            Profile { details: details.clone(), ..Profile::empty(user, 1, MemberRole::Member, now) };
        let record = MemberRecord { profile, email: Some(email), account_id: None };
        let ours: Vec<&str> = texts(&details).into_iter().chain([address.as_str()]).collect();
        assert_eq!(record.search_texts().collect::<Vec<_>>(), ours);
    }
}
