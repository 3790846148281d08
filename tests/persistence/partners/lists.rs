//! Lists of results: every filter, in parts.

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    partner::{CheckResult, CheckResultFilter, CheckResultPage, CheckResultStretch, DictationId, ResultText},
    ports::StoreError,
};

use crate::fixture::{Author, Fixture, WHOLE, dictation_id, new_partner, new_result, new_user, now, on_both};

on_both!(
    lists_are_those_of_a_naive_model,
    parts_are_bounded_in_bytes_and_have_one_result_at_least,
    bounds_of_time_are_exact_within_a_millisecond,
    bounds_of_time_may_be_far_away_or_crossed,
    a_list_shows_nothing_of_others,
    parts_beside_newcomers_lose_and_repeat_nothing,
);

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    /// The next one, below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    /// One of them, or none.
    fn perhaps<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (self.below(2) == 0).then(|| self.pick(from))
    }
}

fn size(result: &CheckResult) -> usize {
    result.text.as_str().len() + result.model.as_str().len()
}

/// What a list must show, of results in the order of their ids.
fn expected(all: &[CheckResult], filter: &CheckResultFilter, page: CheckResultPage) -> CheckResultStretch {
    let fits = |result: &&CheckResult| {
        result.partner == filter.partner
            && page.after.is_none_or(|after| result.id.uuid() > after)
            && filter.dictation.as_ref().is_none_or(|dictation| result.dictation == *dictation)
            && filter.user.is_none_or(|user| result.user == user)
            && filter.from.is_none_or(|from| result.created_at >= from)
            && filter.to.is_none_or(|to| result.created_at < to)
    };
    let found: Vec<&CheckResult> = all.iter().filter(fits).collect();
    let mut results: Vec<CheckResult> = Vec::new();
    let mut bytes = 0;
    for result in found.iter().take(page.limit.into()) {
        bytes += size(result);
        if bytes > page.budget && !results.is_empty() {
            break;
        }
        results.push((*result).clone());
    }
    CheckResultStretch { has_more: results.len() < found.len(), results }
}

/// Keeps results in one transaction.
async fn save_all(f: &Fixture, results: &[CheckResult]) {
    let kept = results.to_vec();
    f.write(move |tx| kept.iter().try_for_each(|result| tx.check_results().add(result))).await.unwrap();
}

/// Two partners, whose dictations have the same ids, each with three people.
async fn authors(f: &Fixture) -> Vec<Author> {
    let mut authors = Vec::new();
    for _ in 0..2 {
        let partner = f.partner().await.id;
        for id in ["a", "A", "b-1"] {
            f.dictation(partner, id).await;
        }
        for _ in 0..3 {
            let user = f.pupil(partner).await;
            let of = |id: &str| Author { partner, user, dictation: dictation_id(id) };
            authors.extend(["a", "A", "b-1"].map(of));
        }
    }
    authors
}

/// Results at instants that share milliseconds, of sizes from almost nothing to some hundred bytes.
fn results(numbers: &mut Numbers, authors: &[Author], count: usize) -> Vec<CheckResult> {
    (0..count)
        .map(|_| {
            let at = now() + TimeDelta::microseconds(i64::try_from(numbers.below(9000)).unwrap());
            let text = "ж".repeat(numbers.below(200));
            CheckResult { text: ResultText::parse(text).unwrap(), ..new_result(&numbers.pick(authors), at) }
        })
        .collect()
}

