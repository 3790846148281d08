//! Where memberships are kept.

use diesel::prelude::*;
use portico_domain::{
    email::EmailAddress,
    id::{MemberId, ProjectId, UserId},
    member::{Member, MemberProfile, Role},
    page::Page,
    ports::{MemberLookup, MemberRepository, StoreError},
};

use crate::{
    connection::MultiBackend,
    schema::{emails, project_members, users},
    transaction::DieselTransaction,
    types::{Id, Instant},
    users::display_name,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = project_members, check_for_backend(MultiBackend))]
struct MemberRow {
    id: Id,
    project_id: Id,
    user_id: Id,
    role: String,
    permissions: String,
    created_at: Instant,
}

impl From<&Member> for MemberRow {
    fn from(member: &Member) -> Self {
        Self {
            id: Id(member.id.uuid()),
            project_id: Id(member.project.uuid()),
            user_id: Id(member.user.uuid()),
            role: member.role.as_str().to_owned(),
            permissions: serde_json::Value::from(member.permissions.clone()).to_string(),
            created_at: Instant(member.created_at),
        }
    }
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "project_members", column }
}

/// What somebody is in a project, from its column.
pub(crate) fn role(word: &str) -> Result<Role, StoreError> {
    Role::parse(word).ok_or(corrupt("role"))
}

impl TryFrom<MemberRow> for Member {
    type Error = StoreError;

    fn try_from(row: MemberRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: MemberId::from_uuid(row.id.0),
            project: ProjectId::from_uuid(row.project_id.0),
            user: UserId::from_uuid(row.user_id.0),
            role: role(&row.role)?,
            permissions: serde_json::from_str(&row.permissions).map_err(|_| corrupt("permissions"))?,
            created_at: row.created_at.0,
        })
    }
}

/// A membership, the address to write to, and the name to show.
type ProfileRow = (MemberRow, Option<(String, String)>, String);

fn profile((member, address, name): ProfileRow) -> Result<MemberProfile, StoreError> {
    let address = address.map(|(typed, canonical)| {
        EmailAddress::from_stored(&typed, &canonical)
            .map_err(|_| StoreError::Corrupt { table: "emails", column: "address" })
    });
    Ok(MemberProfile {
        member: member.try_into()?,
        address: address.transpose()?,
        display_name: display_name(&name)?,
    })
}

impl MemberLookup for DieselTransaction<'_> {
    fn find(&mut self, project: ProjectId, user: UserId) -> Result<Option<Member>, StoreError> {
        let row = self.run(|c| {
            project_members::table
                .filter(project_members::project_id.eq(Id(project.uuid())))
                .filter(project_members::user_id.eq(Id(user.uuid())))
                .select(MemberRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Member::try_from).transpose()
    }

    fn list(&mut self, project: ProjectId, page: Page) -> Result<Vec<MemberProfile>, StoreError> {
        let default = emails::user_id.eq(project_members::user_id).and(emails::is_default);
        let mut members = project_members::table
            .inner_join(users::table)
            .left_join(emails::table.on(default))
            .filter(project_members::project_id.eq(Id(project.uuid())))
            .select((
                MemberRow::as_select(),
                (emails::address, emails::canonical).nullable(),
                users::display_name,
            ))
            .order(project_members::id)
            .limit(page.limit().into())
            .into_boxed();
        if let Some(after) = page.after() {
            members = members.filter(project_members::id.gt(Id(after)));
        }
        let rows: Vec<ProfileRow> = self.run(|c| members.load(c))?;
        rows.into_iter().map(profile).collect()
    }
}

impl MemberRepository for DieselTransaction<'_> {
    fn add(&mut self, member: &Member) -> Result<(), StoreError> {
        let row = MemberRow::from(member);
        self.attempt(|c| diesel::insert_into(project_members::table).values(row).execute(c)).map(drop)
    }
}
