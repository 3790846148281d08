//! What a payment brings about (portal contract section 5). Whoever calls this holds [`portico_domain::ports::Lock::Dues`].

use chrono::{DateTime, Utc};
use portico_domain::{
    mail_template::LetterKind,
    payment::{Payment, role_by_dues},
    period::{Period, Periods},
    ports::{PaymentLookup, StoreError, Transaction, Unique},
    profile::MemberRecord,
};

use super::letters::owe_letter;
use crate::ports::Ports;

/// The period asked for, else the one for which dues are collected.
pub(crate) fn period_asked_for(
    asked: Option<Period>,
    payments: &mut dyn PaymentLookup,
) -> Result<Period, StoreError> {
    asked.map_or_else(|| payments.periods().map(Periods::payment), Ok)
}

/// Records that a member paid. When the period counts, his role follows and he is owed a receipt. Answers whether it
/// was recorded: nothing is when he has paid for the period before.
pub(crate) fn take_dues(
    ports: &Ports,
    tx: &mut dyn Transaction,
    member: MemberRecord,
    payment: &Payment,
    periods: Periods,
) -> Result<bool, StoreError> {
    match tx.payments().add(payment) {
        Err(StoreError::Duplicate(Unique::Payment)) => return Ok(false),
        other => other?,
    }
    if periods.count(payment.period) {
        let member = follow_dues(tx, member, true, payment.created_at)?;
        owe_letter(ports, tx, LetterKind::PaymentReceipt, &member, None, payment.created_at)?;
    }
    Ok(true)
}

/// Makes one member's role follow whether he has paid for a period that counts; answers him as he is then.
pub(crate) fn follow_dues(
    tx: &mut dyn Transaction,
    mut member: MemberRecord,
    paid: bool,
    now: DateTime<Utc>,
) -> Result<MemberRecord, StoreError> {
    let (from, to) = (member.profile.role, role_by_dues(member.profile.role, paid));
    if from != to {
        tx.profiles().change_role(member.profile.user, from, to, now)?;
        member.profile.role = to;
        member.profile.updated_at = now;
    }
    Ok(member)
}
