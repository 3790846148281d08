//! May this person manage the portal?

use portico_domain::{
    id::UserId,
    ports::{Consistency, StoreError, StoreExt as _},
    profile::MemberRole,
};

use crate::ports::Ports;

/// Why somebody may not.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeManagerError {
    /// He is no admin of the portal.
    #[error("permission denied")]
    PermissionDenied,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets the portal's admins, and nobody else, manage it (portal contract section 3.3).
#[derive(Clone)]
pub struct AuthorizeManagement {
    ports: Ports,
}

impl AuthorizeManagement {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Looks at his role.
    ///
    /// # Errors
    /// When it is not that of an admin, or the store fails.
    pub async fn execute(&self, user: UserId) -> Result<(), AuthorizeManagerError> {
        let member = self
            .ports
            .store
            .read::<_, StoreError, _>(Consistency::Latest, move |seen| seen.profiles().find(user))
            .await?;
        match member.map(|member| member.profile.role) {
            Some(MemberRole::Admin) => Ok(()),
            _ => Err(AuthorizeManagerError::PermissionDenied),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    async fn authorize(user: UserId) -> Result<(), AuthorizeManagerError> {
        let mut house = House::default();
        house.member_records(&[ann_member(), bob_admin()]);
        house.open().does.authorize_manager.execute(user).await
    }

    #[tokio::test]
    async fn an_admin_may_manage_the_portal() {
        authorize(bob().id).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_else_may() {
        for role in [MemberRole::Member, MemberRole::Retired, MemberRole::NotMember] {
            let mut house = House::default();
            house.member_records(&[as_role(role, ann_member())]);
            let refused = house.open().does.authorize_manager.execute(ann().id).await;
            assert_refused!(refused, AuthorizeManagerError::PermissionDenied);
        }
    }

    #[tokio::test]
    async fn somebody_without_a_profile_may_not() {
        let house = {
            let mut house = House::default();
            house.member_records(&[]);
            house.open()
        };
        let refused = house.does.authorize_manager.execute(ann().id).await;
        assert_refused!(refused, AuthorizeManagerError::PermissionDenied);
    }
}
