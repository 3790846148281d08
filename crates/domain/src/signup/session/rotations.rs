//! Refresh tokens that were used just now.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::REFRESH_GRACE;

/// Refresh tokens that were used in one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Rotation {
    first: u32,
    last: u32,
    /// When the last of them was used.
    at: DateTime<Utc>,
}

impl Rotation {
    fn is_in_grace(&self, now: DateTime<Utc>) -> bool {
        now < self.at + REFRESH_GRACE
    }
}

/// Which refresh tokens of a sign-in were used, and followed by others, while their grace lasts (sign-up contract T2).
///
/// Those of one second count as used when the last of them was, so that there are never more entries than the grace has
/// seconds, however often somebody refreshes. In the store it is a JSON array.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecentRotations(Vec<Rotation>);

impl RecentRotations {
    /// These and the use of one more token, the newest; without those whose grace is over.
    #[must_use]
    pub fn with(&self, generation: u32, at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let mut recent: Vec<Rotation> = self.0.iter().copied().filter(|used| used.is_in_grace(now)).collect();
        // The clocks of two servers may differ; the order of uses is that of the generations.
        let at = recent.last().map_or(at, |newest| newest.at.max(at));
        let used = Rotation { first: generation, last: generation, at };
        match recent.last_mut() {
            Some(newest) if newest.at.timestamp() == at.timestamp() => {
                *newest = Rotation { first: newest.first, ..used };
            }
            _ if used.is_in_grace(now) => recent.push(used),
            _ => {}
        }
        Self(recent)
    }

    /// Whether a token was used so short a while ago that it is only late.
    #[must_use]
    pub fn covers(&self, generation: u32, now: DateTime<Utc>) -> bool {
        self.0.iter().any(|used| (used.first..=used.last).contains(&generation) && used.is_in_grace(now))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn after(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::milliseconds(milliseconds)
    }

    /// Tokens that were used one after another, each noted when the next one was.
    fn used(moments: &[i64]) -> RecentRotations {
        (0..).zip(moments).fold(RecentRotations::default(), |recent, (generation, at)| {
            recent.with(generation, after(*at), after(*at))
        })
    }

    #[test]
    fn each_token_has_its_own_grace() {
        let recent = used(&[0, 8_000, 15_000]);
        let covered = |at| [0, 1, 2, 3].map(|generation| recent.covers(generation, after(at)));
        assert_eq!(covered(15_000), [true, true, true, false]);
        assert_eq!(covered(19_999), [true, true, true, false]);
        assert_eq!(covered(20_000), [false, true, true, false]);
        assert_eq!(covered(28_000), [false, false, true, false]);
        assert_eq!(covered(35_000), [false; 4]);
    }

    #[test]
    fn what_is_over_is_forgotten_and_what_comes_too_late_is_not_noted() {
        assert_eq!(used(&[0, 1_000, 21_000]).0.len(), 1);
        assert_eq!(RecentRotations::default().with(0, after(0), after(20_000)), RecentRotations::default());
        assert!(!RecentRotations::default().covers(0, after(0)));
    }

    #[test]
    fn tokens_of_one_second_are_noted_as_one_with_the_time_of_the_last() {
        let recent = used(&[0, 100, 999, 1_000]);
        assert_eq!(recent.0.len(), 2);
        assert!(recent.covers(0, after(20_998)));
        assert!(!recent.covers(2, after(20_999)));
        assert!(recent.covers(3, after(20_999)));
    }

    #[test]
    fn a_clock_that_goes_back_forgets_nothing_early() {
        let recent = used(&[5_000, 2_000]);
        assert!(recent.covers(0, after(24_999)) && recent.covers(1, after(24_999)));
        assert!(!recent.covers(1, after(25_000)));
    }

    #[test]
    fn a_storm_is_remembered_in_as_many_entries_as_the_grace_has_seconds() {
        let moments: Vec<i64> = (0..6_000).map(|n| n * 10).collect();
        let recent = used(&moments);
        assert!(recent.0.len() <= 21, "{}", recent.0.len());
        let last = 59_990;
        for (generation, at) in (0..).zip(&moments) {
            let age = last - at;
            // By less than a second, a token may live longer than its grace; never shorter.
            let (must, may) = (age < 20_000, age < 21_000);
            let is_covered = recent.covers(generation, after(last));
            assert!(is_covered || !must, "{generation} is forgotten");
            assert!(!is_covered || may, "{generation} is remembered");
        }
    }

    #[test]
    fn in_the_store_it_is_an_array() {
        let recent = used(&[0, 1_500]);
        let text = serde_json::to_string(&recent).unwrap();
        let second = r#"{"first":1,"last":1,"at":"2023-11-14T22:13:21.500Z"}"#;
        assert_eq!(text, format!(r#"[{{"first":0,"last":0,"at":"2023-11-14T22:13:20Z"}},{second}]"#));
        assert_eq!(serde_json::from_str::<RecentRotations>(&text).unwrap(), recent);
    }
}
