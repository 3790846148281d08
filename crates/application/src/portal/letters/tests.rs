//! The portal's letters, against mocked ports.

use portico_domain::{
    letter::OwedLetter,
    ports::StoreExt as _,
    profile::{Details, Profile},
    user::User,
};

use super::*;
use crate::fixtures::*;

const LINK: &str = "https://portal.example/verify_email?token=abc";

/// Owes a member a letter; answers the letters that wait then.
async fn owed(mut house: House, kind: LetterKind, member: MemberRecord) -> Vec<OwedLetter> {
    let letters = house.letters();
    let house = house.open();
    let ports = house.ports.clone();
    let owe = move |tx: &mut dyn Transaction| owe_letter(&ports, tx, kind, &member, Some(LINK), now());
    house.ports.store.write(owe).await.unwrap();
    assert!(house.committed());
    letters.all()
}

/// Owes Ann a letter in the built-in words; answers what she reads.
async fn built_in(kind: LetterKind, reader: User) -> String {
    let mut house = House::default();
    house.words_letters(&reader);
    secret_of(&owed(house, kind, ann_member()).await[0])
}

/// A wording that can be written for everybody but members without a name at Discord: it is saved without a fault.
fn grows_without_discord() -> String {
    let squads = "{{range $.User.Squads}}".repeat(4);
    let text = "a".repeat(90_000);
    let ends = "{{end}}".repeat(4);
    format!("{{{{if .User.DiscordID}}}}{{{{else}}}}{squads}{text}{ends}{{{{end}}}}")
}

fn without_discord(member: MemberRecord) -> MemberRecord {
    let details = Details { discord_id: String::new(), ..member.profile.details };
    MemberRecord { profile: Profile { details, ..member.profile }, ..member }
}

#[tokio::test]
async fn a_letter_is_worded_as_an_admin_saved_it_and_waits_sealed_as_a_whole() {
    for (kind, letter) in [
        (LetterKind::EmailVerification, Letter::EmailVerification),
        (LetterKind::AfterRegistration, Letter::AfterRegistration),
        (LetterKind::PaymentReceipt, Letter::PaymentReceipt),
        (LetterKind::PaymentReminder, Letter::PaymentReminder),
    ] {
        let mut house = House::default();
        house.words(kind, "To {{.User.Handle}}", "{{.User.Email}} since {{.User.CreatedAt}}");
        let letters = owed(house, kind, ann_member()).await;

        assert_eq!(letters.len(), 1);
        assert_eq!((&letters[0].letter, &letters[0].to), (&letter, &ann_address().into()));
        assert_eq!((letters[0].created_at, letters[0].attempts), (now(), 0));
        let read = "To annie\nann@example.org since 2024-01-14T09:00:00+09:00";
        assert_eq!(secret_of(&letters[0]), read);
    }
}

#[tokio::test]
async fn the_letter_that_asks_for_a_proof_holds_the_link() {
    let mut house = House::default();
    house.words(LetterKind::EmailVerification, "Proof", "{{.VerificationLink}}");
    let letters = owed(house, LetterKind::EmailVerification, ann_member()).await;
    assert_eq!(secret_of(&letters[0]), format!("Proof\n{LINK}"));
}

#[tokio::test]
async fn as_long_as_nobody_saved_a_wording_the_built_in_one_is_used_in_the_readers_language() {
    for kind in LetterKind::ALL {
        for (locale, language) in
            [(None, Language::Japanese), (Some("ja"), Language::Japanese), (Some("en-GB"), Language::English)]
        {
            let reader = User { locale: locale.map(str::to_owned), ..ann() };
            let read = Box::pin(built_in(kind, reader)).await;
            let subject = MailTemplate::built_in(kind, language).subject;
            assert!(read.starts_with(&format!("{subject}\n")), "{kind:?} {locale:?}: {read}");
            assert!(read.contains("annie"), "{kind:?} {locale:?}: {read}");
        }
    }
}

#[tokio::test]
async fn the_built_in_letter_that_asks_for_a_proof_holds_the_link_too() {
    assert!(Box::pin(built_in(LetterKind::EmailVerification, ann())).await.contains(LINK));
}

#[tokio::test]
async fn where_the_saved_wording_cannot_be_written_the_built_in_one_is_used() {
    for (body, member) in [
        ("{{.User.Nmae}}", ann_member()),
        ("{{if}}", ann_member()),
        (grows_without_discord().as_str(), without_discord(ann_member())),
    ] {
        let mut house = House::default();
        house.words(LetterKind::PaymentReceipt, "Saved", body);
        house.users(&[ann()]);
        let letters = owed(house, LetterKind::PaymentReceipt, member).await;
        let subject = MailTemplate::built_in(LetterKind::PaymentReceipt, Language::Japanese).subject;
        assert!(secret_of(&letters[0]).starts_with(&subject));
    }
}

#[tokio::test]
async fn a_wording_that_fails_for_some_is_used_for_all_others() {
    let mut house = House::default();
    house.words(LetterKind::PaymentReceipt, "Saved", &grows_without_discord());
    let letters = owed(house, LetterKind::PaymentReceipt, ann_member()).await;
    assert_eq!(secret_of(&letters[0]), "Saved\n");
}

#[tokio::test]
async fn whoever_asks_for_it_learns_why_a_letter_cannot_be_written() {
    let mut house = House::default();
    house.words(LetterKind::PaymentReminder, "Saved", "one\n{{.User.Nmae}}");
    let house = house.open();
    let ports = house.ports.clone();
    let fault = house
        .ports
        .store
        .write::<_, StoreError, _>(move |tx| {
            let wording = Wording::find(&ports, tx, LetterKind::PaymentReminder)?;
            wording.write(tx, &ann_member(), None)
        })
        .await
        .unwrap();
    assert_eq!(fault.unwrap_err().to_string(), "body: line 2: unknown variable .User.Nmae");
}

#[tokio::test]
async fn a_member_without_an_address_gets_no_letter() {
    let letters = owed(House::default(), LetterKind::PaymentReceipt, bob_admin()).await;
    assert!(letters.is_empty());
}

#[tokio::test]
async fn a_failing_store_is_no_reason_for_another_wording() {
    let mut house = House::default();
    house.tx.mail_templates.expect_find().returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    let ports = house.ports.clone();
    let kind = LetterKind::PaymentReceipt;
    let owe = move |tx: &mut dyn Transaction| owe_letter(&ports, tx, kind, &ann_member(), None, now());
    assert_refused!(house.ports.store.write(owe).await, StoreError::Overloaded);
}
