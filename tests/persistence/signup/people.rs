//! Who is known by what, and removing those whom nothing knows.

use portico_domain::{
    credential::Credential,
    email::EmailState,
    email_verification::EmailVerification,
    external_identity::ExternalIdentity,
    id::{PasswordResetId, PaymentRemovalId, SignupId, UserId},
    invite::{Invite, InviteState},
    member::Role,
    password::PasswordHash,
    password_reset::PasswordReset,
    payment::PaymentRemoval,
    portal_session::PortalSession,
    ports::{StoreError, Transaction},
    profile::{MemberRole, Profile},
    signup::{Signup, SignupStatus},
    token::PlainToken,
    user::User,
};

use crate::fixture::{
    Dice, EMAIL, Fixture, address, assert_refused, digest, identifier, later, new_email, new_invite,
    new_member, new_partner, new_project, new_session, new_signup, new_user, now, on_both, payment, period,
    subject, word,
};

on_both!(
    every_reference_to_a_person_is_looked_at_or_removed,
    an_entity_does_not_know_its_own_person,
    an_archived_entity_knows_its_person_too,
    whom_nothing_knows_is_removed_with_what_is_left_of_him,
    nobody_else_is_touched,
    whoever_is_gone_is_not_removed_again,
);

/// What becomes of a reference to somebody who is to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It makes him known, so that he stays.
    Keeps,
    /// It goes with him.
    Goes,
}

/// A column that refers to people, with work that makes it refer to the first person, and to the second only elsewhere.
struct Reference {
    column: &'static str,
    fate: Fate,
    make: fn(&mut dyn Transaction, &User, &User) -> Result<(), StoreError>,
}

fn token() -> PlainToken {
    PlainToken::generate("", &Dice)
}

fn profile(tx: &mut dyn Transaction, user: &User) -> Result<(), StoreError> {
    tx.profiles().add(&Profile::empty(user.id, user.number, MemberRole::Member, now()))
}

/// Takes a payment of `payer` back.
fn removal(
    tx: &mut dyn Transaction,
    payer: &User,
    authorizer: UserId,
    removed_by: UserId,
) -> Result<(), StoreError> {
    profile(tx, payer)?;
    tx.payments().add(&payment(payer.id, 202_004, authorizer))?;
    let removal = PaymentRemoval {
        id: PaymentRemovalId::generate(now(), &Dice),
        removed_by,
        reason: None,
        removed_at: later(1),
    };
    tx.payments().remove(payer.id, period(202_004), &removal).map(drop)
}

/// Adds an entity of `user` at the provider that every database has.
fn signup(tx: &mut dyn Transaction, user: UserId, text: &str) -> Result<Signup, StoreError> {
    let provider = tx.signup_providers().find(&identifier("email"))?.unwrap().id;
    tx.signups().add(&new_signup(provider, user, text), EMAIL)
}

const fn reference(
    column: &'static str,
    fate: Fate,
    make: fn(&mut dyn Transaction, &User, &User) -> Result<(), StoreError>,
) -> Reference {
    Reference { column, fate, make }
}

/// Every column that refers to people. Whoever adds one decides here what becomes of it, and makes the store say so.
fn references() -> Vec<Reference> {
    let mut references = vec![
        reference("credentials.user_id", Fate::Keeps, |tx, user, _| {
            let hash = PasswordHash::from_phc("$argon2id$1".to_owned());
            tx.credentials().set(&Credential { user: user.id, hash, must_change: false, changed_at: now() })
        }),
        reference("external_identities.user_id", Fate::Keeps, |tx, user, _| {
            let identity = ExternalIdentity { issuer: None, subject: subject("a") };
            tx.external_identities().put(user.id, &identity)
        }),
        reference("projects.owner_id", Fate::Keeps, |tx, user, _| tx.projects().add(&new_project(user.id))),
        reference("project_members.user_id", Fate::Keeps, |tx, user, other| {
            let project = new_project(other.id);
            tx.projects().add(&project)?;
            tx.members().add(&new_member(project.id, user.id, Role::Member))
        }),
        reference("invites.invited_by", Fate::Keeps, |tx, user, other| {
            let project = new_project(other.id);
            tx.projects().add(&project)?;
            tx.invites().add(&Invite { invited_by: user.id, ..new_invite(&project, "guest@example.org") })
        }),
        reference("invites.accepted_by", Fate::Keeps, |tx, user, other| {
            let project = new_project(other.id);
            tx.projects().add(&project)?;
            let invite = new_invite(&project, "guest@example.org");
            tx.invites().add(&invite)?;
            let state = InviteState::Accepted { by: user.id, at: later(1) };
            tx.invites().close(&Invite { state, ..invite })
        }),
        reference("signups.user_id", Fate::Keeps, |tx, user, _| signup(tx, user.id, "ann").map(drop)),
    ];
    references.push(reference("partner_users.user_id", Fate::Keeps, |tx, user, _| {
        let partner = new_partner(&word());
        tx.partners().add(&partner)?;
        tx.partners().add_user(partner.id, user.id, now())
    }));
    references.extend(of_the_portal());
    references.extend(of_sign_ins());
    references
}

