//! Passwords hashed and compared on the threads of their own.

mod waiting;

use std::{fs, sync::atomic::AtomicBool};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};

use super::*;
use crate::entropy::SystemEntropy;

const PASSWORD: &str = "correct horse battery";
/// KiB times passes of one hash made today.
const ONE_HASH: u64 = 19_456 * 2;

fn number(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap()
}

fn threads() -> HashingThreads {
    HashingThreads::start(number(1), number(8), Arc::new(SystemEntropy)).unwrap()
}

fn plain(text: &str) -> PlainPassword {
    PlainPassword::presented(text)
}

fn phc(argon2: &Argon2<'_>, password: &str) -> PasswordHash {
    let hash = argon2.hash_password_with_salt(password.as_bytes(), b"sixteen bytes ok").unwrap();
    PasswordHash::from_phc(hash.to_string())
}

/// An older hash: less memory, one pass more.
fn older(password: &str) -> PasswordHash {
    let params = Params::new(4096, 3, 1, None).unwrap();
    phc(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params), password)
}

#[tokio::test]
async fn another_implementation_of_the_format_verifies_the_hash() {
    let hash = threads().protect(plain(PASSWORD), vec![]).await.unwrap();
    assert!(hash.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_phc());
    let parsed = argon2::PasswordHash::new(hash.as_phc()).unwrap();
    assert_eq!(parsed.salt.unwrap().len(), 16);
    assert_eq!(parsed.hash.unwrap().len(), 32);
    assert!(Argon2::default().verify_password(PASSWORD.as_bytes(), &parsed).is_ok());
    assert!(Argon2::default().verify_password(b"another", &parsed).is_err());
}

#[tokio::test]
async fn the_right_password_is_right_and_another_is_wrong() {
    let threads = threads();
    let hash = threads.protect(plain(PASSWORD), vec![]).await.unwrap();
    let right = threads.compare(plain(PASSWORD), Some(hash.clone())).await;
    assert_eq!(right, Ok(Comparison::Right { renewed: None }));
    for other in ["correct horse batterY", "", "\0"] {
        assert_eq!(threads.compare(plain(other), Some(hash.clone())).await, Ok(Comparison::Wrong));
    }
}

#[tokio::test]
async fn the_same_password_has_another_hash_each_time() {
    let threads = threads();
    let first = threads.protect(plain(PASSWORD), vec![]).await.unwrap();
    assert_ne!(first, threads.protect(plain(PASSWORD), vec![]).await.unwrap());
}

#[tokio::test]
async fn an_unknown_person_costs_what_a_wrong_password_costs() {
    let threads = threads();
    let hash = threads.protect(plain(PASSWORD), vec![]).await.unwrap();
    let huge = "x".repeat(1_000_000);
    for (text, kept) in [
        ("wrong", Some(hash.clone())),
        ("wrong", None),
        (PASSWORD, Some(hash.clone())),
        (huge.as_str(), Some(hash.clone())),
        (huge.as_str(), None),
        ("", None),
    ] {
        let before = threads.figures().blocks_filled;
        threads.compare(plain(text), kept).await.unwrap();
        assert_eq!(threads.figures().blocks_filled - before, ONE_HASH, "{} bytes", text.len());
    }
}

#[tokio::test]
async fn nobody_is_right_without_a_hash() {
    assert_eq!(threads().compare(plain(PASSWORD), None).await, Ok(Comparison::Wrong));
}

#[tokio::test]
async fn an_oversized_password_is_wrong_even_if_it_begins_with_the_right_one() {
    let longest = "x".repeat(128);
    let hash = phc(&Argon2::default(), &longest);
    let threads = threads();
    let right = threads.compare(plain(&longest), Some(hash.clone())).await;
    assert_eq!(right, Ok(Comparison::Right { renewed: None }));
    let oversized = threads.compare(plain(&format!("{longest}x")), Some(hash)).await;
    assert_eq!(oversized, Ok(Comparison::Wrong));
}

#[tokio::test]
async fn an_older_hash_is_renewed_once_the_password_is_right() {
    let threads = threads();
    let kept = older(PASSWORD);
    assert_eq!(threads.compare(plain("wrong"), Some(kept.clone())).await, Ok(Comparison::Wrong));
    let compared = threads.compare(plain(PASSWORD), Some(kept)).await;
    let Ok(Comparison::Right { renewed: Some(renewed) }) = compared else { panic!("{compared:?}") };
    assert!(renewed.as_phc().contains("m=19456,t=2,p=1"));
    let again = threads.compare(plain(PASSWORD), Some(renewed)).await;
    assert_eq!(again, Ok(Comparison::Right { renewed: None }));
}

#[tokio::test]
async fn other_algorithms_versions_and_lengths_are_verified_and_renewed() {
    let threads = threads();
    let params = |lanes, length| Params::new(512, 1, lanes, length).unwrap();
    for argon2 in [
        Argon2::new(Algorithm::Argon2i, Version::V0x13, params(1, None)),
        Argon2::new(Algorithm::Argon2d, Version::V0x10, params(2, None)),
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params(4, Some(64))),
        Argon2::new(Algorithm::Argon2id, Version::V0x10, Params::DEFAULT),
    ] {
        let compared = threads.compare(plain(PASSWORD), Some(phc(&argon2, PASSWORD))).await;
        assert!(matches!(compared, Ok(Comparison::Right { renewed: Some(_) })), "{argon2:?}: {compared:?}");
    }
}

