//! Whose an account is once a mailed code proved the address.

use mockall::{Sequence, predicate::eq};

use super::*;

/// A house where Ann, newly signed up, reads the right code at her address, which `holder` holds.
fn reading_house(provider: Provider, holder: Option<Email>) -> House {
    let mut house = house(provider, &[waiting()]);
    house.uses_up(&signup_code(seconds(1), 0));
    house.holder(holder);
    house
}

fn anns_claim() -> Email {
    in_state(EmailState::Claimed)
}

fn ann_lock() -> Lock {
    Lock::Address(ann_address().canonical().clone())
}

#[tokio::test]
async fn an_address_that_nobody_holds_becomes_the_newcomers() {
    for kind in [ProviderKind::Email, ProviderKind::Password] {
        let mut house = reading_house(of_kind(kind, checking_codes(signup_provider())), None);
        let own = house.tx.emails.expect_find_of();
        own.with(eq(ann().id), eq(ann_address().canonical().clone()))
            .returning(|_, _| Ok(Some(anns_claim())));
        let proved = house.tx.emails.expect_verify().with(eq(anns_claim().id), eq(now()));
        proved.times(1).returning(|_, _| Ok(()));
        house.settles_anns_address();
        let written = house.writes_signups();
        let house = house.open();
        activate(&house, "test", "123456").await.unwrap();
        assert_eq!(written.only(), active());
        assert_eq!(house.locks(), [ann_lock(), Lock::User(ann().id), signup_code_lock()]);
        assert!(house.committed());
    }
}

#[tokio::test]
async fn also_when_the_claim_has_become_void_meanwhile() {
    let other = Email { address: address("other@example.org"), ..ann_email() };
    for (emails, is_default) in [(vec![], true), (vec![other], false)] {
        let mut house = reading_house(signup_provider(), None);
        house.tx.emails.expect_find_of().returning(|_, _| Ok(None));
        house.emails(&emails);
        let added: Kept<Email> = Kept::default();
        house.tx.emails.expect_add().returning(added.keeper());
        house.settles_anns_address();
        house.writes_signups();
        activate(&house.open(), "test", "123456").await.unwrap();
        let email = added.only();
        assert_eq!((email.user, &email.address), (ann().id, &ann_address()));
        assert_eq!((email.state, email.is_default), (EmailState::Verified { at: now() }, is_default));
    }
}

#[tokio::test]
async fn an_address_that_is_the_newcomers_by_now_stays_so() {
    let mut house = reading_house(signup_provider(), Some(ann_email()));
    house.settles_anns_address();
    let written = house.writes_signups();
    let house = house.open();
    activate(&house, "test", "123456").await.unwrap();
    assert_eq!(written.only(), active());
    assert_eq!(house.locks(), [ann_lock(), Lock::User(ann().id), signup_code_lock()]);
}

#[tokio::test]
async fn an_account_at_somebodys_address_becomes_his_and_the_newcomer_goes() {
    for is_known in [false, true] {
        let mut house = house(signup_provider(), &[waiting()]);
        house.uses_up(&signup_code(seconds(1), 0));
        house.holder(Some(bobs(ann_email())));
        house.settles_anns_address();
        let mut order = Sequence::new();
        let moved = house.tx.signups.expect_write();
        moved
            .withf(|signup, kind, at| {
                *signup == Signup { user: bob().id, ..active() }
                    && (*kind, *at) == (ProviderKind::Email, now())
            })
            .times(1)
            .in_sequence(&mut order)
            .returning(|_, _, _| Ok(()));
        let asked = house.tx.users.expect_is_known_elsewhere().with(eq(ann().id), eq(None));
        asked.times(1).in_sequence(&mut order).returning(move |_, _| Ok(is_known));
        if !is_known {
            house.removes_ann();
        }
        let house = house.open();
        activate(&house, "test", "123456").await.unwrap();
        assert_eq!(
            house.locks(),
            [ann_lock(), Lock::User(ann().id), Lock::User(bob().id), signup_code_lock()]
        );
        assert!(house.committed());
    }
}

#[tokio::test]
async fn an_account_at_a_provisioned_address_completes_its_person() {
    let provisioned = bobs(in_state(EmailState::Provisioned));
    let mut house = reading_house(signup_provider(), Some(provisioned.clone()));
    let proved = house.tx.emails.expect_verify().with(eq(provisioned.id), eq(now()));
    proved.times(1).returning(|_, _| Ok(()));
    house.ends_sign_ins(&bob(), None);
    house.settles_anns_address();
    let written = house.writes_signups();
    house.known_elsewhere(None, false);
    house.removes_ann();
    let house = house.open();
    activate(&house, "test", "123456").await.unwrap();
    assert_eq!(written.only().user, bob().id);
    assert!(house.committed());
}

#[tokio::test]
async fn people_are_locked_in_the_order_of_their_ids() {
    let account = Signup { user: bob().id, ..waiting() };
    let mut house = house(signup_provider(), &[account]);
    house.code(None);
    house.holder(Some(ann_email()));
    let house = house.open();
    assert_refused!(activate(&house, "test", "123456").await, SystemCodeError::InvalidCode);
    assert_eq!(house.locks(), [ann_lock(), Lock::User(ann().id), Lock::User(bob().id), signup_code_lock()]);
}

#[tokio::test]
async fn a_wrong_code_proves_no_address() {
    let mut house = house(signup_provider(), &[waiting()]);
    house.code(Some(signup_code(seconds(1), 0)));
    house.holder(Some(bobs(ann_email())));
    house.counted_tries();
    assert_refused!(activate(&house.open(), "test", "654321").await, SystemCodeError::InvalidCode);
}

#[tokio::test]
async fn an_account_that_becomes_somebody_elses_before_it_is_locked_is_left_alone() {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.holder(None);
    house.code(Some(signup_code(seconds(1), 0)));
    let mut order = Sequence::new();
    for account in [waiting(), Signup { user: bob().id, ..active() }] {
        let found = house.tx.signups.expect_find_by_login();
        found.times(1).in_sequence(&mut order).return_once(|_, _| Ok(Some(account)));
    }
    assert_refused!(activate(&house.open(), "test", "123456").await, SystemCodeError::InvalidCode);
}
