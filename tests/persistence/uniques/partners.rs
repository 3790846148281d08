//! The rules of the partner API.

use portico_domain::{
    partner::{CheckResult, Partner, PartnerKey, Webhook},
    ports::{StoreError, Transaction, Unique},
};

use super::{Case, case, user};
use crate::fixture::{
    Author, digest, new_delivery, new_dictation, new_key, new_partner, new_result, new_webhook, now,
};

fn partner(tx: &mut dyn Transaction, name: &str) -> Result<Partner, StoreError> {
    let partner = new_partner(name);
    tx.partners().add(&partner).map(|()| partner)
}

fn key(tx: &mut dyn Transaction) -> Result<PartnerKey, StoreError> {
    let key = new_key(partner(tx, "One")?.id);
    tx.partners().add_key(&key).map(|()| key)
}

/// Two results of one author.
fn results(tx: &mut dyn Transaction) -> Result<[CheckResult; 2], StoreError> {
    let (partner, user) = (partner(tx, "One")?.id, user(tx)?.id);
    let dictation = new_dictation(partner, "autumn");
    tx.partners().add_user(partner, user, now())?;
    tx.dictations().add(&dictation)?;
    let author = Author { partner, user, dictation: dictation.id };
    Ok([new_result(&author, now()), new_result(&author, now())])
}

fn webhook(tx: &mut dyn Transaction) -> Result<Webhook, StoreError> {
    let webhook = new_webhook(partner(tx, "One")?.id);
    tx.webhooks().add(&webhook).map(|()| webhook)
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        case("partners_pkey", "partners.id", Unique::Identity, |tx| {
            let id = partner(tx, "One")?.id;
            tx.partners().add(&Partner { id, ..new_partner("Two") })
        }),
        case("partners_name", "partners.name", Unique::PartnerName, |tx| {
            partner(tx, "One")?;
            partner(tx, "One").map(drop)
        }),
        case("partner_keys_pkey", "partner_keys.id", Unique::Identity, |tx| {
            let first = key(tx)?;
            tx.partners().add_key(&PartnerKey { id: first.id, ..new_key(first.partner) })
        }),
        case("partner_keys_digest", "partner_keys.digest", Unique::Identity, |tx| {
            let first = key(tx)?;
            tx.partners().add_key(&PartnerKey { digest: first.digest, ..new_key(first.partner) })
        }),
    ];
    cases.extend(of_what_they_keep());
    cases
}

fn of_what_they_keep() -> Vec<Case> {
    vec![
        case("dictations_pkey", "dictations.partner, dictations.id", Unique::Dictation, |tx| {
            let dictation = new_dictation(partner(tx, "One")?.id, "autumn");
            (0..2).try_for_each(|_| tx.dictations().add(&dictation))
        }),
        case("check_results_pkey", "check_results.partner, check_results.id", Unique::Identity, |tx| {
            let [first, second] = results(tx)?;
            tx.check_results().add(&first)?;
            tx.check_results().add(&CheckResult { id: first.id, ..second })
        }),
        case("check_results_page", "check_results.page_digest", Unique::Identity, |tx| {
            let page_token = Some(digest());
            results(tx)?
                .into_iter()
                .try_for_each(|result| tx.check_results().add(&CheckResult { page_token, ..result }))
        }),
        case("webhooks_pkey", "webhooks.id", Unique::Identity, |tx| {
            let first = webhook(tx)?;
            tx.webhooks().add(&Webhook { id: first.id, ..new_webhook(first.partner) })
        }),
        case("deliveries_pkey", "deliveries.id", Unique::Identity, |tx| {
            let delivery = new_delivery(webhook(tx)?.id, now());
            (0..2).try_for_each(|_| tx.webhooks().add_delivery(&delivery))
        }),
    ]
}
