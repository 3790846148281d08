//! Configurations of providers.

use proptest::prelude::*;

use super::*;
use crate::signup::definition::arbitrary::any_json;

fn parse(given: &Value) -> ProviderConfig {
    ProviderConfig::parse(given).unwrap_or_else(|fault| panic!("{fault}\n{given}"))
}

fn fault(key: &str, given: &Value) -> String {
    ProviderConfig::parse(&json!({key: given})).expect_err(&given.to_string()).to_string()
}

#[test]
fn the_defaults_are_shown_as_clients_know_them() {
    let expected = json!({
        "accessTokenTtlSec": "3600",
        "refreshTokenTtlMc": "2592000000",
        "deleteNoneActiveUsersAfterDays": "2",
        "systemCodeTlsSec": "120",
        "systemCodeLength": "6",
        "systemCodeOnlyNumbers": null,
        "oauthAuthUrl": null,
        "exposeSystemCode": false,
        "sendCodeEvents": ["auth", "user_registration", "reset", "password_reset", "send_code", "reg"],
    });
    assert_eq!(ProviderConfig::default().to_json().to_string(), expected.to_string());
}

#[test]
fn what_is_left_out_null_or_empty_has_its_default() {
    for nothing in [json!(null), json!(""), json!(" ")] {
        let mut given: serde_json::Map<_, _> =
            KEYS.iter().map(|key| ((*key).to_owned(), nothing.clone())).collect();
        given.insert("sendCodeEvents".to_owned(), Value::Null);
        assert_eq!(parse(&given.into()), ProviderConfig::default(), "{nothing}");
    }
    assert_eq!(parse(&json!({})), ProviderConfig::default());
}

#[test]
fn numbers_may_be_texts() {
    let expected = ProviderConfig {
        access_token_ttl: TimeDelta::hours(10),
        refresh_token_ttl: TimeDelta::days(1),
        waiting_days: 30,
        code_ttl: TimeDelta::minutes(10),
        code_shape: CodeShape { length: 8, digits_only: true },
        oauth_auth_url: Some("https://id.example.org/authorize".to_owned()),
        expose_system_code: true,
        send_code_events: vec!["reg".to_owned()],
    };
    let rest = |numbers: Value, yes: Value| {
        let mut given = numbers;
        given["systemCodeOnlyNumbers"] = yes.clone();
        given["exposeSystemCode"] = yes;
        given["oauthAuthUrl"] = "https://id.example.org/authorize".into();
        given["sendCodeEvents"] = json!(["reg"]);
        given
    };
    let numbers = json!({
        "accessTokenTtlSec": 36_000,
        "refreshTokenTtlMc": 86_400_000,
        "deleteNoneActiveUsersAfterDays": 30,
        "systemCodeTlsSec": 600,
        "systemCodeLength": 8,
    });
    let texts = json!({
        "accessTokenTtlSec": "36000",
        "refreshTokenTtlMc": " 86400000 ",
        "deleteNoneActiveUsersAfterDays": "30",
        "systemCodeTlsSec": "600",
        "systemCodeLength": "8",
    });
    for yes in [json!(true), json!("true"), json!(1), json!("1")] {
        assert_eq!(parse(&rest(numbers.clone(), yes.clone())), expected);
        assert_eq!(parse(&rest(texts.clone(), yes)), expected);
    }
    assert_eq!(parse(&expected.to_json()), expected);
}

#[test]
fn truth_values_may_be_texts_or_numbers() {
    for no in [json!(false), json!("false"), json!(0), json!("0"), json!(null), json!("")] {
        let config = parse(&json!({"systemCodeOnlyNumbers": no, "exposeSystemCode": no}));
        assert!(!config.code_shape.digits_only && !config.expose_system_code, "{no}");
    }
    for odd in [json!("yes"), json!(2), json!([]), json!({})] {
        assert_eq!(fault("exposeSystemCode", &odd), "exposeSystemCode: must be true, false or null", "{odd}");
    }
}

