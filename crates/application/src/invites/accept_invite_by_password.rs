//! Coming in by an invite with address and password, without staying signed in.

use portico_domain::{email::EmailAddress, password::PlainPassword, ports::StoreExt as _, token::PlainToken};

use super::accept_invite::{AcceptInvite, AcceptInviteError, JoinedByInvite};
use crate::{
    ports::Ports,
    sessions::{SignInError, prove_password, settle_password},
};

/// Why nobody joined.
#[derive(Debug, thiserror::Error)]
pub enum AcceptInviteByPasswordError {
    /// Address and password do not fit, or could not be checked now.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The person is known, but the invite does not let him in.
    #[error(transparent)]
    Accept(#[from] AcceptInviteError),
    /// His password was mailed to him and must be changed first (contract O47).
    #[error("the password must be changed first")]
    PasswordChangeRequired,
}

/// Accepts an invite for whoever signs in on its page. No session is opened: the page has no use for one.
#[derive(Clone)]
pub struct AcceptInviteByPassword {
    ports: Ports,
    accept: AcceptInvite,
}

impl AcceptInviteByPassword {
    pub(crate) fn new(ports: Ports) -> Self {
        Self { accept: AcceptInvite::new(ports.clone()), ports }
    }

    /// What he joined.
    ///
    /// # Errors
    /// When he is not who he says, the invite does not let him in, or the work could not be done now.
    pub async fn execute(
        &self,
        token: &PlainToken,
        address: EmailAddress,
        password: PlainPassword,
    ) -> Result<JoinedByInvite, AcceptInviteByPasswordError> {
        // Comparing passwords is dear: it is done for those only who have an invite.
        self.accept.check(token).await?;
        let proved = prove_password(&self.ports, &address, password).await?;
        let (user, now) = (proved.user.id, self.ports.clock.now());
        let must_change = self.ports.store.write(move |tx| settle_password(tx, &proved, now)).await?;
        if must_change {
            return Err(AcceptInviteByPasswordError::PasswordChangeRequired);
        }
        Ok(self.accept.accept(user, token).await?)
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::{
        credential::Credential,
        email::EmailState,
        invite::{Invite, InviteRefusal},
        ports::{Comparison, Verdict},
    };

    use super::*;
    use crate::fixtures::*;

    const RIGHT: Comparison = Comparison::Right { renewed: None };

    /// A house where the token brings this invite, and Ann has this password.
    fn house(invite: Invite, credential: Credential, outcome: Comparison) -> House {
        let mut house = House::default();
        house.invite_by_token(Some(invite));
        house.users(&[ann()]);
        house.emails(&[ann_email()]);
        house.compares(Some(credential.hash.clone()), outcome);
        house.credential(Some(credential));
        house
    }

    async fn accept(house: &OpenHouse) -> Result<JoinedByInvite, AcceptInviteByPasswordError> {
        let password = password("tuesday-fog-lamp");
        house.does.accept_invite_by_password.execute(&token("invite"), ann_address(), password).await
    }

    #[tokio::test]
    async fn the_right_password_joins_without_opening_a_session() {
        let mut house = house(invite(), credential(&ann()), RIGHT);
        house.holder(Some(ann_email()));
        house.member(None);
        house.tx.projects.expect_find().returning(|_| Ok(Some(project())));
        house.closed_invites();
        let members = house.members();
        let house = house.open();
        let joined = accept(&house).await.unwrap();
        assert_eq!(joined, JoinedByInvite { project: project(), redirect_url: invite().redirect_url });
        assert_eq!(members.only().user, ann().id);
        assert_eq!(house.store.verdicts(), [Verdict::Commit; 2]);
    }

    #[tokio::test]
    async fn without_a_living_invite_no_password_is_compared() {
        for (found, refusal) in [
            (None, InviteRefusal::NotFound),
            (Some(revoked_invite()), InviteRefusal::NotFound),
            (Some(expired_invite()), InviteRefusal::Expired),
        ] {
            let mut house = House::default();
            house.invite_by_token(found);
            match accept(&house.open()).await {
                Err(AcceptInviteByPasswordError::Accept(AcceptInviteError::Refused(refused))) => {
                    assert_eq!(refused, refusal);
                }
                other => panic!("{other:?} is not {refusal:?}"),
            }
        }
    }

    #[tokio::test]
    async fn a_wrong_password_joins_nobody() {
        let mut house = house(invite(), credential(&ann()), Comparison::Wrong);
        house.holder(Some(ann_email()));
        let house = house.open();
        let refused = accept(&house).await;
        assert_refused!(refused, AcceptInviteByPasswordError::SignIn(SignInError::InvalidCredentials));
        assert!(house.wrote_nothing());
    }

    #[tokio::test]
    async fn a_mailed_password_proves_its_address_but_must_be_changed_first() {
        let mailed = Credential { must_change: true, ..credential(&ann()) };
        let mut house = house(invite(), mailed, RIGHT);
        house.holder(Some(in_state(EmailState::Provisioned)));
        house.tx.emails.expect_verify().with(eq(ann_email().id), eq(now())).times(1).returning(|_, _| Ok(()));
        house.settles_anns_address();
        let house = house.open();
        assert_refused!(accept(&house).await, AcceptInviteByPasswordError::PasswordChangeRequired);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_known_person_who_was_not_invited_stays_out() {
        let others = Invite { address: address("bob@example.org"), ..invite() };
        let mut house = house(others, credential(&ann()), RIGHT);
        house.holder(Some(ann_email()));
        house.member(None);
        match accept(&house.open()).await {
            Err(AcceptInviteByPasswordError::Accept(AcceptInviteError::Refused(refused))) => {
                assert_eq!(refused, InviteRefusal::EmailMismatch);
            }
            other => panic!("{other:?}"),
        }
    }
}
