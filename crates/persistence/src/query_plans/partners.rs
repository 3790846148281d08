//! The statements of the partner API.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use portico_domain::{
    id::{DeliveryId, PartnerId, PartnerKeyId, WebhookId},
    letter::Lane,
    partner::{
        CheckResultFilter, CheckResultPage, DeliveryAttempt, DeliveryOutcome, DictationId, IdempotencyKey,
        IdempotentRequest, PartnerName, RequestDigest,
    },
};

use super::{
    AnyConnection, Disposable, Endpoint, NOW, Page, Scratch, StoreError, TokenDigest, Transaction, UserId,
    Uuid, assert_searches, plan, statements,
};

const SOME: Uuid = Uuid::from_u128(7);
const PARTNER: PartnerId = PartnerId::from_uuid(SOME);
const WEBHOOK: WebhookId = WebhookId::from_uuid(SOME);
const DELIVERY: DeliveryId = DeliveryId::from_uuid(SOME);
const USER: UserId = UserId::from_uuid(SOME);
const TOKEN: TokenDigest = TokenDigest::from_bytes([7; 32]);
const PART: CheckResultPage = CheckResultPage { after: Some(SOME), limit: 10, budget: 1000 };

fn dictation() -> DictationId {
    DictationId::parse("autumn").unwrap()
}

/// Every combination of filters.
fn filters() -> Vec<CheckResultFilter> {
    (0..16)
        .map(|bits| CheckResultFilter {
            partner: PARTNER,
            dictation: (bits & 1 != 0).then(dictation),
            user: (bits & 2 != 0).then_some(USER),
            from: (bits & 4 != 0).then_some(NOW),
            to: (bits & 8 != 0).then_some(NOW + TimeDelta::milliseconds(9)),
        })
        .collect()
}

/// Every read of the partner API's ports, and every guarded update and removal.
fn everything(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let pages = [Page::first(), Page::new(10, Some(SOME)).unwrap()];
    tx.partners().find(PARTNER)?;
    tx.partners().find_by_name(&PartnerName::parse("Diktado").unwrap())?;
    tx.partners().find_bearer(&TOKEN)?;
    tx.partners().has_user(PARTNER, USER)?;
    let _ = tx.partners().revoke(PARTNER, NOW);
    tx.partners().end_keys(PARTNER, NOW)?;
    tx.partners().note_use(PartnerKeyId::from_uuid(SOME), NOW)?;
    tx.dictations().find(PARTNER, &dictation())?;
    let _ = tx.dictations().retire(PARTNER, &dictation(), NOW);
    tx.dictations().list(PARTNER, None, 10)?;
    tx.dictations().list(PARTNER, Some(dictation()), 10)?;
    tx.check_results().find_by_page_token(&TOKEN)?;
    tx.webhooks().find(PARTNER, WEBHOOK)?;
    tx.webhooks().list(PARTNER)?;
    tx.webhooks().find_due(DELIVERY)?;
    tx.webhooks().find_delivery(WEBHOOK, DELIVERY)?;
    let _ = tx.webhooks().remove(PARTNER, WEBHOOK, NOW);
    let attempt = DeliveryAttempt { at: NOW, outcome: DeliveryOutcome::Postponed, status: None, error: None };
    tx.webhooks().note_attempt(DELIVERY, &attempt)?;
    for page in pages {
        tx.webhooks().list_deliveries(WEBHOOK, page)?;
    }
    tx.users().is_known_elsewhere(USER, None)?;
    for what in [Disposable::IdempotencyKeys, Disposable::Deliveries] {
        tx.housekeeping().purge(what, NOW, 10)?;
    }
    Ok(())
}

#[test]
fn no_read_of_the_partner_api_scans_a_table_or_sorts() {
    let scratch = Scratch::new();
    let statements = statements(&scratch, |tx| everything(tx));
    assert!(statements.len() >= 23, "{statements:#?}");
    assert_searches(&scratch, statements);
}

#[test]
fn a_list_of_partners_comes_in_its_order_and_looks_for_each_in_the_index_of_keys() {
    let scratch = Scratch::new();
    for page in [Page::first(), Page::new(10, Some(SOME)).unwrap()] {
        let found = statements(&scratch, |tx| {
            let tx: &mut dyn Transaction = tx;
            tx.partners().list(page).map(drop)
        });
        assert_eq!(found.len(), 1);
        let steps = plan(&scratch, &found[0]);
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
        let in_keys = steps.iter().filter(|step| step.contains("INDEX partner_keys_of_partner (partner=?"));
        assert_eq!(in_keys.count(), 2, "{steps:#?}");
    }
}