#[test]
fn numbers_are_whole_and_bounded() {
    for (key, least, most) in [
        ("accessTokenTtlSec", 1, 315_360_000_i64),
        ("refreshTokenTtlMc", 1000, 315_360_000_000),
        ("deleteNoneActiveUsersAfterDays", 1, 3650),
        ("systemCodeTlsSec", 10, 604_800),
        ("systemCodeLength", 4, 32),
    ] {
        for fits in [least, most] {
            let config = parse(&json!({key: fits}));
            assert_eq!(config.to_json()[key], fits.to_string());
            assert_eq!(config, parse(&json!({key: fits.to_string()})));
        }
        let expected = format!("{key}: must be a whole number from {least} to {most}");
        for odd in [
            json!(least - 1),
            json!(most + 1),
            json!((most + 1).to_string()),
            json!(-1),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(10.5),
            json!("10.5"),
            json!("an hour"),
            json!(true),
            json!([10]),
        ] {
            assert_eq!(fault(key, &odd), expected, "{odd}");
        }
    }
}

#[test]
fn whole_numbers_may_be_spelled_with_a_point_or_an_exponent() {
    for text in ["6", "6.0", "0.6e1", "60E-1"] {
        let given: Value = serde_json::from_str(text).unwrap();
        assert_eq!(parse(&json!({"systemCodeLength": given})).code_shape.length, 6, "{text}");
    }
    let hour: Value = serde_json::from_str("3.6e3").unwrap();
    assert_eq!(parse(&json!({"accessTokenTtlSec": hour})).access_token_ttl, TimeDelta::hours(1));
}

#[test]
fn codes_of_digits_are_shown_as_a_text_or_null() {
    for yes in [json!(true), json!("true"), json!(1)] {
        assert_eq!(parse(&json!({"systemCodeOnlyNumbers": yes})).to_json()["systemCodeOnlyNumbers"], "true");
    }
    assert_eq!(
        parse(&json!({"systemCodeOnlyNumbers": false})).to_json()["systemCodeOnlyNumbers"],
        Value::Null
    );
}

#[test]
fn an_address_to_sign_in_at_is_one_of_the_web() {
    for fits in ["https://id.example.org/authorize?x=1", "http://localhost:9000", " HTTPS://id.example.org "]
    {
        let config = parse(&json!({"oauthAuthUrl": fits}));
        assert_eq!(config.oauth_auth_url.as_deref(), Some(fits.trim()));
    }
    for odd in
        ["javascript:alert(1)", "data:text/html,x", "id.example.org", "/authorize", "https://", "ftp://a.b"]
    {
        let expected = "oauthAuthUrl: must be an address that begins with https:// or http://";
        assert_eq!(fault("oauthAuthUrl", &json!(odd)), expected, "{odd}");
    }
}

#[test]
fn events_are_named_once_each() {
    let many: Value = (0..64).map(|number| Value::from(format!("event-{number}"))).collect();
    assert_eq!(parse(&json!({"sendCodeEvents": many})).send_code_events.len(), 64);
    for (given, expected) in [
        (json!([]), ": must name an event"),
        (json!("reg"), ": must be an array"),
        (json!([1]), "[0]: must be a text"),
        (json!([""]), "[0]: must not be empty"),
        (json!(["reg", " reg"]), "[1]: is there twice"),
        (json!(["x".repeat(129)]), "[0]: must be at most 128 characters"),
        (json!(vec!["x"; 65]), ": must have at most 64 elements"),
    ] {
        assert_eq!(fault("sendCodeEvents", &given), format!("sendCodeEvents{expected}"), "{given}");
    }
}

#[test]
fn anything_else_is_refused() {
    assert_eq!(fault("isUseActivation", &json!(true)), "isUseActivation: is unknown");
    assert_eq!(fault("oauthAuthUrl", &json!(1)), "oauthAuthUrl: must be a text");
    let long = json!("x".repeat(2049));
    assert_eq!(fault("oauthAuthUrl", &long), "oauthAuthUrl: must be at most 2048 characters");
    assert_eq!(ProviderConfig::parse(&json!([])).unwrap_err().to_string(), "must be an object");
}

#[test]
fn a_secret_key_is_neither_kept_nor_shown() {
    let config = parse(&json!({"tokenSecretKey": "a-secret"}));
    assert_eq!(config, ProviderConfig::default());
    assert!(!config.to_json().to_string().contains("ecret"));
}

proptest! {
    #[test]
    fn no_json_makes_reading_panic(key in prop::sample::select(&KEYS[..]), given in any_json()) {
        match ProviderConfig::parse(&json!({key: given})) {
            Ok(config) => prop_assert_eq!(parse(&config.to_json()), config),
            Err(fault) => prop_assert!(fault.place.starts_with(key), "{}", fault),
        }
    }
}
