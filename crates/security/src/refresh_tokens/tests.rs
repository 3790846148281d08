//! Refresh tokens: derived, recognised, and every other text refused.

use proptest::prelude::*;

use super::*;

const TEXT: &str = "a text of thirty-two bytes, enough for the server";

fn key() -> RefreshTokenKey {
    key_of(TEXT)
}

fn key_of(text: &str) -> RefreshTokenKey {
    RefreshTokenKey::new(&MasterSecret::from_text(text).unwrap())
}

fn refresh(session: [u8; 16], generation: u32) -> SignupRefresh {
    SignupRefresh { session: SignupSessionId::from_uuid(Uuid::from_bytes(session)), generation }
}

fn recognised(text: impl Into<String>) -> Option<SignupRefresh> {
    key().recognise(&PlainToken::presented(text))
}

fn bytes_of(token: &PlainToken) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(token.reveal()).unwrap()
}

#[test]
fn a_token_is_session_generation_and_mac_in_url_safe_base64() {
    let token = key().derive(refresh([0xab; 16], 0x0102_0304));
    assert_eq!(token.reveal().len(), 70);
    assert!(token.reveal().chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    let bytes = bytes_of(&token);
    assert_eq!(bytes.len(), 52);
    assert_eq!(bytes[..16], [0xab; 16]);
    assert_eq!(bytes[16..20], [1, 2, 3, 4]);
    let key: hmac::Key = MasterSecret::from_text(TEXT).unwrap().derive(REFRESH_TOKENS, hmac::HMAC_SHA256);
    let mac = hmac::sign(&key, &[b"signup refresh v1", &bytes[..20]].concat());
    assert_eq!(&bytes[20..], mac.as_ref());
}

#[test]
fn a_text_of_any_other_length_is_refused() {
    let token = key().derive(refresh([7; 16], 1));
    for length in 0..token.reveal().len() {
        assert_eq!(recognised(&token.reveal()[..length]), None, "{length} characters");
    }
    for more in ["A", "=", "==", " ", "\n", "\0", ".", "AAAA"] {
        assert_eq!(recognised(format!("{}{more}", token.reveal())), None, "{more:?} behind");
        assert_eq!(recognised(format!("{more}{}", token.reveal())), None, "{more:?} before");
    }
    assert_eq!(recognised("x".repeat(10_000_000)), None);
    assert_eq!(recognised("undefined"), None);
}

#[test]
fn a_text_of_another_alphabet_is_refused() {
    let bytes = bytes_of(&key().derive(refresh([0xff; 16], u32::MAX)));
    let standard = base64::engine::general_purpose::STANDARD_NO_PAD.encode(&bytes);
    assert!(standard.contains('/'));
    assert_eq!(recognised(standard), None);
    assert_eq!(recognised(hex::encode(&bytes)), None);
    assert_eq!(recognised("é".repeat(35)), None);
    assert_eq!(recognised(" ".repeat(70)), None);
}

#[test]
fn the_bits_behind_the_last_byte_must_be_nought() {
    let token = key().derive(refresh([7; 16], 1));
    let (most, last) = token.reveal().split_at(69);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let accepted: Vec<char> =
        alphabet.chars().filter(|c| recognised(format!("{most}{c}")).is_some()).collect();
    assert_eq!(accepted, last.chars().collect::<Vec<_>>());
}

#[test]
fn a_key_is_never_printed() {
    assert_eq!(format!("{:?}", key()), "RefreshTokenKey(…)");
}

proptest! {
    #[test]
    fn a_derived_token_is_recognised_and_always_the_same(session: [u8; 16], generation: u32) {
        let token = key().derive(refresh(session, generation));
        prop_assert_eq!(key().recognise(&token), Some(refresh(session, generation)));
        prop_assert_eq!(key().derive(refresh(session, generation)), token);
    }

    #[test]
    fn two_refreshes_have_two_tokens(one: ([u8; 16], u32), other: ([u8; 16], u32)) {
        prop_assume!(one != other);
        prop_assert_ne!(key().derive(refresh(one.0, one.1)), key().derive(refresh(other.0, other.1)));
    }

    #[test]
    fn any_changed_byte_is_refused(session: [u8; 16], generation: u32, place in 0..BYTES, change in 1..=u8::MAX) {
        let mut bytes = bytes_of(&key().derive(refresh(session, generation)));
        bytes[place] ^= change;
        prop_assert_eq!(recognised(URL_SAFE_NO_PAD.encode(bytes)), None);
    }

    #[test]
    fn any_changed_character_is_refused(session: [u8; 16], place in 0..CHARS, other: char) {
        let token = key().derive(refresh(session, 3));
        let mut text: Vec<char> = token.reveal().chars().collect();
        prop_assume!(text[place] != other);
        text[place] = other;
        prop_assert_eq!(recognised(text.iter().collect::<String>()), None);
    }

    #[test]
    fn no_other_text_is_recognised(text: String, random in "[A-Za-z0-9_-]{70}") {
        prop_assert_eq!(recognised(text), None);
        prop_assert_eq!(recognised(random), None);
    }

    #[test]
    fn two_master_secrets_never_agree(one in ".{32,64}", other in ".{32,64}", session: [u8; 16]) {
        prop_assume!(one.trim() != other.trim() && one.trim().len() >= 32 && other.trim().len() >= 32);
        let token = key_of(&one).derive(refresh(session, 0));
        prop_assert_ne!(&token, &key_of(&other).derive(refresh(session, 0)));
        prop_assert_eq!(key_of(&other).recognise(&token), None);
    }
}
