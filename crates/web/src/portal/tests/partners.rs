//! The partners of the partner API, for admins.

mod dictations;
mod results;
mod webhooks;

use portico_domain::{
    id::PartnerId,
    partner::{Partner, PartnerName, PartnerSummary},
    ports::{StoreError, Unique},
};
use uuid::Uuid;

use super::*;

/// Both prefixes of management.
const PREFIXES: [&str; 2] = ["/api/private/management/partners", "/api/management/partners"];
/// The id of [`partner`].
const ID: &str = "00000000-0000-0000-0000-000000000007";

fn partner() -> Partner {
    Partner {
        id: PartnerId::from_uuid(Uuid::from_u128(7)),
        name: PartnerName::parse("Diktado").unwrap(),
        created_at: now(),
        revoked_at: None,
    }
}

/// A store that knows the session of an admin, and one partner.
fn with_partner() -> MockTransaction {
    let mut transaction = managed();
    transaction.partners.expect_find().returning(|id| Ok((id == partner().id).then(partner)));
    transaction
}

/// A path below that of the partner.
fn of_partner(rest: &str) -> String {
    format!("{}/{ID}{rest}", PREFIXES[0])
}

async fn delete(transaction: MockTransaction, path: &str) -> Answer {
    send(&site(transaction), signed_in(TestRequest::delete().uri(path))).await
}

#[track_caller]
fn assert_invalid(answer: &Answer, fault: &str) {
    assert_problem(answer, 400, &format!("invalid request values: {fault}"));
}

#[actix_web::test]
async fn partners_are_listed_with_what_their_keys_begin_with() {
    for prefix in PREFIXES {
        let mut transaction = managed();
        transaction.partners.expect_list().returning(|page| {
            assert_eq!((page.limit(), page.after()), (1000, None));
            let used = PartnerSummary {
                partner: partner(),
                key_prefix: "portico_key_A3kVq0".to_owned(),
                last_used_at: Some(now() + TimeDelta::minutes(1)),
            };
            let revoked_at = Some(now() + TimeDelta::days(1));
            let unused = PartnerSummary {
                partner: Partner { revoked_at, ..partner() },
                last_used_at: None,
                ..used.clone()
            };
            Ok(vec![used, unused])
        });
        let shown = json!({
            "id": ID,
            "name": "Diktado",
            "key_prefix": "portico_key_A3kVq0",
            "created_at": "2024-01-15T09:00:00+09:00",
            "last_used_at": "2024-01-15T09:01:00+09:00",
            "revoked_at": null,
        });
        let revoked = json!({ "last_used_at": null, "revoked_at": "2024-01-16T09:00:00+09:00" });
        let revoked = with(shown.clone(), &revoked);
        assert_done(&get(transaction, prefix).await, &ok(json!({ "partners": [shown, revoked] })));
    }
}

#[actix_web::test]
async fn a_part_of_the_partners_can_be_asked_for() {
    let mut transaction = managed();
    transaction.partners.expect_list().returning(|page| {
        assert_eq!((page.limit(), page.after()), (2, Some(Uuid::from_u128(7))));
        Ok(Vec::new())
    });
    let answer = get(transaction, &format!("{}?limit=2&after={ID}", PREFIXES[1])).await;
    assert_done(&answer, &ok(json!({ "partners": [] })));
    for (query, fault) in [
        ("limit=0", "limit must be from 1 to 1000"),
        ("limit=1001", "limit must be from 1 to 1000"),
        ("limit=-1", "limit must be from 1 to 1000"),
        ("limit=ten", "limit must be a whole number"),
        ("after=x", "after must be an id"),
    ] {
        assert_invalid(&get(managed(), &format!("{}?{query}", PREFIXES[0])).await, fault);
    }
}

#[actix_web::test]
async fn a_partner_is_let_in_and_its_key_shown_once() {
    for prefix in PREFIXES {
        let mut transaction = managed();
        transaction
            .partners
            .expect_add()
            .withf(|added| added.name.as_str() == "Diktado")
            .returning(|_| Ok(()));
        transaction.partners.expect_add_key().times(1).returning(|_| Ok(()));
        let answer = post(transaction, prefix, json!({ "name": " Diktado " })).await;
        let said = answer.json();
        let key = said["key"].as_str().unwrap();
        assert!(key.starts_with("portico_key_") && key.len() == 55, "{key}");
        assert!(Uuid::parse_str(said["id"].as_str().unwrap()).is_ok());
        assert_done(&answer, &ok(json!({ "id": said["id"], "name": "Diktado", "key": key })));
    }
}

