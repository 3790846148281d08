//! Another code for a registration that has begun.

use chrono::TimeDelta;
use portico_domain::{
    code::CodeSubject,
    email::EmailAddress,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::codes::{RegistrationMail, send_code};
use crate::ports::Ports;

/// Why no further code was sent.
#[derive(Debug, thiserror::Error)]
pub enum ResendRegistrationCodeError {
    /// No registration has begun at this address.
    #[error("no registration has begun")]
    NoCode,
    /// The last code was sent a moment ago (contract O8).
    #[error("a code was sent a moment ago")]
    TooSoon {
        /// How long to wait.
        retry_after: TimeDelta,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Mails a new code in place of the old one, with tries of its own (contract O7). An address that has an account is
/// treated as any other (contract O5).
#[derive(Clone)]
pub struct ResendRegistrationCode {
    ports: Ports,
}

impl ResendRegistrationCode {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sends it.
    ///
    /// # Errors
    /// When no registration has begun, the last code is too fresh, or the store fails.
    pub async fn execute(&self, address: EmailAddress) -> Result<(), ResendRegistrationCodeError> {
        let now = self.ports.clock.now();
        let subject = CodeSubject::Registration(address.canonical().clone());
        let mail = RegistrationMail::draw(&self.ports, &subject, &address, now);
        let lifetimes = self.ports.policy.lifetimes;
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                let previous = tx.codes().find(&subject)?.ok_or(ResendRegistrationCodeError::NoCode)?;
                if let Some(retry_after) = previous.cooldown_left(now, lifetimes.resend_cooldown) {
                    return Err(ResendRegistrationCodeError::TooSoon { retry_after });
                }
                let drawn = mail.choose(tx, &address)?;
                Ok(send_code(tx, &subject, Some(previous), &drawn, lifetimes.registration_code)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::{code::VerificationCode, email::Email, letter::Letter};

    use super::*;
    use crate::fixtures::*;

    fn house(previous: Option<VerificationCode>, holder: Option<Email>) -> House {
        let mut house = House::default();
        house.code(previous);
        house.holder(holder);
        house
    }

    #[tokio::test]
    async fn another_code_takes_the_place_of_the_last_one_and_its_tries() {
        let last = VerificationCode { tries: 3, ..code_sent(registration(), seconds(60)) };
        let mut house = house(Some(last), None);
        let (letters, codes) = (house.letters(), house.codes());
        let house = house.open();
        house.does.resend_registration_code.execute(ann_address()).await.unwrap();

        let (letter, code) = (letters.only(), codes.only());
        assert_eq!(letter.letter, Letter::RegistrationCode { valid_minutes: 10 });
        assert_eq!(code.mac, Some(mac(&registration(), &secret_of(&letter))));
        assert_eq!((code.tries, code.sent_at), (0, now()));
        assert_eq!(house.locks(), [Lock::Address(ann_address().canonical().clone())]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn an_address_with_an_account_is_mailed_advice_with_a_code_that_nobody_can_know() {
        let last = code_sent(registration(), seconds(60));
        let mut house = house(Some(last), Some(ann_email()));
        let (letters, codes) = (house.letters(), house.codes());
        let house = house.open();
        house.does.resend_registration_code.execute(ann_address()).await.unwrap();

        assert_eq!(letters.only().letter, Letter::AlreadyRegistered);
        assert!(codes.only().mac.is_some_and(|mac| mac != house.drawn_macs.only()));
    }

    #[tokio::test]
    async fn nothing_is_sent_where_no_registration_began_account_or_not() {
        for holder in [None, Some(ann_email())] {
            let house = house(None, holder).open();
            let refused = house.does.resend_registration_code.execute(ann_address()).await;
            assert_refused!(refused, ResendRegistrationCodeError::NoCode);
        }
    }

    #[tokio::test]
    async fn a_resend_within_the_cooldown_says_how_long_to_wait_account_or_not() {
        for holder in [None, Some(ann_email())] {
            let house = house(Some(code_sent(registration(), seconds(45))), holder).open();
            match house.does.resend_registration_code.execute(ann_address()).await {
                Err(ResendRegistrationCodeError::TooSoon { retry_after }) => {
                    assert_eq!(retry_after, seconds(15));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
