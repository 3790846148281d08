//! Where a partner is told what happened.

use portico_domain::{
    id::{DeliveryId, WebhookId},
    partner::{Delivery, DeliveryState, NewDelivery, PartnerEvent, Webhook, WebhookUrl},
    ports::mocks::MockWebhookSecrets,
};

use super::*;

/// The id of [`webhook`].
const HOOK: &str = "00000000-0000-0000-0000-000000000011";
const URL: &str = "https://partner.example/hook";

fn webhook() -> Webhook {
    Webhook {
        id: WebhookId::from_uuid(Uuid::from_u128(0x11)),
        partner: partner().id,
        url: WebhookUrl::parse(URL, false).unwrap(),
        events: vec![PartnerEvent::CheckResultSaved],
        created_at: now(),
        removed_at: None,
    }
}

/// A store that knows the partner's webhook.
fn hooked() -> MockTransaction {
    let mut transaction = with_partner();
    transaction
        .webhooks
        .expect_find()
        .returning(|of, id| Ok((of == partner().id && id == webhook().id).then(webhook)));
    transaction.webhooks.expect_list().returning(|_| Ok(vec![webhook()]));
    transaction
}

fn site_of(transaction: MockTransaction) -> Site {
    let mut secrets = MockWebhookSecrets::new();
    secrets.expect_secret_of().returning(|webhook| PlainToken::presented(format!("whsec_{webhook}")));
    let ports = portico_application::Ports {
        webhook_secrets: Arc::new(secrets),
        ..ports(transaction, MockPasswords::new())
    };
    Site::new(UseCases::new(&ports)).unwrap()
}

async fn register(transaction: MockTransaction, body: &Value) -> Answer {
    let request = TestRequest::post().uri(&of_partner("/webhooks"));
    send(&site_of(transaction), signed_in(json_body(request, body))).await
}

fn delivery(number: u128) -> Delivery {
    let told = NewDelivery {
        id: DeliveryId::from_uuid(Uuid::from_u128(number)),
        webhook: webhook().id,
        event_id: Uuid::from_u128(0x22),
        event: PartnerEvent::UserCreated,
        body: "{}".to_owned(),
        created_at: now(),
    };
    Delivery {
        told,
        state: DeliveryState::Failed,
        attempts: 3,
        last_attempt_at: Some(now() + TimeDelta::seconds(1)),
        last_status: Some(500),
        last_error: Some("the answer was 500".to_owned()),
    }
}

fn shown_delivery(number: u128) -> Value {
    json!({
        "id": Uuid::from_u128(number),
        "event_id": Uuid::from_u128(0x22),
        "event": "user.created",
        "state": "failed",
        "attempts": 3,
        "created_at": "2024-01-15T09:00:00+09:00",
        "last_attempt_at": "2024-01-15T09:00:01+09:00",
        "last_status": 500,
        "last_error": "the answer was 500",
    })
}

#[actix_web::test]
async fn webhooks_are_listed_without_their_secrets() {
    let shown = json!({
        "id": HOOK,
        "url": URL,
        "events": ["check_result.saved"],
        "created_at": "2024-01-15T09:00:00+09:00",
    });
    let answer = get(hooked(), &of_partner("/webhooks")).await;
    assert_done(&answer, &ok(json!({ "webhooks": [shown] })));
}

#[actix_web::test]
async fn a_webhook_is_registered_and_its_secret_shown_once() {
    let both = json!(["user.created", "check_result.saved"]);
    for (events, kept) in [
        (json!({}), both.clone()),
        (json!({ "events": null }), both.clone()),
        (json!({ "events": ["check_result.saved", "user.created", "user.created"] }), both),
        (json!({ "events": ["user.created"] }), json!(["user.created"])),
    ] {
        let mut transaction = hooked();
        transaction.webhooks.expect_add().times(1).returning(|_| Ok(()));
        let answer = register(transaction, &with(json!({ "url": URL }), &events)).await;
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let secret = format!("whsec_{id}");
        assert_done(&answer, &ok(json!({ "id": id, "url": URL, "events": kept, "secret": secret })));
    }
}

