//! The link to a result.

use portico_domain::email::Email;

use super::*;

/// The same call, with a link to the result for its writer.
fn mailed() -> SaveCheckResultRequest {
    SaveCheckResultRequest { send_email: Ok(true), ..request() }
}

/// A house where Ann has these addresses, and no webhook is told.
fn house_of(emails: &[Email]) -> (House, Saved) {
    let (mut house, saved) = at_work(bearer());
    let emails = emails.to_vec();
    let listed = house.tx.emails.expect_list_of().with(mockall::predicate::eq(ann().id));
    listed.returning(move |_| Ok(emails.clone()));
    (house, saved)
}

#[tokio::test]
async fn the_letter_has_the_token_of_the_page_of_which_only_the_digest_is_kept() {
    for state in [EmailState::Provisioned, EmailState::Verified { at: now() }] {
        let (house, saved) = house_of(&[in_state(state)]);
        let house = house.open();
        call(&house, mailed()).await.unwrap();

        let letter = saved.letters.only();
        assert_eq!((&letter.to, letter.created_at), (&ann_address().into(), now()));
        let said =
            Letter::CheckResult { partner: "Diktado".to_owned(), dictation: "Autumn in the park".to_owned() };
        assert_eq!(letter.letter, said);
        let secret = secret_of(&letter);
        assert_eq!(secret.len(), 43);
        let result = saved.results.only();
        assert_eq!(result.page_token, Some(token(&secret).digest()));
        assert!(!format!("{result:?}").contains(&secret));
        assert!(house.committed());
    }
}

#[tokio::test]
async fn every_result_has_a_token_of_its_own() {
    let (house, saved) = house_of(&[ann_email()]);
    let house = house.open();
    call(&house, mailed()).await.unwrap();
    call(&house, mailed()).await.unwrap();
    let results = saved.results.all();
    assert_ne!(results[0].page_token, results[1].page_token);
}

#[tokio::test]
async fn nobody_is_written_to_at_an_address_that_he_merely_claims() {
    let claimed = Email { address: address("typo@example.org"), ..in_state(EmailState::Claimed) };
    let further = |text: &str| Email { address: address(text), is_default: false, ..ann_email() };
    for (emails, expected) in [
        (vec![further("old@example.org"), ann_email()], Some("ann@example.org")),
        (
            vec![claimed.clone(), further("old@example.org"), further("new@example.org")],
            Some("old@example.org"),
        ),
        (vec![claimed], None),
        (vec![], None),
    ] {
        let (house, saved) = house_of(&emails);
        call(&house.open(), mailed()).await.unwrap();
        let to: Vec<_> = saved.letters.all().into_iter().map(|letter| letter.to.to_string()).collect();
        assert_eq!(to, Vec::from_iter(expected));
        assert_eq!(saved.results.only().page_token.is_some(), expected.is_some(), "a page needs a reader");
    }
}
