//! The reads of the partner API.

use chrono::TimeDelta;
use portico_domain::{
    id::PartnerId,
    page::Page,
    partner::{
        CheckResultFilter, CheckResultPage, DeliveryAttempt, DeliveryOutcome, IdempotencyKey,
        IdempotentRequest, PartnerName, RequestDigest,
    },
    ports::Disposable,
};
use uuid::Uuid;

use super::assert_searched;
use crate::fixture::{
    Author, Fixture, dictation_id, later, new_delivery, new_dictation, new_key, new_partner, new_result,
    new_webhook, now, on_postgresql, with_page,
};

on_postgresql!(every_read_of_the_partner_api_uses_the_index_made_for_it);

const HOT: [&str; 18] = [
    "check_results_of_dictation",
    "check_results_of_user",
    "check_results_of_user_and_dictation",
    "check_results_page",
    "check_results_pkey",
    "deliveries_closed",
    "deliveries_of_webhook",
    "deliveries_pkey",
    "dictations_pkey",
    "idempotency_keys_by_expiry",
    "idempotency_keys_pkey",
    "partner_keys_digest",
    "partner_keys_of_partner",
    "partner_users_of_user",
    "partner_users_pkey",
    "partners_name",
    "partners_pkey",
    "webhooks_of_partner",
];

/// So many rows that reading all of a table is not the cheapest way: a thousand partners, most of what there is being
/// the first one's.
const CROWD: &str = "
INSERT INTO users (id, display_name, display_name_key, state, created_at, updated_at)
    SELECT gen_random_uuid(), 'Crowd', 'crowd', 'active', now(), now() FROM generate_series(1, 3000);
INSERT INTO credentials SELECT id, 'hash', false, now() FROM users;
INSERT INTO external_identities SELECT id, '', 's' || number FROM users;
INSERT INTO projects SELECT gen_random_uuid(), 'slug-' || number, 'Name', NULL, true, id, now() FROM users;
INSERT INTO project_members
    SELECT gen_random_uuid(), projects.id, users.id, 'member', '[]', now() FROM users
    JOIN projects ON hashtext(projects.slug) % 1000 = users.number % 1000;
INSERT INTO invites
    SELECT gen_random_uuid(), id, 'g@g.example', 'g@g.example', 'member', sha256(slug::bytea), owner_id, NULL,
        'accepted', owner_id, now(), NULL, now(), now() FROM projects;
INSERT INTO member_profiles (user_id, number, role, name, kana, handle, university_name, university_department,
    university_subject, other_circles, workshops, squads, card_published, created_at, updated_at)
    SELECT id, number, 'member', '', '', '', '', '', '', '', '[]', '[]', false, now(), now() FROM users;
INSERT INTO payment_statuses SELECT id, 202004, id, now(), now() FROM users;
INSERT INTO payment_removals SELECT gen_random_uuid(), id, 202004, id, now(), id, now(), NULL FROM users;
INSERT INTO signups (provider, login, login_key, form_data, notification, fcm_tokens, state, locale, status, version,
    user_id, created_at, updated_at)
    SELECT 1, 'l' || number, 'l' || number, '{}', '{}', '[]', '{}', 'en_US', 'active', 1, id, now(), now() FROM users;
INSERT INTO partners
    SELECT lpad(to_hex(n), 32, '0')::uuid, 'Partner ' || n, now(), CASE WHEN n % 2 = 0 THEN now() END
    FROM generate_series(1, 3000) AS n;
INSERT INTO partner_keys
    SELECT gen_random_uuid(), id, sha256((id::text || n)::bytea), 'prefix', now(), NULL, now()
    FROM partners, generate_series(1, 3) AS n;
INSERT INTO partner_users SELECT partners.id, users.id, now() FROM partners
    JOIN users ON partners.name IN ('Partner 1', 'Partner ' || users.number);
INSERT INTO dictations SELECT id, 'd' || n, 'Title', 'ru', now(), NULL
    FROM partners, generate_series(1, 10) AS n WHERE n < 3 OR name = 'Partner 1';
INSERT INTO check_results (id, partner, user_id, dictation, created_at, page_digest, text, model)
    SELECT gen_random_uuid(), partner, user_id, 'd' || (1 + n % 2), now(), sha256((user_id::text || partner || n)::bytea),
        'text', '{}' FROM partner_users, generate_series(1, 5) AS n;
