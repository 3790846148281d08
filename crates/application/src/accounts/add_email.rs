//! A further address.

use portico_domain::{
    code::{CodeSubject, VerificationCode},
    email::{Email, EmailAddress, EmailState},
    id::EmailId,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::codes::{DrawnCode, send_code};
use crate::{actor::Actor, ports::Ports};

/// Why the address was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddEmailError {
    /// It belongs to an account already.
    #[error("the address belongs to an account already")]
    AlreadyInUse,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Claims an address for the caller, and mails a code there. A claim blocks nobody (contract section 3). Claiming it
/// again gives the same record, and a new code once the cooldown is over.
#[derive(Clone)]
pub struct AddEmail {
    ports: Ports,
}

impl AddEmail {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The caller's record of the address.
    ///
    /// # Errors
    /// When the address is somebody's, or proved by the caller already, or the store fails.
    pub async fn execute(&self, actor: &Actor, address: EmailAddress) -> Result<Email, AddEmailError> {
        let (user, now) = (actor.user, self.ports.clock.now());
        let id = EmailId::generate(now, self.ports.entropy.as_ref());
        let ports = self.ports.clone();
        self.ports
            .store
            .write(move |tx| {
                // Whoever proves the address beside this voids every claim that he can see.
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                tx.lock(&Lock::User(user))?;
                if tx.emails().find_holder(address.canonical())?.is_some() {
                    return Err(AddEmailError::AlreadyInUse);
                }
                let emails = tx.emails().list_of(user)?;
                let known = emails.iter().find(|email| email.address.canonical() == address.canonical());
                let email = known.cloned().unwrap_or_else(|| Email {
                    id,
                    user,
                    address: address.clone(),
                    state: EmailState::Claimed,
                    is_default: emails.is_empty(),
                    created_at: now,
                });
                if known.is_none() {
                    tx.emails().add(&email)?;
                }
                let subject = CodeSubject::AddedAddress(email.id);
                let previous = tx.codes().find(&subject)?;
                let lifetimes = ports.policy.lifetimes;
                let cooling = |code: &_| {
                    VerificationCode::cooldown_left(code, now, lifetimes.resend_cooldown).is_some()
                };
                if !previous.as_ref().is_some_and(cooling) {
                    let drawn = DrawnCode::for_added(&ports, &email, now);
                    send_code(tx, &subject, previous, &drawn, lifetimes.registration_code)?;
                }
                Ok(email)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::letter::Letter;

    use super::*;
    use crate::fixtures::*;

    const WORK: &str = "ann@work.example";

    /// A house where nobody holds the address, and Ann has these.
    fn house(emails: &[Email]) -> House {
        let mut house = House::default();
        house.holder(None);
        house.emails(emails);
        house
    }

    fn claimed() -> Email {
        let entropy = portico_domain::ports::mocks::CountingEntropy::default();
        let id = EmailId::generate(now() - seconds(99), &entropy);
        Email { id, address: address(WORK), is_default: false, ..in_state(EmailState::Claimed) }
    }

    async fn add(house: &OpenHouse) -> Result<Email, AddEmailError> {
        house.does.add_email.execute(&actor(&ann()), address(WORK)).await
    }

    #[tokio::test]
    async fn a_further_address_is_claimed_and_mailed_a_code() {
        for (others, is_default) in [(vec![ann_email()], false), (vec![], true)] {
            let mut house = house(&others);
            house.code(None);
            let emails = Kept::default();
            house.tx.emails.expect_add().returning(emails.keeper());
            let (letters, codes) = (house.letters(), house.codes());
            let house = house.open();
            let email = add(&house).await.unwrap();

            assert_eq!(emails.only(), email);
            assert_eq!((email.user, email.state), (ann().id, EmailState::Claimed));
            assert_eq!(email.is_default, is_default, "the first address is the one to write to");
            let (letter, code) = (letters.only(), codes.only());
            assert_eq!(letter.letter, Letter::AddedAddressCode { valid_minutes: 10 });
            assert_eq!(letter.to, address(WORK).into());
            let subject = CodeSubject::AddedAddress(email.id);
            assert_eq!(code.mac, Some(mac(&subject, &secret_of(&letter))));
            assert_eq!((code.subject, code.expires_at), (subject, now() + seconds(600)));
            let lock = Lock::Address(address(WORK).canonical().clone());
            assert_eq!(house.locks(), [lock, Lock::User(ann().id)]);
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn claiming_again_within_the_cooldown_gives_the_same_record_and_sends_nothing() {
        let mut house = house(&[ann_email(), claimed()]);
        house.code(Some(code_sent(CodeSubject::AddedAddress(claimed().id), seconds(59))));
        assert_eq!(add(&house.open()).await.unwrap(), claimed());
    }

    #[tokio::test]
    async fn claiming_again_after_the_cooldown_sends_another_code() {
        let mut house = house(&[ann_email(), claimed()]);
        let subject = CodeSubject::AddedAddress(claimed().id);
        house.code(Some(code_sent(subject.clone(), seconds(60))));
        let (letters, codes) = (house.letters(), house.codes());
        assert_eq!(add(&house.open()).await.unwrap(), claimed());
        assert_eq!(codes.only().mac, Some(mac(&subject, &secret_of(&letters.only()))));
    }

    #[tokio::test]
    async fn an_address_that_somebody_holds_is_not_claimed() {
        for holder in [ann_email(), bobs(ann_email()), bobs(in_state(EmailState::Provisioned))] {
            let mut house = House::default();
            house.holder(Some(holder));
            assert_refused!(add(&house.open()).await, AddEmailError::AlreadyInUse);
        }
    }
}
