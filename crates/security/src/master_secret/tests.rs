//! Sealing and authenticating under the master secret.

use portico_domain::{email::EmailAddress, id::EmailId, ports::Clock as _};

use super::*;
use crate::clock::SystemClock;

const TEXT: &str = "a text of thirty-two bytes, enough for the server";

fn secret() -> MasterSecret {
    MasterSecret::from_text(TEXT).unwrap()
}

fn letter() -> LetterId {
    LetterId::generate(SystemClock.now(), &SystemEntropy)
}

fn registration(address: &str) -> CodeSubject {
    CodeSubject::Registration(EmailAddress::parse(address).unwrap().canonical().clone())
}

fn code(digits: &str) -> PlainCode {
    PlainCode::parse(digits).unwrap()
}

#[test]
fn a_secret_of_fewer_than_32_bytes_is_refused() {
    let short = MasterSecret::from_text(&"x".repeat(31));
    assert!(matches!(short, Err(MasterSecretError::TooShort)));
    let padded = MasterSecret::from_text(&format!(" {}\n", "x".repeat(31)));
    assert!(matches!(padded, Err(MasterSecretError::TooShort)));
    assert!(MasterSecret::from_text(&"x".repeat(32)).is_ok());
    assert!(MasterSecret::from_text(&"ж".repeat(16)).is_ok());
}

#[test]
fn the_secret_is_never_printed() {
    assert_eq!(format!("{:?}", secret()), "MasterSecret(…)");
}

#[test]
fn what_was_sealed_can_be_opened_and_is_not_readable_before() {
    let letter = letter();
    for text in ["123456", "", "a token of any length ☃"] {
        let sealed = secret().seal(letter, &LetterSecret::new(text));
        let opened = secret().open(letter, &sealed).unwrap();
        assert_eq!(opened.reveal(), text);
        let bytes = sealed.as_bytes();
        assert!(text.is_empty() || !bytes.windows(text.len()).any(|part| part == text.as_bytes()));
    }
}

#[test]
fn the_same_secret_is_sealed_differently_each_time() {
    let (letter, text) = (letter(), LetterSecret::new("123456"));
    assert_ne!(secret().seal(letter, &text), secret().seal(letter, &text));
}

#[test]
fn a_sealed_secret_opens_neither_for_another_letter_nor_with_another_key() {
    let letter = letter();
    let sealed = secret().seal(letter, &LetterSecret::new("123456"));
    let other_letter = LetterId::generate(SystemClock.now(), &SystemEntropy);
    assert_eq!(secret().open(other_letter, &sealed), Err(UnsealError));
    let other_key = MasterSecret::from_text(&TEXT.to_uppercase()).unwrap();
    assert_eq!(other_key.open(letter, &sealed), Err(UnsealError));
}

#[test]
fn a_sealed_secret_with_one_flipped_bit_does_not_open() {
    let letter = letter();
    let sealed = secret().seal(letter, &LetterSecret::new("123456"));
    for position in 0..sealed.as_bytes().len() * 8 {
        let mut bytes = sealed.as_bytes().to_vec();
        bytes[position / 8] ^= 1 << (position % 8);
        assert_eq!(
            secret().open(letter, &SealedSecret::from_bytes(bytes)),
            Err(UnsealError),
            "bit {position}"
        );
    }
}

#[test]
fn a_sealed_secret_that_was_cut_short_does_not_open() {
    let letter = letter();
    let sealed = secret().seal(letter, &LetterSecret::new("123456"));
    for length in 0..sealed.as_bytes().len() {
        let cut = SealedSecret::from_bytes(sealed.as_bytes()[..length].to_vec());
        assert_eq!(secret().open(letter, &cut), Err(UnsealError), "{length} bytes");
    }
}

#[test]
fn the_mac_of_a_code_depends_on_code_address_purpose_and_key() {
    let id = EmailId::generate(SystemClock.now(), &SystemEntropy);
    let mac = secret().mac(&registration("ann@example.org"), &code("123456"));
    assert_eq!(mac, secret().mac(&registration("ANN@example.org"), &code("123456")));
    let other_key = MasterSecret::from_text(&TEXT.to_uppercase()).unwrap();
    for other in [
        secret().mac(&registration("ann@example.org"), &code("123457")),
        secret().mac(&registration("bob@example.org"), &code("123456")),
        secret().mac(&CodeSubject::AddedAddress(id), &code("123456")),
        other_key.mac(&registration("ann@example.org"), &code("123456")),
    ] {
        assert_ne!(mac, other);
    }
}

#[test]
fn the_key_of_each_use_is_another() {
    let signed = |label| {
        let key: hmac::Key = secret().derive(label, hmac::HMAC_SHA256);
        hmac::sign(&key, b"x").as_ref().to_vec()
    };
    let mut keys: Vec<_> = [SEALING, CODES, ACCESS_TOKENS, REFRESH_TOKENS].map(signed).into();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4);
}
