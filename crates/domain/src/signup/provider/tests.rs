//! Providers: what is read, what is written, what clients see, and which forms would do.

use proptest::prelude::*;

use super::*;
use crate::signup::definition::arbitrary::{any_json, assert_read_again, provider, texts_at_the_limits};

fn parse(given: &Value) -> ProviderDefinition {
    ProviderDefinition::parse(given).unwrap_or_else(|fault| panic!("{fault}\n{given}"))
}

fn fault(given: &Value) -> String {
    ProviderDefinition::parse(given).expect_err(&given.to_string()).to_string()
}

#[test]
fn what_is_left_out_or_null_has_its_default() {
    let least = parse(&json!({"identifier": "email", "formIdentifier": "reg"}));
    assert_eq!((least.kind, least.user_group.as_str()), (ProviderKind::Email, "guest"));
    assert_eq!((least.is_active, least.is_check_code), (true, false));
    assert_eq!((&least.localize_infos, &least.config), (&Localized::default(), &ProviderConfig::default()));
    let nulls = json!({
        "identifier": "email",
        "type": null,
        "formIdentifier": "reg",
        "userGroupIdentifier": null,
        "isActive": null,
        "isCheckCode": null,
        "localizeInfos": null,
        "config": null,
        "id": 1,
        "version": 2,
    });
    assert_eq!(parse(&nulls), least);
}

#[test]
fn a_malformed_provider_is_refused() {
    let long = "x".repeat(129);
    for (key, given, expected) in [
        ("identifier", json!(null), "identifier: is missing"),
        ("identifier", json!(["email"]), "identifier: must be a text"),
        ("formIdentifier", json!(null), "formIdentifier: is missing"),
        ("formIdentifier", json!(7), "formIdentifier: must be a text"),
        ("type", json!("oauth"), "type: must be email, phone or password"),
        ("type", json!(1), "type: must be a text"),
        ("userGroupIdentifier", json!(""), "userGroupIdentifier: must not be empty"),
        ("userGroupIdentifier", json!(long), "userGroupIdentifier: must be at most 128 characters"),
        ("userGroupIdentifier", json!(1), "userGroupIdentifier: must be a text"),
        ("isActive", json!("true"), "isActive: must be true or false"),
        ("isCheckCode", json!(1), "isCheckCode: must be true or false"),
        ("localizeInfos", json!([]), "localizeInfos: must be an object"),
        ("config", json!([]), "config: must be an object"),
        (
            "config",
            json!({"systemCodeLength": 3}),
            "config.systemCodeLength: must be a whole number from 4 to 32",
        ),
        ("config", json!({"isUseActivation": true}), "config.isUseActivation: is unknown"),
        ("isUseActivation", json!(true), "isUseActivation: is unknown"),
    ] {
        let mut provider = json!({"identifier": "email", "formIdentifier": "reg"});
        provider[key] = given;
        assert_eq!(fault(&provider), expected, "{provider}");
    }
    assert_eq!(fault(&json!("email")), "must be an object");
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    assert!(fault(&json!({"localizeInfos": {"title": deep}})).ends_with("is nested too deeply"));
}

#[test]
fn clients_see_a_provider_as_the_contract_shows_it() {
    let definition = parse(&json!({
        "identifier": "phone",
        "type": "phone",
        "formIdentifier": "reg",
        "userGroupIdentifier": "buyers",
        "isCheckCode": true,
        "localizeInfos": {"en_US": {"title": "Phone"}, "tr_TR": {"title": "Telefon"}},
        "config": {"systemCodeOnlyNumbers": true, "tokenSecretKey": "a-secret"},
    }));
    let provider = Provider { id: ProviderId::from_number(4), version: 2, definition };
    let expected = json!({
        "id": 4,
        "identifier": "phone",
        "type": "phone",
        "formIdentifier": "reg",
        "userGroupIdentifier": "buyers",
        "isActive": true,
        "isCheckCode": true,
        "version": 2,
        "localizeInfos": {"title": "Telefon"},
        "config": {
            "accessTokenTtlSec": "3600",
            "refreshTokenTtlMc": "2592000000",
            "deleteNoneActiveUsersAfterDays": "2",
            "systemCodeTlsSec": "120",
            "systemCodeLength": "6",
            "systemCodeOnlyNumbers": "true",
            "oauthAuthUrl": null,
            "exposeSystemCode": false,
            "sendCodeEvents": ["auth", "user_registration", "reset", "password_reset", "send_code", "reg"],
        },
    });
    let shown = provider.shown(&Locale::parse("tr_TR").unwrap());
    assert_eq!(shown.to_string(), expected.to_string(), "the order of the keys, too");
    let again = ProviderDefinition { localize_infos: Localized::default(), ..provider.definition.clone() };
    let answer = ProviderDefinition { localize_infos: Localized::default(), ..parse(&shown) };
    assert_eq!(answer, again, "an answer can be given as a definition");
}

