//! Half-years for which dues are paid, and the two that count at present (portal contract section 5).

use std::fmt;

/// The first and the last year that a period may be of.
const YEARS: std::ops::RangeInclusive<i64> = 2019..=2100;

/// Why a number names no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Its year is not between 2019 and 2100.
    #[error("the year must be from 2019 to 2100")]
    Year,
    /// Its month is neither April nor October.
    #[error("the month must be 4 or 10")]
    Month,
}

/// A half-year, written YYYYMM: `YYYY04` from April to September, `YYYY10` from October to March.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period(i32);

impl Period {
    /// Reads a number such as 202604.
    ///
    /// # Errors
    /// When its year is not between 2019 and 2100, or its month is neither 4 nor 10, in this order.
    pub fn parse(number: i64) -> Result<Self, PeriodError> {
        if !YEARS.contains(&(number / 100)) {
            return Err(PeriodError::Year);
        }
        if !matches!(number % 100, 4 | 10) {
            return Err(PeriodError::Month);
        }
        i32::try_from(number).map(Self).map_err(|_| PeriodError::Year)
    }

    /// The number, such as 202604.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// How many half-years it is later than `other`; negative when it is earlier.
    #[must_use]
    pub const fn half_years_after(self, other: Self) -> i32 {
        (self.0 / 100 - other.0 / 100) * 2 + (self.0 % 100 - other.0 % 100) / 6
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The two periods that count: dues are collected for one, and make a member in both. The first is the second or the
/// half-year after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Periods {
    current: Period,
    payment: Period,
}

/// Why a period was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodsRefusal {
    /// Dues are collected for the current period or the next one.
    #[error("the payment period must be the current period or the next one")]
    PaymentOutOfReach,
    /// The current period is the one for which dues are collected or the one before it.
    #[error("the current period must be the payment period or the one before it")]
    CurrentOutOfReach,
}

impl Default for Periods {
    /// What counts before anybody has set anything: 201910, and dues collected for 202004.
    fn default() -> Self {
        Self { current: Period(201_910), payment: Period(202_004) }
    }
}

impl Periods {
    /// Takes the two periods from the store.
    ///
    /// # Errors
    /// When they do not belong together: such a pair was never written.
    pub fn from_stored(current: Period, payment: Period) -> Result<Self, PeriodsRefusal> {
        if !matches!(payment.half_years_after(current), 0 | 1) {
            return Err(PeriodsRefusal::PaymentOutOfReach);
        }
        Ok(Self { current, payment })
    }

    /// The one that people must have paid for to count as members.
    #[must_use]
    pub const fn current(self) -> Period {
        self.current
    }

    /// The one for which dues are collected.
    #[must_use]
    pub const fn payment(self) -> Period {
        self.payment
    }

    /// Whether a payment for `period` makes a member at present.
    #[must_use]
    pub fn count(self, period: Period) -> bool {
        period == self.current || period == self.payment
    }

    /// Collects dues for `payment` from now on.
    ///
    /// # Errors
    /// When it is neither the current period nor the next one.
    pub fn with_payment(self, payment: Period) -> Result<Self, PeriodsRefusal> {
        Self::from_stored(self.current, payment)
    }

    /// Makes `current` the current period.
    ///
    /// # Errors
    /// When it is neither the payment period nor the one before it.
    pub fn with_current(self, current: Period) -> Result<Self, PeriodsRefusal> {
        Self::from_stored(current, self.payment).map_err(|_| PeriodsRefusal::CurrentOutOfReach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(number: i64) -> Period {
        Period::parse(number).unwrap()
    }

    #[test]
    fn a_period_is_april_or_october_of_a_year_from_2019_to_2100() {
        for number in [201_904, 202_610, 210_010] {
            assert_eq!(i64::from(period(number).number()), number);
        }
        for number in [201_810, 210_104, 0, -202_004, 4, i64::MAX, i64::MIN, 2_020_004] {
            assert_eq!(Period::parse(number), Err(PeriodError::Year), "{number}");
        }
        for number in [202_000, 202_005, 202_012, 202_099] {
            assert_eq!(Period::parse(number), Err(PeriodError::Month), "{number}");
        }
    }

    #[test]
    fn half_years_are_counted_as_the_contract_has_it() {
        for (a, b, apart) in [
            (202_004, 202_004, 0),
            (202_010, 202_004, 1),
            (202_104, 202_010, 1),
            (202_104, 202_004, 2),
            (201_910, 202_004, -1),
        ] {
            assert_eq!(period(a).half_years_after(period(b)), apart, "{a} {b}");
        }
    }

    #[test]
    fn dues_are_collected_for_the_current_period_or_the_next() {
        let periods = Periods::default();
        assert_eq!((periods.current().number(), periods.payment().number()), (201_910, 202_004));
        for (payment, possible) in
            [(201_904, false), (201_910, true), (202_004, true), (202_010, false), (210_010, false)]
        {
            assert_eq!(periods.with_payment(period(payment)).is_ok(), possible, "{payment}");
        }
        let refused = periods.with_payment(period(202_010));
        assert_eq!(refused, Err(PeriodsRefusal::PaymentOutOfReach));
    }

    #[test]
    fn the_current_period_is_the_payment_period_or_the_one_before() {
        let periods = Periods::default();
        for (current, possible) in [(201_904, false), (201_910, true), (202_004, true), (202_010, false)] {
            assert_eq!(periods.with_current(period(current)).is_ok(), possible, "{current}");
        }
        let refused = periods.with_current(period(202_010));
        assert_eq!(refused, Err(PeriodsRefusal::CurrentOutOfReach));
    }

    #[test]
    fn payments_for_either_period_count() {
        let periods = Periods::default();
        assert!(periods.count(period(201_910)) && periods.count(period(202_004)));
        assert!(!periods.count(period(202_010)));
    }
}