#[actix_web::test]
async fn a_partner_has_a_name_of_its_own() {
    let mut transaction = managed();
    transaction.partners.expect_add().returning(|_| Err(StoreError::Duplicate(Unique::PartnerName)));
    let answer = post(transaction, PREFIXES[0], json!({ "name": "Diktado" })).await;
    assert_problem(&answer, 409, "name: another partner has it already");
    for body in
        [json!({}), json!({ "name": " " }), json!({ "name": "a\nb" }), json!({ "name": "x".repeat(101) })]
    {
        let answer = post(managed(), PREFIXES[0], body).await;
        assert_invalid(&answer, "name must be one line of 1 to 100 characters");
    }
    assert_invalid(&post(managed(), PREFIXES[0], json!({ "name": 7 })).await, "name must be a string");
}

#[actix_web::test]
async fn a_key_is_rotated_with_an_overlap() {
    let mut transaction = with_partner();
    transaction.partners.expect_end_keys().times(1).returning(|partner, until| {
        assert_eq!((partner.uuid(), until), (Uuid::from_u128(7), now() + TimeDelta::hours(24)));
        Ok(())
    });
    transaction.partners.expect_add_key().times(1).returning(|_| Ok(()));
    let answer = post(transaction, &of_partner("/rotate"), json!({})).await;
    let key = answer.json()["key"].clone();
    assert!(key.as_str().unwrap().starts_with("portico_key_"));
    assert_done(&answer, &ok(json!({ "key": key, "old_key_valid_until": "2024-01-16T09:00:00+09:00" })));
}

#[actix_web::test]
async fn a_partner_is_revoked() {
    let mut transaction = managed();
    transaction.partners.expect_revoke().times(1).returning(|_, _| Ok(()));
    assert_done(&delete(transaction, &of_partner("")).await, &ok(json!({})));
    let mut transaction = managed();
    transaction.partners.expect_revoke().returning(|_, _| Err(StoreError::Stale));
    assert_problem(&delete(transaction, &of_partner("")).await, 404, "Not Found");
}

#[actix_web::test]
async fn what_is_not_there_is_not_found() {
    let other = "00000000-0000-0000-0000-000000000009";
    for id in [other, "nonsense", "%00", "7"] {
        let path = |rest: &str| format!("{}/{id}{rest}", PREFIXES[1]);
        for rest in ["/dictations", "/results", "/results.csv", "/results.jsonl", "/webhooks"] {
            assert_problem(&get(with_partner(), &path(rest)).await, 404, "Not Found");
        }
        assert_problem(&post(with_partner(), &path("/rotate"), json!({})).await, 404, "Not Found");
        let dictation = json!({ "id": "autumn", "title": "Осень" });
        assert_problem(&post(with_partner(), &path("/dictations"), dictation).await, 404, "Not Found");
        let webhook = json!({ "url": "https://partner.example/hook" });
        assert_problem(&post(with_partner(), &path("/webhooks"), webhook).await, 404, "Not Found");
    }
    for rest in ["/dictations/a%20b", "/webhooks/x"] {
        assert_problem(&delete(with_partner(), &of_partner(rest)).await, 404, "Not Found");
    }
    assert_problem(&get(with_partner(), &of_partner("/webhooks/x/deliveries")).await, 404, "Not Found");
    let replay = of_partner(&format!("/webhooks/{other}/deliveries/x/replay"));
    assert_problem(&post(with_partner(), &replay, json!({})).await, 404, "Not Found");
}

#[actix_web::test]
async fn partners_are_for_admins_alone() {
    for rest in ["", "/dictations", "/results", "/results.csv", "/results.jsonl", "/webhooks"] {
        let path = if rest.is_empty() { PREFIXES[0].to_owned() } else { of_partner(rest) };
        assert_problem(&get(visited_by(MemberRole::Member), &path).await, 403, "permission denied");
    }
    let answer = post(visited_by(MemberRole::Member), PREFIXES[1], json!({ "name": "Diktado" })).await;
    assert_problem(&answer, 403, "permission denied");
}
