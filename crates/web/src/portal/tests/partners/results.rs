//! What a partner's site has checked.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex},
};

use actix_web::{
    body::{BoxBody, MessageBody as _},
    dev::Service as _,
    test::init_service,
};
use portico_domain::{
    id::CheckResultId,
    partner::{
        CheckResult, CheckResultFilter, CheckResultPage, CheckResultStretch, DictationId, Model, ResultText,
    },
};

use super::*;

const MIB: usize = 1024 * 1024;

fn result(number: u128) -> CheckResult {
    CheckResult {
        id: CheckResultId::from_uuid(Uuid::from_u128(number)),
        partner: partner().id,
        user: user().id,
        dictation: DictationId::parse("autumn").unwrap(),
        text: ResultText::parse("Осень".to_owned()).unwrap(),
        model: Model::parse("{ }".to_owned()).unwrap(),
        page_token: None,
        created_at: now(),
    }
}

fn shown_result(number: u128) -> Value {
    json!({
        "id": Uuid::from_u128(number),
        "user": user().id.to_string(),
        "dict": "autumn",
        "text": "Осень",
        "model": "{ }",
        "created_at": "2024-01-15T09:00:00+09:00",
    })
}

/// A store whose results go by `list`.
fn listing(
    mut list: impl FnMut(&CheckResultFilter, CheckResultPage) -> Result<CheckResultStretch, StoreError>
    + Send
    + 'static,
) -> MockTransaction {
    let mut transaction = with_partner();
    transaction.check_results.expect_list().returning(move |filter, page| list(filter, page));
    transaction
}

fn nothing() -> CheckResultStretch {
    CheckResultStretch { results: Vec::new(), has_more: false }
}

#[actix_web::test]
async fn results_are_listed_with_the_way_on() {
    for (has_more, next) in [(true, json!(Uuid::from_u128(2))), (false, Value::Null)] {
        let list = move |filter: &CheckResultFilter, page: CheckResultPage| {
            assert_eq!(*filter, CheckResultFilter::all_of(partner().id));
            assert_eq!(page, CheckResultPage { after: None, limit: 100, budget: 16 * MIB });
            Ok(CheckResultStretch { results: vec![result(1), result(2)], has_more })
        };
        let answer = get(listing(list), &of_partner("/results")).await;
        let shown = [1, 2].map(shown_result);
        assert_done(&answer, &ok(json!({ "results": shown, "next": next })));
    }
}

#[actix_web::test]
async fn results_are_filtered() {
    let query = format!(
        "dict=autumn&user={}&from=2024-01-15T00:00:00%2B09:00&to=2024-01-15T00:00:00+09:00&after={ID}&limit=1000",
        user().id
    );
    let instant = now() - TimeDelta::hours(9);
    for (file, limit) in [("", 1000), (".csv", 500), (".jsonl", 500)] {
        let list = move |filter: &CheckResultFilter, page: CheckResultPage| {
            let expected = CheckResultFilter {
                partner: partner().id,
                dictation: DictationId::parse("autumn").ok(),
                user: Some(user().id),
                from: Some(instant),
                to: Some(instant),
            };
            assert_eq!((filter, page.limit), (&expected, limit));
            assert_eq!(page.after, file.is_empty().then(|| Uuid::from_u128(7)));
            Ok(nothing())
        };
        let answer = get(listing(list), &of_partner(&format!("/results{file}?{query}"))).await;
        assert_eq!(answer.status, 200, "{file}: {}", answer.body);
    }
    let list = |filter: &CheckResultFilter, _| {
        assert_eq!(*filter, CheckResultFilter::all_of(partner().id));
        Ok(nothing())
    };
    let answer = get(listing(list), &of_partner("/results?dict=&user=&from=&to=&after=&limit=")).await;
    assert_done(&answer, &ok(json!({ "results": [], "next": null })));
}

#[actix_web::test]
async fn a_filter_that_makes_no_sense_is_refused_by_name() {
    let instant = "an instant such as 2026-10-01T00:00:00+09:00";
    for (query, fault) in [
        ("dict=a%20b", "dict must be 1 to 64 letters, digits, - and _".to_owned()),
        ("user=611c9e9b8ffa577616d4fa3c", "user must be an id".to_owned()),
        ("from=yesterday", format!("from must be {instant}")),
        ("from=2024-01-15", format!("from must be {instant}")),
        ("to=2024-01-15T00:00:00", format!("to must be {instant}")),
        ("to=2024-13-15T00:00:00Z", format!("to must be {instant}")),
    ] {
        for file in ["", ".csv", ".jsonl"] {
            assert_invalid(&get(managed(), &of_partner(&format!("/results{file}?{query}"))).await, &fault);
        }
    }
    assert_invalid(&get(managed(), &of_partner("/results?after=x")).await, "after must be an id");
    assert_invalid(&get(managed(), &of_partner("/results?limit=1001")).await, "limit must be from 1 to 1000");
}

