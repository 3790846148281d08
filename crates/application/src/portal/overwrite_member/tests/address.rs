//! What becomes of a member's address.

use super::*;

const OTHER: &str = "ann@work.example";

/// A house where Ann has this default address, and her profile may be written.
fn house_with(email: Option<Email>) -> House {
    let mut house = House::default();
    house.member_records(&[at(email, ann_member())]);
    house.writes_profiles();
    house
}

/// The address is nobody's but of these.
fn taken(house: &mut House, holder: Option<Email>, member: Option<UserId>) {
    house.holder(holder);
    house.tx.profiles.expect_find_by_address().returning(move |_| Ok(member));
}

fn replaced(house: &mut House) -> Kept<Email> {
    let kept = Kept::default();
    house.tx.emails.expect_replace_default().returning(kept.keeper());
    kept
}

/// Every other attempt at this address is void.
fn settles(house: &mut House, text: &str) {
    let canonical = address(text).canonical().clone();
    let registration = portico_domain::code::CodeSubject::Registration(canonical.clone());
    house.tx.emails.expect_void_claims().with(eq(canonical)).times(1).returning(|_| Ok(()));
    house.tx.codes.expect_remove().with(eq(registration)).times(1).returning(|_| Ok(()));
}

fn wanted(email: &str, email_verified: bool) -> MemberDraft {
    MemberDraft { email: email.to_owned(), email_verified, ..unchanged() }
}

#[tokio::test]
async fn another_address_takes_the_place_of_the_one_before_proved_or_not() {
    for verified in [true, false] {
        let mut house = house_with(Some(ann_email()));
        taken(&mut house, None, None);
        let kept = replaced(&mut house);
        if verified {
            settles(&mut house, OTHER);
        }
        let house = house.open();
        overwrite(&house, ann().number, wanted(OTHER, verified)).await.unwrap();

        let email = kept.only();
        let state = if verified { EmailState::Verified { at: now() } } else { EmailState::Claimed };
        assert_eq!((email.user, email.state, email.is_default), (ann().id, state, true));
        assert_eq!((email.address, email.created_at), (address(OTHER), now()));
        assert_ne!(email.id, ann_email().id);
        let lock = Lock::Address(address(OTHER).canonical().clone());
        assert_eq!(house.locks(), [lock, Lock::User(ann().id), Lock::Admins, Lock::Dues]);
        assert!(house.committed());
    }
}

#[tokio::test]
async fn whoever_has_no_address_is_given_one() {
    let mut house = house_with(None);
    taken(&mut house, None, None);
    let kept = replaced(&mut house);
    overwrite(&house.open(), ann().number, wanted(OTHER, false)).await.unwrap();
    assert_eq!(kept.only().address, address(OTHER));
}

#[tokio::test]
async fn an_address_that_stays_the_same_is_not_written_again() {
    let proved = EmailState::Verified { at: now() - seconds(5) };
    for (state, verified) in [(proved, true), (EmailState::Claimed, false), (EmailState::Provisioned, false)]
    {
        let house = house_with(Some(in_state(state)));
        overwrite(&house.open(), ann().number, wanted("ann@example.org", verified)).await.unwrap();
    }
}

#[tokio::test]
async fn an_admin_says_whether_an_address_is_proved() {
    for (stored, verified, state) in [
        (EmailState::Claimed, true, EmailState::Verified { at: now() }),
        (EmailState::Provisioned, true, EmailState::Verified { at: now() }),
        (EmailState::Verified { at: now() }, false, EmailState::Claimed),
    ] {
        let mut house = house_with(Some(in_state(stored)));
        taken(&mut house, None, Some(ann().id));
        let kept = replaced(&mut house);
        if verified {
            settles(&mut house, "ann@example.org");
        }
        overwrite(&house.open(), ann().number, wanted("ann@example.org", verified)).await.unwrap();
        assert_eq!(kept.only(), in_state(state));
    }
}

#[tokio::test]
async fn another_spelling_keeps_the_moment_of_the_proof() {
    let mut house = house_with(Some(ann_email()));
    taken(&mut house, Some(ann_email()), Some(ann().id));
    let kept = replaced(&mut house);
    settles(&mut house, "ann@example.org");
    overwrite(&house.open(), ann().number, wanted("Ann@example.org", true)).await.unwrap();
    let spelled = Email { address: address("Ann@example.org"), ..ann_email() };
    assert_eq!(kept.only(), spelled);
    assert_eq!(kept.only().address.as_str(), "Ann@example.org");
}

#[tokio::test]
async fn an_address_that_somebody_else_has_is_not_given() {
    for (holder, member) in [
        (Some(bobs(ann_email())), None),
        (Some(bobs(in_state(EmailState::Provisioned))), None),
        (None, Some(bob().id)),
    ] {
        let mut house = House::default();
        house.member_records(&[ann_member()]);
        taken(&mut house, holder, member);
        let house = house.open();
        let refused = overwrite(&house, ann().number, wanted(OTHER, false)).await;
        assert_refused!(refused, OverwriteMemberError::Conflict(ProfileConflict::Address));
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn an_address_taken_a_moment_ago_is_not_given() {
    let mut house = House::default();
    house.member_records(&[ann_member()]);
    taken(&mut house, None, None);
    let replaced = house.tx.emails.expect_replace_default();
    replaced.times(1).returning(|_| Err(StoreError::Duplicate(Unique::HeldAddress)));
    let house = house.open();
    let refused = overwrite(&house, ann().number, wanted(OTHER, true)).await;
    assert_refused!(refused, OverwriteMemberError::Conflict(ProfileConflict::Address));
    assert!(!house.committed());
}
