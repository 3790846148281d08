//! Whatever is sent, the answer is one of the contract's.

use actix_web::{
    rt::System,
    test::{call_service, init_service, read_body_json},
};
use proptest::{collection::vec, prelude::*};

use super::*;

/// A JSON value of any kind, at times one that is right.
fn value() -> impl Strategy<Value = Value> {
    let right =
        [json!(KEY), json!("ann@example.org"), json!(user().id.to_string()), json!("autumn"), json!(MODEL)];
    let leaf = prop_oneof![
        proptest::sample::select(right.to_vec()),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| vec(inner, 0..3).prop_map(Value::from))
}

/// An object with fields of the contract, and with others.
fn object() -> impl Strategy<Value = String> {
    let names =
        ["key", "email", "login", "user", "dict", "text", "model", "sendEmailToUser", "", "\u{1f600}"];
    let member = (proptest::sample::select(names.to_vec()), value());
    let text = |(name, value): &(&str, Value)| format!("{}:{value}", json!(name));
    vec(member, 0..12)
        .prop_map(move |members| format!("{{{}}}", members.iter().map(text).collect::<Vec<_>>().join(",")))
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => object().prop_map(String::into_bytes),
        1 => "[\\[\\]{}\",:\\\\a1 ]{0,40}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..40),
    ]
}

#[test]
fn no_body_is_answered_otherwise() {
    let mut transaction = keeping(|_| {});
    transaction.emails.expect_list_of().returning(|_| Ok(Vec::new()));
    transaction
        .idempotency_keys
        .expect_claim()
        .returning(|request| Ok(if request.key.as_str().len() > 2 { Claim::Taken } else { Claim::New }));
    let system = System::new();
    let service = system.block_on(init_service(crate::app(&site(transaction))));
    let paths = proptest::sample::select(vec![AUTH_USER, SAVE]);
    proptest!(|(path in paths, body in body(), name in proptest::option::of("[ -~]{0,4}"))| {
        let mut request = TestRequest::post().uri(path).set_payload(body);
        if let Some(name) = name {
            request = request.insert_header(("Idempotency-Key", name));
        }
        let answer = system.block_on(call_service(&service, request.to_request()));
        let status = answer.status().as_u16();
        prop_assert_eq!(answer.headers().get("Content-Type").unwrap(), "application/json");
        let said: Value = system.block_on(read_body_json(answer));
        prop_assert!([200, 400, 409].contains(&status), "{}: {}", status, said);
        let members = said.as_object().unwrap();
        prop_assert_eq!(members.contains_key("success"), status == 200);
        for (name, value) in members.iter().filter(|_| status != 200) {
            prop_assert!(if name == "detail" { value.is_string() } else { value[0].is_string() }, "{}", said);
        }
    });
}
