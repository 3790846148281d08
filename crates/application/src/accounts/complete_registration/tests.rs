//! The last step of registration, against mocked ports.

use mockall::predicate::eq;
use portico_domain::{
    credential::Credential,
    email::{Email, EmailState},
    ports::Unique,
};

use super::*;
use crate::fixtures::*;

const HINTS: [&str; 2] = ["ann@example.org", "ann"];

fn request(verification_token: Option<&str>) -> CompleteRegistrationRequest {
    CompleteRegistrationRequest {
        address: ann_address(),
        password: password("tuesday-fog-lamp"),
        verification_token: verification_token.map(token),
    }
}

/// A house where Ann has just proved her address.
fn house() -> House {
    let mut house = House::default();
    house.code(Some(proved_code(seconds(899))));
    house
}

#[tokio::test]
async fn a_proved_address_gets_its_account_and_its_owner_is_signed_in() {
    let mut house = house();
    house.holder(None);
    house.protects(&HINTS);
    house.settles_anns_address();
    let (users, credentials, sessions) = (house.adds_users(), house.credentials(), house.sessions());
    let emails: Kept<Email> = Kept::default();
    house.tx.emails.expect_add().returning(emails.keeper());
    house.emails(&[ann_email()]);
    let house = house.open();
    let signed_in = house.does.complete_registration.execute(request(None)).await.unwrap();

    let user = users.only();
    assert_eq!(user.display_name.as_str(), "ann");
    let email = emails.only();
    assert_eq!((email.user, email.address, email.is_default), (user.id, ann_address(), true));
    assert_eq!(email.state, EmailState::Verified { at: now() });
    let credential = Credential { user: user.id, hash: hash("new"), must_change: false, changed_at: now() };
    assert_eq!(credentials.only(), credential);
    let session = sessions.only();
    assert_eq!(session.user, user.id);
    assert_eq!(session.token, signed_in.tokens.pair.token.digest());
    assert_eq!(session.refresh, signed_in.tokens.pair.refresh.digest());
    assert_eq!((signed_in.user.id, signed_in.user.email), (user.id, Some(ann_address())));
    assert_eq!(signed_in.user.display_name, user.display_name);
    assert!(!signed_in.password_change_required);
    assert_eq!(house.locks(), [Lock::Address(ann_address().canonical().clone())]);
    assert!(house.committed());
}

#[tokio::test]
async fn registering_at_a_provisioned_address_completes_that_user_and_ends_his_sign_ins() {
    let mut house = house();
    let provisioned = in_state(EmailState::Provisioned);
    house.holder(Some(provisioned.clone()));
    house.users(&[ann()]);
    house.protects(&HINTS);
    house.settles_anns_address();
    house.tx.emails.expect_verify().with(eq(provisioned.id), eq(now())).times(1).returning(|_, _| Ok(()));
    house.ends_sign_ins(&ann(), None);
    house.emails(&[ann_email()]);
    let (credentials, sessions) = (house.credentials(), house.sessions());
    let house = house.open();
    let signed_in = house.does.complete_registration.execute(request(None)).await.unwrap();

    assert_eq!((signed_in.user.id, signed_in.user.display_name), (ann().id, ann().display_name));
    let credential = credentials.only();
    assert_eq!((credential.user, credential.must_change), (ann().id, false));
    assert_eq!(sessions.only().user, ann().id);
    let address = ann_address().canonical().clone();
    assert_eq!(house.locks(), [Lock::Address(address), Lock::User(ann().id)]);
}

#[tokio::test]
async fn without_a_living_proof_nothing_is_hashed() {
    for (code, shown, refusal) in [
        (None, None, ProofRefusal::Missing),
        (Some(code_sent(registration(), seconds(5))), None, ProofRefusal::Missing),
        (Some(proved_code(seconds(900))), None, ProofRefusal::Lapsed),
        (Some(proved_code(seconds(5))), Some("another"), ProofRefusal::WrongToken),
    ] {
        let mut house = House::default();
        house.code(code);
        let house = house.open();
        match house.does.complete_registration.execute(request(shown)).await {
            Err(CompleteRegistrationError::Refused(refused)) => assert_eq!(refused, refusal),
            other => panic!("{other:?} is not {refusal:?}"),
        }
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn where_the_operator_asks_for_the_token_it_must_be_shown() {
    let mut house = House::default();
    house.policy.require_verification_token = true;
    let refused = house.open().does.complete_registration.execute(request(None)).await;
    assert_refused!(refused, CompleteRegistrationError::VerificationTokenRequired);
}

#[tokio::test]
async fn the_right_token_opens_the_last_step() {
    let mut house = house();
    house.policy.require_verification_token = true;
    house.refuses_passwords(PasswordsError::Busy);
    let refused = house.open().does.complete_registration.execute(request(Some("proof"))).await;
    assert_refused!(refused, CompleteRegistrationError::Passwords(PasswordsError::Busy));
}

#[tokio::test]
async fn a_weak_password_keeps_nothing() {
    let mut house = house();
    house.refuses_passwords(PasswordsError::Weak("too common".to_owned()));
    let house = house.open();
    let refused = house.does.complete_registration.execute(request(None)).await;
    assert_refused!(refused, CompleteRegistrationError::Passwords(PasswordsError::Weak(_)));
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_proof_that_was_used_while_the_password_was_hashed_is_gone() {
    let mut house = House::default();
    house.tx.codes.expect_find().times(1).return_once(|_| Ok(Some(proved_code(seconds(5)))));
    house.code(None);
    house.protects(&HINTS);
    let house = house.open();
    let refused = house.does.complete_registration.execute(request(None)).await;
    assert_refused!(refused, CompleteRegistrationError::Refused(ProofRefusal::Missing));
    assert!(!house.committed());
}

#[tokio::test]
async fn a_proof_is_void_once_somebody_else_has_the_address() {
    let mut house = house();
    house.holder(Some(bobs(ann_email())));
    house.protects(&HINTS);
    let house = house.open();
    let refused = house.does.complete_registration.execute(request(None)).await;
    assert_refused!(refused, CompleteRegistrationError::Refused(ProofRefusal::Missing));
    assert!(!house.committed());
}

#[tokio::test]
async fn of_two_who_add_one_address_at_once_the_second_is_refused() {
    let mut house = house();
    house.holder(None);
    house.protects(&HINTS);
    house.adds_users();
    house.tx.emails.expect_add().returning(|_| Err(StoreError::Duplicate(Unique::HeldAddress)));
    let house = house.open();
    let refused = house.does.complete_registration.execute(request(None)).await;
    assert_refused!(refused, CompleteRegistrationError::Refused(ProofRefusal::Missing));
    assert!(!house.committed());
}