#[tokio::test]
async fn a_hash_that_is_none_or_absurd_fails_without_work() {
    let threads = threads();
    let digest = "c2l4dGVlbiBieXRlcyBvaw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for text in [
        String::new(),
        "plain text".to_owned(),
        "$2b$12$abcdefghijklmnopqrstuv".to_owned(),
        "$argon2id$v=19$m=19456,t=2,p=1".to_owned(),
        "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlcyBvaw".to_owned(),
        format!("$scrypt$v=19$m=19456,t=2,p=1${digest}"),
        format!("$argon2id$v=18$m=19456,t=2,p=1${digest}"),
        format!("$argon2id$v=19$m=1048577,t=2,p=1${digest}"),
        format!("$argon2id$v=19$m=4294967295,t=2,p=1${digest}"),
        format!("$argon2id$v=19$m=19456,t=65,p=1${digest}"),
        format!("$argon2id$v=19$m=19456,t=2,p=65${digest}"),
    ] {
        let compared = threads.compare(plain(PASSWORD), Some(PasswordHash::from_phc(text.clone()))).await;
        assert!(matches!(compared, Err(PasswordsError::Failed(_))), "{text}: {compared:?}");
    }
    assert_eq!(threads.figures().blocks_filled, 0);
}

#[tokio::test]
async fn an_easily_guessed_password_is_refused_before_any_hashing() {
    let threads = threads();
    let refused =
        threads.protect(plain("ann.quillfeather"), vec!["Ann.Quillfeather@example.org".into()]).await;
    let Err(PasswordsError::Weak(why)) = refused else { panic!("{refused:?}") };
    assert!(why.contains("your name or address") && !why.to_lowercase().contains("quill"), "{why}");
    assert_eq!(threads.figures().blocks_filled, 0);
}

#[tokio::test]
async fn a_password_that_somebody_else_judged_is_hashed_however_easily_it_is_guessed() {
    let threads = threads();
    for password in ["12345", "password", "", &"ж".repeat(128)] {
        let before = threads.figures().blocks_filled;
        let hash = threads.hash(plain(password)).await.unwrap();
        assert_eq!(threads.figures().blocks_filled - before, ONE_HASH);
        assert!(hash.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_phc());
        assert_ne!(hash, threads.hash(plain(password)).await.unwrap());
        let right = threads.compare(plain(password), Some(hash.clone())).await;
        assert_eq!(right, Ok(Comparison::Right { renewed: None }), "{password}");
        assert_eq!(threads.compare(plain("another"), Some(hash)).await, Ok(Comparison::Wrong));
    }
}

/// Entropy that fails the first time it is asked.
#[derive(Default)]
struct FailsOnce(AtomicBool);

impl Entropy for FailsOnce {
    fn fill(&self, bytes: &mut [u8]) {
        assert!(self.0.swap(true, Ordering::SeqCst), "no random bytes this time");
        bytes.fill(7);
    }
}

#[tokio::test]
async fn a_panic_in_one_hash_leaves_the_thread_at_work() {
    let pool = HashingThreads::start(number(1), number(1), Arc::new(FailsOnce::default())).unwrap();
    assert!(matches!(pool.protect(plain(PASSWORD), vec![]).await, Err(PasswordsError::Failed(_))));
    assert!(pool.protect(plain(PASSWORD), vec![]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_threads_share_the_work() {
    let pool = Arc::new(HashingThreads::start(number(3), number(32), Arc::new(SystemEntropy)).unwrap());
    let hash = older(PASSWORD);
    let asked: Vec<_> = (0..32)
        .map(|n| {
            let (pool, hash) = (Arc::clone(&pool), hash.clone());
            let text = if n % 2 == 0 { PASSWORD } else { "wrong" };
            tokio::spawn(async move { (n, pool.compare(plain(text), Some(hash)).await) })
        })
        .collect();
    for answer in asked {
        let (n, compared) = answer.await.unwrap();
        assert_eq!(matches!(compared, Ok(Comparison::Right { .. })), n % 2 == 0, "{compared:?}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_threads_have_the_lowest_priority_and_the_rest_of_the_process_has_not() {
    fn niceness(stat: &str) -> Option<i32> {
        let after_name = &stat[stat.rfind(')')? + 2..];
        after_name.split(' ').nth(16)?.parse().ok()
    }
    let pool = threads();
    pool.compare(plain("x"), None).await.unwrap();
    let name = "(passwords-1)";
    let stats: Vec<String> = fs::read_dir("/proc/self/task")
        .unwrap()
        .filter_map(|task| fs::read_to_string(task.unwrap().path().join("stat")).ok())
        .collect();
    let hashing: Vec<&String> = stats.iter().filter(|stat| stat.contains(name)).collect();
    assert!(!hashing.is_empty());
    // Threads of other tests may just be starting.
    assert!(hashing.iter().any(|stat| niceness(stat) == Some(19)), "{hashing:?}");
    let own = fs::read_to_string("/proc/thread-self/stat").unwrap();
    assert_ne!(niceness(&own), Some(19));
}
