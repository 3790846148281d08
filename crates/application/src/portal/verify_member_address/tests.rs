//! Proving a member's address, against mocked ports.

use mockall::predicate::eq;
use portico_domain::{
    email_verification::VERIFICATION_LIFETIME,
    letter::{Letter, OwedLetter},
    user::User,
};

use super::*;
use crate::fixtures::*;

fn claimed() -> Email {
    in_state(EmailState::Claimed)
}

/// Ann as a member with this default address.
fn member(email: Email) -> MemberRecord {
    at(Some(email), ann_member())
}

/// A link of yesterday to Ann's address, with the token `link`.
fn link() -> EmailVerification {
    let yesterday = now() - seconds(24 * 3600);
    EmailVerification::issue(ann().id, &ann_address(), &token("link"), yesterday)
}

fn used() -> EmailVerification {
    EmailVerification { used_at: Some(now() - seconds(60)), ..link() }
}

fn expired() -> EmailVerification {
    EmailVerification { expires_at: now(), ..link() }
}

/// A house that sent this link, to this member.
fn house(link: &EmailVerification, user: User, member: MemberRecord) -> House {
    let mut house = House::default();
    let found = link.clone();
    let looked = house.tx.email_verifications.expect_find().with(eq(token("link").digest()));
    looked.returning(move |_| Ok(Some(found.clone())));
    house.users(&[user]);
    house.member_records(&[member]);
    house
}

/// The link is used up.
fn closes(house: &mut House) {
    let closed = house.tx.email_verifications.expect_close().with(eq(token("link").digest()), eq(now()));
    closed.times(1).returning(|_, _| Ok(()));
}

/// A house in which Ann may prove her address, that is in this state, by this link.
fn open_house(link: &EmailVerification, state: EmailState) -> (House, Kept<PortalSession>, Kept<OwedLetter>) {
    let mut house = house(link, ann(), member(in_state(state)));
    closes(&mut house);
    house.tx.emails.expect_verify().with(eq(claimed().id), eq(now())).times(1).returning(|_, _| Ok(()));
    house.settles_anns_address();
    house.words(
        LetterKind::AfterRegistration,
        "Welcome",
        "{{if .User.EmailVerified}}{{.User.Handle}}{{end}}",
    );
    let (sessions, letters) = (house.portal_sessions(), house.letters());
    (house, sessions, letters)
}

async fn verify(house: &OpenHouse) -> Result<Option<PlainToken>, VerifyMemberAddressError> {
    house.does.verify_member_address.execute(token("link")).await
}

async fn refused(house: House) -> VerificationRefusal {
    let house = house.open();
    let outcome = verify(&house).await;
    assert!(house.wrote_nothing() || !house.committed());
    match outcome {
        Err(VerifyMemberAddressError::Refused(refusal)) => refusal,
        other => panic!("{other:?} is no refusal"),
    }
}

#[tokio::test]
async fn the_first_proof_opens_a_session_and_is_followed_by_a_letter() {
    for state in [EmailState::Claimed, EmailState::Provisioned] {
        let (house, sessions, letters) = open_house(&link(), state);
        let house = house.open();
        let cookie = verify(&house).await.unwrap().unwrap();

        let session = sessions.only();
        assert_eq!((session.user, session.token), (ann().id, cookie.digest()));
        assert_eq!(session.expires_at, now() + seconds(10 * 24 * 3600));
        assert_ne!(cookie, token("link"), "the link itself opens nothing");
        let letter = letters.only();
        assert_eq!(
            (letter.letter.clone(), letter.to.clone()),
            (Letter::AfterRegistration, ann_address().into())
        );
        assert_eq!(secret_of(&letter), "Welcome\nannie");
        let address = Lock::Address(ann_address().canonical().clone());
        assert_eq!(house.locks(), [address, Lock::User(ann().id)]);
        assert!(house.committed());
    }
}

