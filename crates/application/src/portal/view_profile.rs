//! One's own profile.

use portico_domain::{
    id::UserId,
    ports::{Consistency, StoreError, StoreExt as _},
    profile::MemberRecord,
};

use crate::ports::Ports;

/// Shows a member his own profile (portal contract section 3.2).
#[derive(Clone)]
pub struct ViewProfile {
    ports: Ports,
}

impl ViewProfile {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The profile of `user`; nothing when he has none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, user: UserId) -> Result<Option<MemberRecord>, StoreError> {
        self.ports.store.read(Consistency::Latest, move |seen| seen.profiles().find(user)).await
    }
}

#[cfg(test)]
mod tests {
    use crate::fixtures::*;

    #[tokio::test]
    async fn everybody_sees_his_own_profile() {
        let mut house = House::default();
        house.member_records(&[ann_member(), bob_admin()]);
        let house = house.open();
        assert_eq!(house.does.view_profile.execute(bob().id).await.unwrap(), Some(bob_admin()));
    }

    #[tokio::test]
    async fn whoever_is_no_member_has_none() {
        let mut house = House::default();
        house.member_records(&[bob_admin()]);
        assert_eq!(house.open().does.view_profile.execute(ann().id).await.unwrap(), None);
    }
}
