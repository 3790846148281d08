//! Where the portal's members are kept.

mod list;
mod refusal;
mod rows;
mod words;

use chrono::{DateTime, Utc};
use diesel::{dsl::exists, prelude::*};
use portico_domain::{
    email::CanonicalAddress,
    external_identity::Subject,
    id::UserId,
    period::Periods,
    ports::{MemberFilter, ProfileLookup, ProfileRepository, StoreError},
    profile::{Avatar, MemberRecord, MemberRole, MemberWithDues, Profile},
};

pub(crate) use self::words::follow_address;
use self::{
    rows::{ContentRow, ProfileRow, RecordRow, member_role, record},
    words::follow_profile,
};
use crate::{
    connection::MultiBackend,
    emails::{EmailRow, is_claimed, is_held},
    external_identities::{ANY_ISSUER, subject},
    schema::{emails, external_identities, member_profiles, payment_statuses, users},
    transaction::{DieselTransaction, found_one},
    types::{Id, Instant},
};

/// Members with what belongs to them.
macro_rules! records {
    () => {
        member_profiles::table
            .left_join(emails::table.on(emails::user_id.eq(member_profiles::user_id).and(emails::is_default)))
            .left_join(
                external_identities::table.on(external_identities::user_id.eq(member_profiles::user_id)),
            )
            .select((
                ProfileRow::as_select(),
                Option::<EmailRow>::as_select(),
                external_identities::subject.nullable(),
            ))
    };
}

/// Members with this default address.
macro_rules! at_address {
    ($address:expr) => {
        emails::table
            .inner_join(member_profiles::table.on(member_profiles::user_id.eq(emails::user_id)))
            .filter(emails::canonical.eq($address.as_str()))
            .filter(emails::is_default)
            .select(member_profiles::user_id)
    };
}

impl ProfileLookup for DieselTransaction<'_> {
    fn find(&mut self, user: UserId) -> Result<Option<MemberRecord>, StoreError> {
        let row: Option<RecordRow> = self
            .run(|c| records!().filter(member_profiles::user_id.eq(Id(user.uuid()))).first(c).optional())?;
        row.map(record).transpose()
    }

    fn find_by_number(&mut self, number: i64) -> Result<Option<MemberRecord>, StoreError> {
        let row: Option<RecordRow> =
            self.run(|c| records!().filter(member_profiles::number.eq(number)).first(c).optional())?;
        row.map(record).transpose()
    }

    fn find_by_address(&mut self, address: &CanonicalAddress) -> Result<Option<UserId>, StoreError> {
        let holder: Option<Id> = self.run(|c| at_address!(address).filter(is_held()).first(c).optional())?;
        let user = match holder {
            Some(holder) => Some(holder),
            // Claims block nobody, so there may be several: the latest counts, as it does elsewhere.
            None => self.run(|c| {
                at_address!(address)
                    .filter(is_claimed())
                    .order((emails::created_at.desc(), emails::id.desc()))
                    .first(c)
                    .optional()
            })?,
        };
        Ok(user.map(|id| UserId::from_uuid(id.0)))
    }

    fn list(&mut self, filter: &MemberFilter) -> Result<Vec<MemberWithDues>, StoreError> {
        self.list_members(filter)
    }

    fn has_other_admin(&mut self, user: UserId) -> Result<bool, StoreError> {
        let other: Option<Id> = self.run(|c| {
            member_profiles::table
                .inner_join(users::table.on(users::id.eq(member_profiles::user_id)))
                .filter(member_profiles::role.eq(MemberRole::Admin.as_str()))
                .filter(member_profiles::user_id.ne(Id(user.uuid())))
                .filter(users::state.eq("active"))
                .select(member_profiles::user_id)
                .first(c)
                .optional()
        })?;
        Ok(other.is_some())
    }

    fn find_role_of(
        &mut self,
        issuer: Option<String>,
        subject: &Subject,
    ) -> Result<Option<MemberRole>, StoreError> {
        let mut identities = external_identities::table
            .inner_join(users::table.on(users::id.eq(external_identities::user_id)))
            .left_join(member_profiles::table.on(member_profiles::user_id.eq(external_identities::user_id)))
            .filter(external_identities::subject.eq(subject.as_str()))
            .filter(users::state.eq("active"))
            // The empty issuer is the least.
            .order(external_identities::issuer.desc())
            .select(member_profiles::role.nullable())
            .into_boxed::<MultiBackend>();
        if let Some(issuer) = &issuer {
            identities = identities.filter(external_identities::issuer.eq_any([issuer.as_str(), ANY_ISSUER]));
        }
        let role: Option<Option<String>> = self.run(|c| identities.first(c).optional())?;
        role.flatten().as_deref().map(member_role).transpose()
    }

    fn list_roles(&mut self, issuer: Option<String>) -> Result<Vec<(Subject, MemberRole)>, StoreError> {
        let namesakes = diesel::alias!(external_identities as namesakes);
        let mut members = member_profiles::table
            .inner_join(
                external_identities::table.on(external_identities::user_id.eq(member_profiles::user_id)),
            )
            .inner_join(users::table.on(users::id.eq(member_profiles::user_id)))
            .filter(users::state.eq("active"))
            .order(member_profiles::number)
            .select((external_identities::subject, member_profiles::role))
            .into_boxed::<MultiBackend>();
        if let Some(issuer) = issuer {
            // What the provider itself calls somebody goes before what an operator said.
            let bound = namesakes
                .filter(namesakes.field(external_identities::subject).eq(external_identities::subject))
                .filter(namesakes.field(external_identities::issuer).eq(issuer.clone()));
            let unbound = external_identities::issuer.eq(ANY_ISSUER).and(diesel::dsl::not(exists(bound)));
            members = members.filter(external_identities::issuer.eq(issuer).or(unbound));
        }
        let rows: Vec<(String, String)> = self.run(|c| members.load(c))?;
        rows.into_iter().map(|(account, role)| Ok((subject(&account)?, member_role(&role)?))).collect()
    }
}

