//! A forgotten password.

use portico_domain::{
    email::{Email, EmailAddress},
    id::PasswordResetId,
    letter::{Letter, LetterSecret, OwedLetter},
    password_reset::PasswordReset,
    ports::{Lock, StoreError, StoreExt as _, Transaction},
    token::PlainToken,
    user::UserState,
};

use crate::ports::Ports;

/// Mails a link to a new password to whoever holds the address. The answer is the same when nobody does, and so is
/// its time: such a request leaves a record too.
#[derive(Clone)]
pub struct RequestPasswordReset {
    ports: Ports,
}

impl RequestPasswordReset {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sends the letter; older links die (contract O12).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, address: EmailAddress) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        let life = self.ports.policy.lifetimes.password_reset;
        let token = PlainToken::generate("", self.ports.entropy.as_ref());
        let letter = Letter::PasswordReset { valid_minutes: life.num_minutes() };
        let letter =
            self.ports.letter(address.clone(), letter, Some(&LetterSecret::new(token.reveal())), now);
        let reset = PasswordReset {
            id: PasswordResetId::generate(now, self.ports.entropy.as_ref()),
            user: None,
            token: token.digest(),
            created_at: now,
            expires_at: now + life,
            closed_at: None,
        };
        self.ports
            .store
            .write(move |tx| {
                let Some(held) = find_held(tx, &address)? else { return tx.password_resets().add(&reset) };
                tx.lock(&Lock::User(held.user))?;
                tx.password_resets().close_all_of(held.user, now)?;
                tx.password_resets().add(&PasswordReset { user: Some(held.user), ..reset.clone() })?;
                // To the address as its holder spells it: another spelling may reach somebody else's mailbox.
                tx.outbox().add(&OwedLetter { to: held.address.into(), ..letter.clone() })
            })
            .await
    }
}

/// The address as somebody who may come in has proved it.
fn find_held(tx: &mut dyn Transaction, address: &EmailAddress) -> Result<Option<Email>, StoreError> {
    let Some(held) = tx.emails().find_holder(address.canonical())?.filter(Email::is_verified) else {
        return Ok(None);
    };
    let active = tx.users().find(held.user)?.is_some_and(|user| user.state == UserState::Active);
    Ok(active.then_some(held))
}

#[cfg(test)]
mod tests {
    use mockall::{Sequence, predicate::eq};
    use portico_domain::{email::EmailState, user::User};

    use super::*;
    use crate::fixtures::*;

    /// A house where requests may be kept.
    fn house(holder: Option<Email>, user: User) -> (House, Kept<PasswordReset>) {
        let mut house = House::default();
        house.holder(holder);
        house.users(&[user]);
        let resets = Kept::default();
        house.tx.password_resets.expect_add().returning(resets.keeper());
        (house, resets)
    }

    #[tokio::test]
    async fn the_owner_is_mailed_a_link_of_which_only_the_digest_is_kept() {
        let (mut house, resets) = house(Some(ann_email()), ann());
        house.tx.password_resets.expect_close_all_of().returning(|_, _| Ok(()));
        let letters = house.letters();
        let house = house.open();
        house.does.request_password_reset.execute(address("ANN@example.org")).await.unwrap();

        let (reset, letter) = (resets.only(), letters.only());
        assert_eq!((reset.user, reset.closed_at), (Some(ann().id), None));
        assert_eq!((reset.created_at, reset.expires_at), (now(), now() + seconds(900)));
        assert_eq!(letter.letter, Letter::PasswordReset { valid_minutes: 15 });
        assert_eq!(token(&secret_of(&letter)).digest(), reset.token);
        assert_eq!(letter.to, ann_address().into(), "as its holder spells it, not as the visitor did");
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn older_links_die_before_the_new_one_is_kept() {
        let mut house = House::default();
        house.holder(Some(ann_email()));
        house.users(&[ann()]);
        house.letters();
        let mut order = Sequence::new();
        let resets = &mut house.tx.password_resets;
        let closed = resets.expect_close_all_of().with(eq(ann().id), eq(now()));
        closed.times(1).in_sequence(&mut order).returning(|_, _| Ok(()));
        resets.expect_add().times(1).in_sequence(&mut order).returning(|_| Ok(()));
        house.open().does.request_password_reset.execute(ann_address()).await.unwrap();
    }

    #[tokio::test]
    async fn where_nobody_may_have_a_link_a_record_of_nobody_is_kept_and_nothing_is_mailed() {
        for (holder, user) in [
            (None, ann()),
            (Some(in_state(EmailState::Provisioned)), ann()),
            (Some(ann_email()), disabled(ann())),
        ] {
            let (house, resets) = house(holder, user);
            let house = house.open();
            house.does.request_password_reset.execute(ann_address()).await.unwrap();
            assert_eq!(resets.only().user, None);
            assert!(house.committed());
        }
    }
}
