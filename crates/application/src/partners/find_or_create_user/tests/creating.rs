//! Creating people.

use portico_domain::{
    credential::Credential,
    email::Email,
    id::LetterId,
    letter::{Letter, OwedLetter, Recipient},
    partner::{NewDelivery, PartnerEvent, PartnerNews, Webhook},
    ports::PasswordsError,
    user::NewUser,
};

use super::*;

/// What was kept of a newcomer.
struct Arrived {
    users: Kept<NewUser>,
    emails: Kept<Email>,
    credentials: Kept<Credential>,
    letters: Kept<OwedLetter>,
    partners: Kept<UserId>,
    deliveries: Kept<NewDelivery>,
    passwords: Kept<String>,
}

/// A house where newcomers may be added, and these webhooks are told.
fn welcoming(webhooks: &[Webhook]) -> (House, Arrived) {
    let mut house = House::default();
    house.webhooks(webhooks);
    let arrived = Arrived {
        users: house.adds_users(),
        emails: house.adds_emails(),
        credentials: house.credentials(),
        letters: house.letters(),
        partners: house.adds_partner_users(),
        deliveries: house.deliveries(),
        passwords: house.hashes_drawn(),
    };
    (house, arrived)
}

/// A house that nobody has entered yet.
fn empty(webhooks: &[Webhook]) -> (House, Arrived) {
    let (mut house, arrived) = welcoming(webhooks);
    house.bearer(Some(bearer()));
    house.holder(None);
    (house, arrived)
}

fn anns_lock() -> Lock {
    Lock::Address(ann_address().canonical().clone())
}

#[tokio::test]
async fn a_newcomer_gets_his_records_and_a_letter_with_the_password_that_was_hashed() {
    let (house, arrived) = empty(&[]);
    let house = house.open();
    let id = call(&house, request()).await.unwrap();

    let display_name = DisplayName::parse("Ann Lee").unwrap();
    assert_eq!(arrived.users.only(), NewUser { id, display_name, locale: None, created_at: now() });
    let email = arrived.emails.only();
    assert_eq!((email.user, &email.address, email.created_at), (id, &ann_address(), now()));
    assert_eq!((email.state, email.is_default), (EmailState::Provisioned, true));
    let credential = Credential { user: id, hash: hash("new"), must_change: true, changed_at: now() };
    assert_eq!(arrived.credentials.only(), credential);
    let letter = arrived.letters.only();
    assert_eq!((&letter.to, letter.created_at), (&ann_address().into(), now()));
    assert_eq!(letter.letter, Letter::ProvisionedPassword { partner: "Diktado".to_owned() });
    let password = arrived.passwords.only();
    assert_eq!((secret_of(&letter), password.len()), (password, 16));
    assert_eq!(arrived.partners.only(), id);
    assert_eq!(house.locks(), [anns_lock()]);
    assert!(house.committed());
}

#[tokio::test]
async fn whoever_merely_claims_the_address_is_nobody_and_keeps_his_claim() {
    // Claims and codes of registrations are neither looked at nor removed: the mocks expect no such call.
    let (house, arrived) = empty(&[]);
    let house = house.open();
    assert_ne!(call(&house, request()).await.unwrap(), ann().id);
    assert_eq!(arrived.emails.only().state, EmailState::Provisioned);
}

#[tokio::test]
async fn every_webhook_that_listens_is_told_of_a_newcomer_once() {
    let (both, created) = (PartnerEvent::ALL, [PartnerEvent::UserCreated]);
    let saved = [PartnerEvent::CheckResultSaved];
    let webhooks = [webhook_of(1, &both), webhook_of(2, &saved), webhook_of(3, &created)];
    let (house, arrived) = empty(&webhooks);
    let house = house.open();
    let id = call(&house, request()).await.unwrap();

    let told = arrived.deliveries.all();
    let posts: Vec<_> = arrived.letters.all().into_iter().skip(1).collect();
    assert_eq!((told.len(), posts.len()), (2, 2));
    for ((told, post), webhook) in told.iter().zip(&posts).zip([&webhooks[0], &webhooks[2]]) {
        assert_eq!(
            (told.webhook, told.event, told.created_at),
            (webhook.id, PartnerEvent::UserCreated, now())
        );
        let news = PartnerNews::UserCreated { user: id };
        assert_eq!(told.body, news.body(told.event_id, now()));
        let owed = OwedLetter {
            id: LetterId::from_uuid(told.id.uuid()),
            to: Recipient::Webhook(webhook.url.as_str().to_owned()),
            letter: Letter::PartnerEvent { event: PartnerEvent::UserCreated },
            secret: None,
            created_at: now(),
            attempts: 0,
        };
        assert_eq!(*post, owed);
    }
    assert_eq!(told[0].event_id, told[1].event_id, "it is one event");
    assert_ne!(told[0].id, told[1].id, "told twice");
}

