//! Who people are at the provider, and the way from there.

use portico_domain::{
    external_identity::{ExternalIdentity, PendingSignIn, SignInAttempt},
    id::UserId,
    ports::{StoreError, Unique},
};

use crate::fixture::{Fixture, address, assert_refused, avatar, digest, later, now, on_both, subject};

on_both!(
    a_name_at_the_provider_comes_back,
    a_person_has_one_name_which_the_next_replaces,
    a_name_belongs_to_one_person,
    what_the_provider_says_goes_before_what_the_operator_said,
    a_name_can_be_forgotten,
    a_sign_in_that_began_is_used_once_and_in_time,
    a_newcomer_waits_until_he_is_removed,
);

const HERE: &str = "https://id.example";

fn identity(issuer: Option<&str>, text: &str) -> ExternalIdentity {
    ExternalIdentity { issuer: issuer.map(str::to_owned), subject: subject(text) }
}

async fn put(f: &Fixture, user: UserId, identity: &ExternalIdentity) -> Result<(), StoreError> {
    let identity = identity.clone();
    f.write(move |tx| tx.external_identities().put(user, &identity)).await
}

async fn find_of(f: &Fixture, user: UserId) -> Option<ExternalIdentity> {
    f.read(move |seen| seen.external_identities().find_of(user)).await.unwrap()
}

async fn find_user(f: &Fixture, issuer: &'static str, text: &str) -> Option<UserId> {
    let subject = subject(text);
    f.read(move |seen| seen.external_identities().find_user(issuer, &subject)).await.unwrap()
}

async fn a_name_at_the_provider_comes_back(f: &Fixture) {
    for (issuer, text) in [(Some(HERE), "oauth2|discord|1234"), (None, " ä 'x' "), (Some("x"), "A")] {
        let user = f.person().await.id;
        assert_eq!(find_of(f, user).await, None);
        put(f, user, &identity(issuer, text)).await.unwrap();
        assert_eq!(find_of(f, user).await, Some(identity(issuer, text)));
    }
    assert_eq!(find_user(f, HERE, "oauth2|discord|1235").await, None);
    assert_eq!(find_user(f, HERE, "OAUTH2|discord|1234").await, None);
    assert_eq!(find_user(f, HERE, "A").await, None);
}

async fn a_person_has_one_name_which_the_next_replaces(f: &Fixture) {
    let user = f.person().await.id;
    for next in [identity(None, "a"), identity(Some(HERE), "a"), identity(Some(HERE), "b")] {
        for _ in 0..2 {
            put(f, user, &next).await.unwrap();
            assert_eq!(find_of(f, user).await, Some(next.clone()));
        }
    }
    assert_eq!(find_user(f, HERE, "a").await, None);
    // What was his can be somebody else's.
    put(f, f.person().await.id, &identity(Some(HERE), "a")).await.unwrap();
}

async fn a_name_belongs_to_one_person(f: &Fixture) {
    let (first, second) = (f.person().await.id, f.person().await.id);
    for issuer in [Some(HERE), None] {
        put(f, first, &identity(issuer, "a")).await.unwrap();
        let refused = put(f, second, &identity(issuer, "a")).await;
        assert_refused!(refused, StoreError::Duplicate(Unique::ExternalIdentity));
        // Elsewhere it is another account.
        put(f, second, &identity(Some("https://other.example"), "a")).await.unwrap();
        // Also in place of one that he has.
        let taken = identity(issuer, "a");
        f.write(move |tx| {
            let refused = tx.external_identities().put(second, &taken);
            assert_refused!(refused, StoreError::Duplicate(Unique::ExternalIdentity));
            tx.external_identities().find_of(second).map(drop)
        })
        .await
        .unwrap();
        assert_eq!(find_of(f, second).await, Some(identity(Some("https://other.example"), "a")));
    }
}

async fn what_the_provider_says_goes_before_what_the_operator_said(f: &Fixture) {
    let (named, known) = (f.person().await.id, f.person().await.id);
    put(f, named, &identity(None, "a")).await.unwrap();
    assert_eq!(find_user(f, HERE, "a").await, Some(named));
    put(f, known, &identity(Some(HERE), "a")).await.unwrap();
    assert_eq!(find_user(f, HERE, "a").await, Some(known));
    assert_eq!(find_user(f, "https://other.example", "a").await, Some(named));
}

async fn a_name_can_be_forgotten(f: &Fixture) {
    let (user, other) = (f.person().await.id, f.person().await.id);
    put(f, user, &identity(Some(HERE), "a")).await.unwrap();
    put(f, other, &identity(Some(HERE), "b")).await.unwrap();
    for _ in 0..2 {
        f.write(move |tx| tx.external_identities().remove(user)).await.unwrap();
        assert_eq!(find_of(f, user).await, None);
    }
    assert_eq!(find_user(f, HERE, "a").await, None);
    assert_eq!(find_user(f, HERE, "b").await, Some(other));
}

async fn a_sign_in_that_began_is_used_once_and_in_time(f: &Fixture) {
    let (attempt, late) = (
        SignInAttempt { digest: digest(), expires_at: later(300) },
        SignInAttempt { digest: digest(), expires_at: later(300) },
    );
    let begun = [attempt.clone(), late.clone()];
    f.write(move |tx| begun.iter().try_for_each(|attempt| tx.external_identities().add_attempt(attempt)))
        .await
        .unwrap();
    let use_up = async |digest, seconds| {
        f.write(move |tx| tx.external_identities().use_attempt(&digest, later(seconds))).await
    };
    assert_refused!(use_up(digest(), 1).await, StoreError::Stale);
    use_up(attempt.digest, 299).await.unwrap();
    assert_refused!(use_up(attempt.digest, 299).await, StoreError::Stale);
    assert_refused!(use_up(late.digest, 300).await, StoreError::Stale);
    let racers: Vec<_> = (0..8)
        .map(|_| {
            let (store, digest) = (f.store.clone(), late.digest);
            tokio::spawn(async move {
                use portico_domain::ports::StoreExt as _;
                let work = store.write::<_, StoreError, _>(move |tx| {
                    tx.external_identities().use_attempt(&digest, now())
                });
                work.await
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(()) => won += 1,
            refused => assert_refused!(refused, StoreError::Stale),
        }
    }
    assert_eq!(won, 1);
}

async fn a_newcomer_waits_until_he_is_removed(f: &Fixture) {
    for (pictures, locale) in
        [(None, None), (Some(avatar("https://pictures.example/a")), Some("ja".to_owned()))]
    {
        let pending = PendingSignIn {
            digest: digest(),
            issuer: HERE.to_owned(),
            subject: subject("oauth2|slack|U02"),
            address: address("Ann@Example.org"),
            avatar: pictures,
            locale,
            expires_at: later(3600),
        };
        let (kept, token) = (pending.clone(), pending.digest);
        f.write(move |tx| tx.external_identities().add_pending(&kept)).await.unwrap();
        let find =
            async || f.read(move |seen| seen.external_identities().find_pending(&token)).await.unwrap();
        assert_eq!(find().await, Some(pending));
        f.write(move |tx| tx.external_identities().remove_pending(&token)).await.unwrap();
        assert_eq!(find().await, None);
        let again = f.write(move |tx| tx.external_identities().remove_pending(&token)).await;
        assert_refused!(again, StoreError::Stale);
    }
}
