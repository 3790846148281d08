//! Another code for a further address.

use chrono::TimeDelta;
use portico_domain::{
    code::CodeSubject,
    email::EmailAddress,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::codes::{DrawnCode, send_code};
use crate::{actor::Actor, ports::Ports};

/// Why no further code was sent.
#[derive(Debug, thiserror::Error)]
pub enum ResendEmailCodeError {
    /// The caller has no such address.
    #[error("there is no such address on this account")]
    NotFound,
    /// It is proved already.
    #[error("the address is verified already")]
    AlreadyVerified,
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

/// Mails a new code to an address that the caller added (contract O16).
#[derive(Clone)]
pub struct ResendEmailCode {
    ports: Ports,
}

impl ResendEmailCode {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sends it.
    ///
    /// # Errors
    /// When the caller did not add the address, has proved it, the last code is too fresh, or the store fails.
    pub async fn execute(&self, actor: &Actor, address: EmailAddress) -> Result<(), ResendEmailCodeError> {
        let (user, now) = (actor.user, self.ports.clock.now());
        let ports = self.ports.clone();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::User(user))?;
                let email =
                    tx.emails().find_of(user, address.canonical())?.ok_or(ResendEmailCodeError::NotFound)?;
                if email.is_verified() {
                    return Err(ResendEmailCodeError::AlreadyVerified);
                }
                let subject = CodeSubject::AddedAddress(email.id);
                let previous = tx.codes().find(&subject)?;
                let lifetimes = ports.policy.lifetimes;
                let left =
                    previous.as_ref().and_then(|code| code.cooldown_left(now, lifetimes.resend_cooldown));
                if let Some(retry_after) = left {
                    return Err(ResendEmailCodeError::TooSoon { retry_after });
                }
                let drawn = DrawnCode::for_added(&ports, &email, now);
                Ok(send_code(tx, &subject, previous, &drawn, lifetimes.registration_code)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::{
        code::VerificationCode,
        email::{Email, EmailState},
        letter::Letter,
    };

    use super::*;
    use crate::fixtures::*;

    fn claimed() -> Email {
        in_state(EmailState::Claimed)
    }

    fn subject() -> CodeSubject {
        CodeSubject::AddedAddress(claimed().id)
    }

    fn house(email: Option<Email>, code: Option<VerificationCode>) -> House {
        let mut house = House::default();
        house.tx.emails.expect_find_of().returning(move |user, address| {
            assert_eq!((user, address), (ann().id, ann_address().canonical()));
            Ok(email.clone())
        });
        house.code(code);
        house
    }

    async fn resend(house: &OpenHouse) -> Result<(), ResendEmailCodeError> {
        house.does.resend_email_code.execute(&actor(&ann()), address("ANN@example.org")).await
    }

    #[tokio::test]
    async fn another_code_takes_the_place_of_the_last_one_and_its_tries() {
        let last = VerificationCode { tries: 3, ..code_sent(subject(), seconds(60)) };
        for previous in [Some(last), None] {
            let mut house = house(Some(claimed()), previous);
            let (letters, codes) = (house.letters(), house.codes());
            let house = house.open();
            resend(&house).await.unwrap();

            let (letter, code) = (letters.only(), codes.only());
            assert_eq!(letter.letter, Letter::AddedAddressCode { valid_minutes: 10 });
            assert_eq!(letter.to, ann_address().into(), "as it was added");
            assert_eq!(code.mac, Some(mac(&subject(), &secret_of(&letter))));
            assert_eq!((code.tries, code.sent_at), (0, now()));
            assert_eq!(house.locks(), [Lock::User(ann().id)]);
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn an_address_of_somebody_else_or_nobody_gets_no_code() {
        assert_refused!(resend(&house(None, None).open()).await, ResendEmailCodeError::NotFound);
    }

    #[tokio::test]
    async fn a_proved_address_gets_no_code() {
        let refused = resend(&house(Some(ann_email()), None).open()).await;
        assert_refused!(refused, ResendEmailCodeError::AlreadyVerified);
    }

    #[tokio::test]
    async fn a_resend_within_the_cooldown_says_how_long_to_wait() {
        let house = house(Some(claimed()), Some(code_sent(subject(), seconds(59)))).open();
        match resend(&house).await {
            Err(ResendEmailCodeError::TooSoon { retry_after }) => assert_eq!(retry_after, seconds(1)),
            other => panic!("{other:?}"),
        }
    }
}