impl ProfileRepository for DieselTransaction<'_> {
    fn add(&mut self, profile: &Profile) -> Result<(), StoreError> {
        let row = ProfileRow::try_from(profile)?;
        let added = self.attempt(|c| diesel::insert_into(member_profiles::table).values(row).execute(c));
        if let Err(error) = added {
            return Err(self.refused_addition(profile, error));
        }
        self.run(|c| {
            follow_profile(c, profile.user, &profile.details)?;
            follow_address(c, profile.user)
        })
    }

    fn write(&mut self, profile: &Profile) -> Result<(), StoreError> {
        let content = ContentRow::try_from(profile)?;
        let written = self.attempt(|c| {
            diesel::update(member_profiles::table.find(Id(profile.user.uuid()))).set(content).execute(c)
        });
        match written {
            Ok(rows) => found_one(rows)?,
            Err(error) => return Err(self.refused_change(profile, error)),
        }
        self.run(|c| {
            follow_profile(c, profile.user, &profile.details)?;
            follow_address(c, profile.user)
        })
    }

    fn change_role(
        &mut self,
        user: UserId,
        from: MemberRole,
        to: MemberRole,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(member_profiles::table.find(Id(user.uuid())))
                .filter(member_profiles::role.eq(from.as_str()))
                .set((member_profiles::role.eq(to.as_str()), member_profiles::updated_at.eq(Instant(at))))
                .execute(c)
        })
    }

    fn set_avatar(&mut self, user: UserId, avatar: &Avatar) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::update(member_profiles::table.find(Id(user.uuid())))
                .set((
                    member_profiles::avatar_url.eq(Some(&avatar.url)),
                    member_profiles::avatar_thumbnail_url.eq(Some(&avatar.thumbnail_url)),
                ))
                .execute(c)
        })
        .map(drop)
    }

    fn follow_dues(&mut self, periods: Periods, at: DateTime<Utc>) -> Result<usize, StoreError> {
        let counting = [periods.current().number(), periods.payment().number()];
        let paid = || {
            let payments = payment_statuses::table
                .filter(payment_statuses::user_id.eq(member_profiles::user_id))
                .filter(payment_statuses::period.eq_any(counting));
            exists(payments)
        };
        let (member, not_member) = (MemberRole::Member.as_str(), MemberRole::NotMember.as_str());
        let role_is = |role| (member_profiles::role.eq(role), member_profiles::updated_at.eq(Instant(at)));
        let joined = self.run(|c| {
            diesel::update(member_profiles::table)
                .filter(member_profiles::role.eq(not_member))
                .filter(paid())
                .set(role_is(member))
                .execute(c)
        })?;
        let left = self.run(|c| {
            diesel::update(member_profiles::table)
                .filter(member_profiles::role.eq(member))
                .filter(diesel::dsl::not(paid()))
                .set(role_is(not_member))
                .execute(c)
        })?;
        Ok(joined + left)
    }
}