async fn lists_are_those_of_a_naive_model(f: &Fixture) {
    let mut numbers = Numbers(20_261_122);
    let authors = authors(f).await;
    let mut all = results(&mut numbers, &authors, 150);
    save_all(f, &all).await;
    all.sort_unstable_by_key(|result| result.id);
    let mut instants: Vec<DateTime<Utc>> = all.iter().map(|result| result.created_at).collect();
    instants.extend(instants.clone().into_iter().map(|at| at + TimeDelta::microseconds(1)));
    let (mut parts, mut combinations) = (0, [0; 16]);
    for _ in 0..250 {
        let author = numbers.pick(&authors);
        let users: Vec<_> = authors.iter().map(|author| author.user).collect();
        let dictations: Vec<DictationId> = ["a", "A", "b-1", "none"].map(dictation_id).to_vec();
        let filter = CheckResultFilter {
            partner: author.partner,
            dictation: numbers.perhaps(&dictations),
            user: numbers.perhaps(&users),
            from: numbers.perhaps(&instants),
            to: numbers.perhaps(&instants),
        };
        let given =
            [filter.dictation.is_some(), filter.user.is_some(), filter.from.is_some(), filter.to.is_some()];
        combinations[given.iter().fold(0, |bits, given| bits * 2 + usize::from(*given))] += 1;
        let mut page = CheckResultPage {
            after: numbers.perhaps(&all).map(|result| result.id.uuid()),
            limit: numbers.pick(&[1, 2, 7, 40, 1000]),
            budget: numbers.pick(&[0, 300, 1000, usize::MAX]),
        };
        loop {
            let part = f.results(filter.clone(), page).await;
            assert_eq!(part, expected(&all, &filter, page), "{filter:?} {page:?}");
            parts += 1;
            page.after = match part.results.last() {
                Some(last) if part.has_more => Some(last.id.uuid()),
                _ => break,
            };
        }
    }
    assert!(parts > 500 && combinations.iter().all(|count| *count > 3), "{parts} {combinations:?}");
}

async fn parts_are_bounded_in_bytes_and_have_one_result_at_least(f: &Fixture) {
    let author = f.author().await;
    let mut all: Vec<CheckResult> = (0..5)
        .map(|place| {
            let mut result = new_result(&author, now() + TimeDelta::milliseconds(place));
            let missing = 100 - result.model.as_str().len();
            result.text = ResultText::parse("x".repeat(missing)).unwrap();
            result
        })
        .collect();
    save_all(f, &all).await;
    let large = CheckResult {
        text: ResultText::parse("x".repeat(100_000)).unwrap(),
        ..new_result(&author, now() + TimeDelta::milliseconds(9))
    };
    save_all(f, std::slice::from_ref(&large)).await;
    all.push(large);
    let filter = CheckResultFilter::all_of(author.partner);
    for (budget, after, count) in [
        (0, None, 1),
        (99, None, 1),
        (100, None, 1),
        (199, None, 1),
        (200, None, 2),
        (500, None, 5),
        (100_000, None, 5),
        (200_000, None, 6),
        (usize::MAX, None, 6),
        (0, Some(4), 1),
        (99_999, Some(3), 1),
        (200_000, Some(3), 2),
        (0, Some(5), 0),
    ] {
        let after = after.map(|place: usize| all[place].id.uuid());
        let part = f.results(filter.clone(), CheckResultPage { after, limit: 1000, budget }).await;
        let begin = all.iter().take_while(|result| Some(result.id.uuid()) <= after).count();
        assert_eq!(part.results, all[begin..begin + count], "{budget} {after:?}");
        assert_eq!(part.has_more, begin + count < all.len(), "{budget} {after:?}");
    }
    let two = f.results(filter, CheckResultPage { after: None, limit: 2, budget: 1000 }).await;
    assert_eq!((two.results.len(), two.has_more), (2, true));
}

async fn bounds_of_time_are_exact_within_a_millisecond(f: &Fixture) {
    let author = f.author().await;
    // Of one millisecond and its neighbours; their ids are in another order than their instants.
    let begin = DateTime::from_timestamp_millis(now().timestamp_millis()).unwrap();
    let at = |micros: i64| begin + TimeDelta::microseconds(micros);
    let micros = [-1, 0, 1, 2, 500, 999, 1000, 1001];
    for instant in micros {
        for _ in 0..3 {
            f.save(&new_result(&author, at(instant))).await.unwrap();
        }
    }
    for from in [None, Some(-1), Some(0), Some(1), Some(499), Some(500), Some(999), Some(1000), Some(1001)] {
        for to in [None, Some(-1), Some(0), Some(1), Some(2), Some(501), Some(1000), Some(1001), Some(1002)] {
            let (from_at, to_at) = (from.map(at), to.map(at));
            let filter =
                CheckResultFilter { from: from_at, to: to_at, ..CheckResultFilter::all_of(author.partner) };
            let found = f.results(filter, WHOLE).await.results;
            let fits = |instant: &&i64| {
                from.is_none_or(|from| **instant >= from) && to.is_none_or(|to| **instant < to)
            };
            let count = micros.iter().filter(fits).count() * 3;
            assert_eq!(found.len(), count, "{from:?} {to:?}");
            for result in found {
                assert!(from_at.is_none_or(|from| result.created_at >= from));
                assert!(to_at.is_none_or(|to| result.created_at < to));
            }
        }
    }
}

