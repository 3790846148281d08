//! Passwords' hashes.

use portico_domain::{credential::Credential, id::UserId, password::PasswordHash, ports::StoreError};

use crate::fixture::{Fixture, assert_refused, later, now, on_both};

on_both!(
    a_password_comes_back_as_it_was_set,
    a_new_password_takes_the_place_of_the_old_one,
    a_renewed_hash_leaves_everything_else_as_it_is,
    a_hash_that_is_no_longer_the_one_that_was_read_is_not_renewed,
);

fn credential(user: UserId, hash: &str) -> Credential {
    Credential { user, hash: PasswordHash::from_phc(hash.to_owned()), must_change: false, changed_at: now() }
}

async fn set(f: &Fixture, credential: &Credential) {
    let credential = credential.clone();
    f.write(move |tx| tx.credentials().set(&credential)).await.unwrap();
}

async fn find(f: &Fixture, user: UserId) -> Option<Credential> {
    f.read(move |seen| seen.credentials().find(user)).await.unwrap()
}

async fn a_password_comes_back_as_it_was_set(f: &Fixture) {
    let user = f.person().await.id;
    assert_eq!(find(f, user).await, None);
    let credential = Credential { must_change: true, ..credential(user, "$argon2id$1") };
    set(f, &credential).await;
    assert_eq!(find(f, user).await, Some(credential));
}

async fn a_new_password_takes_the_place_of_the_old_one(f: &Fixture) {
    let user = f.person().await.id;
    set(f, &Credential { must_change: true, ..credential(user, "$argon2id$1") }).await;
    let new = Credential { changed_at: later(60), ..credential(user, "$argon2id$2") };
    set(f, &new).await;
    assert_eq!(find(f, user).await, Some(new));
}

async fn a_renewed_hash_leaves_everything_else_as_it_is(f: &Fixture) {
    let old = credential(f.person().await.id, "$argon2id$1");
    set(f, &old).await;
    let new = PasswordHash::from_phc("$argon2id$2".to_owned());
    let (user, hash, renewed) = (old.user, old.hash.clone(), new.clone());
    f.write(move |tx| tx.credentials().renew(user, &hash, &renewed)).await.unwrap();
    assert_eq!(find(f, user).await, Some(Credential { hash: new, ..old }));
}

async fn a_hash_that_is_no_longer_the_one_that_was_read_is_not_renewed(f: &Fixture) {
    let kept = credential(f.person().await.id, "$argon2id$1");
    set(f, &kept).await;
    let nobody = f.person().await.id;
    for user in [kept.user, nobody] {
        let [old, new] = ["$argon2id$0", "$argon2id$2"].map(|text| PasswordHash::from_phc(text.to_owned()));
        let refused = f.write(move |tx| tx.credentials().renew(user, &old, &new)).await;
        assert_refused!(refused, StoreError::Stale);
    }
    assert_eq!(find(f, kept.user).await, Some(kept));
}
