//! Letters as files.

use std::sync::Arc;

use portico_domain::{
    email::EmailAddress,
    id::LetterId,
    letter::{Letter, LetterSecret},
    ports::{
        Clock as _,
        mocks::{CountingEntropy, FixedClock},
    },
};

use super::*;
use crate::{links::Links, sender::Sender};

fn mailer(folder: &Path) -> FileMailer {
    let sender = Sender::parse("Portico <no-reply@localhost>").unwrap();
    let links =
        Links::new("http://localhost:8080", "{public_url}/invite/{token}", "{public_url}/r?t={token}");
    FileMailer::new(folder.to_owned(), Renderer::new(sender, links.unwrap()).unwrap())
}

fn letter() -> OutgoingLetter {
    let now = FixedClock::default().now();
    OutgoingLetter {
        id: LetterId::generate(now, &CountingEntropy::default()),
        to: EmailAddress::parse("ann@example.org").unwrap(),
        letter: Letter::RegistrationCode { valid_minutes: 10 },
        secret: Some(LetterSecret::new("123456")),
        written_at: now,
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_letter_becomes_a_file_named_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mail = folder.path().join("data/mail");
    let letter = letter();
    mailer(&mail).send(letter.clone()).await.unwrap();
    assert_eq!(names(&mail), [format!("{}.eml", letter.id)]);
    let text = fs::read_to_string(mail.join(format!("{}.eml", letter.id))).unwrap();
    assert!(text.contains("To: ann@example.org\r\n") && text.contains("123456"), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn folder_and_letter_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let mail = folder.path().join("mail");
    mailer(&mail).send(letter()).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&mail), 0o700);
    assert_eq!(mode(&mail.join(&names(&mail)[0])), 0o600);
}

#[tokio::test]
async fn a_letter_sent_twice_is_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = mailer(folder.path());
    mailer.send(letter()).await.unwrap();
    let path = folder.path().join(&names(folder.path())[0]);
    let first = fs::read(&path).unwrap();
    mailer.send(letter()).await.unwrap();
    assert_eq!(names(folder.path()).len(), 1);
    assert_eq!(fs::read(&path).unwrap(), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_letter_sent_by_many_at_once_is_one_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = Arc::new(mailer(folder.path()));
    let sends: Vec<_> = (0..16)
        .map(|_| {
            let mailer = Arc::clone(&mailer);
            tokio::spawn(async move { mailer.send(letter()).await })
        })
        .collect();
    for send in sends {
        send.await.unwrap().unwrap();
    }
    let [name] = &names(folder.path())[..] else { panic!("more than one file") };
    let text = fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(text.trim_end().ends_with("--"), "{text}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told_without_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = mailer(&file.join("mail")).send(letter()).await.unwrap_err();
    assert!(matches!(error, MailerError::Temporary(_)));
    let text = error.to_string();
    assert!(text.contains("file/mail") && !text.contains("123456") && !text.contains('\n'), "{text}");
}
