//! Access tokens: signed, read, and every other text refused.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};

use super::*;

const TEXT: &str = "a text of thirty-two bytes, enough for the server";

fn key() -> AccessTokenKey {
    AccessTokenKey::new(&MasterSecret::from_text(TEXT).unwrap())
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn claims() -> AccessClaims {
    AccessClaims {
        session: SignupSessionId::from_uuid(Uuid::from_bytes([0xab; 16])),
        signup: SignupId::from_number(42),
        provider: "email".to_owned(),
        login: "Ännchen@example.org".to_owned(),
        user_agent: "Node.js/\"x\" \u{1f600}".to_owned(),
        issued_at: at(1_700_000_000),
        expires_at: at(1_700_003_600),
    }
}

fn read(text: impl Into<String>) -> Result<AccessClaims, AccessTokenError> {
    key().read(&PlainToken::presented(text), at(1_700_000_000))
}

/// The token of any claims under any header, signed with our key.
fn signed(header: &Header, claims: &Value) -> String {
    encode(header, claims, &key().encoding).unwrap()
}

fn parts(token: &PlainToken) -> Vec<String> {
    token.reveal().split('.').map(str::to_owned).collect()
}

fn encoded(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

fn public_key(key: &AccessTokenKey) -> Vec<u8> {
    let set: Value = serde_json::from_str(&key.key_set()).unwrap();
    decoded(set["keys"][0]["x"].as_str().unwrap())
}

#[test]
fn a_token_says_what_was_signed_in_whole_seconds() {
    let exact = claims();
    assert_eq!(read(key().sign(&exact).reveal()), Ok(exact.clone()));
    let finer = AccessClaims {
        issued_at: exact.issued_at + TimeDelta::microseconds(999_999),
        expires_at: exact.expires_at + TimeDelta::microseconds(1),
        ..exact.clone()
    };
    assert_eq!(key().sign(&finer), key().sign(&exact));
}

#[test]
fn header_and_claims_are_these_in_this_order() {
    let token = key().sign(&claims());
    let [header, payload, _] = parts(&token).try_into().unwrap();
    let kid = key().header.kid.unwrap();
    assert_eq!(decoded(&header), format!(r#"{{"typ":"JWT","alg":"EdDSA","kid":"{kid}"}}"#).as_bytes());
    let written = concat!(
        r#"{"id":42,"authProviderIdentifier":"email","userIdentifier":"Ännchen@example.org","#,
        r#""userAgent":"Node.js/\"x\" 😀","iat":1700000000,"exp":1700003600,"#,
        r#""sid":"abababab-abab-abab-abab-abababababab"}"#,
    );
    assert_eq!(String::from_utf8(decoded(&payload)).unwrap(), written);
}

#[test]
fn the_same_claims_give_the_same_token_and_others_another() {
    let token = key().sign(&claims());
    assert_eq!(token, key().sign(&claims()));
    for other in [
        AccessClaims { session: SignupSessionId::from_uuid(Uuid::nil()), ..claims() },
        AccessClaims { signup: SignupId::from_number(43), ..claims() },
        AccessClaims { provider: "phone".to_owned(), ..claims() },
        AccessClaims { login: "bob".to_owned(), ..claims() },
        AccessClaims { user_agent: String::new(), ..claims() },
        AccessClaims { issued_at: at(1_700_000_001), ..claims() },
        AccessClaims { expires_at: at(1_700_003_601), ..claims() },
    ] {
        assert_ne!(token, key().sign(&other));
    }
}

#[test]
fn another_implementation_verifies_the_signature_with_the_published_key() {
    let token = key().sign(&claims());
    let (message, signature) = token.reveal().rsplit_once('.').unwrap();
    let public = UnparsedPublicKey::new(&ED25519, public_key(&key()));
    assert!(public.verify(message.as_bytes(), &decoded(signature)).is_ok());
    assert!(public.verify(b"another", &decoded(signature)).is_err());
}

#[test]
fn the_key_set_has_one_public_key() {
    let set: Value = serde_json::from_str(&key().key_set()).unwrap();
    let x = encoded(public_key(&key()));
    let digest = ring::digest::digest(
        &ring::digest::SHA256,
        format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#).as_bytes(),
    );
    let kid = encoded(digest);
    let published = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "use": "sig", "alg": "EdDSA", "kid": kid});
    assert_eq!(set, json!({"keys": [published]}));
}

#[test]
fn the_example_of_rfc_8037_comes_out() {
    let seed = decoded("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    let key = AccessTokenKey::from_seed(&seed.try_into().unwrap()).unwrap();
    assert_eq!(encoded(public_key(&key)), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(key.header.kid.as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key.encoding, Algorithm::EdDSA).unwrap();
    assert_eq!(
        signature,
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
}

#[test]
fn a_token_is_read_until_the_instant_at_which_its_time_is_over() {
    let token = key().sign(&claims());
    let end = claims().expires_at;
    assert!(key().read(&token, end - TimeDelta::nanoseconds(1)).is_ok());
    for late in [end, end + TimeDelta::nanoseconds(1), end + TimeDelta::days(10_000)] {
        assert_eq!(key().read(&token, late), Err(AccessTokenError));
    }
    // The clock of the machine has long passed that time, or is far from it: it does not count.
    let far = AccessClaims { issued_at: at(9_000_000_000), expires_at: at(9_000_000_060), ..claims() };
    assert!(key().read(&key().sign(&far), at(9_000_000_059)).is_ok());
    assert!(key().read(&key().sign(&far), at(9_000_000_060)).is_err());
}

#[test]
fn a_token_of_another_key_is_refused() {
    let other = AccessTokenKey::new(&MasterSecret::from_text(&TEXT.to_uppercase()).unwrap());
    assert!(read(other.sign(&claims()).reveal()).is_err());
    assert_ne!(other.header.kid, key().header.kid);
    let under_our_name = encode(&key().header, &json!({}), &other.encoding).unwrap();
    assert!(read(under_our_name).is_err());
}

#[test]
fn no_other_algorithm_is_accepted() {
    let token = key().sign(&claims());
    let [_, payload, signature] = parts(&token).try_into().unwrap();
    let kid = key().header.kid.unwrap();
    for alg in ["none", "None", "NONE", "", "HS256", "ES256", "RS256", "eddsa", "Ed25519"] {
        let header = encoded(format!(r#"{{"typ":"JWT","alg":"{alg}","kid":"{kid}"}}"#));
        assert!(read(format!("{header}.{payload}.{signature}")).is_err(), "{alg}");
        assert!(read(format!("{header}.{payload}.")).is_err(), "{alg}");
        assert!(read(format!("{header}.{payload}")).is_err(), "{alg}");
    }
    let public = public_key(&key());
    for secret in [public.clone(), encoded(&public).into_bytes(), key().key_set().into_bytes(), vec![]] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let header = Header { kid: Some(kid.clone()), ..Header::new(algorithm) };
            let said = json!({
                "id": 42, "authProviderIdentifier": "email", "userIdentifier": "ann", "userAgent": "",
                "iat": 1_700_000_000, "exp": 1_700_003_600, "sid": Uuid::nil().to_string(),
            });
            let forged = encode(&header, &said, &EncodingKey::from_secret(&secret)).unwrap();
            assert!(read(forged).is_err());
        }
    }
}

#[test]
fn a_token_with_any_character_changed_is_refused() {
    let key = key();
    let token = key.sign(&claims());
    for (place, &was) in token.reveal().as_bytes().iter().enumerate() {
        for other in [if was == b'A' { b'B' } else { b'A' }, if was == b'.' { b' ' } else { b'.' }] {
            let mut text = token.reveal().as_bytes().to_vec();
            text[place] = other;
            let changed = PlainToken::presented(String::from_utf8(text).unwrap());
            assert!(key.read(&changed, at(1_700_000_000)).is_err(), "{place}: {}", char::from(other));
        }
    }
}

#[test]
fn a_token_that_was_cut_or_lengthened_is_refused() {
    let token = key().sign(&claims());
    for length in 0..token.reveal().len() {
        assert!(read(&token.reveal()[..length]).is_err(), "{length} characters");
    }
    for more in ["A", "=", "==", ".", ".A", " ", "\n", "\0", "é"] {
        assert!(read(format!("{}{more}", token.reveal())).is_err(), "{more:?} behind");
        assert!(read(format!("{more}{}", token.reveal())).is_err(), "{more:?} before");
    }
    for text in ["", ".", "..", "...", "undefined", "null", "Bearer x", "{}", "e30.e30.e30"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn an_oversized_text_is_refused_even_if_its_signature_is_right() {
    let with = |length| key().sign(&AccessClaims { user_agent: "x".repeat(length), ..claims() });
    let fitting = (5_000..7_000).rev().map(with).find(|token| token.reveal().len() <= 8192).unwrap();
    assert!(fitting.reveal().len() > 8189);
    assert!(read(fitting.reveal()).is_ok());
    assert!(read(with(6_000).reveal()).is_err());
    assert!(read(format!("{}.{}", "A".repeat(5_000_000), "A".repeat(5_000_000))).is_err());
}

#[test]
fn the_longest_texts_of_a_sign_in_fit() {
    let widest = AccessClaims {
        signup: SignupId::from_number(i64::MAX),
        provider: "x".repeat(255),
        login: "\u{1f600}".repeat(255),
        user_agent: "\u{1f600}".repeat(512),
        ..claims()
    };
    assert_eq!(read(key().sign(&widest).reveal()), Ok(widest));
}

#[test]
fn another_header_over_our_signature_is_refused() {
    let payload: Value = serde_json::from_slice(&decoded(&parts(&key().sign(&claims()))[1])).unwrap();
    let ours = key().header;
    assert!(read(signed(&ours, &payload)).is_ok());
    for header in [
        Header { kid: None, ..ours.clone() },
        Header { kid: Some("another".to_owned()), ..ours.clone() },
        Header { kid: Some(String::new()), ..ours.clone() },
        Header { typ: None, ..ours.clone() },
        Header { typ: Some("at+jwt".to_owned()), ..ours.clone() },
        Header { crit: Some(vec!["exp".to_owned()]), ..ours.clone() },
        Header { jku: Some("https://evil.example/keys".to_owned()), ..ours.clone() },
        Header { cty: Some("JWT".to_owned()), ..ours },
    ] {
        assert!(read(signed(&header, &payload)).is_err(), "{header:?}");
    }
}

#[test]
fn claims_that_were_never_written_are_refused_even_under_our_signature() {
    let header = key().header;
    let right: Value = serde_json::from_slice(&decoded(&parts(&key().sign(&claims()))[1])).unwrap();
    for name in ["id", "authProviderIdentifier", "userIdentifier", "userAgent", "iat", "exp", "sid"] {
        let mut without = right.clone();
        without.as_object_mut().unwrap().remove(name);
        assert!(read(signed(&header, &without)).is_err(), "without {name}");
        for wrong in [json!(null), json!([]), json!({"a": 1}), json!(1.5), json!(true)] {
            let mut changed = right.clone();
            changed[name] = wrong.clone();
            assert!(read(signed(&header, &changed)).is_err(), "{name}: {wrong}");
        }
    }
    for (name, wrong) in [
        ("id", json!("42")),
        ("id", json!(u64::MAX)),
        ("iat", json!("1700000000")),
        ("iat", json!(i64::MAX)),
        ("exp", json!("1700003600")),
        ("exp", json!(i64::MAX)),
        ("exp", json!(i64::MIN)),
        ("exp", json!(u64::MAX)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("sid", json!("")),
        ("sid", json!("not a uuid")),
        ("userIdentifier", json!(7)),
    ] {
        let mut changed = right.clone();
        changed[name] = wrong.clone();
        assert!(read(signed(&header, &changed)).is_err(), "{name}: {wrong}");
    }
    for wrong in [json!(null), json!([]), json!("text"), json!(1), json!([right])] {
        assert!(read(signed(&header, &wrong)).is_err(), "{wrong}");
    }
    let twice = r#"{"id":1,"id":2,"authProviderIdentifier":"a","userIdentifier":"b","userAgent":"c",
        "iat":1700000000,"exp":1700003600,"sid":"abababab-abab-abab-abab-abababababab"}"#;
    let message = format!("{}.{}", parts(&key().sign(&claims()))[0], encoded(twice));
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &key().encoding, Algorithm::EdDSA).unwrap();
    assert!(read(format!("{message}.{signature}")).is_err());
}

#[test]
fn a_key_is_printed_by_its_public_name_alone() {
    let printed = format!("{:?}", key());
    assert_eq!(printed, format!("AccessTokenKey {{ kid: {:?}, .. }}", key().header.kid));
}