#[tokio::test]
async fn finding_somebody_is_no_news() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    house.holder(Some(ann_email()));
    house.partner_users(&[]);
    house.adds_partner_users();
    // Webhooks are not even looked up.
    call(&house.open(), request()).await.unwrap();
}

#[tokio::test]
async fn a_partner_revoked_while_the_password_was_hashed_creates_nobody() {
    for later in ends_meanwhile() {
        let mut house = House::default();
        house.bearer_then(bearer(), later);
        house.holder(None);
        house.hashes_drawn();
        let house = house.open();
        assert_faulty(call(&house, request()).await, &invalid(&[PartnerField::Key]));
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn whom_another_call_created_meanwhile_is_found() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    let anns = Some(in_state(EmailState::Provisioned));
    house.holders(&[None, anns.clone(), anns]);
    let passwords = house.hashes_drawn();
    let became = house.adds_partner_users();
    let house = house.open();
    assert_eq!(call(&house, request()).await.unwrap(), ann().id);
    assert_eq!((became.only(), passwords.all().len()), (ann().id, 1));
    assert_eq!(house.locks(), anns_locks());
    assert!(house.committed());
}

/// The address is given away without its lock while a newcomer is added.
fn taken_without_lock(house: &mut House) {
    house.tx.emails.expect_add().times(1).returning(|_| Err(StoreError::Duplicate(Unique::HeldAddress)));
}

#[tokio::test]
async fn whom_an_import_added_meanwhile_is_found_and_nobody_is_kept_beside_him() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    house.holders(&[None, None, Some(ann_email()), Some(ann_email())]);
    house.hashes_drawn();
    house.adds_users();
    taken_without_lock(&mut house);
    let became = house.adds_partner_users();
    let house = house.open();
    assert_eq!(call(&house, request()).await.unwrap(), ann().id);
    assert_eq!(became.only(), ann().id);
    assert_eq!(house.store.verdicts(), [Verdict::Rollback, Verdict::Commit]);
}

#[tokio::test]
async fn whoever_comes_and_goes_meanwhile_asks_for_another_try() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    house.holders(&[None, None, None]);
    house.hashes_drawn();
    house.adds_users();
    taken_without_lock(&mut house);
    assert_refused!(call(&house.open(), request()).await, PartnerCallError::Store(StoreError::Stale));
}

#[tokio::test]
async fn a_holder_who_left_meanwhile_is_followed_by_a_newcomer() {
    let anns = || Some(ann_email());
    // He left before his address was locked; or before he was himself, and again.
    for looks in [vec![anns(), None, None], vec![anns(), anns(), None, None]] {
        let (mut house, arrived) = welcoming(&[]);
        house.bearer(Some(bearer()));
        house.partner_users(&[]);
        house.holders(&looks);
        let house = house.open();
        let id = call(&house, request()).await.unwrap();
        assert_eq!((arrived.users.only().id, arrived.partners.only()), (id, id));
        assert_eq!(arrived.passwords.all().len(), 1);
        assert_eq!(house.store.verdicts(), [Verdict::Commit, Verdict::Commit]);
    }
}

#[tokio::test]
async fn a_holder_is_not_taken_for_whoever_held_the_address_before_him() {
    let bobs_now = Some(bobs(ann_email()));
    let (mut house, _) = welcoming(&[]);
    house.bearer(Some(bearer()));
    house.partner_users(&[]);
    // Bob is there by the time that Ann is locked: he is found at the next attempt.
    house.holders(&[Some(ann_email()), Some(ann_email()), bobs_now.clone(), bobs_now.clone(), bobs_now]);
    let house = house.open();
    assert_eq!(call(&house, request()).await.unwrap(), bob().id);
    assert_eq!(*house.locks().last().unwrap(), Lock::User(bob().id));
}

#[tokio::test]
async fn a_password_that_cannot_be_hashed_now_creates_nobody() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    house.holder(None);
    house.passwords.expect_hash().times(1).returning(|_| Err(PasswordsError::Busy));
    let house = house.open();
    assert_refused!(call(&house, request()).await, PartnerCallError::Passwords(PasswordsError::Busy));
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_newcomer_who_cannot_be_kept_whole_is_not_kept() {
    let mut house = House::default();
    house.bearer(Some(bearer()));
    house.holder(None);
    house.hashes_drawn();
    house.adds_users();
    house.adds_emails();
    house.credentials();
    house.tx.outbox.expect_add().times(1).returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    assert_refused!(call(&house, request()).await, PartnerCallError::Store(StoreError::Overloaded));
    assert!(!house.committed());
}

#[tokio::test]
async fn a_use_is_noted_after_creating_too() {
    let (mut house, arrived) = welcoming(&[]);
    house.bearer(Some(unnoted_bearer()));
    house.holder(None);
    house.notes_use();
    let house = house.open();
    let id = call(&house, request()).await.unwrap();
    assert_eq!(arrived.users.only().id, id);
    assert_eq!(house.store.verdicts(), [Verdict::Commit, Verdict::Commit]);
}
