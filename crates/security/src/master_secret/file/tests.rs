//! The secret's file: its making, its mode, two makers at once.

use std::{sync::Barrier, thread};

use portico_domain::{
    id::LetterId,
    letter::LetterSecret,
    ports::{Clock as _, Sealer as _},
};

use super::*;
use crate::clock::SystemClock;

fn same(first: &MasterSecret, second: &MasterSecret) -> bool {
    let letter = LetterId::generate(SystemClock.now(), &SystemEntropy);
    let sealed = first.seal(letter, &LetterSecret::new("x"));
    second.open(letter, &sealed).is_ok()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_first_start_makes_a_secret_and_the_next_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/secret.key");
    let made = MasterSecret::load_or_create(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.trim_end().len(), 64);
    assert!(text.trim_end().bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert!(same(&made, &MasterSecret::load_or_create(&path).unwrap()));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(names(path.parent().unwrap()), ["secret.key"]);
}

#[test]
fn two_servers_have_different_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let first = MasterSecret::load_or_create(&folder.path().join("a")).unwrap();
    let second = MasterSecret::load_or_create(&folder.path().join("b")).unwrap();
    assert!(!same(&first, &second));
}

#[cfg(unix)]
#[test]
fn the_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    MasterSecret::load_or_create(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn of_many_that_start_at_once_all_get_the_same_secret() {
    const STARTERS: usize = 16;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    let gate = Barrier::new(STARTERS);
    let secrets: Vec<MasterSecret> = thread::scope(|scope| {
        let start = || {
            gate.wait();
            MasterSecret::load_or_create(&path).unwrap()
        };
        let starters: Vec<_> = (0..STARTERS).map(|_| scope.spawn(start)).collect();
        starters.into_iter().map(|starter| starter.join().unwrap()).collect()
    });
    assert!(secrets.iter().all(|secret| same(&secrets[0], secret)));
    assert_eq!(names(folder.path()), ["secret.key"]);
}

#[test]
fn a_file_without_a_usable_secret_is_refused_by_name_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    for content in [&b""[..], b"\n\n", b"too short", &[0xff; 64]] {
        fs::write(&path, content).unwrap();
        let error = MasterSecret::load_or_create(&path).unwrap_err();
        assert!(matches!(error, MasterSecretError::Unusable { .. }));
        let line = error.to_string();
        assert!(line.contains(path.to_str().unwrap()) && !line.contains('\n'), "{line}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn what_cannot_be_read_or_made_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let a_folder = folder.path().join("secret.key");
    fs::create_dir(&a_folder).unwrap();
    let error = MasterSecret::load_or_create(&a_folder).unwrap_err();
    assert!(matches!(error, MasterSecretError::Unreadable { .. }));
    assert!(error.to_string().contains(a_folder.to_str().unwrap()));

    let a_file = folder.path().join("data");
    fs::write(&a_file, "x").unwrap();
    let below = a_file.join("secret.key");
    let error = MasterSecret::load_or_create(&below).unwrap_err();
    assert!(error.to_string().contains(below.to_str().unwrap()));
}
