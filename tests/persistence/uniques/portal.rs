//! The rules of the members' portal.

use portico_domain::{
    email_verification::EmailVerification,
    external_identity::{ExternalIdentity, PendingSignIn, SignInAttempt},
    id::PaymentRemovalId,
    payment::{PaymentRemoval, PaymentTransaction},
    ports::{StoreError, Transaction, Unique},
    profile::{Details, MemberRole, Profile},
    token::PlainToken,
};

use super::{Case, case, user};
use crate::fixture::{Dice, address, digest, later, new_profile, now, payment, period, subject};

fn profile(tx: &mut dyn Transaction) -> Result<Profile, StoreError> {
    let profile = new_profile(&user(tx)?, MemberRole::Member);
    tx.profiles().add(&profile).map(|()| profile)
}

/// Adds a profile that takes a text over from another.
fn copy(tx: &mut dyn Transaction, take: fn(&mut Details, Details)) -> Result<(), StoreError> {
    let first = profile(tx)?;
    let mut second = new_profile(&user(tx)?, MemberRole::Member);
    take(&mut second.details, first.details);
    tx.profiles().add(&second)
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = profiles();
    cases.extend(sign_ins());
    cases.extend(dues());
    cases
}

fn profiles() -> Vec<Case> {
    vec![
        case("member_profiles_pkey", "member_profiles.user_id", Unique::Profile, |tx| {
            let first = profile(tx)?;
            let bare = Profile::empty(first.user, first.number + 1, MemberRole::Member, now());
            tx.profiles().add(&bare)
        }),
        case("member_profiles_number", "member_profiles.number", Unique::Identity, |tx| {
            let (first, second) = (profile(tx)?, user(tx)?);
            tx.profiles().add(&Profile::empty(second.id, first.number, MemberRole::Member, now()))
        }),
        case(
            "member_profiles_student_number",
            "member_profiles.student_number",
            Unique::StudentNumber,
            |tx| copy(tx, |mine, his| mine.student_number = his.student_number),
        ),
        case("member_profiles_phone", "member_profiles.phone", Unique::Phone, |tx| {
            copy(tx, |mine, his| mine.phone = his.phone)
        }),
        case("member_profiles_discord_id", "member_profiles.discord_id", Unique::DiscordId, |tx| {
            copy(tx, |mine, his| mine.discord_id = his.discord_id)
        }),
        case(
            "member_profiles_twitter_screen_name",
            "member_profiles.twitter_screen_name",
            Unique::TwitterScreenName,
            |tx| copy(tx, |mine, his| mine.twitter_screen_name = his.twitter_screen_name),
        ),
    ]
}

fn sign_ins() -> Vec<Case> {
    vec![
        case(
            "external_identities_subject",
            "external_identities.subject, external_identities.issuer",
            Unique::ExternalIdentity,
            |tx| {
                let identity = ExternalIdentity { issuer: None, subject: subject("a") };
                for _ in 0..2 {
                    let user = user(tx)?.id;
                    tx.external_identities().put(user, &identity)?;
                }
                Ok(())
            },
        ),
        case("sign_in_attempts_pkey", "sign_in_attempts.digest", Unique::Identity, |tx| {
            let attempt = SignInAttempt { digest: digest(), expires_at: later(1) };
            (0..2).try_for_each(|_| tx.external_identities().add_attempt(&attempt))
        }),
        case("pending_signins_pkey", "pending_signins.digest", Unique::Identity, |tx| {
            let pending = PendingSignIn {
                digest: digest(),
                issuer: "https://id.example".to_owned(),
                subject: subject("a"),
                address: address("a@example.org"),
                avatar: None,
                locale: None,
                expires_at: later(1),
            };
            (0..2).try_for_each(|_| tx.external_identities().add_pending(&pending))
        }),
        case("email_verifications_pkey", "email_verifications.digest", Unique::Identity, |tx| {
            let token = PlainToken::generate("", &Dice);
            let link = EmailVerification::issue(user(tx)?.id, &address("a@example.org"), &token, now());
            (0..2).try_for_each(|_| tx.email_verifications().add(&link))
        }),
    ]
}

fn dues() -> Vec<Case> {
    vec![
        case(
            "payment_statuses_pkey",
            "payment_statuses.user_id, payment_statuses.period",
            Unique::Payment,
            |tx| {
                let user = profile(tx)?.user;
                (0..2).try_for_each(|_| tx.payments().add(&payment(user, 202_004, user)))
            },
        ),
        case("payment_removals_pkey", "payment_removals.id", Unique::Identity, |tx| {
            let user = profile(tx)?.user;
            let removal = PaymentRemoval {
                id: PaymentRemovalId::generate(now(), &Dice),
                removed_by: user,
                reason: None,
                removed_at: later(1),
            };
            for _ in 0..2 {
                tx.payments().add(&payment(user, 202_004, user))?;
                tx.payments().remove(user, period(202_004), &removal)?;
            }
            Ok(())
        }),
        case("payment_transactions_pkey", "payment_transactions.digest", Unique::Identity, |tx| {
            let offer =
                PaymentTransaction { digest: digest(), user: profile(tx)?.user, expires_at: later(1) };
            (0..2).try_for_each(|_| tx.payments().add_transaction(&offer))
        }),
    ]
}
