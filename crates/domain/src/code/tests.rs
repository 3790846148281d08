//! What codes prove, and for how long.

use super::*;
use crate::{email::EmailAddress, ports::mocks::CountingEntropy};

const RIGHT: CodeMac = CodeMac::from_bytes([1; 32]);
const OTHER: CodeMac = CodeMac::from_bytes([2; 32]);

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn code() -> VerificationCode {
    let address = EmailAddress::parse("ann@example.org").unwrap();
    let subject = CodeSubject::Registration(address.canonical().clone());
    VerificationCode::issue(subject, RIGHT, start(), TimeDelta::minutes(10))
}

#[test]
fn a_code_has_six_digits() {
    let entropy = CountingEntropy::default();
    for _ in 0..100 {
        assert!(PlainCode::parse(PlainCode::generate(&entropy).reveal()).is_ok());
    }
    for text in ["", "12345", "1234567", "12345a", "１２３４５６"] {
        assert_eq!(PlainCode::parse(text), Err(PlainCodeError), "{text:?}");
    }
    assert_eq!(PlainCode::parse(" 123456\n").unwrap().reveal(), "123456");
}

#[test]
fn a_code_has_the_shape_that_was_asked_for() {
    let entropy = CountingEntropy::default();
    for (length, digits_only) in [(4, true), (8, false), (32, false)] {
        let code = PlainCode::draw(CodeShape { length, digits_only }, &entropy);
        assert_eq!(code.reveal().len(), usize::from(length));
        let fits = |c: char| c.is_ascii_digit() || (!digits_only && c.is_ascii_uppercase());
        assert!(code.reveal().chars().all(fits));
    }
}

#[test]
fn the_right_code_proves_until_it_expires() {
    assert_eq!(code().check(&RIGHT, start() + TimeDelta::seconds(599)), Ok(()));
    assert_eq!(code().check(&RIGHT, start() + TimeDelta::minutes(10)), Err(CodeRefusal::Expired));
}

#[test]
fn after_three_wrong_tries_even_the_right_code_is_refused() {
    assert_eq!(code().check(&OTHER, start()), Err(CodeRefusal::Wrong));
    let tried = VerificationCode { tries: 3, ..code() };
    assert_eq!(tried.check(&RIGHT, start()), Err(CodeRefusal::TooManyAttempts));
    assert_eq!(tried.check(&RIGHT, start() + TimeDelta::minutes(10)), Err(CodeRefusal::Expired));
}

#[test]
fn a_new_code_starts_the_tries_again_and_kills_the_old_one() {
    let again = VerificationCode { tries: 3, ..code() }.reissue(OTHER, start(), TimeDelta::minutes(10));
    assert_eq!(again.check(&OTHER, start()), Ok(()));
    assert_eq!(again.check(&RIGHT, start()), Err(CodeRefusal::Wrong));
}

#[test]
fn a_second_code_may_be_sent_after_the_cooldown() {
    let minute = TimeDelta::seconds(60);
    assert_eq!(code().cooldown_left(start() + TimeDelta::seconds(59), minute), Some(TimeDelta::seconds(1)));
    assert_eq!(code().cooldown_left(start() + minute, minute), None);
}

#[test]
fn a_used_code_says_that_the_address_is_verified() {
    let token = PlainToken::presented("t");
    let used = code().proved(token.digest(), start());
    assert_eq!(used.check(&RIGHT, start()), Err(CodeRefusal::AlreadyVerified));
    assert_eq!(used.check(&RIGHT, start() + PROOF_WINDOW), Err(CodeRefusal::Expired));
}

#[test]
fn a_proof_opens_the_last_step_for_fifteen_minutes() {
    let token = PlainToken::presented("t");
    assert_eq!(code().check_proof(None, start()), Err(ProofRefusal::Missing));
    let used = code().proved(token.digest(), start());
    assert_eq!(used.check_proof(None, start()), Ok(()));
    assert_eq!(used.check_proof(Some(&token), start()), Ok(()));
    assert_eq!(used.check_proof(Some(&PlainToken::presented("u")), start()), Err(ProofRefusal::WrongToken));
    assert_eq!(used.check_proof(None, start() + PROOF_WINDOW), Err(ProofRefusal::Lapsed));
}

#[test]
fn asking_for_another_code_does_not_undo_a_proof() {
    let used = code().proved(PlainToken::presented("t").digest(), start());
    let again = used.reissue(OTHER, start(), TimeDelta::minutes(10));
    assert_eq!(again.check_proof(None, start()), Ok(()));
    assert_eq!(again.check(&OTHER, start()), Ok(()));
}
