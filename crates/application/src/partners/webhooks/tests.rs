//! Webhooks and their log, with mocks.

use mockall::predicate::eq;
use portico_domain::{
    id::LetterId,
    letter::{Letter, OwedLetter},
    partner::Partner,
};

use super::*;
use crate::fixtures::*;

const URL: &str = "https://diktado.example/hooks/1";

/// A house where these partners are known, and this one has so many webhooks.
fn house(known: &[Partner], webhooks: usize) -> (House, Kept<Webhook>) {
    let mut house = House::default();
    house.partners(known);
    house.webhooks(&vec![webhook(); webhooks]);
    let added = Kept::default();
    house.tx.webhooks.expect_add().returning(added.keeper());
    (house, added)
}

async fn register(
    house: &OpenHouse,
    url: &str,
    events: &[PartnerEvent],
) -> Result<RegisteredWebhook, RegisterWebhookError> {
    house.does.register_webhook.execute(partner().id, url, events).await
}

#[tokio::test]
async fn a_webhook_is_kept_without_its_secret_which_is_shown_once() {
    let (house, added) = house(&[partner()], 0);
    let house = house.open();
    let registered = register(&house, URL, &PartnerEvent::ALL).await.unwrap();

    let kept = added.only();
    assert_eq!(kept, registered.webhook);
    assert_eq!((kept.partner, kept.url.as_str(), kept.created_at), (partner().id, URL, now()));
    assert_eq!((kept.events.as_slice(), kept.removed_at), (&PartnerEvent::ALL[..], None));
    assert_eq!(registered.secret.reveal(), format!("secret of {}", kept.id));
    assert!(!format!("{kept:?}").contains("secret"));
    assert_eq!(house.locks(), [Lock::Partner(partner().id)]);
    assert!(house.committed());
}

#[tokio::test]
async fn an_event_named_twice_counts_once() {
    use PartnerEvent::{CheckResultSaved, UserCreated};
    for (asked, kept) in [
        (vec![CheckResultSaved, UserCreated, CheckResultSaved], vec![UserCreated, CheckResultSaved]),
        (vec![CheckResultSaved], vec![CheckResultSaved]),
    ] {
        let (house, added) = house(&[partner()], 0);
        register(&house.open(), URL, &asked).await.unwrap();
        assert_eq!(added.only().events, kept);
    }
}

