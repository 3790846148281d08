//! The operator says what somebody is, against mocked ports.

use mockall::predicate::eq;
use portico_domain::{email::Email, user::User};

use super::*;
use crate::fixtures::*;

/// Who is found by what.
#[derive(Default)]
struct Found {
    by_number: Option<User>,
    by_account_id: Option<UserId>,
    holder: Option<Email>,
}

/// A house where Ann and Bob are known and found like this, and Bob is a member.
fn house(found: Found) -> House {
    let Found { by_number, by_account_id, holder } = found;
    let mut house = House::default();
    house.users(&[ann(), bob()]);
    house.member_records(&[as_role(MemberRole::Member, bob_admin())]);
    house.tx.users.expect_find_by_number().returning(move |_| Ok(by_number.clone()));
    house.tx.external_identities.expect_find_user().returning(move |_, _| Ok(by_account_id));
    house.holder(holder);
    house
}

async fn appoint(house: &OpenHouse, name: &str) -> Result<Appointed, AppointMemberError> {
    house.does.appoint_member.execute(MemberName::parse(name), MemberRole::Admin).await
}

/// Who is appointed, when he is found like this.
async fn appointed(name: &str, found: Found) -> Result<UserId, AppointMemberError> {
    let mut house = house(found);
    house.adds_profiles();
    house.role_changes();
    appoint(&house.open(), name).await.map(|appointed| appointed.user)
}

#[tokio::test]
async fn whoever_has_no_profile_gets_an_empty_one() {
    let mut house = house(Found::default());
    let profiles = house.adds_profiles();
    let house = house.open();
    let (user, number) = (ann().id, ann().number);
    let appointed = appoint(&house, &user.to_string()).await.unwrap();

    assert_eq!(appointed, Appointed { number, user, made_profile: true, before: None });
    assert_eq!(profiles.only(), Profile::empty(user, number, MemberRole::Admin, now()));
    assert_eq!(house.locks(), [Lock::User(user), Lock::Admins, Lock::Dues]);
    assert!(house.committed());
}

#[tokio::test]
async fn a_member_gets_another_role_alone() {
    let mut house = house(Found::default());
    let roles = house.role_changes();
    let house = house.open();
    let (user, number) = (bob().id, bob().number);
    let appointed = appoint(&house, &user.to_string()).await.unwrap();
    let before = Some(MemberRole::Member);
    assert_eq!(appointed, Appointed { number, user, made_profile: false, before });
    assert_eq!(roles.only(), (user, MemberRole::Member, MemberRole::Admin));
}

#[tokio::test]
async fn the_role_that_somebody_has_is_not_written_again() {
    let mut house = House::default();
    house.users(&[bob()]);
    house.tx.external_identities.expect_find_user().returning(|_, _| Ok(None));
    house.member_records(&[bob_admin()]);
    let appointed = appoint(&house.open(), &bob().id.to_string()).await.unwrap();
    assert_eq!((appointed.made_profile, appointed.before), (false, Some(MemberRole::Admin)));
}

#[tokio::test]
async fn the_last_admin_stays_admin() {
    for (others, refused) in [(false, true), (true, false)] {
        let mut house = House::default();
        house.users(&[bob()]);
        house.tx.external_identities.expect_find_user().returning(|_, _| Ok(None));
        house.member_records(&[bob_admin()]);
        house.tx.profiles.expect_has_other_admin().with(eq(bob().id)).returning(move |_| Ok(others));
        house.role_changes();
        let house = house.open();
        let name = MemberName::parse(&bob().id.to_string());
        let outcome = house.does.appoint_member.execute(name, MemberRole::Retired).await;
        assert_eq!(matches!(outcome, Err(AppointMemberError::LastAdmin)), refused, "{outcome:?}");
        assert_eq!(house.committed(), !refused);
    }
}

#[tokio::test]
async fn somebody_is_known_by_his_number_his_name_at_the_provider_and_his_address() {
    let by_number = Found { by_number: Some(ann()), ..Found::default() };
    assert_eq!(appointed(" 1 ", by_number).await.unwrap(), ann().id);
    let by_account_id = || Found { by_account_id: Some(ann().id), ..Found::default() };
    for name in ["oauth2|discord|ann", "117", "00000000-0000-7000-8000-000000000001", "ann@example.org"] {
        assert_eq!(appointed(name, by_account_id()).await.unwrap(), ann().id, "{name}");
    }
    let holder = Found { holder: Some(ann_email()), ..Found::default() };
    assert_eq!(appointed("Ann@example.org", holder).await.unwrap(), ann().id);
}

#[tokio::test]
async fn nobody_is_appointed_by_an_address_that_he_has_not_proved() {
    let house = house(Found::default()).open();
    assert_refused!(appoint(&house, "ann@example.org").await, AppointMemberError::NotProved);
    assert!(!house.committed());
}

#[tokio::test]
async fn the_name_at_the_provider_is_one_at_the_provider_that_is_set() {
    for issuer in [Some(ISSUER), None] {
        let mut house = House::default();
        house.policy.portal.issuer = issuer.map(str::to_owned);
        house.member_records(&[bob_admin()]);
        let asked = house.tx.external_identities.expect_find_user();
        asked
            .withf(move |asked, name| asked == issuer.unwrap_or_default() && *name == subject("bob"))
            .times(1)
            .returning(|_, _| Ok(Some(bob().id)));
        assert_eq!(appoint(&house.open(), "bob").await.unwrap().user, bob().id);
    }
}

#[tokio::test]
async fn nobody_is_appointed_by_a_name_that_two_have() {
    let bobs = || Some(bobs(ann_email()));
    for (name, found) in [
        ("117", Found { by_number: Some(ann()), by_account_id: Some(bob().id), ..Found::default() }),
        ("ann@example.org", Found { by_account_id: Some(ann().id), holder: bobs(), ..Found::default() }),
    ] {
        let house = house(found).open();
        assert_refused!(appoint(&house, name).await, AppointMemberError::Ambiguous);
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn nobody_is_found_by_what_is_no_name() {
    for name in ["", " ", "77", "-1", "nobody", "a\nb"] {
        let house = house(Found::default()).open();
        assert_refused!(appoint(&house, name).await, AppointMemberError::NoSuchUser);
        assert!(!house.committed());
    }
}
