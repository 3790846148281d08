//! An admin changes what a member is.

use portico_domain::{
    ports::{Lock, StoreError, StoreExt as _},
    profile::MemberRole,
};

use super::admins::may_become;
use crate::ports::Ports;

/// Why the role was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SetMemberRoleError {
    /// The portal would be left without an admin.
    #[error("the last admin stays admin")]
    LastAdmin,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives a member another role, whatever he paid, until roles follow dues the next time (portal contract section 5).
#[derive(Clone)]
pub struct SetMemberRole {
    ports: Ports,
}

impl SetMemberRole {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Gives it to the member with this number. Nothing happens when there is none.
    ///
    /// # Errors
    /// When he is the last admin and would be one no longer, or the store fails.
    pub async fn execute(&self, number: i64, role: MemberRole) -> Result<(), SetMemberRoleError> {
        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Admins)?;
                tx.lock(&Lock::Dues)?;
                let Some(member) = tx.profiles().find_by_number(number)? else { return Ok(()) };
                if !may_become(tx, &member.profile, role)? {
                    return Err(SetMemberRoleError::LastAdmin);
                }
                if member.profile.role != role {
                    tx.profiles().change_role(member.profile.user, member.profile.role, role, now)?;
                }
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    async fn set(house: &OpenHouse, number: i64, role: MemberRole) -> Result<(), SetMemberRoleError> {
        house.does.set_member_role.execute(number, role).await
    }

    #[tokio::test]
    async fn a_member_is_given_any_role_whatever_he_paid() {
        for (from, to) in [
            (MemberRole::Member, MemberRole::Admin),
            (MemberRole::NotMember, MemberRole::Member),
            (MemberRole::Member, MemberRole::Retired),
            (MemberRole::Retired, MemberRole::NotMember),
        ] {
            let mut house = House::default();
            house.member_records(&[as_role(from, ann_member())]);
            let roles = house.role_changes();
            let house = house.open();
            set(&house, ann().number, to).await.unwrap();
            assert_eq!(roles.only(), (ann().id, from, to));
            assert_eq!(house.locks(), [Lock::Admins, Lock::Dues]);
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn the_last_admin_stays_admin() {
        for role in [MemberRole::Member, MemberRole::Retired, MemberRole::NotMember] {
            let mut house = House::default();
            house.member_records(&[bob_admin()]);
            house.tx.profiles.expect_has_other_admin().with(eq(bob().id)).returning(|_| Ok(false));
            let house = house.open();
            assert_refused!(set(&house, bob().number, role).await, SetMemberRoleError::LastAdmin);
            assert!(!house.committed());
        }
    }

    #[tokio::test]
    async fn one_of_several_admins_may_become_something_else() {
        let mut house = House::default();
        house.member_records(&[bob_admin()]);
        house.tx.profiles.expect_has_other_admin().with(eq(bob().id)).returning(|_| Ok(true));
        let roles = house.role_changes();
        set(&house.open(), bob().number, MemberRole::Retired).await.unwrap();
        assert_eq!(roles.only(), (bob().id, MemberRole::Admin, MemberRole::Retired));
    }

    #[tokio::test]
    async fn the_role_that_somebody_has_is_not_written_again() {
        let mut house = House::default();
        house.member_records(&[bob_admin()]);
        set(&house.open(), bob().number, MemberRole::Admin).await.unwrap();
    }

    #[tokio::test]
    async fn nothing_happens_to_nobody() {
        let mut house = House::default();
        house.member_records(&[]);
        set(&house.open(), 77, MemberRole::Admin).await.unwrap();
    }
}
