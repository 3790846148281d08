//! Where people are kept.

use diesel::{dsl::exists, prelude::*};
use portico_domain::{
    email::EmailAddress,
    id::{SignupId, UserId},
    page::Page,
    ports::{StoreError, UserLookup, UserRepository, UserSummary},
    user::{DisplayName, NameOrder, NewUser, User, UserState},
};

use crate::{
    connection::MultiBackend,
    schema::{
        credentials, email_verifications, emails, external_identities, invites, member_profiles,
        partner_users, password_resets, payment_removals, payment_statuses, project_members, projects,
        sessions, signups, users,
    },
    transaction::DieselTransaction,
    types::{Id, Instant},
};

diesel::define_sql_function! {
    /// The text in lower case; the same on both databases for ASCII alone.
    fn lower(text: diesel::sql_types::Nullable<diesel::sql_types::Text>)
        -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(MultiBackend))]
pub(crate) struct UserRow {
    id: Id,
    number: i64,
    display_name: String,
    surname: Option<String>,
    given_names: Option<String>,
    native_script: Option<String>,
    preferred_order: Option<String>,
    username: Option<String>,
    locale: Option<String>,
    state: String,
    created_at: Instant,
    updated_at: Instant,
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "users", column }
}

/// The display name of somebody, from its column.
pub(crate) fn display_name(text: &str) -> Result<DisplayName, StoreError> {
    DisplayName::parse(text).map_err(|_| corrupt("display_name"))
}

/// The state of somebody, from its column.
pub(crate) fn user_state(word: &str) -> Result<UserState, StoreError> {
    match word {
        "active" => Ok(UserState::Active),
        "disabled" => Ok(UserState::Disabled),
        _ => Err(corrupt("state")),
    }
}

fn name_order(word: &str) -> Result<NameOrder, StoreError> {
    match word {
        "western" => Ok(NameOrder::Western),
        "eastern" => Ok(NameOrder::Eastern),
        _ => Err(corrupt("preferred_order")),
    }
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: UserId::from_uuid(row.id.0),
            number: row.number,
            display_name: display_name(&row.display_name)?,
            surname: row.surname,
            given_names: row.given_names,
            native_script: row.native_script,
            preferred_order: row.preferred_order.as_deref().map(name_order).transpose()?,
            username: row.username,
            locale: row.locale,
            state: user_state(&row.state)?,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}

/// A pattern for texts that contain this one, without case.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

impl UserLookup for DieselTransaction<'_> {
    fn find(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        let row =
            self.run(|c| users::table.find(Id(id.uuid())).select(UserRow::as_select()).first(c).optional())?;
        row.map(User::try_from).transpose()
    }

    fn find_by_number(&mut self, number: i64) -> Result<Option<User>, StoreError> {
        let row = self.run(|c| {
            users::table.filter(users::number.eq(number)).select(UserRow::as_select()).first(c).optional()
        })?;
        row.map(User::try_from).transpose()
    }

    /// Looks into every table that refers to people, but for those that [`remove`](UserRepository::remove) empties.
    fn is_known_elsewhere(&mut self, id: UserId, besides: Option<SignupId>) -> Result<bool, StoreError> {
        let user = Id(id.uuid());
        let entities = signups::table
            .filter(signups::user_id.eq(user))
            .filter(signups::number.ne_all(besides.map(SignupId::number)));
        let is_known = exists(entities)
            .or(exists(credentials::table.filter(credentials::user_id.eq(user))))
            .or(exists(external_identities::table.filter(external_identities::user_id.eq(user))))
            .or(exists(projects::table.filter(projects::owner_id.eq(user))))
            .or(exists(project_members::table.filter(project_members::user_id.eq(user))))
            .or(exists(invites::table.filter(invites::invited_by.eq(user))))
            .or(exists(invites::table.filter(invites::accepted_by.eq(Some(user)))))
            .or(exists(member_profiles::table.filter(member_profiles::user_id.eq(user))))
            .or(exists(payment_statuses::table.filter(payment_statuses::authorizer.eq(user))))
            .or(exists(payment_removals::table.filter(payment_removals::authorizer.eq(user))))
            .or(exists(payment_removals::table.filter(payment_removals::removed_by.eq(user))))
            .or(exists(partner_users::table.filter(partner_users::user_id.eq(user))));
        let known: Option<Id> =
            self.run(|c| users::table.find(user).filter(is_known).select(users::id).first(c).optional())?;
        Ok(known.is_some())
    }

    fn list(&mut self, search: Option<String>, page: Page) -> Result<Vec<UserSummary>, StoreError> {
        // PostgreSQL does not take U+0000 even to look for it, and nothing we keep contains it.
        if search.as_ref().is_some_and(|text| text.contains('\0')) {
            return Ok(Vec::new());
        }
        let mut people = users::table
            .left_join(emails::table.on(emails::user_id.eq(users::id).and(emails::is_default)))
            .select((UserRow::as_select(), (emails::address, emails::canonical).nullable()))
            .order(users::id)
            .limit(page.limit().into())
            .into_boxed::<MultiBackend>();
        if let Some(after) = page.after() {
            people = people.filter(users::id.gt(Id(after)));
        }
        if let Some(pattern) = search.as_deref().map(containing) {
            let addresses = diesel::alias!(emails as addresses);
            let address = addresses
                .filter(addresses.field(emails::user_id).eq(users::id))
                .filter(addresses.field(emails::canonical).like(pattern.clone()).escape('\\'));
            people = people.filter(
                users::display_name_key
                    .like(pattern.clone())
                    .escape('\\')
                    .or(lower(users::username).like(pattern).escape('\\'))
                    .or(exists(address)),
            );
        }
        let rows: Vec<(UserRow, Option<(String, String)>)> = self.run(|c| people.load(c))?;
        rows.into_iter()
            .map(|(user, address)| {
                let address = address.map(|(typed, canonical)| {
                    EmailAddress::from_stored(&typed, &canonical)
                        .map_err(|_| StoreError::Corrupt { table: "emails", column: "address" })
                });
                Ok(UserSummary { user: user.try_into()?, address: address.transpose()? })
            })
            .collect()
    }
}

impl UserRepository for DieselTransaction<'_> {
    fn add(&mut self, user: &NewUser) -> Result<User, StoreError> {
        let name = user.display_name.as_str();
        let row: UserRow = self.run(|c| {
            diesel::insert_into(users::table)
                .values((
                    users::id.eq(Id(user.id.uuid())),
                    users::display_name.eq(name),
                    users::display_name_key.eq(name.to_lowercase()),
                    users::locale.eq(user.locale.as_deref()),
                    users::state.eq("active"),
                    users::created_at.eq(Instant(user.created_at)),
                    users::updated_at.eq(Instant(user.created_at)),
                ))
                .returning(<UserRow as Selectable<MultiBackend>>::construct_selection())
                .get_result(c)
        })?;
        row.try_into()
    }

    fn remove(&mut self, id: UserId) -> Result<(), StoreError> {
        let user = Id(id.uuid());
        self.run(|c| diesel::delete(emails::table).filter(emails::user_id.eq(user)).execute(c))?;
        self.run(|c| diesel::delete(sessions::table).filter(sessions::user_id.eq(user)).execute(c))?;
        self.run(|c| {
            diesel::delete(password_resets::table).filter(password_resets::user_id.eq(Some(user))).execute(c)
        })?;
        self.run(|c| {
            diesel::delete(email_verifications::table)
                .filter(email_verifications::user_id.eq(user))
                .execute(c)
        })?;
        self.guarded(|c| diesel::delete(users::table.find(user)).execute(c))
    }
}
