//! The forms of a mail server's URL.

use proptest::prelude::*;

use super::*;

#[test]
fn the_scheme_and_the_query_say_how_the_way_is_encrypted() {
    use SmtpSecurity::{Implicit, None, Opportunistic, Required};
    for (text, host, port, security) in [
        ("smtp://mail.example.org", "mail.example.org", 587, Required),
        ("smtp://mail.example.org:2525/", "mail.example.org", 2525, Required),
        ("smtp://mail.example.org?tls=required", "mail.example.org", 587, Required),
        ("smtp://mail.example.org?tls=opportunistic", "mail.example.org", 587, Opportunistic),
        ("smtp://localhost?tls=none", "localhost", 25, None),
        ("smtp://127.0.0.1:1025?tls=none", "127.0.0.1", 1025, None),
        ("smtp://[::1]:1025?tls=none", "::1", 1025, None),
        ("smtps://mail.example.org", "mail.example.org", 465, Implicit),
        ("SMTPS://Mail.Example.ORG:4650", "mail.example.org", 4650, Implicit),
        (" smtp://bücher.example\n", "xn--bcher-kva.example", 587, Required),
    ] {
        let url = SmtpUrl::parse(text).unwrap();
        assert_eq!((url.host(), url.port(), url.security()), (host, port, security), "{text}");
        assert!(url.credentials().is_none());
    }
}

#[test]
fn credentials_are_percent_decoded() {
    for (text, user, password) in [
        ("smtp://ann:secret@h", "ann", "secret"),
        ("smtps://ann%40example.org:p%40ss%3Aw%2Frd%3F@h", "ann@example.org", "p@ss:w/rd?"),
        ("smtp://ann:s:e:c@h", "ann", "s:e:c"),
        ("smtp://%C3%A4nn:p%C3%A4ss@h", "änn", "päss"),
        ("smtp://apikey:SG.x-y_z~%25@h:2525?tls=none", "apikey", "SG.x-y_z~%"),
    ] {
        let url = SmtpUrl::parse(text).unwrap();
        let credentials = url.credentials().unwrap();
        assert_eq!((credentials.user.as_str(), credentials.password.as_str()), (user, password), "{text}");
    }
}

#[test]
fn everything_else_is_refused() {
    use SmtpUrlError::{Credentials, Excess, Host, Invalid, Port, Query, Scheme};
    for (text, error) in [
        ("", Invalid),
        ("mail.example.org", Invalid),
        ("smtp://a b", Invalid),
        ("smtp://mail\n.example.org", Invalid),
        ("smtp://host:65536", Invalid),
        ("smtp://host:port", Invalid),
        ("mail.example.org:587", Scheme),
        ("http://mail.example.org", Scheme),
        ("lmtp://mail.example.org", Scheme),
        ("smtp://", Host),
        ("smtp:///", Host),
        ("smtp:mail.example.org", Excess),
        ("smtp://user:secret@:587", Host),
        ("smtp://ho%00st", Host),
        ("smtp://ho%20st", Host),
        ("smtp://host:0", Port),
        ("smtp://host/path", Excess),
        ("smtp://host#x", Excess),
        ("smtp://host?tls=maybe", Query),
        ("smtp://host?starttls=no", Query),
        ("smtp://host?tls=none&x=y", Query),
        ("smtp://host?", Query),
        ("smtps://host?tls=none", Query),
        ("smtps://host?tls=required", Query),
        ("smtp://ann@host", Credentials),
        ("smtp://ann:@host", Credentials),
        ("smtp://:secret@host", Credentials),
        ("smtp://ann:se%00cret@host", Credentials),
        ("smtp://ann:%FF@host", Credentials),
    ] {
        assert_eq!(SmtpUrl::parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn no_error_and_no_print_holds_the_password() {
    for text in [
        "smtp://ann:12?hunter2@host",
        "smtp://ann:12#hunter2@host",
        "smtp://ann:12/hunter2@host",
        "smtp://ann:hunter2@",
        "smtp://ann:hunter2@host?tls=hunter2",
        "http://ann:hunter2@host",
        "smtp://ann:hunter2@host:99999",
    ] {
        let error = SmtpUrl::parse(text).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2") && !shown.contains('\n'), "{shown}");
    }
    let url = SmtpUrl::parse("smtp://ann:hunter2@host?tls=opportunistic").unwrap();
    assert_eq!(format!("{url}"), "smtp://ann:***@host:587?tls=opportunistic");
    assert!(!format!("{url:?}").contains("hunter2"));
    let url = SmtpUrl::parse("smtps://[::1]").unwrap();
    assert_eq!(format!("{url}"), "smtps://[::1]:465");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_every_password_survives_encoding(text in ".{0,60}", password in "[^\\pC]{1,30}") {
        let _ = SmtpUrl::parse(&text);
        let encoded = percent_encoding::utf8_percent_encode(&password, percent_encoding::NON_ALPHANUMERIC);
        let url = SmtpUrl::parse(&format!("smtp://ann:{encoded}@host")).unwrap();
        prop_assert_eq!(&url.credentials().unwrap().password, &password);
    }
}
