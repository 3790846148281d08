//! Where invites are kept.

use diesel::{dsl::sql, expression::SqlLiteral, prelude::*, sql_types::Bool};
use portico_domain::{
    email::{CanonicalAddress, EmailAddress},
    id::{InviteId, ProjectId, UserId},
    invite::{Invite, InviteRole, InviteState},
    page::Page,
    ports::{InviteLookup, InviteRepository, StoreError},
    redirect_url::RedirectUrl,
    token::TokenDigest,
};

use crate::{
    connection::MultiBackend,
    schema::invites,
    transaction::DieselTransaction,
    types::{Id, Instant, token_digest},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = invites, check_for_backend(MultiBackend))]
struct InviteRow {
    id: Id,
    project_id: Id,
    address: String,
    canonical: String,
    role: String,
    token_digest: Vec<u8>,
    invited_by: Id,
    redirect_url: Option<String>,
    #[diesel(embed)]
    state: StateRow,
    created_at: Instant,
    expires_at: Instant,
}

/// The columns that tell what became of an invite.
#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = invites, treat_none_as_null = true, check_for_backend(MultiBackend))]
struct StateRow {
    state: String,
    accepted_by: Option<Id>,
    accepted_at: Option<Instant>,
    revoked_at: Option<Instant>,
}

impl From<InviteState> for StateRow {
    fn from(state: InviteState) -> Self {
        let (word, accepted_by, accepted_at, revoked_at) = match state {
            InviteState::Pending => ("pending", None, None, None),
            InviteState::Accepted { by, at } => ("accepted", Some(Id(by.uuid())), Some(Instant(at)), None),
            InviteState::Revoked { at } => ("revoked", None, None, Some(Instant(at))),
        };
        Self { state: word.to_owned(), accepted_by, accepted_at, revoked_at }
    }
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "invites", column }
}

impl TryFrom<StateRow> for InviteState {
    type Error = StoreError;

    fn try_from(row: StateRow) -> Result<Self, StoreError> {
        match (row.state.as_str(), row.accepted_by, row.accepted_at, row.revoked_at) {
            ("pending", None, None, None) => Ok(Self::Pending),
            ("accepted", Some(by), Some(at), None) => {
                Ok(Self::Accepted { by: UserId::from_uuid(by.0), at: at.0 })
            }
            ("revoked", None, None, Some(at)) => Ok(Self::Revoked { at: at.0 }),
            _ => Err(corrupt("state")),
        }
    }
}

impl From<&Invite> for InviteRow {
    fn from(invite: &Invite) -> Self {
        Self {
            id: Id(invite.id.uuid()),
            project_id: Id(invite.project.uuid()),
            address: invite.address.as_str().to_owned(),
            canonical: invite.address.canonical().as_str().to_owned(),
            role: invite.role.as_str().to_owned(),
            token_digest: invite.token.as_bytes().to_vec(),
            invited_by: Id(invite.invited_by.uuid()),
            redirect_url: invite.redirect_url.as_ref().map(|url| url.as_str().to_owned()),
            state: invite.state.into(),
            created_at: Instant(invite.created_at),
            expires_at: Instant(invite.expires_at),
        }
    }
}

impl TryFrom<InviteRow> for Invite {
    type Error = StoreError;

    fn try_from(row: InviteRow) -> Result<Self, StoreError> {
        let redirect_url = row.redirect_url.as_deref().map(RedirectUrl::parse).transpose();
        Ok(Self {
            id: InviteId::from_uuid(row.id.0),
            project: ProjectId::from_uuid(row.project_id.0),
            address: EmailAddress::from_stored(&row.address, &row.canonical)
                .map_err(|_| corrupt("address"))?,
            role: InviteRole::parse(&row.role).map_err(|_| corrupt("role"))?,
            token: token_digest(row.token_digest).ok_or(corrupt("token_digest"))?,
            invited_by: UserId::from_uuid(row.invited_by.0),
            redirect_url: redirect_url.map_err(|_| corrupt("redirect_url"))?,
            state: row.state.try_into()?,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
        })
    }
}

/// Word for word the condition of the indexes over pending invites: a bound value would hide from the planner that
/// they serve.
fn is_pending() -> SqlLiteral<Bool> {
    sql("invites.state = 'pending'")
}

impl InviteLookup for DieselTransaction<'_> {
    fn find_by_token(&mut self, token: &TokenDigest) -> Result<Option<Invite>, StoreError> {
        let row = self.run(|c| {
            invites::table
                .filter(invites::token_digest.eq(token.as_bytes().as_slice()))
                .select(InviteRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Invite::try_from).transpose()
    }

    fn find(&mut self, project: ProjectId, id: InviteId) -> Result<Option<Invite>, StoreError> {
        let row = self.run(|c| {
            invites::table
                .find(Id(id.uuid()))
                .filter(invites::project_id.eq(Id(project.uuid())))
                .select(InviteRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Invite::try_from).transpose()
    }

    fn find_pending(
        &mut self,
        project: ProjectId,
        address: &CanonicalAddress,
    ) -> Result<Option<Invite>, StoreError> {
        let row = self.run(|c| {
            invites::table
                .filter(invites::project_id.eq(Id(project.uuid())))
                .filter(invites::canonical.eq(address.as_str()))
                .filter(is_pending())
                .select(InviteRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Invite::try_from).transpose()
    }

    fn list_pending(&mut self, project: ProjectId, page: Page) -> Result<Vec<Invite>, StoreError> {
        let mut pending = invites::table
            .filter(invites::project_id.eq(Id(project.uuid())))
            .filter(is_pending())
            .select(InviteRow::as_select())
            .order(invites::id)
            .limit(page.limit().into())
            .into_boxed();
        if let Some(after) = page.after() {
            pending = pending.filter(invites::id.gt(Id(after)));
        }
        let rows: Vec<InviteRow> = self.run(|c| pending.load(c))?;
        rows.into_iter().map(Invite::try_from).collect()
    }
}

impl InviteRepository for DieselTransaction<'_> {
    fn add(&mut self, invite: &Invite) -> Result<(), StoreError> {
        let row = InviteRow::from(invite);
        self.attempt(|c| diesel::insert_into(invites::table).values(row).execute(c)).map(drop)
    }

    fn close(&mut self, invite: &Invite) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(invites::table.find(Id(invite.id.uuid())))
                .filter(is_pending())
                .filter(invites::token_digest.eq(invite.token.as_bytes().as_slice()))
                .set(StateRow::from(invite.state))
                .execute(c)
        })
    }

    fn renew(&mut self, invite: &Invite, old: &TokenDigest) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(invites::table.find(Id(invite.id.uuid())))
                .filter(is_pending())
                .filter(invites::token_digest.eq(old.as_bytes().as_slice()))
                .set((
                    invites::token_digest.eq(invite.token.as_bytes().as_slice()),
                    invites::expires_at.eq(Instant(invite.expires_at)),
                ))
                .execute(c)
        })
    }
}
