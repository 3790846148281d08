//! How to reach somebody.

use super::login;
use crate::signup::{
    Attribute, AttributeKind, Flags, FormData, Reach,
    sample::{field, flagged, form, sent},
};

const EMAIL: Flags = Flags { is_notification_email: true, ..NONE };
const SMS: Flags = Flags { is_notification_phone_sms: true, ..NONE };
const PUSH: Flags = Flags { is_notification_phone_push: true, ..NONE };
const NONE: Flags = Flags {
    is_login: false,
    is_password: false,
    is_sign_up: false,
    is_sign_up_required: false,
    is_notification_email: false,
    is_notification_phone_sms: false,
    is_notification_phone_push: false,
};

#[test]
fn flagged_fields_tell_how_to_reach_somebody() {
    let phone = Attribute { flags: SMS, ..field("phone", AttributeKind::Integer) };
    let form = form(vec![
        flagged("mail", EMAIL),
        phone,
        flagged("device", PUSH),
        flagged("other", PUSH),
        flagged("last_name", NONE),
    ]);
    let data = sent(
        r#"{"en_US":[{"marker":"last_name","value":"Lee"},{"marker":"device","value":""},{"marker":"phone","value":4915112345}],
            "tr_TR":[{"marker":"mail","value":"ann@example.org"},{"marker":"other","value":"o"},{"marker":"device","value":"d"}]}"#,
    );
    let reach = form.reach(&data.unwrap(), &login());
    assert_eq!(reach.email.as_deref(), Some("ann@example.org"));
    assert_eq!(reach.phone_sms.as_deref(), Some("4915112345"));
    assert_eq!(reach.phone_push, ["d", "o"]);
    assert_eq!(form.reach(&FormData::default(), &login()), Reach::default());
}

#[test]
fn the_login_may_be_the_address() {
    let mut form = form(vec![flagged("mail", EMAIL)]);
    form.attributes[0].flags = Flags { is_login: true, ..EMAIL };
    let data = sent(r#"{"marker":"mail","value":"ann@example.org"}"#).unwrap();
    assert_eq!(form.reach(&data, &login()).email.as_deref(), Some("test"));
}

#[test]
fn what_is_no_line_of_text_reaches_nobody() {
    let about = Attribute { flags: EMAIL, ..field("about", AttributeKind::Text) };
    let form = form(vec![about, flagged("device", PUSH)]);
    let data = sent(
        r#"[{"marker":"about","value":{"plainValue":"ann@example.org"}},{"marker":"device","value":["d"]}]"#,
    );
    assert_eq!(form.reach(&data.unwrap(), &login()), Reach::default());
}
