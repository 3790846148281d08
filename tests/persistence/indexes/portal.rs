//! The reads of the members' portal.

use portico_domain::{
    external_identity::ExternalIdentity,
    id::PaymentRemovalId,
    payment::{PaymentRemoval, PaymentTransaction},
    ports::{Disposable, MemberFilter},
    profile::{MemberRole, Profile},
    search_words::WordQuery,
};

use super::assert_searched;
use crate::fixture::{
    Dice, Fixture, address, avatar, digest, everybody, later, new_email, new_profile, now, on_postgresql,
    payment, period, subject,
};

on_postgresql!(every_read_of_the_portal_uses_the_index_made_for_it);

const HOT: [&str; 17] = [
    "email_verifications_by_expiry",
    "email_verifications_pkey",
    "emails_held",
    "external_identities_pkey",
    "external_identities_subject",
    "member_profiles_by_role",
    "member_profiles_number",
    "member_profiles_pkey",
    "payment_statuses_pkey",
    "payment_transactions_by_expiry",
    "payment_transactions_pkey",
    "pending_signins_by_expiry",
    "profile_words_of_user",
    "profile_words_pkey",
    "sessions_portal_by_expiry",
    "sessions_token",
    "sign_in_attempts_by_expiry",
];

/// So many rows that reading all of a table is not the cheapest way.
const CROWD: &str = "
INSERT INTO users (id, display_name, display_name_key, state, created_at, updated_at)
    SELECT gen_random_uuid(), 'Crowd', 'crowd', 'active', now(), now() FROM generate_series(1, 3000);
INSERT INTO emails (id, user_id, address, canonical, state, verified_at, is_default, created_at)
    SELECT gen_random_uuid(), id, number || '@c.example', number || '@c.example',
        CASE WHEN number % 2 = 0 THEN 'claimed' ELSE 'provisioned' END, NULL, true, now() FROM users;
INSERT INTO sessions (id, family_id, kind, user_id, token_digest, created_at, expires_at)
    SELECT id, id, 'portal', id, sha256(id::text::bytea), now(), now() + number * interval '1 day' FROM users;
INSERT INTO external_identities SELECT id, CASE WHEN number % 2 = 0 THEN '' ELSE 'i' END, 's' || number FROM users;
INSERT INTO sign_in_attempts SELECT sha256(id::text::bytea), now() + number * interval '1 day' FROM users;
INSERT INTO pending_signins
    SELECT sha256(id::text::bytea), 'i', 's', 'a', 'a', NULL, NULL, NULL, now() + number * interval '1 day'
    FROM users;
INSERT INTO member_profiles (user_id, number, role, name, kana, handle, university_name, university_department,
    university_subject, student_number, phone, other_circles, workshops, squads, discord_id, twitter_screen_name,
    card_published, created_at, updated_at)
    SELECT id, number, CASE WHEN number % 100 = 0 THEN 'admin' ELSE 'member' END, '', '', '', '', '', '',
        number::text, number::text, '', '[]', '[]', number::text, number::text, false, now(), now() FROM users;
INSERT INTO profile_words SELECT 'many', id, 'profile' FROM users;
INSERT INTO profile_words SELECT 'w' || number, id, 'profile' FROM users;
INSERT INTO profile_words SELECT 'w' || number, id, 'address' FROM users;
INSERT INTO payment_statuses SELECT id, 202004, id, now(), now() FROM users;
INSERT INTO payment_statuses SELECT id, 202010, id, now(), now() FROM users;
INSERT INTO payment_transactions SELECT sha256(id::text::bytea), id, now() + number * interval '1 day' FROM users;
INSERT INTO email_verifications
    SELECT sha256(id::text::bytea), id, 'a', now() + number * interval '1 day', NULL FROM users;";

async fn every_read_of_the_portal_uses_the_index_made_for_it(f: &Fixture) {
    f.sql(CROWD);
    f.gather_statistics();
    let f = &f.with_store(f.another_store());
    let person = f.person().await;
    let (user, token) = (person.id, digest());
    let removal = PaymentRemoval {
        id: PaymentRemovalId::generate(now(), &Dice),
        removed_by: user,
        reason: None,
        removed_at: now(),
    };
    let number = person.number;
    let profile = new_profile(&person, MemberRole::Member);
    let rival = Profile { user: f.person().await.id, number: number + 1, ..profile.clone() };
    f.forget_reads();
    f.write(move |tx| {
        tx.profiles().add(&profile)?;
        let _ = tx.profiles().add(&rival);
        tx.profiles().write(&profile)?;
        tx.profiles().find(user)?;
        tx.profiles().find_by_number(number)?;
        tx.profiles().find_by_address(address("7@c.example").canonical())?;
        tx.profiles().find_by_address(address("8@c.example").canonical())?;
        tx.profiles().has_other_admin(user)?;
        tx.profiles().find_role_of(Some("i".to_owned()), &subject("s7"))?;
        tx.profiles().find_role_of(None, &subject("s7"))?;
        tx.profiles().change_role(user, MemberRole::Member, MemberRole::Admin, now())?;
        tx.profiles().set_avatar(user, &avatar("https://pictures.example"))?;
        for query in ["", "w123", "many", "many w123", "many m"] {
            for role in [None, Some(MemberRole::Admin)] {
                for paid in [None, Some(true)] {
                    let words = WordQuery::parse(query);
                    let filter =
                        MemberFilter { words, role, paid, after: Some(2500), limit: 10, ..everybody() };
                    tx.profiles().list(&filter)?;
                }
            }
        }
        let identity = ExternalIdentity { issuer: Some("i".to_owned()), subject: subject("mine") };
        tx.external_identities().put(user, &identity)?;
        tx.external_identities().find_user("i", &subject("mine"))?;
        tx.external_identities().find_of(user)?;
        tx.external_identities().find_pending(&token)?;
        let _ = tx.external_identities().use_attempt(&token, now());
        let _ = tx.external_identities().remove_pending(&token);
        tx.external_identities().remove(user)?;
        tx.payments().add(&payment(user, 202_004, user))?;
        tx.payments().find(user, period(202_004))?;
        tx.payments().list_of(user)?;
        tx.payments().remove(user, period(202_004), &removal)?;
        tx.payments().add_transaction(&PaymentTransaction { digest: token, user, expires_at: later(9) })?;
        tx.payments().find_transaction(&token)?;
        tx.payments().use_transaction(&token, now())?;
        tx.portal_sessions().find_visitor(&token)?;
        tx.email_verifications().find(&token)?;
        let _ = tx.email_verifications().close(&token, now());
        let next = new_email(user, "next@c.example", portico_domain::email::EmailState::Claimed);
        tx.emails().replace_default(&next)?;
        for what in [
            Disposable::PortalSessions,
            Disposable::SignInAttempts,
            Disposable::PendingSignIns,
            Disposable::EmailVerifications,
            Disposable::PaymentTransactions,
        ] {
            tx.housekeeping().purge(what, now(), 10)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    assert_searched(f, &HOT).await;
}
