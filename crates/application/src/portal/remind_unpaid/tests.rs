//! Reminding of dues, against mocked ports.

use std::sync::Mutex;

use portico_domain::{
    letter::Letter,
    profile::{MemberWithDues, Profile},
};

use super::*;
use crate::fixtures::*;

/// A member with this number and role, and an address made of it.
fn member(number: i64, role: MemberRole) -> MemberRecord {
    let email =
        portico_domain::email::Email { address: address(&format!("m{number}@example.org")), ..ann_email() };
    let profile = Profile { number, role, ..ann_member().profile };
    MemberRecord { profile, email: Some(email), account_id: None }
}

/// A house with these members who have not paid, in pages as the store gives them; answers what it was asked.
fn house(unpaid: Vec<MemberRecord>) -> (House, Arc<Mutex<Vec<Option<i64>>>>) {
    let mut house = House::default();
    house.default_periods();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    house.tx.profiles.expect_list().returning(move |filter| {
        assert_eq!((filter.period, filter.paid), (period(202_004), Some(false)));
        assert_eq!((&filter.words, filter.role), (&WordQuery::default(), None));
        seen.lock().unwrap().push(filter.after);
        let later = unpaid.iter().filter(|member| Some(member.profile.number) > filter.after);
        let page = later.take(filter.limit.into()).cloned();
        Ok(page.map(|record| MemberWithDues { record, payment: None }).collect())
    });
    (house, asked)
}

fn addressees(letters: &Kept<portico_domain::letter::OwedLetter>) -> Vec<String> {
    letters.all().into_iter().map(|letter| letter.to.to_string()).collect()
}

#[tokio::test]
async fn members_and_admins_who_have_not_paid_are_reminded_each_once() {
    let roles = [MemberRole::Member, MemberRole::Admin, MemberRole::Retired, MemberRole::NotMember];
    let unpaid = roles.iter().zip(1..).map(|(role, number)| member(number, *role)).collect();
    let (mut house, _) = house(unpaid);
    house.words_letters(&ann());
    let letters = house.letters();
    let house = house.open();
    assert_eq!(house.does.remind_unpaid.execute(Vec::new()).await.unwrap(), []);
    assert_eq!(addressees(&letters), ["m1@example.org", "m2@example.org"]);
    assert!(letters.all().iter().all(|letter| letter.letter == Letter::PaymentReminder));
    assert!(house.committed());
}

#[tokio::test]
async fn they_are_read_page_by_page_each_a_unit_of_work() {
    for (count, pages) in [
        (0, vec![None]),
        (499, vec![None]),
        (500, vec![None, Some(500)]),
        (1001, vec![None, Some(500), Some(1000)]),
    ] {
        let (mut house, asked) = house((1..=count).map(|n| member(n, MemberRole::Member)).collect());
        house.words(LetterKind::PaymentReminder, "Fee", "Please pay.");
        let letters = house.letters();
        let house = house.open();
        house.does.remind_unpaid.execute(Vec::new()).await.unwrap();
        assert_eq!(letters.all().len(), usize::try_from(count).unwrap());
        assert_eq!(*asked.lock().unwrap(), pages);
        assert_eq!(house.store.verdicts().len(), pages.len());
    }
}

#[tokio::test]
async fn of_those_asked_for_only_those_who_owe_are_reminded() {
    let unpaid = (1..=4).map(|number| member(number, MemberRole::Member)).collect();
    let (mut house, _) = house(unpaid);
    house.words(LetterKind::PaymentReminder, "Fee", "Please pay.");
    let letters = house.letters();
    house.open().does.remind_unpaid.execute(vec![3, 77, 1, 3]).await.unwrap();
    assert_eq!(addressees(&letters), ["m1@example.org", "m3@example.org"]);
}

#[tokio::test]
async fn a_member_without_an_address_is_told_of_and_holds_up_nobody() {
    let unpaid = vec![at(None, member(1, MemberRole::Member)), member(2, MemberRole::Member)];
    let (mut house, _) = house(unpaid);
    house.words(LetterKind::PaymentReminder, "Fee", "Please pay.");
    let letters = house.letters();
    let house = house.open();
    let failed = house.does.remind_unpaid.execute(Vec::new()).await.unwrap();
    let reason = "there is no email address".to_owned();
    assert_eq!(failed, [FailedReminder { number: 1, address: String::new(), reason }]);
    assert_eq!(addressees(&letters), ["m2@example.org"]);
    assert!(house.committed());
}

#[tokio::test]
async fn a_wording_by_which_no_letter_can_be_written_is_told_for_each_and_no_other_is_used() {
    let (mut house, _) = house(vec![member(1, MemberRole::Member), member(2, MemberRole::Admin)]);
    house.words(LetterKind::PaymentReminder, "Fee", "Please\n{{.User.Nmae}}");
    let failed = house.open().does.remind_unpaid.execute(Vec::new()).await.unwrap();
    let reason = "body: line 2: unknown variable .User.Nmae".to_owned();
    assert_eq!(
        failed,
        [1, 2].map(|number| FailedReminder {
            number,
            address: format!("m{number}@example.org"),
            reason: reason.clone(),
        })
    );
}

#[tokio::test]
async fn a_failing_store_is_told() {
    let (mut house, _) = house(vec![member(1, MemberRole::Member)]);
    house.words(LetterKind::PaymentReminder, "Fee", "Please pay.");
    house.tx.outbox.expect_add().returning(|_| Err(StoreError::Closed));
    let house = house.open();
    assert_refused!(house.does.remind_unpaid.execute(Vec::new()).await, StoreError::Closed);
    assert!(!house.committed());
}