INSERT INTO webhooks SELECT gen_random_uuid(), id, 'https://p.example/', '[]', now(), NULL FROM partners;
INSERT INTO deliveries
    SELECT gen_random_uuid(), id, gen_random_uuid(), 'user.created', '{}', now(),
        CASE WHEN n = 1 THEN 'waiting' ELSE 'delivered' END, 1, now() + n * interval '1 day', NULL, NULL
    FROM webhooks, generate_series(1, 3) AS n;
INSERT INTO idempotency_keys
    SELECT id, 'key', sha256('a'), now() + row_number() OVER () * interval '1 day' FROM partners;";

/// Every combination of filters.
fn filters(author: &Author) -> Vec<CheckResultFilter> {
    (0..16)
        .map(|bits| CheckResultFilter {
            partner: author.partner,
            dictation: (bits & 1 != 0).then(|| author.dictation.clone()),
            user: (bits & 2 != 0).then_some(author.user),
            from: (bits & 4 != 0).then_some(now()),
            to: (bits & 8 != 0).then_some(later(1)),
        })
        .collect()
}

async fn every_read_of_the_partner_api_uses_the_index_made_for_it(f: &Fixture) {
    f.sql(CROWD);
    f.gather_statistics();
    let f = &f.with_store(f.another_store());
    let (partner, person) = (new_partner("Diktado"), f.person().await.id);
    let (id, key, page) = (partner.id, new_key(partner.id), Page::new(5, Some(Uuid::nil())).unwrap());
    let crowded = PartnerId::from_uuid(Uuid::from_u128(1));
    let name = PartnerName::parse("Diktado").unwrap();
    let author = Author { partner: id, user: person, dictation: dictation_id("autumn") };
    let (result, token) = with_page(new_result(&author, now()));
    let webhook = new_webhook(id);
    let delivery = new_delivery(webhook.id, now());
    let attempt =
        DeliveryAttempt { at: now(), outcome: DeliveryOutcome::Postponed, status: None, error: None };
    let call = IdempotentRequest {
        partner: id,
        key: IdempotencyKey::parse("a").unwrap(),
        digest: RequestDigest::of(&["a"]),
        at: now(),
    };
    let part = CheckResultPage { after: None, limit: 10, budget: usize::MAX };
    f.forget_reads();
    f.write(move |tx| {
        tx.partners().add(&partner)?;
        tx.partners().add_key(&key)?;
        tx.partners().add_user(id, person, now())?;
        tx.partners().find(id)?;
        tx.partners().find_by_name(&name)?;
        tx.partners().find_bearer(&key.digest)?;
        tx.partners().list(page)?;
        tx.partners().has_user(id, person)?;
        tx.partners().note_use(key.id, now())?;
        tx.partners().end_keys(id, later(1))?;
        tx.dictations().add(&new_dictation(id, "autumn"))?;
        tx.dictations().find(id, &author.dictation)?;
        tx.dictations().list(crowded, Some(dictation_id("d1")), 5)?;
        tx.check_results().add(&result)?;
        tx.check_results().find_by_page_token(&token)?;
        for filter in filters(&author) {
            tx.check_results().list(&filter, part)?;
            let crowded = CheckResultFilter { partner: crowded, user: None, ..filter };
            tx.check_results().list(&crowded, part)?;
        }
        tx.webhooks().add(&webhook)?;
        tx.webhooks().find(id, webhook.id)?;
        tx.webhooks().list(id)?;
        tx.webhooks().add_delivery(&delivery)?;
        tx.webhooks().find_due(delivery.id)?;
        tx.webhooks().find_delivery(webhook.id, delivery.id)?;
        tx.webhooks().list_deliveries(webhook.id, Page::first())?;
        tx.webhooks().list_deliveries(webhook.id, page)?;
        tx.webhooks().note_attempt(delivery.id, &attempt)?;
        tx.webhooks().remove(id, webhook.id, now())?;
        tx.idempotency_keys().claim(&call)?;
        tx.idempotency_keys().claim(&call)?;
        tx.users().is_known_elsewhere(person, None)?;
        tx.dictations().retire(id, &author.dictation, now())?;
        tx.partners().revoke(id, now())?;
        let before = now() + TimeDelta::days(3);
        for what in [Disposable::IdempotencyKeys, Disposable::Deliveries] {
            tx.housekeeping().purge(what, before, 10)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    assert_searched(f, &HOT).await;
}
