//! What other services ask of the portal (portal contract section 3.4).

use portico_domain::{
    external_identity::Subject,
    ports::{Consistency, Snapshot, StoreError, StoreExt as _},
    profile::MemberRole,
    token::PlainToken,
};

use crate::ports::Ports;

/// Tells services by the tokens that the operator set.
#[derive(Clone)]
pub struct AuthenticateService {
    ports: Ports,
}

impl AuthenticateService {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Whether this is one of the tokens. How long it takes to say so depends on their count alone.
    #[must_use]
    pub fn execute(&self, token: &PlainToken) -> bool {
        let digest = token.digest();
        let known = &self.ports.policy.portal.external_tokens;
        known.iter().fold(false, |found, one| found | one.matches(&digest))
    }
}

/// Tells a service what somebody is.
#[derive(Clone)]
pub struct FindMemberRole {
    ports: Ports,
}

impl FindMemberRole {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The role of whoever the provider calls so; nothing when nobody is called so.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, account_id: &str) -> Result<Option<MemberRole>, StoreError> {
        let Ok(subject) = Subject::parse(account_id) else { return Ok(None) };
        let issuer = self.ports.policy.portal.issuer.clone();
        let find = move |seen: &mut dyn Snapshot| seen.profiles().find_role_of(issuer.clone(), &subject);
        self.ports.store.read(Consistency::Latest, find).await
    }
}

/// Tells a service what everybody is.
#[derive(Clone)]
pub struct ListMemberRoles {
    ports: Ports,
}

impl ListMemberRoles {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The roles of all members with a name at the provider, in the order of their numbers.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self) -> Result<Vec<(Subject, MemberRole)>, StoreError> {
        let issuer = self.ports.policy.portal.issuer.clone();
        let list = move |seen: &mut dyn Snapshot| seen.profiles().list_roles(issuer.clone());
        self.ports.store.read(Consistency::Latest, list).await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn a_service_is_known_by_any_of_the_tokens() {
        let mut house = House::default();
        house.policy.portal.external_tokens =
            ["one", "two", "three"].map(|text| token(text).digest()).to_vec();
        let does = house.open().does;
        for (text, known) in
            [("one", true), ("two", true), ("three", true), ("four", false), ("", false), ("on", false)]
        {
            assert_eq!(does.authenticate_service.execute(&token(text)), known, "{text:?}");
        }
    }

    #[tokio::test]
    async fn without_tokens_nobody_is_a_service() {
        assert!(!House::default().open().does.authenticate_service.execute(&token("")));
    }

    #[tokio::test]
    async fn a_service_learns_what_somebody_is() {
        for (issuer, role) in [(Some("https://id.example/"), Some(MemberRole::Retired)), (None, None)] {
            let issuer = issuer.map(str::to_owned);
            let mut house = House::default();
            house.policy.portal.issuer.clone_from(&issuer);
            let asked = house.tx.profiles.expect_find_role_of();
            asked.with(eq(issuer), eq(subject("ann"))).times(1).returning(move |_, _| Ok(role));
            assert_eq!(house.open().does.find_member_role.execute("ann").await.unwrap(), role);
        }
    }

    #[tokio::test]
    async fn what_can_be_no_name_is_nobodys() {
        for text in ["", "a\nb", &"a".repeat(256)] {
            assert_eq!(House::default().open().does.find_member_role.execute(text).await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn a_service_learns_what_everybody_is() {
        let issuer = Some("https://id.example/".to_owned());
        let roles = vec![(subject("ann"), MemberRole::Member), (subject("bob"), MemberRole::NotMember)];
        let (mut house, found) = (House::default(), roles.clone());
        house.policy.portal.issuer.clone_from(&issuer);
        house.tx.profiles.expect_list_roles().with(eq(issuer)).returning(move |_| Ok(found.clone()));
        assert_eq!(house.open().does.list_member_roles.execute().await.unwrap(), roles);
    }
}