#[tokio::test]
async fn an_address_that_leads_inside_is_refused_before_anything_is_looked_at() {
    for (url, refusal) in [
        ("nonsense", WebhookUrlError::Malformed),
        ("http://diktado.example/", WebhookUrlError::Malformed),
        ("https://127.0.0.1/", WebhookUrlError::Private),
        ("https://169.254.169.254/latest", WebhookUrlError::Private),
    ] {
        let house = House::default().open();
        match register(&house, url, &PartnerEvent::ALL).await {
            Err(RegisterWebhookError::Url(error)) => assert_eq!(error, refusal, "{url}"),
            other => panic!("{other:?}"),
        }
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn this_machine_is_told_only_when_the_operator_says_so() {
    let (mut house, added) = house(&[partner()], 0);
    house.policy.partners.webhooks_to_loopback = true;
    register(&house.open(), "http://127.0.0.1:8090/x", &PartnerEvent::ALL).await.unwrap();
    assert_eq!(added.only().url.as_str(), "http://127.0.0.1:8090/x");
}

#[tokio::test]
async fn nobody_and_whoever_is_revoked_gets_no_webhook() {
    for known in [vec![], vec![other_partner()], vec![revoked(partner())]] {
        let (house, added) = house(&known, 0);
        let house = house.open();
        let refused = register(&house, URL, &PartnerEvent::ALL).await;
        assert_refused!(refused, RegisterWebhookError::UnknownPartner);
        assert!(added.all().is_empty() && !house.committed());
    }
}

#[tokio::test]
async fn a_partner_has_ten_webhooks_at_most() {
    let (nine, added) = house(&[partner()], 9);
    register(&nine.open(), URL, &PartnerEvent::ALL).await.unwrap();
    assert_eq!(added.all().len(), 1);
    for there in [10, 11] {
        let (full, added) = house(&[partner()], there);
        let full = full.open();
        let refused = register(&full, URL, &PartnerEvent::ALL).await;
        assert_refused!(refused, RegisterWebhookError::TooMany);
        assert!(added.all().is_empty() && !full.committed());
    }
}

#[tokio::test]
async fn a_partners_webhooks_are_listed_also_when_it_is_revoked() {
    let (house, _) = house(&[revoked(partner())], 1);
    let house = house.open();
    assert_eq!(house.does.list_webhooks.execute(partner().id).await.unwrap(), [webhook()]);
    let of_nobody = house.does.list_webhooks.execute(other_partner().id).await;
    assert_refused!(of_nobody, UnknownPartnerError::Unknown);
}

#[tokio::test]
async fn a_webhook_is_removed_now_and_only_once() {
    for (answer, is_removed) in [(Ok(()), true), (Err(StoreError::Stale), false)] {
        let mut house = House::default();
        let asked = house.tx.webhooks.expect_remove();
        asked.with(eq(partner().id), eq(webhook().id), eq(now())).times(1).return_once(move |_, _, _| answer);
        let house = house.open();
        match house.does.remove_webhook.execute(partner().id, webhook().id).await {
            Ok(()) => assert!(is_removed),
            refused => assert_refused!(refused, UnknownPartnerError::Unknown),
        }
        assert_eq!(house.committed(), is_removed);
    }
}

/// A webhook that the partner has not: another one's, or none.
fn strangers() -> [(PartnerId, WebhookId); 2] {
    [(other_partner().id, webhook().id), (partner().id, webhook_of(9, &PartnerEvent::ALL).id)]
}

#[tokio::test]
async fn the_log_of_a_webhook_is_shown_page_by_page_to_its_partners_admin() {
    let page = Page::new(5, Some(told().id.uuid())).unwrap();
    let mut house = House::default();
    house.webhooks(&[webhook()]);
    let asked = house.tx.webhooks.expect_list_deliveries().with(eq(webhook().id), eq(page));
    asked.times(1).returning(|_, _| Ok(vec![delivery_of(told())]));
    let house = house.open();
    let log = house.does.list_deliveries.execute(partner().id, webhook().id, page).await.unwrap();
    assert_eq!(log, [delivery_of(told())]);
    for (partner, webhook) in strangers() {
        let refused = house.does.list_deliveries.execute(partner, webhook, page).await;
        assert_refused!(refused, UnknownPartnerError::Unknown);
    }
    assert!(house.wrote_nothing());
}

/// A house with the partner's webhook and its log of one entry.
fn with_log(entry: Delivery) -> House {
    let mut house = House::default();
    house.webhooks(&[webhook()]);
    let asked = house.tx.webhooks.expect_find_delivery();
    asked.returning(move |webhook, id| {
        Ok(Some(entry.clone()).filter(|entry| (entry.told.webhook, entry.told.id) == (webhook, id)))
    });
    house
}

#[tokio::test]
async fn an_event_is_told_once_more_whatever_became_of_it() {
    for state in [DeliveryState::Waiting, DeliveryState::Delivered, DeliveryState::Failed] {
        let mut house = with_log(Delivery { state, ..delivery_of(told()) });
        let (deliveries, letters) = (house.deliveries(), house.letters());
        let house = house.open();
        let replay = &house.does.replay_delivery;
        let again = replay.execute(partner().id, webhook().id, told().id).await.unwrap();

        assert_ne!(again.told.id, told().id, "it is another delivery");
        let expected = NewDelivery { id: again.told.id, created_at: now(), ..told() };
        assert_eq!(again.told, expected, "of the same event");
        assert_eq!((again.state, again.attempts), (DeliveryState::Waiting, 0));
        assert_eq!((again.last_attempt_at, again.last_status, again.last_error), (None, None, None));
        assert_eq!(deliveries.only(), again.told);
        let letter = letters.only();
        assert_eq!(letter, owed_for(&again.told));
        let OwedLetter { id, letter, secret, .. } = letter;
        assert_eq!((id, secret), (LetterId::from_uuid(again.told.id.uuid()), None));
        assert_eq!(letter, Letter::PartnerEvent { event: PartnerEvent::UserCreated });
        assert!(house.committed());
    }
}

#[tokio::test]
async fn what_is_not_in_the_log_is_not_told_once_more() {
    let unknown = DeliveryId::from_uuid(told().webhook.uuid());
    let [foreign, none] = strangers();
    for (partner, webhook, delivery) in [
        (foreign.0, foreign.1, told().id),
        (none.0, none.1, told().id),
        (partner().id, webhook().id, unknown),
    ] {
        let house = with_log(delivery_of(told())).open();
        let refused = house.does.replay_delivery.execute(partner, webhook, delivery).await;
        assert_refused!(refused, UnknownPartnerError::Unknown);
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn a_repetition_that_cannot_be_owed_is_not_in_the_log() {
    let mut house = with_log(delivery_of(told()));
    house.deliveries();
    house.tx.outbox.expect_add().times(1).returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    let failed = house.does.replay_delivery.execute(partner().id, webhook().id, told().id).await;
    assert_refused!(failed, UnknownPartnerError::Store(StoreError::Overloaded));
    assert!(!house.committed());
}
