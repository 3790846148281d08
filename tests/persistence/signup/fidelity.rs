//! What people sent comes back to the letter.

use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    ports::Stretch,
    signup::{
        Device, FormData, FormDefinition, FormItem, Locale, Localized, NotificationData, ProviderDefinition,
        Signup,
    },
};
use serde_json::json;

use crate::fixture::{
    EMAIL, Fixture, form_definition, identifier, later, login, new_signup, new_signup_session, now, on_both,
    provider_definition, raw,
};

on_both!(
    json_comes_back_byte_for_byte,
    large_values_come_back,
    the_longest_logins_and_devices_have_their_place_in_the_indexes,
    a_definition_comes_back_with_every_language,
    a_large_definition_comes_back,
);

/// JSON as people write it: escapes that one database refuses in its own types, halves of characters, numbers beyond
/// those of the machine, keys there twice, white space inside, and nesting that no parser follows.
fn oddities() -> Vec<String> {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let texts = [
        r#""\u0000""#,
        r#""\ud800 \udfff""#,
        r#""é \u00e9 🎹 \ud83c\udfb9 '; -- \\ \"""#,
        "[1.0, 1.50, 1e2, 1E+400, -0, 12345678901234567890123]",
        r#"{"z":1, "a":{"b":[]}, "a":2}"#,
        "null",
        "{ }",
    ];
    texts.into_iter().map(str::to_owned).chain([deep]).collect()
}

/// A text of a mebibyte with characters of every length.
fn mebibyte() -> String {
    "aé语🎹".repeat(1024 * 1024 / 10)
}

fn item(marker: &str, value: &str) -> FormItem {
    FormItem { marker: marker.to_owned(), kind: None, value: raw(value) }
}

/// Writes an entity and asserts that it comes back as it is, by its number and by its login, and beside a sign-in.
async fn assert_kept(f: &Fixture, signup: Signup) -> Signup {
    let written = signup.clone();
    f.write(move |tx| tx.signups().write(&written, EMAIL, later(1))).await.unwrap();
    let expected = Signup { version: signup.version + 1, updated_at: later(1), ..signup };
    assert!(f.find_signup(expected.id).await.as_ref() == Some(&expected));
    assert!(f.find_login(expected.provider, expected.login.as_str()).await.as_ref() == Some(&expected));
    let session = f.sign_in(expected.id, "one").await;
    assert!(f.bearer(session.id).await.unwrap().signup == expected);
    expected
}

async fn json_comes_back_byte_for_byte(f: &Fixture) {
    let mut signup = f.signup("ann").await;
    let items: Vec<FormItem> = oddities().iter().map(|text| item("m\0 '🎹", text)).collect();
    let locale = Locale::parse("zh_Hans_CN").unwrap();
    signup.form_data = FormData(Localized::new(vec![(locale, items), (Locale::default(), Vec::new())]));
    signup.fcm_tokens = vec![String::new(), "a\0b".to_owned(), "🎹 \"'\\".to_owned()];
    for text in oddities() {
        signup.state = raw(&format!("{{\"a\":{text}}}"));
        signup = assert_kept(f, signup).await;
    }
    let new = portico_domain::signup::NewSignup {
        form_data: signup.form_data.clone(),
        ..new_signup(signup.provider, signup.user, "bob")
    };
    let added = f.add_signup(new.clone()).await.unwrap();
    assert!(added.form_data == new.form_data && f.find_signup(added.id).await == Some(added));
}

async fn large_values_come_back(f: &Fixture) {
    let large = mebibyte();
    let mut signup = f.signup("ann").await;
    signup.form_data = FormData(Localized::plain(vec![item("bio", &serde_json::to_string(&large).unwrap())]));
    signup.state = raw(&format!("{{\"a\":[{}1]}}", "1,".repeat(512 * 1024)));
    signup.fcm_tokens = vec![large.clone(); 2];
    signup.notification =
        NotificationData { phone_push: vec![large.clone()], phone_sms: Some(large), ..signup.notification };
    assert_kept(f, signup).await;
}

/// So many characters of four bytes that no two neighbours are the same, so that no database can press them together.
fn long(characters: u32) -> String {
    (0..characters).map(|n| char::from_u32(0x2_0000 + n * 7919 % 40_009).unwrap()).collect()
}

async fn the_longest_logins_and_devices_have_their_place_in_the_indexes(f: &Fixture) {
    let text = long(255);
    let signup = f.signup(&text).await;
    assert_eq!(f.find_login(signup.provider, &text).await.unwrap().id, signup.id);
    // The small letter of this one is the longest of all.
    f.signup(&"\u{130}".repeat(255)).await;
    let device = Device { fingerprint: long(512), os: long(512), browser: long(512), location: long(512) };
    let session = portico_domain::signup::SignupSession {
        device: device.clone(),
        ..new_signup_session(signup.id, "one")
    };
    let session = f.keep_session(session).await;
    assert!(f.session(session.id).await == session);
    let id = signup.id;
    assert!(f.read(move |seen| seen.signup_sessions().list_devices(id, now())).await.unwrap() == [device]);
    let subject = CodeSubject::Signup { provider: signup.provider, login: login(&text) };
    let life = chrono::TimeDelta::minutes(2);
    let code = VerificationCode::issue(subject.clone(), CodeMac::from_bytes([1; 32]), now(), life);
    let kept = code.clone();
    f.write(move |tx| tx.codes().put(&kept)).await.unwrap();
    assert_eq!(f.read(move |seen| seen.codes().find(&subject)).await.unwrap(), Some(code));
}

async fn a_definition_comes_back_with_every_language(f: &Fixture) {
    let form = form_definition("one");
    let provider = provider_definition("door", "one");
    let (form_kept, provider_kept) = (form.clone(), provider.clone());
    f.write(move |tx| {
        tx.signup_forms().add(&form_kept, now())?;
        tx.signup_providers().add(&provider_kept, now()).map(drop)
    })
    .await
    .unwrap();
    let found = f.read(|seen| seen.signup_forms().find(&identifier("one"))).await.unwrap().unwrap();
    assert_eq!(found.definition.to_json().to_string(), form.to_json().to_string());
    let found = f.read(|seen| seen.signup_providers().find(&identifier("door"))).await.unwrap().unwrap();
    assert_eq!(found.definition.to_json().to_string(), provider.to_json().to_string());
}

async fn a_large_definition_comes_back(f: &Fixture) {
    let long = "é🎹".repeat(10_000);
    let texts: Vec<String> = (0..20).map(|n| format!("{n}{long}")).collect();
    let infos: serde_json::Map<_, _> =
        texts.iter().enumerate().map(|(n, text)| (format!("text{n}"), json!(text))).collect();
    let infos = Localized::plain(infos);
    let form = FormDefinition { localize_infos: infos.clone(), ..form_definition("one") };
    let provider = ProviderDefinition { localize_infos: infos, ..provider_definition("door", "one") };
    assert!(form.to_json().to_string().len() > 1024 * 1024);
    let (form_kept, provider_kept) = (form.clone(), provider.clone());
    f.write(move |tx| {
        tx.signup_forms().add(&form_kept, now())?;
        tx.signup_providers().add(&provider_kept, now()).map(drop)
    })
    .await
    .unwrap();
    let forms = f.read(|seen| seen.signup_forms().list(Stretch::ALL)).await.unwrap();
    assert!(forms[1].definition == form);
    let providers = f.read(|seen| seen.signup_providers().list(Stretch::ALL)).await.unwrap();
    assert!(providers[1].definition == provider);
}
