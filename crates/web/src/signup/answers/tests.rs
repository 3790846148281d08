//! How accounts look.

use serde_json::json;

use super::*;
use crate::signup::tests::{bearer, form, signup};

fn told(locale: &str) -> Value {
    let locale = Locale::parse(locale).unwrap();
    serde_json::to_value(form_data(&signup(), &form(), &locale)).unwrap()
}

#[test]
fn an_account_tells_the_login_first_then_the_other_fields_in_one_language() {
    let login = json!({ "marker": "email_reg", "type": "string", "value": "Ann@Example.org" });
    let about = json!({ "marker": "about", "value": "" });
    let name = |name| json!({ "marker": "last_name", "type": "string", "value": name });
    assert_eq!(told("en_US"), json!([login, name("Doe"), about]));
    for locale in ["tr_TR", "de_DE"] {
        assert_eq!(told(locale), json!([login, name("Soyadı"), about]), "{locale}");
    }
}

#[test]
fn neither_a_password_nor_a_second_login_is_ever_told() {
    let mut signup = signup();
    let data = json!([
        { "marker": "password_reg", "value": "secret" },
        { "marker": "email_reg", "value": "other@example.org" },
        { "marker": "last_name", "value": "Doe" },
    ]);
    signup.form_data = portico_domain::signup::FormData::parse(&RawJson::of(&data), &signup.locale).unwrap();
    let told = serde_json::to_string(&form_data(&signup, &form(), &signup.locale)).unwrap();
    let login = r#"{"marker":"email_reg","type":"string","value":"Ann@Example.org"}"#;
    assert_eq!(told, format!(r#"[{login},{{"marker":"last_name","value":"Doe"}}]"#));
}

#[test]
fn somebody_sees_himself_with_his_state_byte_for_byte() {
    let answer = UserAnswer::of(bearer(), &form(), &Locale::default());
    let text = serde_json::to_string(&answer).unwrap();
    assert!(text.contains(r#""state":{"z":1.0,"a":[1e2]},"#), "{text}");
    let expected = json!({
        "id": 1764,
        "identifier": "Ann@Example.org",
        "authProviderIdentifier": "email",
        "formIdentifier": "reg",
        "formData": told("en_US"),
        "notificationData": {
            "email": "ann@example.org",
            "phonePush": ["+999999999"],
            "phoneSMS": "+9999999999",
        },
        "groups": [1],
        "state": { "z": 1.0, "a": [100.0] },
        "moduleFormConfigs": [],
        "rating": {},
        "total": "1",
    });
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
}

#[test]
fn an_instant_is_told_in_milliseconds() {
    let told = |moment| serde_json::to_value(Moment(moment)).unwrap();
    assert_eq!(told(signup().updated_at), "2024-01-15T00:00:00.169Z");
    assert_eq!(told(signup().created_at), "2024-01-14T00:00:00.000Z");
}
