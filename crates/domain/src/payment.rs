//! Dues that were paid, and the tokens by which members pay (portal contract section 5).

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    id::{PaymentRemovalId, UserId},
    period::{Period, Periods},
    profile::MemberRole,
    token::{PlainToken, TokenDigest},
};

/// What somebody's role becomes, once it is known whether he has paid for the current period or the payment period
/// (section 5). Admins and retired members stay what they are.
#[must_use]
pub const fn role_by_dues(role: MemberRole, paid: bool) -> MemberRole {
    match (role, paid) {
        (MemberRole::Admin | MemberRole::Retired, _) => role,
        (MemberRole::Member | MemberRole::NotMember, true) => MemberRole::Member,
        (MemberRole::Member | MemberRole::NotMember, false) => MemberRole::NotMember,
    }
}

/// Whether payments for these periods make a member at present.
#[must_use]
pub fn is_paid(paid: &[Period], periods: Periods) -> bool {
    paid.iter().any(|period| periods.count(*period))
}

/// Dues that somebody has paid for a period; he can have paid for a period once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Who paid.
    pub user: UserId,
    /// For what.
    pub period: Period,
    /// The admin who took the money.
    pub authorizer: UserId,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When the record last changed.
    pub updated_at: DateTime<Utc>,
}

/// A payment as the portal shows it, with people by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentStatus {
    /// The payment.
    pub payment: Payment,
    /// The number of whoever paid.
    pub number: i64,
    /// The number of the admin who took the money.
    pub authorizer_number: i64,
}

/// A payment that was taken back, kept for the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRemoval {
    /// Which removal.
    pub id: PaymentRemovalId,
    /// The admin who removed it.
    pub removed_by: UserId,
    /// Why, when he said so.
    pub reason: Option<RemovalReason>,
    /// When.
    pub removed_at: DateTime<Utc>,
}

/// The most characters of a reason.
const MAX_REASON: usize = 500;

/// Why a payment was taken back: a text of 1 to 500 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovalReason(String);

impl RemovalReason {
    /// Reads a reason; white space around it does not count.
    ///
    /// # Errors
    /// When it is empty, too long, or holds control characters other than tabs and line ends.
    pub fn parse(text: &str) -> Result<Self, crate::text::TextError> {
        crate::text::paragraph(text, MAX_REASON).map(Self)
    }

    /// The reason, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A member's offer to pay, as a token that his telephone shows and the treasurer takes, once and within a minute
/// (section 5.1). It only names the payment: the treasurer's own session authorises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentTransaction {
    /// What is kept of the token.
    pub digest: TokenDigest,
    /// Who will pay.
    pub user: UserId,
    /// The first instant at which the token is good for nothing.
    pub expires_at: DateTime<Utc>,
}

impl PaymentTransaction {
    /// The offer behind `token`.
    #[must_use]
    pub fn issue(user: UserId, token: &PlainToken, lifetime: TimeDelta, now: DateTime<Utc>) -> Self {
        Self { digest: token.digest(), user, expires_at: now + lifetime }
    }

    /// Whether the token is still good: `expires_at` is later than `now`.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ports::mocks::CountingEntropy;

    #[test]
    fn roles_follow_dues_by_this_table() {
        use MemberRole::{Admin, Member, NotMember, Retired};
        for (role, paid, next) in [
            (Admin, true, Admin),
            (Admin, false, Admin),
            (Retired, true, Retired),
            (Retired, false, Retired),
            (Member, true, Member),
            (Member, false, NotMember),
            (NotMember, true, Member),
            (NotMember, false, NotMember),
        ] {
            assert_eq!(role_by_dues(role, paid), next, "{role:?} {paid}");
        }
    }

    #[test]
    fn somebody_has_paid_when_a_payment_is_of_the_current_or_the_payment_period() {
        let periods = Periods::default();
        for (numbers, paid) in [
            (&[][..], false),
            (&[201_904], false),
            (&[202_010], false),
            (&[201_910], true),
            (&[202_004], true),
            (&[201_904, 202_010], false),
            (&[201_904, 202_004], true),
        ] {
            let list: Vec<Period> = numbers.iter().map(|number| Period::parse(*number).unwrap()).collect();
            assert_eq!(is_paid(&list, periods), paid, "{numbers:?}");
        }
    }

    #[test]
    fn a_payment_token_is_good_until_its_minute_is_over() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let entropy = CountingEntropy::default();
        let token = PlainToken::generate("", &entropy);
        let user = UserId::generate(now, &entropy);
        let transaction = PaymentTransaction::issue(user, &token, TimeDelta::seconds(60), now);
        assert!(transaction.is_live(now + TimeDelta::milliseconds(59_999)));
        assert!(!transaction.is_live(now + TimeDelta::seconds(60)));
        assert_eq!(transaction.digest, token.digest());
    }

    #[test]
    fn a_reason_is_a_short_text() {
        assert_eq!(RemovalReason::parse(" typo\nin the list ").unwrap().as_str(), "typo\nin the list");
        assert!(RemovalReason::parse(" ").is_err());
        assert!(RemovalReason::parse(&"a".repeat(501)).is_err());
    }

    proptest! {
        #[test]
        fn following_dues_twice_changes_nothing_more(index in 0_usize..4, paid in any::<bool>()) {
            let once = role_by_dues(MemberRole::ALL[index], paid);
            prop_assert_eq!(role_by_dues(once, paid), once);
        }
    }
}
