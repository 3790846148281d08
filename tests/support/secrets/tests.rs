//! The search itself can fail, and only where a secret is.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use reqwest::{Client, Method, header::HeaderMap};
use serde_json::json;

use super::{SecretKind::*, *};

/// One secret of each kind, with what is hard to find in it.
const PLANTED: [(SecretKind, &str); 8] = [
    (Password, "vïolet \"harbour\"/49+ok"),
    (Code, "135790"),
    (Token, "hitkey_6uZycGP1_mbV7-chTZlaw7YxC7Wjk3cne-FbKcAxGVs"),
    (MailedToken, "vX7q6-GSV_DMxdwDHCp2W9bg1JPcGl3Zn93Tg6TBiQk"),
    (Cookie, "s%3A8kf2.Zq=="),
    (Shared, "shared & sound"),
    (MasterSecret, "f70e2853e3b2ed2d7cde6a8bf272ce2ceb73a0cccd708c34d79f54a37f3242dd"),
    (ServicePassword, "p@ss:wörd"),
];

fn ledger() -> Secrets {
    let secrets = Secrets::default();
    for (kind, secret) in PLANTED {
        secrets.note(kind, secret);
    }
    secrets
}

/// What a careless program would write.
fn forms(secret: &str) -> Vec<String> {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", secret).finish();
    let mut path = reqwest::Url::parse("http://localhost").expect("a URL");
    path.path_segments_mut().expect("it has a path").push(secret);
    let mut user = path.clone();
    user.set_password(Some(secret)).expect("it has a host");
    vec![
        format!("it is {secret}"),
        format!("({secret})"),
        format!("a\n{secret}\tb"),
        format!("it is {secret:?}, or {:?}", format!("a\n{secret:?}")),
        json!({ "given": secret }).to_string(),
        query,
        path.to_string(),
        user.to_string(),
        format!("{:?}", secret.as_bytes()),
        json!(secret.as_bytes()).to_string(),
        hex::encode_upper(secret),
        hex::encode(secret),
        STANDARD.encode(secret),
        URL_SAFE.encode(secret),
        STANDARD.encode(format!("\0ann\0{secret}")),
        STANDARD.encode(format!("ann:{secret}\n")),
        URL_SAFE.encode(format!("annie:{secret}/")),
    ]
}

#[test]
fn each_kind_of_secret_is_found_in_each_form() {
    for (kind, secret) in PLANTED {
        for form in forms(secret) {
            let as_json =
                json!({ "level": "INFO", "message": "hello", "span": { "what": form } }).to_string();
            let as_text = format!("INFO portico: hello what={}", form.replace('\n', " "));
            for line in [as_json, as_text] {
                let log = format!("{{\"message\":\"first\"}}\n{line}\nlast\n");
                let found = ledger().find_in(&log);
                assert_eq!(found.len(), 1, "{kind} as {form:?} in {line}: {found:?}");
                assert_eq!(found[0].kind, kind, "{line}");
                assert!(found[0].line.contains("hello"), "{found:?}");
                assert!(!found[0].line.contains(secret), "{found:?}");
            }
        }
    }
}

#[test]
fn a_log_without_a_secret_is_clean() {
    let log = concat!(
        r#"{"timestamp":"2026-11-22T01:33:58.135791Z","level":"INFO","message":"request served","#,
        r#""id":"7d0c11d8a5a84f0f9b1c2d3e4f5a6b7c","method":"POST","route":"/auth/register/password","#,
        r#""status":200,"ms":12.345,"user":"01a200e3-7ba9-7cb8-8b47-a9057230174f","client":"127.0.0.1"}"#,
        "\nplain text of no harm\n",
    );
    ledger().assert_absent_from(log);
    Secrets::default().assert_absent_from(log);
}