#[tokio::test]
async fn an_address_proved_before_or_a_used_link_opens_no_session_and_writes_nothing() {
    for (link, email) in [
        (used(), ann_email()),
        (used(), claimed()),
        (link(), ann_email()),
        (EmailVerification { expires_at: now(), ..used() }, ann_email()),
    ] {
        let house = house(&link, ann(), member(email)).open();
        assert_eq!(verify(&house).await.unwrap(), None);
    }
}

#[tokio::test]
async fn of_two_who_follow_one_link_at_once_one_gets_a_session() {
    let mut house = house(&link(), ann(), member(claimed()));
    house.tx.email_verifications.expect_close().times(1).returning(|_, _| Err(StoreError::Stale));
    assert_eq!(verify(&house.open()).await.unwrap(), None);

    let mut house = House::default();
    house.tx.email_verifications.expect_find().times(1).return_once(|_| Ok(Some(link())));
    house.tx.email_verifications.expect_find().times(1).return_once(|_| Ok(Some(used())));
    house.users(&[ann()]);
    house.member_records(&[member(ann_email())]);
    assert_eq!(verify(&house.open()).await.unwrap(), None);
}

#[tokio::test]
async fn a_link_that_no_letter_had_proves_nothing() {
    let mut house = House::default();
    house.tx.email_verifications.expect_find().times(1).returning(|_| Ok(None));
    assert_eq!(refused(house).await, VerificationRefusal::Unknown);
}

#[tokio::test]
async fn a_link_that_was_thrown_away_meanwhile_proves_nothing() {
    let mut house = House::default();
    house.tx.email_verifications.expect_find().times(1).return_once(|_| Ok(Some(link())));
    house.tx.email_verifications.expect_find().times(1).return_once(|_| Ok(None));
    assert_eq!(refused(house).await, VerificationRefusal::Unknown);
}

#[tokio::test]
async fn a_link_proves_nothing_after_a_week() {
    let refusal = refused(house(&expired(), ann(), member(claimed()))).await;
    assert_eq!(refusal, VerificationRefusal::Expired);

    let fresh = EmailVerification { expires_at: now() + seconds(1), ..link() };
    let (house, ..) = open_house(&fresh, EmailState::Claimed);
    assert!(verify(&house.open()).await.unwrap().is_some());
    assert_eq!(link().expires_at, now() - seconds(24 * 3600) + VERIFICATION_LIFETIME);
}

#[tokio::test]
async fn a_link_to_an_address_that_the_member_has_no_more_proves_nothing_used_or_not() {
    let other = |state| Some(Email { address: address("lee@example.org"), ..in_state(state) });
    for link in [link(), used()] {
        for email in [other(EmailState::Claimed), other(EmailState::Verified { at: now() }), None] {
            let refusal = refused(house(&link, ann(), at(email, ann_member()))).await;
            assert_eq!(refusal, VerificationRefusal::AddressChanged);
        }
    }
}

#[tokio::test]
async fn an_address_that_somebody_else_holds_by_now_is_not_proved_and_the_link_stays() {
    let mut house = house(&link(), ann(), member(claimed()));
    closes(&mut house);
    let held = StoreError::Duplicate(Unique::HeldAddress);
    house.tx.emails.expect_verify().return_once(|_, _| Err(held));
    assert_eq!(refused(house).await, VerificationRefusal::AddressChanged);
}

#[tokio::test]
async fn somebody_who_is_locked_out_or_has_no_profile_cannot_prove_anything_used_or_not() {
    for link in [link(), used()] {
        let locked_out = house(&link, disabled(ann()), member(ann_email()));
        assert_eq!(refused(locked_out).await, VerificationRefusal::Unknown);
        let without_profile = house(&link, ann(), bob_admin());
        assert_eq!(refused(without_profile).await, VerificationRefusal::Unknown);
    }
}

#[tokio::test]
async fn a_failing_store_proves_nothing() {
    let mut house = house(&link(), ann(), member(claimed()));
    closes(&mut house);
    house.tx.emails.expect_verify().return_once(|_, _| Err(StoreError::Overloaded));
    let house = house.open();
    assert_refused!(verify(&house).await, VerifyMemberAddressError::Store(StoreError::Overloaded));
    assert!(!house.committed());
}