#[actix_web::test]
async fn results_are_taken_away_as_files() {
    let list = |_: &CheckResultFilter, page: CheckResultPage| {
        let number = page.after.map_or(1, |after| after.as_u128() + 1);
        Ok(CheckResultStretch { results: vec![result(number)], has_more: number < 3 })
    };
    let answer = get(listing(list), &of_partner("/results.jsonl")).await;
    assert_eq!((answer.status.as_u16(), answer.header("Content-Type")), (200, "application/x-ndjson"));
    assert_eq!(answer.header("Content-Disposition"), "attachment; filename=\"results.jsonl\"");
    let lines: Vec<Value> = answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, [1, 2, 3].map(shown_result));

    let answer = get(listing(list), &of_partner("/results.csv")).await;
    assert_eq!((answer.status.as_u16(), answer.header("Content-Type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(answer.header("Content-Disposition"), "attachment; filename=\"results.csv\"");
    let rows = [1, 2, 3].map(|number| {
        format!("{},{},autumn,Осень,{{ }},2024-01-15T09:00:00+09:00\r\n", Uuid::from_u128(number), user().id)
    });
    assert_eq!(answer.body, format!("id,user,dict,text,model,created_at\r\n{}", rows.concat()));
}

#[actix_web::test]
async fn a_store_that_fails_before_the_file_begins_gets_its_status() {
    for file in ["", ".csv", ".jsonl"] {
        let failing = listing(|_, _| Err(StoreError::Overloaded));
        let answer = get(failing, &of_partner(&format!("/results{file}"))).await;
        assert_problem(&answer, 503, "Service Unavailable");
    }
}

/// The body of a file on its way out, and the pages read for it so far. The page behind `breaks` fails.
async fn body_of(file: &str, breaks: u128) -> (Pin<Box<BoxBody>>, Arc<Mutex<Vec<CheckResultPage>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    let list = move |_: &CheckResultFilter, page: CheckResultPage| {
        noted.lock().unwrap().push(page);
        let after = page.after.map_or(0, |after| after.as_u128());
        if after == breaks {
            return Err(StoreError::Overloaded);
        }
        let results = (after + 1..=after + 3).map(result).collect();
        Ok(CheckResultStretch { results, has_more: true })
    };
    let service = init_service(crate::app(&site(listing(list)))).await;
    let request = signed_in(TestRequest::get().uri(&of_partner(file))).to_request();
    let answer = service.call(request).await.unwrap().into_parts().1;
    assert_eq!(answer.status(), 200);
    (Box::pin(answer.map_into_boxed_body().into_body()), asked)
}

#[actix_web::test]
async fn no_page_of_a_file_is_read_before_the_one_before_it_is_taken() {
    for file in ["/results.csv", "/results.jsonl"] {
        let (mut body, asked) = body_of(file, u128::MAX).await;
        for pages in 1..=5 {
            assert_eq!(asked.lock().unwrap().len(), pages.max(2) - 1, "{file}");
            assert!(poll_fn(|cx| body.as_mut().poll_next(cx)).await.unwrap().is_ok());
            assert_eq!(asked.lock().unwrap().len(), pages, "{file}");
        }
        let asked = asked.lock().unwrap();
        assert!(asked.iter().all(|page| (page.limit, page.budget) == (500, MIB)), "{asked:?}");
        let places: Vec<_> = asked.iter().map(|page| page.after.map_or(0, |after| after.as_u128())).collect();
        assert_eq!(places, [0, 3, 6, 9, 12]);
    }
}

#[actix_web::test]
async fn a_file_that_cannot_go_on_breaks_off() {
    for file in ["/results.csv", "/results.jsonl"] {
        let (mut body, _) = body_of(file, 6).await;
        let mut next = async || poll_fn(|cx| body.as_mut().poll_next(cx)).await;
        assert!(next().await.unwrap().is_ok());
        assert!(next().await.unwrap().is_ok());
        assert!(next().await.unwrap().is_err(), "{file}");
    }
}
