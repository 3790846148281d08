//! A new password by a mailed link.

use portico_domain::{
    credential::Credential,
    id::UserId,
    password::PlainPassword,
    password_reset::PasswordResetRefusal,
    ports::{Consistency, Lock, PasswordsError, Snapshot, StoreError, StoreExt as _},
    token::PlainToken,
};

use super::newcomer::password_hints;
use crate::ports::Ports;

/// Why the password stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// The link is of no use.
    #[error(transparent)]
    Refused(#[from] PasswordResetRefusal),
    /// The password was not accepted, or could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sets a new password for whoever has the link, once; every sign-in of that person ends (contract O12).
#[derive(Clone)]
pub struct ResetPassword {
    ports: Ports,
}

impl ResetPassword {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sets it.
    ///
    /// # Errors
    /// When the link is of no use, the password is weak, or the work could not be done now.
    pub async fn execute(
        &self,
        token: PlainToken,
        password: PlainPassword,
    ) -> Result<(), ResetPasswordError> {
        let (digest, now) = (token.digest(), self.ports.clock.now());
        let hints = self
            .ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let reset =
                    seen.password_resets().find_by_token(&digest)?.ok_or(PasswordResetRefusal::Invalid)?;
                let user = reset.check(now)?;
                Ok::<_, ResetPasswordError>(hints_of(seen, user)?)
            })
            .await?;
        let hash = self.ports.passwords.protect(password, hints).await?;

        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                let reset =
                    tx.password_resets().find_by_token(&digest)?.ok_or(PasswordResetRefusal::Invalid)?;
                let user = reset.check(now)?;
                tx.lock(&Lock::User(user))?;
                tx.password_resets().close(reset.id, now).map_err(used_meanwhile)?;
                tx.password_resets().close_all_of(user, now)?;
                tx.credentials().set(&Credential {
                    user,
                    hash: hash.clone(),
                    must_change: false,
                    changed_at: now,
                })?;
                Ok(tx.sessions().end_all_of(user, None, now)?)
            })
            .await
    }
}

fn used_meanwhile(error: StoreError) -> ResetPasswordError {
    match error {
        StoreError::Stale => PasswordResetRefusal::Invalid.into(),
        other => other.into(),
    }
}

/// What a guesser would try first as the password of `user`.
pub(super) fn hints_of(seen: &mut dyn Snapshot, user: UserId) -> Result<Vec<String>, StoreError> {
    let name = seen.users().find(user)?.map(|user| user.full_name());
    let emails = seen.emails().list_of(user)?;
    Ok(emails.iter().flat_map(|email| password_hints(&email.address, name.as_deref())).collect())
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::{email::Email, password_reset::PasswordReset};

    use super::*;
    use crate::fixtures::*;

    const HINTS: [&str; 6] = ["ann@example.org", "ann", "Ann", "ann.lee@work.example", "ann.lee", "Ann"];

    fn house(reset: Option<PasswordReset>) -> House {
        let mut house = House::default();
        house
            .tx
            .password_resets
            .expect_find_by_token()
            .returning(move |digest| Ok(reset.clone().filter(|reset| reset.token == *digest)));
        house.users(&[ann()]);
        house.emails(&[ann_email(), Email { address: address("ann.lee@work.example"), ..ann_email() }]);
        house
    }

    async fn reset(house: &OpenHouse) -> Result<(), ResetPasswordError> {
        house.does.reset_password.execute(token("reset"), password("tuesday-fog-lamp")).await
    }

    #[tokio::test]
    async fn whoever_has_the_link_sets_a_password_and_every_sign_in_ends() {
        let mut house = house(Some(reset_of(&ann())));
        house.protects(&HINTS);
        let resets = &mut house.tx.password_resets;
        let closed = resets.expect_close().with(eq(reset_of(&ann()).id), eq(now()));
        closed.times(1).returning(|_, _| Ok(()));
        let others = resets.expect_close_all_of().with(eq(ann().id), eq(now()));
        others.times(1).returning(|_, _| Ok(()));
        house.ends_sign_ins(&ann(), None);
        let credentials = house.credentials();
        let house = house.open();
        reset(&house).await.unwrap();

        let set = Credential { user: ann().id, hash: hash("new"), must_change: false, changed_at: now() };
        assert_eq!(credentials.only(), set);
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn with_a_link_of_no_use_nothing_is_hashed() {
        let open = reset_of(&ann());
        for (link, refusal) in [
            (None, PasswordResetRefusal::Invalid),
            (Some(PasswordReset { closed_at: Some(now()), ..open.clone() }), PasswordResetRefusal::Invalid),
            (Some(PasswordReset { user: None, ..open.clone() }), PasswordResetRefusal::Invalid),
            (Some(PasswordReset { expires_at: now(), ..open }), PasswordResetRefusal::Expired),
        ] {
            let house = house(link).open();
            match reset(&house).await {
                Err(ResetPasswordError::Refused(refused)) => assert_eq!(refused, refusal),
                other => panic!("{other:?} is not {refusal:?}"),
            }
            assert!(house.wrote_nothing());
        }
    }

    #[tokio::test]
    async fn a_weak_password_does_not_use_the_link_up() {
        let mut house = house(Some(reset_of(&ann())));
        house.refuses_passwords(PasswordsError::Weak("too common".to_owned()));
        let house = house.open();
        assert_refused!(reset(&house).await, ResetPasswordError::Passwords(PasswordsError::Weak(_)));
        assert!(house.wrote_nothing());
    }

    #[tokio::test]
    async fn of_two_who_use_one_link_at_once_the_second_is_refused() {
        let mut house = house(Some(reset_of(&ann())));
        house.protects(&HINTS);
        house.tx.password_resets.expect_close().returning(|_, _| Err(StoreError::Stale));
        let house = house.open();
        assert_refused!(reset(&house).await, ResetPasswordError::Refused(PasswordResetRefusal::Invalid));
        assert!(!house.committed());
    }
}