/// A database with three results that every filter lets through.
fn with_results() -> Scratch {
    let scratch = Scratch::new();
    let mut connection = Endpoint::writing(scratch.place.clone()).open().unwrap();
    let AnyConnection::Sqlite(sqlite) = &mut connection else { panic!("{:?} is a file", scratch.place) };
    let id = "unhex(printf('%032x', n))";
    let numbers = "WITH s(n) AS (VALUES (7), (8), (9))";
    sqlite
        .batch_execute(&format!(
            "PRAGMA foreign_keys = OFF; \
             INSERT INTO check_results (id, partner, user_id, dictation, created_at, text, model) \
                 {numbers} SELECT {id}, x'{partner}', x'{partner}', 'autumn', 5, '', '{{}}' FROM s",
            partner = SOME.simple(),
        ))
        .unwrap();
    scratch
}

/// The steps of the first statement of a list of results, which finds them, and of the second, which reads them.
fn steps_of_list(scratch: &Scratch, filter: &CheckResultFilter, page: CheckResultPage) -> [Vec<String>; 2] {
    let found = statements(scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        tx.check_results().list(filter, page).map(drop)
    });
    let [find, read] = &found[..] else { panic!("{found:#?}") };
    assert!(!find.contains("`model`") && read.contains("`model`"), "{found:#?}");
    [plan(scratch, find), plan(scratch, read)]
}

#[test]
fn a_list_of_results_goes_through_the_index_of_its_filter() {
    let scratch = with_results();
    for filter in filters() {
        let (index, columns) = match (&filter.user, &filter.dictation) {
            (None, None) => ("sqlite_autoindex_check_results_1", "partner=?"),
            (None, Some(_)) => ("check_results_of_dictation", "partner=? AND dictation=?"),
            (Some(_), None) => ("check_results_of_user", "partner=? AND user_id=?"),
            (Some(_), Some(_)) => {
                ("check_results_of_user_and_dictation", "partner=? AND user_id=? AND dictation=?")
            }
        };
        let below = if filter.to.is_some() { " AND id<?" } else { "" };
        for page in [PART, CheckResultPage { after: None, ..PART }] {
            let [find, read] = steps_of_list(&scratch, &filter, page);
            let way = format!("SEARCH check_results USING INDEX {index} ({columns} AND id>?{below})");
            assert_eq!(find, [way], "{filter:?}");
            let way =
                "SEARCH check_results USING INDEX sqlite_autoindex_check_results_1 (partner=? AND id=?)";
            assert_eq!(read, [way], "{filter:?}");
        }
    }
}

#[test]
fn nothing_is_read_of_results_when_none_are_found() {
    let scratch = Scratch::new();
    let found = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        tx.check_results().list(&CheckResultFilter::all_of(PARTNER), PART).map(drop)
    });
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn a_bearer_of_a_partner_is_checked_with_one_statement_over_two_keys() {
    let scratch = Scratch::new();
    let found = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        tx.partners().find_bearer(&TOKEN).map(drop)
    });
    assert_eq!(found.len(), 1);
    let steps = plan(&scratch, &found[0]);
    assert_eq!(steps.len(), 2, "{steps:#?}");
    assert!(steps[0].contains("partner_keys USING INDEX partner_keys_digest"), "{steps:#?}");
}

#[test]
fn a_result_is_found_by_its_page_through_four_indexes() {
    let scratch = Scratch::new();
    let found = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        tx.check_results().find_by_page_token(&TOKEN).map(drop)
    });
    assert_eq!(found.len(), 1);
    let steps = plan(&scratch, &found[0]);
    assert_eq!(steps.len(), 3, "{steps:#?}");
    assert!(steps[0].contains("check_results USING INDEX check_results_page"), "{steps:#?}");
}

#[test]
fn a_name_of_a_call_is_claimed_with_one_statement() {
    let scratch = Scratch::new();
    let request = IdempotentRequest {
        partner: PARTNER,
        key: IdempotencyKey::parse("a").unwrap(),
        digest: RequestDigest::of(&["a"]),
        at: NOW,
    };
    let found = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        let _ = tx.idempotency_keys().claim(&request);
        Ok(())
    });
    // Of a partner that does not exist nothing can be claimed.
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn either_lane_of_the_outbox_has_its_letters_in_order() {
    let scratch = Scratch::new();
    for (lane, index) in [(Lane::People, "outbox_due_to_people"), (Lane::Partners, "outbox_due_to_partners")]
    {
        let found = statements(&scratch, |tx| {
            let tx: &mut dyn Transaction = tx;
            tx.outbox().list_due(lane, NOW, 10).map(drop)
        });
        assert_eq!(found.len(), 1);
        let steps = plan(&scratch, &found[0]);
        assert_eq!(steps, [format!("SEARCH outbox USING INDEX {index} (due_at<?)")], "{found:#?}");
    }
}
