//! Lists of more than one page.

use std::{
    future::poll_fn,
    ops::Range,
    sync::{Arc, Mutex},
};

use actix_web::{
    HttpResponse,
    body::{MessageBody as _, to_bytes},
};
use portico_application::UseCases;
use portico_domain::{
    period::Periods,
    ports::mocks::{MockPasswords, MockTransaction},
    profile::{MemberRecord, MemberRole, Profile},
};
use serde_json::Value;

use super::*;
use crate::{
    portal::{
        formats::{JsonLines, JsonList},
        streaming::{self, Format},
    },
    testing::{now, ports, user},
};

fn members(numbers: Range<i64>) -> Vec<MemberWithDues> {
    let of = |number| {
        let profile = Profile::empty(user().id, number, MemberRole::Member, now());
        MemberWithDues { record: MemberRecord { profile, email: None, account_id: None }, payment: None }
    };
    numbers.map(of).collect()
}

/// Where a page begins, and how many it may have.
type Asked = Arc<Mutex<Vec<(Option<i64>, u16)>>>;

/// The use cases of a house with so many members, that notes the pages asked for. The page behind `breaks` fails.
fn house(count: i64, breaks: Option<i64>, asked: &Asked) -> UseCases {
    let asked = Arc::clone(asked);
    let mut transaction = MockTransaction::default();
    transaction.payments.expect_periods().times(..=1).returning(|| Ok(Periods::default()));
    transaction.profiles.expect_list().returning(move |filter| {
        asked.lock().unwrap().push((filter.after, filter.limit));
        assert_eq!(filter.period, Periods::default().payment());
        let first = filter.after.unwrap_or(0) + 1;
        if breaks == filter.after && breaks.is_some() {
            return Err(StoreError::Overloaded);
        }
        Ok(members(first..(first + i64::from(filter.limit)).min(count + 1)))
    });
    UseCases::new(&ports(transaction, MockPasswords::new()))
}

async fn answer(use_cases: &UseCases, format: impl Format<MemberWithDues>) -> Result<HttpResponse, Problem> {
    let face = PortalFace::default();
    let listing = Listing::of(use_cases, &face, Selection::default()).await?;
    streaming::answer(listing, "application/json", format).await
}

async fn text(count: i64, format: impl Format<MemberWithDues>) -> (String, Vec<(Option<i64>, u16)>) {
    let asked = Asked::default();
    let use_cases = Box::new(house(count, None, &asked));
    let answer = answer(&use_cases, format).await.unwrap();
    let Ok(bytes) = to_bytes(answer.into_body()).await else { panic!("the list broke off") };
    (String::from_utf8(bytes.to_vec()).unwrap(), asked.lock().unwrap().clone())
}

fn numbers(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|member| member["id"].as_i64().unwrap()).collect()
}

#[actix_web::test]
async fn everybody_is_in_the_list_once_in_order() {
    for (count, pages) in [
        (0, vec![None]),
        (1, vec![None]),
        (499, vec![None]),
        (500, vec![None, Some(500)]),
        (501, vec![None, Some(500)]),
        (1200, vec![None, Some(500), Some(1000)]),
    ] {
        let (body, asked) = text(count, JsonList::FLAT).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(numbers(&body["users"]), (1..=count).collect::<Vec<_>>());
        assert_eq!((&body["status"], &body["status_code"]), (&"OK".into(), &200.into()));
        assert_eq!(asked, pages.into_iter().map(|after| (after, PAGE)).collect::<Vec<_>>(), "{count}");
        let (body, _) = text(count, JsonList::BARE).await;
        assert_eq!(numbers(&serde_json::from_str(&body).unwrap()).len(), usize::try_from(count).unwrap());
        let (body, _) = text(count, JsonLines).await;
        assert_eq!(body.lines().count(), usize::try_from(count).unwrap());
    }
}

#[actix_web::test]
async fn no_page_is_read_before_the_one_before_it_is_taken() {
    let asked = Asked::default();
    let answer = answer(&house(1200, None, &asked), JsonList::FLAT).await.unwrap();
    assert_eq!(asked.lock().unwrap().len(), 1);
    let mut body = Box::pin(answer.into_body());
    for pages in [1, 2, 3] {
        let chunk = poll_fn(|cx| body.as_mut().poll_next(cx)).await.unwrap().unwrap();
        assert!(chunk.len() < 500 * 1024, "{}", chunk.len());
        assert_eq!(asked.lock().unwrap().len(), pages);
    }
    assert!(poll_fn(|cx| body.as_mut().poll_next(cx)).await.is_none());
}

#[actix_web::test]
async fn a_list_that_cannot_go_on_breaks_off() {
    let answer = answer(&house(1200, Some(500), &Asked::default()), JsonList::FLAT).await.unwrap();
    assert!(to_bytes(answer.into_body()).await.is_err());
}