fn of_the_portal() -> [Reference; 4] {
    [
        reference("member_profiles.user_id", Fate::Keeps, |tx, user, _| profile(tx, user)),
        reference("payment_statuses.authorizer", Fate::Keeps, |tx, user, other| {
            profile(tx, other)?;
            tx.payments().add(&payment(other.id, 202_004, user.id))
        }),
        reference("payment_removals.authorizer", Fate::Keeps, |tx, user, other| {
            removal(tx, other, user.id, other.id)
        }),
        reference("payment_removals.removed_by", Fate::Keeps, |tx, user, other| {
            removal(tx, other, other.id, user.id)
        }),
    ]
}

fn of_sign_ins() -> [Reference; 4] {
    [
        reference("emails.user_id", Fate::Goes, |tx, user, _| {
            tx.emails().add(&new_email(user.id, "a@example.org", EmailState::Verified { at: now() }))
        }),
        reference("sessions.user_id", Fate::Goes, |tx, user, _| tx.sessions().add(&new_session(user.id))),
        reference("password_resets.user_id", Fate::Goes, |tx, user, _| {
            tx.password_resets().add(&PasswordReset {
                id: PasswordResetId::generate(now(), &Dice),
                user: Some(user.id),
                token: digest(),
                created_at: now(),
                expires_at: later(900),
                closed_at: None,
            })
        }),
        reference("email_verifications.user_id", Fate::Goes, |tx, user, _| {
            let link = EmailVerification::issue(user.id, &address("a@example.org"), &token(), now());
            tx.email_verifications().add(&link)
        }),
    ]
}

/// The columns that refer to people, as the database itself has them.
fn catalog(f: &Fixture) -> Vec<String> {
    if f.database.is_sqlite() {
        f.texts(
            "SELECT t.name || '.' || k.\"from\" AS value FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS k \
             WHERE t.type = 'table' AND k.\"table\" = 'users' ORDER BY 1",
        )
    } else {
        f.texts(
            "SELECT conrelid::regclass || '.' || attname AS value FROM pg_constraint \
             JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) \
             WHERE contype = 'f' AND confrelid = 'users'::regclass ORDER BY 1",
        )
    }
}

async fn is_known(f: &Fixture, user: UserId, besides: Option<SignupId>) -> bool {
    f.read(move |seen| seen.users().is_known_elsewhere(user, besides)).await.unwrap()
}

async fn remove(f: &Fixture, user: UserId) -> Result<(), StoreError> {
    f.write(move |tx| tx.users().remove(user)).await
}

async fn every_reference_to_a_person_is_looked_at_or_removed(f: &Fixture) {
    let mut decided: Vec<&str> = references().iter().map(|reference| reference.column).collect();
    decided.sort_unstable();
    let mut present = catalog(f);
    present.sort_unstable();
    assert_eq!(present, decided, "decide what becomes of a reference when its person is removed");

    for Reference { column, fate, make } in references() {
        let (person, other) = (f.person().await, f.person().await);
        let user = person.id;
        assert!(!is_known(f, user, None).await, "{column}");
        f.write(move |tx| make(tx, &person, &other)).await.unwrap();
        assert_eq!(is_known(f, user, None).await, fate == Fate::Keeps, "{column}");
        match (fate, remove(f, user).await) {
            (Fate::Goes, Ok(())) => assert!(!f.knows(user).await, "{column}"),
            (Fate::Keeps, Err(StoreError::Unavailable(_))) => {
                assert!(f.knows(user).await && is_known(f, user, None).await, "{column}");
            }
            (fate, answer) => panic!("{column} {fate:?}: {answer:?}"),
        }
    }
}