#[test]
fn a_provider_takes_only_a_form_that_people_can_sign_in_by() {
    let login = json!({"marker": "login", "type": "string", "isLogin": true});
    let password = json!({"marker": "password", "type": "string", "isPassword": true});
    let spam = json!({"marker": "captcha", "type": "spam"});
    let other = |marker: &str, flag: &str| json!({"marker": marker, "type": "string", flag: true});
    let check = |kind: Value, fields: Value, is_check_code: bool| {
        let form = json!({"identifier": "reg", "type": kind, "attributes": fields});
        let form = FormDefinition::parse(&form).unwrap();
        let provider = json!({"identifier": "email", "formIdentifier": "reg", "isCheckCode": is_check_code});
        parse(&provider).check_form(&form)
    };
    for kind in SIGN_IN_FORM_TYPES {
        assert_eq!(check(json!(kind), json!([login, password]), false), Ok(()));
    }
    let plain = json!([{"marker": "login", "type": "string"}, {"marker": "password", "type": "string"}]);
    assert_eq!(check(json!("sing_in_up"), plain, false), Ok(()));
    assert_eq!(check(json!("sing_in_up"), json!([login]), true), Ok(()), "codes stand for the password");
    for (kind, fields, reason) in [
        (json!("data"), json!([login, password]), "is of the type data, not sing_in_up"),
        (json!(null), json!([login, password]), "is of the type null, not sing_in_up"),
        (json!("sing_in_up"), json!([]), "has no login field (isLogin)"),
        (json!("sing_in_up"), json!([password]), "has no login field (isLogin)"),
        (
            json!("sing_in_up"),
            json!([login, password, other("email", "isLogin")]),
            "has more than one login field (isLogin)",
        ),
        (
            json!("sing_in_up"),
            json!([login, password, other("pin", "isPassword")]),
            "has more than one password field (isPassword)",
        ),
        (
            json!("sing_in_up"),
            json!([{"marker": "a", "type": "string", "isLogin": true, "isPassword": true}]),
            "has the field a for both login and password",
        ),
        (
            json!("sing_in_up"),
            json!([other("password", "isLogin")]),
            "has the field password for both login and password",
        ),
        (json!("sing_in_up"), json!([login, password, spam]), "has the field captcha of the type spam"),
        (json!("sing_in_up"), json!([login]), "has no password field (isPassword), and isCheckCode is off"),
    ] {
        assert_eq!(check(kind, fields.clone(), false), Err(reason.to_owned()), "{fields}");
    }
}

#[test]
fn guests_have_a_number() {
    let mut provider = parse(&json!({"identifier": "email", "formIdentifier": "reg"}));
    assert_eq!(provider.groups(), 1);
    provider.user_group = "buyers".to_owned();
    assert_eq!(provider.groups(), "buyers");
}

#[test]
fn what_is_accepted_at_the_limits_is_read_again() {
    let definitions = texts_at_the_limits()
        .into_iter()
        .map(|texts| json!({"identifier": "email", "formIdentifier": "reg", "localizeInfos": texts}));
    assert_read_again(definitions.collect(), ProviderDefinition::parse, ProviderDefinition::to_json);
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(given in provider(&["reg"])) {
        let definition = parse(&given);
        let stored: Value = serde_json::from_str(&definition.to_json().to_string()).unwrap();
        prop_assert_eq!(ProviderDefinition::parse(&stored), Ok(definition));
    }

    #[test]
    fn no_json_makes_reading_panic(
        key in prop::sample::select(&KEYS[..]),
        given in any_json(),
        whole in any_json(),
    ) {
        let mut provider = json!({"identifier": "email", "formIdentifier": "reg"});
        provider[key] = given;
        for given in [provider, whole] {
            if let Ok(definition) = ProviderDefinition::parse(&given) {
                prop_assert_eq!(parse(&definition.to_json()), definition);
            }
        }
    }
}