#[test]
fn the_digits_of_a_code_within_a_number_are_no_hit() {
    let secrets = ledger();
    for harmless in [
        "2026-11-22T01:33:58.135790Z",
        "2026-11-22T01:33:58.135790+00:00",
        "2026-11-22 01:33:58.135790",
        "135790.25",
        "took 3.135790 s, or 135790ms, or 135790.5µs",
        "01a135790-7ba9-7cb8-8b47-a90135790174",
        "7d0c11d8a5135790f0f9b1c2d3e4f5a6",
        "1135790",
        "1357901",
        "/tmp/.tmp135790/data",
    ] {
        let as_json = json!({ "timestamp": harmless, "message": harmless }).to_string();
        secrets.assert_absent_from(&format!("{harmless}\n{as_json}\n"));
    }
    secrets.assert_absent_from(r#"{"ms":135790.0,"other":0.135790}"#);
    for leak in
        ["135790", "code=135790.", "code_135790", "a-135790-b", "%20135790%20", "1. 135790", r"\n135790"]
    {
        let as_json = json!({ "message": leak }).to_string();
        assert_eq!(secrets.find_in(&format!("{leak}\n{as_json}\n")).len(), 2, "{leak}");
    }
    assert_eq!(secrets.find_in(r#"{"code":135790}"#).len(), 1, "as a number");
}

#[test]
fn what_cannot_be_told_from_other_words_is_not_searched_for() {
    let secrets = Secrets::default();
    for value in ["", "12345", "short", "xxxxxxxxxxxx", "password", "register"] {
        secrets.note(Password, value);
    }
    assert_eq!(secrets.count(Password), 0);
    secrets.note(Password, "short1");
    assert_eq!(secrets.count(Password), 1);
}

#[test]
fn a_failure_names_the_kind_and_not_the_secret() {
    let told = std::panic::catch_unwind(|| ledger().assert_absent_from("hello, code=135790 vX7q6\nbye\n"));
    let told = told.expect_err("it is there");
    let told = told.downcast_ref::<String>().expect("a text");
    assert!(told.contains("one-time code in: hello, code=«secret» vX7q6"), "{told}");
    assert!(!told.contains("135790"), "{told}");
}

#[test]
fn ledgers_that_are_joined_are_searched_for_together_also_for_what_comes_later() {
    let (server, mail) = (Secrets::default(), Secrets::default());
    server.join(&mail);
    mail.note(Code, "135790");
    assert_eq!(server.find_in("135790").len(), 1);
    assert_eq!(server.count(Code), 1);
}

#[test]
fn a_request_is_noted_with_everything_secret_in_it() {
    let secrets = Secrets::default();
    let body = json!({
        "email": "ann@example.org", "code": 246_802, "device": { "newPassword": "amber-lantern-73" },
        "answers": [{ "refresh_token": ["one-token", { "client_secret": "two-secret" }] }],
        "token_type": "Bearer-token", "password_change_required": true,
    });
    let client = Client::new();
    let request = client
        .request(Method::POST, "http://localhost/invites/path%2Dtoken/accept?token=query-token&page=123456")
        .bearer_auth("bearer-token")
        .header("Cookie", "theme=darker; sid=\"session-cookie\"")
        .header("X-App-Token", "app-token")
        .json(&body);
    secrets.note_request(&request.build().expect("a request"));
    let form = client.post("http://localhost/invite/page-token").form(&[("password", "form-password")]);
    secrets.note_request(&form.build().expect("a request"));
    for (kind, secret) in [
        (Code, "246802"),
        (Password, "amber-lantern-73"),
        (Password, "form-password"),
        (Token, "one-token"),
        (Token, "path%2Dtoken"),
        (Token, "path-token"),
        (Token, "query-token"),
        (Token, "bearer-token"),
        (Token, "app-token"),
        (Token, "page-token"),
        (Shared, "two-secret"),
        (Cookie, "session-cookie"),
    ] {
        let found = secrets.find_in(&format!("it is {secret}"));
        assert!(found.iter().any(|leak| leak.kind == kind), "{secret}: {found:?}");
    }
    let open = "ann@example.org Bearer-token 123456 localhost accept invites POST true";
    secrets.assert_absent_from(open);
}

#[test]
fn what_the_clients_of_the_sign_up_api_send_and_get_is_noted() {
    let secrets = Secrets::default();
    let body = json!({
        "langCode": "zh_Hans_CN",
        "authData": [
            { "marker": "login", "value": "ann@example.org" },
            { "marker": "password_reg", "value": "auth-password" },
            { "marker": "code", "value": "90BDCX" },
        ],
    });
    let client = Client::new();
    let path = "http://localhost/api/content/users/me/fcm-token/device%3Atoken";
    let request = client.post(path).header("x-app-token", "undefined").json(&body);
    secrets.note_request(&request.build().expect("a request"));
    let system_code = json!({ "value": "WTGC9E", "expiredDate": "2026-11-22T01:33:58.000Z" });
    let config =
        json!({ "accessTokenTtlSec": "360000", "refreshTokenTtlMc": "604800", "systemCodeLength": "8" });
    let answer = json!({ "systemCode": system_code, "config": config, "accessToken": "an-access-token" });
    secrets.note_answer(&HeaderMap::new(), &answer);
    secrets.note_letter("The code is:\n\n    K7Q2ZPAA\n\nEnter it.\n");
    for (kind, secret) in [
        (Password, "auth-password"),
        (Code, "90BDCX"),
        (Code, "WTGC9E"),
        (Code, "K7Q2ZPAA"),
        (Token, "device%3Atoken"),
        (Token, "device:token"),
        (Token, "an-access-token"),
    ] {
        let found = secrets.find_in(&format!("it is {secret}"));
        assert!(found.iter().any(|leak| leak.kind == kind), "{secret}: {found:?}");
    }
    let open = "ann@example.org undefined zh_Hans_CN 360000 604800 2026-11-22T01:33:58.000Z Enter it.";
    secrets.assert_absent_from(open);
}

#[test]
fn an_answer_is_noted_with_its_cookies_and_without_its_error_codes() {
    let secrets = Secrets::default();
    let mut headers = HeaderMap::new();
    headers.append("Set-Cookie", "sid=first-cookie; Path=/; HttpOnly".parse().expect("a header"));
    headers.append("Set-Cookie", "csrf=other-cookie".parse().expect("a header"));
    headers.append("Location", "/login?access_token=location-token".parse().expect("a header"));
    secrets.note_answer(&headers, &json!({ "code": "INVALID_CODE", "token": "answer-token" }));
    for secret in ["first-cookie", "other-cookie", "location-token", "answer-token"] {
        assert_eq!(secrets.find_in(secret).len(), 1, "{secret}");
    }
    secrets.assert_absent_from("INVALID_CODE HttpOnly /login");
}

#[test]
fn a_letter_is_noted_with_its_code_and_its_tokens() {
    let secrets = Secrets::default();
    let token = "vX7q6-GSV_DMxdwDHCp2W9bg1JPcGl3Zn93Tg6TBiQk";
    secrets
        .note_letter(&format!("Your code:\n\n    135790\n\nhttps://portico.example/invite/{token}\n-- \n"));
    assert_eq!((secrets.count(Code), secrets.count(MailedToken)), (1, 1));
    assert_eq!(secrets.find_in(&format!("{token} and 135790")).len(), 2);
}

#[test]
fn what_partners_show_and_whom_they_create_is_noted() {
    let secrets = Secrets::default();
    let request = Client::new().get("http://localhost/results/page-token-of-a-result");
    secrets.note_request(&request.build().expect("a request"));
    let created = json!({ "name": "Diktado", "key": "portico_key_amber", "key_prefix": "portico_key_am" });
    secrets.note_answer(&HeaderMap::new(), &created);
    secrets.note_answer(&HeaderMap::new(), &json!({ "id": "hook-id", "secret": "whsec_lantern" }));
    secrets.note_letter("Your password:\n\n    Kx7mPq9RtV2wYz3B\n\nWelcome to Diktado.\n-- \nPortico\n");
    for (kind, secret) in [
        (Token, "page-token-of-a-result"),
        (Token, "portico_key_amber"),
        (Shared, "whsec_lantern"),
        (Password, "Kx7mPq9RtV2wYz3B"),
    ] {
        let found = secrets.find_in(&format!("it is {secret}"));
        assert!(found.iter().any(|leak| leak.kind == kind), "{secret}: {found:?}");
    }
    secrets.assert_absent_from("Diktado portico_key_am hook-id results Welcome Portico");
}

#[test]
fn the_settings_are_noted_as_far_as_they_are_secret() {
    let secrets = Secrets::default();
    secrets.note_settings([
        ("PORTICO_SECRET_KEY", "a secret for tests, long enough"),
        ("PORTICO_SMTP_URL", "smtp://me:p%40ssword@localhost:25"),
        ("PORTICO_DATABASE_URL", "postgres://postgres:postgres@localhost/postgres"),
        ("PORTICO_EXTERNAL_TOKENS", "token-one, token-two"),
        ("PORTICO_TOKEN_PREFIX", "hitkey_"),
        ("PATH", "/usr/bin"),
    ]);
    for secret in ["a secret for tests, long enough", "p%40ssword", "p@ssword", "token-one", "token-two"] {
        assert!(!secrets.find_in(secret).is_empty(), "{secret}");
    }
    secrets.assert_absent_from("postgres localhost hitkey_ /usr/bin PORTICO_SECRET_KEY me");
}
