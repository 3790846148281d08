//! The second step of registration.

use portico_domain::{
    code::{CodeRefusal, CodeSubject, PlainCode},
    email::EmailAddress,
    ports::{Lock, StoreError, StoreExt as _},
    token::PlainToken,
};

use super::codes::{TriedCode, try_code};
use crate::ports::Ports;

/// Why the address was not proved.
#[derive(Debug, thiserror::Error)]
pub enum VerifyRegistrationError {
    /// No code was ever sent there.
    #[error("no code was sent to this address")]
    NoCode,
    /// The code proves nothing.
    #[error(transparent)]
    Refused(#[from] CodeRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Proves a newcomer's address by the code that was mailed there, and gives him a token that shows it was he (contract
/// O6).
#[derive(Clone)]
pub struct VerifyRegistration {
    ports: Ports,
}

impl VerifyRegistration {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Tries the code.
    ///
    /// # Errors
    /// When it is not the right one, in the order of contract O7, or the store fails.
    pub async fn execute(
        &self,
        address: EmailAddress,
        code: PlainCode,
    ) -> Result<PlainToken, VerifyRegistrationError> {
        let now = self.ports.clock.now();
        let subject = CodeSubject::Registration(address.canonical().clone());
        let presented = self.ports.codes.mac(&subject, &code);
        let token = PlainToken::generate("", self.ports.entropy.as_ref());
        let digest = token.digest();
        let tried = self
            .ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                let tried = try_code(tx, &subject, &presented, now)?;
                if let TriedCode::Right(code) = &tried {
                    tx.codes().put(&code.clone().proved(digest, now))?;
                }
                Ok::<_, StoreError>(tried)
            })
            .await?;
        match tried {
            TriedCode::Right(_) => Ok(token),
            TriedCode::NoCode => Err(VerifyRegistrationError::NoCode),
            TriedCode::Refused(refusal) => Err(refusal.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::code::{CodeMac, Proof, VerificationCode};

    use super::*;
    use crate::fixtures::*;

    fn house(code: Option<VerificationCode>) -> House {
        let mut house = House::default();
        house.code(code);
        house
    }

    async fn verify(house: &OpenHouse, digits: &str) -> Result<PlainToken, VerifyRegistrationError> {
        house.does.verify_registration.execute(ann_address(), PlainCode::parse(digits).unwrap()).await
    }

    #[tokio::test]
    async fn the_right_code_proves_the_address_and_gives_a_token_to_show() {
        let sent = code_sent(registration(), seconds(599));
        let mut house = house(Some(sent.clone()));
        let codes = house.codes();
        let house = house.open();
        let token = verify(&house, "123456").await.unwrap();

        let proof = Some(Proof { at: now(), token: token.digest() });
        assert_eq!(codes.only(), VerificationCode { mac: None, proof, ..sent });
        assert_eq!(house.locks(), [Lock::Address(ann_address().canonical().clone())]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_wrong_try_is_counted_and_the_count_is_kept() {
        let sent = VerificationCode { tries: 2, ..code_sent(registration(), seconds(5)) };
        let counted = Kept::default();
        let mut house = house(Some(sent.clone()));
        house.tx.codes.expect_count_try().returning(counted.keeper());
        let house = house.open();
        let refused = verify(&house, "654321").await;

        assert_refused!(refused, VerifyRegistrationError::Refused(CodeRefusal::Wrong));
        assert_eq!(counted.only(), sent);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn refusals_come_in_the_order_of_the_contract_and_count_no_try() {
        let tried_out = |age| VerificationCode { tries: 3, ..code_sent(registration(), seconds(age)) };
        for (code, refusal) in [
            (tried_out(600), CodeRefusal::Expired),
            (tried_out(599), CodeRefusal::TooManyAttempts),
            (proved_code(seconds(899)), CodeRefusal::AlreadyVerified),
            (proved_code(seconds(900)), CodeRefusal::Expired),
        ] {
            for digits in ["123456", "654321"] {
                match verify(&house(Some(code.clone())).open(), digits).await {
                    Err(VerifyRegistrationError::Refused(refused)) => assert_eq!(refused, refusal),
                    other => panic!("{other:?} is not {refusal:?}"),
                }
            }
        }
        assert_refused!(verify(&house(None).open(), "123456").await, VerifyRegistrationError::NoCode);
    }

    #[tokio::test]
    async fn at_an_address_with_an_account_every_code_is_wrong_and_the_fourth_is_one_too_many() {
        let nobodys = Some(CodeMac::from_bytes([7; 32]));
        for tries in 0..3 {
            let decoy = VerificationCode { mac: nobodys, tries, ..code_sent(registration(), seconds(5)) };
            let mut house = house(Some(decoy));
            house.tx.codes.expect_count_try().times(1).returning(|_| Ok(()));
            let refused = verify(&house.open(), "123456").await;
            assert_refused!(refused, VerifyRegistrationError::Refused(CodeRefusal::Wrong));
        }
        let decoy = VerificationCode { mac: nobodys, tries: 3, ..code_sent(registration(), seconds(5)) };
        let refused = verify(&house(Some(decoy)).open(), "123456").await;
        assert_refused!(refused, VerifyRegistrationError::Refused(CodeRefusal::TooManyAttempts));
    }
}