#[actix_web::test]
async fn a_webhook_that_cannot_be_is_refused_by_name() {
    let events = "events must be a list of user.created and check_result.saved";
    for (wrong, fault) in [
        (json!({ "events": [] }), events),
        (json!({ "events": ["user.deleted"] }), events),
        (json!({ "events": [null] }), events),
        (json!({ "events": "user.created" }), "events must be a list of strings"),
        (json!({ "url": 7 }), "url must be a string"),
    ] {
        assert_invalid(&register(managed(), &with(json!({ "url": URL }), &wrong)).await, fault);
    }
    let malformed = "url: must be an https URL of at most 2000 characters, without credentials";
    for url in [
        json!(null),
        json!("nonsense"),
        json!("http://partner.example/"),
        json!("https://a:b@partner.example/"),
    ] {
        assert_problem(&register(hooked(), &json!({ "url": url })).await, 400, malformed);
    }
    let private = "url: must not lead to this machine or a private network";
    assert_problem(&register(hooked(), &json!({ "url": "https://127.0.0.1/" })).await, 400, private);
    let mut full = with_partner();
    full.webhooks.expect_list().returning(|_| Ok(vec![webhook(); 10]));
    assert_problem(&register(full, &json!({ "url": URL })).await, 409, "the partner has too many webhooks");
}

#[actix_web::test]
async fn a_webhook_is_removed() {
    let removing = |outcome: Result<(), StoreError>| {
        let mut transaction = managed();
        transaction.webhooks.expect_remove().times(1).returning(move |of, id, _| {
            assert_eq!((of, id), (partner().id, webhook().id));
            outcome.clone()
        });
        transaction
    };
    let path = of_partner(&format!("/webhooks/{HOOK}"));
    assert_done(&delete(removing(Ok(())), &path).await, &ok(json!({})));
    assert_problem(&delete(removing(Err(StoreError::Stale)), &path).await, 404, "Not Found");
}

#[actix_web::test]
async fn the_log_of_a_webhook_tells_the_way_on() {
    let path = of_partner(&format!("/webhooks/{HOOK}/deliveries"));
    for (behind, next) in [(1, json!(Uuid::from_u128(8))), (0, Value::Null)] {
        let mut transaction = hooked();
        transaction.webhooks.expect_list_deliveries().returning(move |_, page| {
            if page.limit() == 2 {
                assert_eq!(page.after(), Some(Uuid::from_u128(7)));
                return Ok([9, 8].map(delivery).into());
            }
            assert_eq!((page.limit(), page.after()), (1, Some(Uuid::from_u128(8))));
            Ok(vec![delivery(7); behind])
        });
        let answer = get(transaction, &format!("{path}?limit=2&after={ID}")).await;
        let shown = [9, 8].map(shown_delivery);
        assert_done(&answer, &ok(json!({ "deliveries": shown, "next": next })));
    }
    let mut transaction = hooked();
    transaction.webhooks.expect_list_deliveries().times(1).returning(|_, page| {
        assert_eq!((page.limit(), page.after()), (100, None));
        Ok(Vec::new())
    });
    assert_done(&get(transaction, &path).await, &ok(json!({ "deliveries": [], "next": null })));
    let other = of_partner(&format!("/webhooks/{ID}/deliveries"));
    assert_problem(&get(hooked(), &other).await, 404, "Not Found");
    assert_invalid(&get(hooked(), &format!("{path}?limit=0")).await, "limit must be from 1 to 1000");
}

#[actix_web::test]
async fn an_event_is_posted_once_more() {
    let mut transaction = hooked();
    transaction
        .webhooks
        .expect_find_delivery()
        .returning(|_, id| Ok((id.uuid().as_u128() == 9).then(|| delivery(9))));
    transaction.webhooks.expect_add_delivery().times(1).returning(|_| Ok(()));
    transaction.outbox.expect_add().times(1).returning(|_| Ok(()));
    let path = |delivery: u128| {
        of_partner(&format!("/webhooks/{HOOK}/deliveries/{}/replay", Uuid::from_u128(delivery)))
    };
    let answer = post(transaction, &path(9), json!({})).await;
    let id = answer.json()["delivery"]["id"].clone();
    assert_ne!(id, json!(Uuid::from_u128(9)));
    let fresh = json!({
        "id": id,
        "state": "waiting",
        "attempts": 0,
        "created_at": "2024-01-15T09:00:00+09:00",
        "last_attempt_at": null,
        "last_status": null,
        "last_error": null,
    });
    assert_done(&answer, &ok(json!({ "delivery": with(shown_delivery(9), &fresh) })));
    let mut transaction = hooked();
    transaction.webhooks.expect_find_delivery().returning(|_, _| Ok(None));
    assert_problem(&post(transaction, &path(9), json!({})).await, 404, "Not Found");
}