async fn an_entity_does_not_know_its_own_person(f: &Fixture) {
    let first = f.signup("ann").await;
    f.sign_in(first.id, "one").await;
    let user = first.user;
    assert!(is_known(f, user, None).await);
    assert!(!is_known(f, user, Some(first.id)).await);
    // Another entity does, and so does this one somebody else.
    assert!(is_known(f, user, Some(SignupId::from_number(99))).await);
    let second = f.write(move |tx| signup(tx, user, "bob")).await.unwrap();
    assert!(is_known(f, user, Some(first.id)).await && is_known(f, user, Some(second.id)).await);
    f.write(move |tx| tx.signups().remove(first.id)).await.unwrap();
    assert!(!is_known(f, user, Some(second.id)).await);
    // A password makes him known besides the entity.
    let hash = PasswordHash::from_phc("$argon2id$1".to_owned());
    let credential = Credential { user, hash, must_change: false, changed_at: now() };
    f.write(move |tx| tx.credentials().set(&credential)).await.unwrap();
    assert!(is_known(f, user, Some(second.id)).await);
}

async fn an_archived_entity_knows_its_person_too(f: &Fixture) {
    let signup = f.signup("ann").await;
    let archived = Signup { status: SignupStatus::Archived, ..signup.clone() };
    f.write(move |tx| tx.signups().write(&archived, EMAIL, later(1))).await.unwrap();
    assert!(is_known(f, signup.user, None).await);
    assert_refused!(remove(f, signup.user).await, StoreError::Unavailable(_));
}

async fn whom_nothing_knows_is_removed_with_what_is_left_of_him(f: &Fixture) {
    let signup = f.signup("ann").await;
    let (id, user) = (signup.id, signup.user);
    f.sign_in(id, "one").await;
    f.default_address(user, "ann@example.org", EmailState::Verified { at: now() }).await;
    f.write(move |tx| {
        tx.emails().add(&new_email(user, "other@example.org", EmailState::Claimed))?;
        tx.sessions().add(&new_session(user))?;
        let session = PortalSession::open(user, &token(), chrono::TimeDelta::days(1), now(), &Dice);
        tx.portal_sessions().add(&session)?;
        tx.sessions().end_all_of(user, None, later(1))
    })
    .await
    .unwrap();
    assert!(!is_known(f, user, Some(id)).await);
    f.write(move |tx| {
        tx.signups().remove(id)?;
        tx.users().remove(user)
    })
    .await
    .unwrap();
    for table in ["users", "emails", "sessions", "signups", "signup_sessions"] {
        assert_eq!(f.number(&format!("SELECT count(*) AS value FROM {table}")), 0, "{table}");
    }
    // His address is free.
    let newcomer = f.person().await.id;
    f.default_address(newcomer, "ann@example.org", EmailState::Provisioned).await;
}

async fn nobody_else_is_touched(f: &Fixture) {
    let (person, other) = (f.person().await.id, f.person().await.id);
    let (mine, his) = (new_session(person), new_session(other));
    let email = f.default_address(other, "other@example.org", EmailState::Verified { at: now() }).await;
    let (token, kept) = (his.token, his.clone());
    f.write(move |tx| tx.sessions().add(&mine).and_then(|()| tx.sessions().add(&his))).await.unwrap();
    remove(f, person).await.unwrap();
    assert!(f.knows(other).await);
    let found = f.read(move |seen| seen.sessions().find_bearer(&token)).await.unwrap();
    assert_eq!(found.unwrap().session, kept);
    assert_eq!(f.read(move |seen| seen.emails().list_of(other)).await.unwrap(), [email]);
}

async fn whoever_is_gone_is_not_removed_again(f: &Fixture) {
    let person = f.person().await.id;
    remove(f, person).await.unwrap();
    assert_refused!(remove(f, person).await, StoreError::Stale);
    assert!(!is_known(f, person, None).await);
    let stranger = new_user("Nobody").id;
    assert_refused!(remove(f, stranger).await, StoreError::Stale);
    assert!(!is_known(f, stranger, Some(SignupId::from_number(1))).await);
}
