//! Becoming a member with an account.

use super::*;

const LOCKS: fn() -> [Lock; 2] = || [Lock::User(ann().id), Lock::Dues];

#[tokio::test]
async fn an_account_gets_its_profile_and_its_proved_address_is_told_that_all_is_done() {
    let further = Email { is_default: false, address: address("lee@example.org"), ..ann_email() };
    let (house, made) = house_with_account(&[], &[further, ann_email()]);
    let house = house.open();
    join(&house).await.unwrap();

    assert_eq!(made.profiles.only(), filled_in(ann().id));
    assert_eq!(made.identities.only(), (ann().id, identity()));
    let letter = made.letters.only();
    assert_eq!((letter.letter.clone(), letter.to.clone()), (Letter::AfterRegistration, ann_address().into()));
    assert_eq!(secret_of(&letter), "after_registration\nannie 1");
    assert!(made.users.all().is_empty() && made.emails.all().is_empty() && made.proofs.all().is_empty());
    assert_eq!(house.locks(), LOCKS());
    assert!(house.committed());
}

#[tokio::test]
async fn an_account_whose_address_is_not_proved_is_asked_to_prove_it() {
    for state in [EmailState::Claimed, EmailState::Provisioned] {
        let mine = Email { address: address("Lee@example.org"), ..in_state(state) };
        let (house, made) = house_with_account(&[], std::slice::from_ref(&mine));
        let house = house.open();
        join(&house).await.unwrap();

        let proof = made.proofs.only();
        assert_eq!((proof.user, &proof.address), (ann().id, mine.address.canonical()));
        let letter = made.letters.only();
        assert_eq!((letter.letter, letter.to), (Letter::EmailVerification, mine.address.into()));
        assert!(house.committed());
    }
}

#[tokio::test]
async fn an_account_without_an_address_gets_its_profile_and_no_letter() {
    let (house, made) = house_with_account(&[], &[]);
    join(&house.open()).await.unwrap();
    assert_eq!(made.profiles.only().user, ann().id);
    assert!(made.letters.all().is_empty() && made.proofs.all().is_empty());
}

#[tokio::test]
async fn the_profile_that_an_operator_made_is_filled_in_and_keeps_its_role() {
    for role in MemberRole::ALL {
        let made_before = as_role(role, bare(ann_member()));
        let (mut house, made) = house_with_account(std::slice::from_ref(&made_before), &[ann_email()]);
        let written = house.writes_profiles();
        let house = house.open();
        join(&house).await.unwrap();

        let created_at = made_before.profile.created_at;
        assert_eq!(written.only(), Profile { role, created_at, ..filled_in(ann().id) });
        assert!(made.profiles.all().is_empty());
        assert_eq!(made.identities.only(), (ann().id, identity()));
        assert_eq!(made.letters.only().letter, Letter::AfterRegistration);
        assert_eq!(house.locks(), LOCKS());
        assert!(house.committed());
    }
}

#[tokio::test]
async fn pictures_that_the_provider_does_not_have_are_kept() {
    let before = bare(ann_member());
    let pictured = Profile { avatar: Some(avatar()), ..before.profile };
    let before = MemberRecord { profile: pictured, ..before };
    let (mut house, _) = open_to(PendingSignIn { avatar: None, ..pending() }, None);
    house.users(&[ann()]);
    house.member_records(&[before]);
    house.emails(&[ann_email()]);
    let written = house.writes_profiles();
    join(&house.open()).await.unwrap();
    assert_eq!(written.only().avatar, Some(avatar()));
}

#[tokio::test]
async fn an_account_that_has_a_name_at_the_provider_has_registered() {
    let (house, made) = house_with_account(&[ann_member()], &[ann_email()]);
    let house = house.open();
    assert_refused!(join(&house).await, RegisterMemberError::Registered);
    assert!(made.identities.all().is_empty() && made.letters.all().is_empty());
    assert!(!house.committed(), "he goes on waiting");
}

#[tokio::test]
async fn an_account_that_is_known_by_that_name_and_has_no_profile_gets_one() {
    let (mut house, made) = open_to(pending(), Some(ann().id));
    house.users(&[ann()]);
    house.member_records(&[]);
    house.emails(&[ann_email()]);
    join(&house.open()).await.unwrap();
    assert_eq!(made.profiles.only(), filled_in(ann().id));
}

#[tokio::test]
async fn an_account_that_was_locked_out_or_went_away_gets_no_profile() {
    for known in [vec![disabled(ann())], Vec::new()] {
        let (mut house, made) = open_to(pending(), None);
        house.users(&known);
        let house = house.open();
        assert_refused!(join(&house).await, RegisterMemberError::Pending(PendingSignInError::Unknown));
        assert!(made.profiles.all().is_empty());
        assert!(!house.committed());
    }
}