async fn bounds_of_time_may_be_far_away_or_crossed(f: &Fixture) {
    let author = f.author().await;
    f.save(&new_result(&author, now())).await.unwrap();
    let year = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
    let (first, last) = (year("0000-01-01T00:00:00Z"), year("9999-12-31T23:59:59.999999Z"));
    let epoch = DateTime::UNIX_EPOCH;
    for (from, to, count) in [
        (Some(first), Some(last), 1),
        (Some(epoch), None, 1),
        (Some(first), None, 1),
        (None, Some(last), 1),
        (None, Some(first), 0),
        (None, Some(epoch), 0),
        (Some(last), None, 0),
        (Some(last), Some(first), 0),
        (Some(now()), Some(now()), 0),
        (Some(now()), Some(now() + TimeDelta::microseconds(1)), 1),
    ] {
        let filter = CheckResultFilter { from, to, ..CheckResultFilter::all_of(author.partner) };
        assert_eq!(f.results(filter, WHOLE).await.results.len(), count, "{from:?} {to:?}");
    }
}

async fn a_list_shows_nothing_of_others(f: &Fixture) {
    let (author, other) = (f.author().await, f.author().await);
    let (mine, his) = (new_result(&author, now()), new_result(&other, now()));
    save_all(f, &[mine.clone(), his]).await;
    let all = CheckResultFilter::all_of(author.partner);
    assert_eq!(f.results(all.clone(), WHOLE).await.results, [mine]);
    for filter in [
        CheckResultFilter { user: Some(other.user), ..all.clone() },
        CheckResultFilter { user: Some(new_user("Nobody").id), ..all.clone() },
        CheckResultFilter { dictation: Some(dictation_id("winter")), ..all },
        CheckResultFilter::all_of(new_partner("Nobody").id),
    ] {
        let found = f.results(filter, WHOLE).await;
        assert_eq!(found, CheckResultStretch { results: Vec::new(), has_more: false });
    }
}

async fn parts_beside_newcomers_lose_and_repeat_nothing(f: &Fixture) {
    let author = f.author().await;
    let at = |place: i64| now() + TimeDelta::milliseconds(place);
    let old: Vec<CheckResult> = (0..100).map(|place| new_result(&author, at(place))).collect();
    save_all(f, &old).await;
    let writer = tokio::spawn({
        let (store, author) = (f.store.clone(), author.clone());
        async move {
            for place in 100..200 {
                let result = new_result(&author, at(place));
                let added = portico_domain::ports::StoreExt::write::<_, StoreError, _>(&store, move |tx| {
                    tx.check_results().add(&result)
                });
                added.await.unwrap();
            }
        }
    });
    let mut seen: Vec<CheckResult> = Vec::new();
    while seen.len() < 200 {
        let after = seen.last().map(|last| last.id.uuid());
        let page = CheckResultPage { after, limit: 7, budget: usize::MAX };
        seen.extend(f.results(CheckResultFilter::all_of(author.partner), page).await.results);
        assert!(seen.is_sorted_by(|one, next| one.id < next.id));
    }
    writer.await.unwrap();
    let mut expected = old;
    expected.sort_unstable_by_key(|result| result.id);
    assert_eq!(seen[..100], expected);
    assert_eq!(seen.len(), 200);
}
