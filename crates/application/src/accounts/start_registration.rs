//! The first step of registration.

use portico_domain::{
    code::CodeSubject,
    email::EmailAddress,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::codes::{RegistrationMail, send_code};
use crate::ports::Ports;

/// Mails a code to whoever wants to register, or, at an address with an account, the advice to use that; the answer
/// and its time are the same, so nobody learns who is known here (contract O5).
#[derive(Clone)]
pub struct StartRegistration {
    ports: Ports,
}

impl StartRegistration {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sends the letter, unless one was sent within the cooldown.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, address: EmailAddress) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        let subject = CodeSubject::Registration(address.canonical().clone());
        let mail = RegistrationMail::draw(&self.ports, &subject, &address, now);
        let lifetimes = self.ports.policy.lifetimes;
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                let previous = tx.codes().find(&subject)?;
                if previous
                    .as_ref()
                    .is_some_and(|code| code.cooldown_left(now, lifetimes.resend_cooldown).is_some())
                {
                    return Ok(());
                }
                let drawn = mail.choose(tx, &address)?;
                send_code(tx, &subject, previous, &drawn, lifetimes.registration_code)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use portico_domain::{
        code::{PlainCode, VerificationCode},
        email::{Email, EmailState},
        letter::Letter,
    };

    use super::*;
    use crate::fixtures::*;

    /// A house where nobody asked for a code yet.
    fn house(holder: Option<Email>) -> House {
        let mut house = House::default();
        house.code(None);
        house.holder(holder);
        house
    }

    #[tokio::test]
    async fn a_newcomer_is_mailed_a_code_of_which_only_the_mac_is_kept() {
        let mut house = house(None);
        let (letters, codes) = (house.letters(), house.codes());
        let house = house.open();
        house.does.start_registration.execute(address("Ann@example.org")).await.unwrap();

        let letter = letters.only();
        assert_eq!(letter.letter, Letter::RegistrationCode { valid_minutes: 10 });
        assert_eq!(letter.to, address("Ann@example.org").into());
        let digits = secret_of(&letter);
        PlainCode::parse(&digits).unwrap();
        let mac = mac(&registration(), &digits);
        let issued = VerificationCode::issue(registration(), mac, now(), TimeDelta::minutes(10));
        assert_eq!(codes.only(), issued);
        assert_eq!(house.locks(), [Lock::Address(ann_address().canonical().clone())]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn an_address_with_an_account_is_mailed_advice_and_gets_a_code_that_nobody_can_know() {
        let mut house = house(Some(ann_email()));
        let (letters, codes) = (house.letters(), house.codes());
        let house = house.open();
        house.does.start_registration.execute(ann_address()).await.unwrap();

        let letter = letters.only();
        assert_eq!((letter.letter, letter.secret), (Letter::AlreadyRegistered, None));
        let decoy = codes.only();
        let drawn = house.drawn_macs.only();
        assert!(decoy.mac.is_some_and(|mac| mac != drawn), "a code was drawn, but not for this address");
        let real = VerificationCode::issue(registration(), drawn, now(), TimeDelta::minutes(10));
        assert_eq!(VerificationCode { mac: Some(drawn), ..decoy }, real, "else it is as any other");
    }

    #[tokio::test]
    async fn a_provisioned_address_is_mailed_a_code() {
        let mut house = house(Some(in_state(EmailState::Provisioned)));
        let (letters, codes) = (house.letters(), house.codes());
        house.open().does.start_registration.execute(ann_address()).await.unwrap();

        let letter = letters.only();
        assert_eq!(letter.letter, Letter::RegistrationCode { valid_minutes: 10 });
        assert_eq!(codes.only().mac, Some(mac(&registration(), &secret_of(&letter))));
    }

    #[tokio::test]
    async fn a_held_address_is_mailed_as_its_holder_spells_it() {
        for state in [EmailState::Provisioned, EmailState::Verified { at: now() }] {
            let mut house = house(Some(in_state(state)));
            let letters = house.letters();
            house.codes();
            house.open().does.start_registration.execute(address("ANN@example.org")).await.unwrap();
            assert_eq!(letters.only().to, ann_address().into());
        }
    }

    #[tokio::test]
    async fn a_second_start_within_the_cooldown_sends_nothing() {
        for holder in [None, Some(ann_email())] {
            let mut house = House::default();
            house.holder(holder);
            house.code(Some(code_sent(registration(), seconds(59))));
            house.open().does.start_registration.execute(ann_address()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn after_the_cooldown_a_new_code_has_tries_of_its_own_and_leaves_a_proof_alone() {
        let mut house = House::default();
        house.holder(None);
        let proved = proved_code(seconds(60));
        house.code(Some(VerificationCode { tries: 3, ..proved.clone() }));
        house.letters();
        let codes = house.codes();
        house.open().does.start_registration.execute(ann_address()).await.unwrap();

        let again = codes.only();
        assert_eq!((again.tries, again.sent_at, again.proof), (0, now(), proved.proof));
    }
}
