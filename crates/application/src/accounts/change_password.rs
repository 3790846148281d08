//! A new password by the old one.

use portico_domain::{
    credential::Credential,
    password::PlainPassword,
    ports::{Comparison, Consistency, Lock, PasswordsError, StoreError, StoreExt as _},
};

use super::reset_password::hints_of;
use crate::{actor::Actor, ports::Ports};

/// Why the password stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The old password is wrong, or there is none.
    #[error("the old password is wrong")]
    WrongPassword,
    /// The new password was not accepted, or nothing could be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes the caller's password; all his other sign-ins end (contract O47).
#[derive(Clone)]
pub struct ChangePassword {
    ports: Ports,
}

impl ChangePassword {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Changes it.
    ///
    /// # Errors
    /// When the old password is wrong, the new one is weak or the same, or the work could not be done now.
    pub async fn execute(
        &self,
        actor: &Actor,
        old: PlainPassword,
        new: PlainPassword,
    ) -> Result<(), ChangePasswordError> {
        let (user, family) = (actor.user, actor.family);
        let (kept, hints) = self
            .ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                Ok::<_, StoreError>((seen.credentials().find(user)?, hints_of(seen, user)?))
            })
            .await?;
        let unchanged = old == new;
        let hash_at_rest = kept.as_ref().map(|credential| credential.hash.clone());
        let (Comparison::Right { .. }, Some(kept)) =
            (self.ports.passwords.compare(old, hash_at_rest).await?, kept)
        else {
            return Err(ChangePasswordError::WrongPassword);
        };
        if unchanged {
            return Err(
                PasswordsError::Weak("The new password must differ from the old one.".to_owned()).into()
            );
        }
        let hash = self.ports.passwords.protect(new, hints).await?;

        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::User(user))?;
                let current = tx.credentials().find(user)?.ok_or(ChangePasswordError::WrongPassword)?;
                if !current.is_same_password_as(&kept) {
                    return Err(ChangePasswordError::WrongPassword);
                }
                tx.credentials().set(&Credential {
                    user,
                    hash: hash.clone(),
                    must_change: false,
                    changed_at: now,
                })?;
                // A link mailed before the change must not undo it.
                tx.password_resets().close_all_of(user, now)?;
                Ok(tx.sessions().end_all_of(user, Some(family), now)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    const HINTS: [&str; 3] = ["ann@example.org", "ann", "Ann"];
    const RIGHT: Comparison = Comparison::Right { renewed: None };

    /// A house where the old password compares like this.
    fn house(outcome: Comparison) -> House {
        let mut house = House::default();
        house.users(&[ann()]);
        house.emails(&[ann_email()]);
        house.compares(Some(hash("kept")), outcome);
        house
    }

    async fn change(house: &OpenHouse, new: &str) -> Result<(), ChangePasswordError> {
        house.does.change_password.execute(&actor(&ann()), password("old"), password(new)).await
    }

    /// The new password is set, mailed links and other sign-ins die.
    fn sets_password(house: &mut House) -> Kept<Credential> {
        house.protects(&HINTS);
        let resets = house.tx.password_resets.expect_close_all_of();
        resets.with(eq(ann().id), eq(now())).times(1).returning(|_, _| Ok(()));
        house.ends_sign_ins(&ann(), Some(actor(&ann()).family));
        house.credentials()
    }

    #[tokio::test]
    async fn the_old_password_gives_a_new_one_and_ends_all_other_sign_ins() {
        let mut house = house(RIGHT);
        house.credential(Some(Credential { must_change: true, ..credential(&ann()) }));
        let credentials = sets_password(&mut house);
        let house = house.open();
        change(&house, "tuesday-fog-lamp").await.unwrap();

        let set = Credential { user: ann().id, hash: hash("new"), must_change: false, changed_at: now() };
        assert_eq!(credentials.only(), set);
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_wrong_old_password_changes_nothing() {
        let mut house = house(Comparison::Wrong);
        house.credential(Some(credential(&ann())));
        let house = house.open();
        assert_refused!(change(&house, "tuesday-fog-lamp").await, ChangePasswordError::WrongPassword);
        assert!(house.wrote_nothing());
    }

    #[tokio::test]
    async fn whoever_has_no_password_is_refused_in_the_time_of_a_wrong_one() {
        let mut house = House::default();
        house.users(&[ann()]);
        house.emails(&[ann_email()]);
        house.credential(None);
        house.compares(None, Comparison::Wrong);
        let refused = change(&house.open(), "tuesday-fog-lamp").await;
        assert_refused!(refused, ChangePasswordError::WrongPassword);
    }

    #[tokio::test]
    async fn the_new_password_must_be_another_one() {
        let mut house = house(RIGHT);
        house.credential(Some(credential(&ann())));
        let refused = change(&house.open(), "old").await;
        assert_refused!(refused, ChangePasswordError::Passwords(PasswordsError::Weak(_)));
    }

    #[tokio::test]
    async fn a_weak_new_password_is_refused() {
        let mut house = house(RIGHT);
        house.credential(Some(credential(&ann())));
        house.refuses_passwords(PasswordsError::Weak("too common".to_owned()));
        let house = house.open();
        let refused = change(&house, "password").await;
        assert_refused!(refused, ChangePasswordError::Passwords(PasswordsError::Weak(_)));
        assert!(house.wrote_nothing());
    }

    #[tokio::test]
    async fn a_password_that_was_changed_or_taken_away_meanwhile_is_not_changed_by_the_old_one() {
        let changed = Credential { hash: hash("other"), changed_at: now(), ..credential(&ann()) };
        for current in [Some(changed), None] {
            let mut house = house(RIGHT);
            house.credential_then(credential(&ann()), current);
            house.protects(&HINTS);
            let house = house.open();
            assert_refused!(change(&house, "tuesday-fog-lamp").await, ChangePasswordError::WrongPassword);
            assert!(!house.committed());
        }
    }

    #[tokio::test]
    async fn a_hash_renewed_meanwhile_is_still_of_the_old_password() {
        let mut house = house(RIGHT);
        let renewed = Credential { hash: hash("renewed"), ..credential(&ann()) };
        house.credential_then(credential(&ann()), Some(renewed));
        let credentials = sets_password(&mut house);
        change(&house.open(), "tuesday-fog-lamp").await.unwrap();
        assert_eq!(credentials.only().hash, hash("new"));
    }
}
