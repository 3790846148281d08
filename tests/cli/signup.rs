//! Forms and providers of the sign-up API, as an operator applies and exports them.

use std::{fs, path::Path};

use integration_tests::{process::ServerProcess, settings};
use serde_json::{Value, json};

use crate::office::Office;

const CLUB: &str = "\
forms:
  - identifier: club
    localizeInfos: {title: Join us}
    attributes:
      - {marker: login, type: string, isLogin: true}
      - {marker: password, type: string, isPassword: true}
      - marker: age
        type: integer
        validators: {checkForNumberValidator: {integerOnly: true, minValue: 16}}
providers:
  - {identifier: club, formIdentifier: club, isCheckCode: true, config: {systemCodeLength: 8}}
";

const PHONE: &str = r#"{"providers": [{"identifier": "sms", "type": "phone", "formIdentifier": "reg"}]}"#;

fn document(text: &str) -> Value {
    serde_json::from_str(text).expect("what is exported is JSON")
}

fn identifiers(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter().map(|one| one["identifier"].as_str().expect("an identifier")).collect()
}

#[tokio::test]
async fn a_fresh_database_has_a_provider_and_a_form() {
    let office = Office::open().await;
    let exported = document(&office.prints(&["signup", "export"]));
    assert_eq!(identifiers(&exported["forms"]), ["reg"]);
    assert_eq!(identifiers(&exported["providers"]), ["email"]);
    let markers: Vec<&Value> =
        exported["forms"][0]["attributes"].as_array().unwrap().iter().map(|field| &field["marker"]).collect();
    assert_eq!(markers, ["login", "password", "last_name"]);
    assert_eq!(exported["providers"][0]["isCheckCode"], false);
}

#[tokio::test]
async fn a_file_is_planned_then_applied_and_applying_it_again_changes_nothing() {
    let office = Office::open().await;
    let file = office.file("signup.yaml", CLUB);
    let plan = "create form club\ncreate provider club\n";
    let rehearsed = office.prints(&["signup", "apply", &file, "--dry-run"]);
    assert_eq!(rehearsed, format!("{plan}nothing was changed; leave --dry-run out to do it\n"));
    let before = document(&office.prints(&["signup", "export"]));
    assert_eq!(identifiers(&before["providers"]), ["email"], "a rehearsal changes nothing");

    assert_eq!(office.prints(&["signup", "apply", &file]), format!("{plan}applied\n"));
    let again = office.prints(&["signup", "apply", &file]);
    assert_eq!(again, "keep form club\nkeep provider club\nnothing to change\n");

    let exported = office.prints(&["signup", "export"]);
    let all = office.file("all.json", &exported);
    assert!(office.prints(&["signup", "apply", &all]).ends_with("nothing to change\n"));
    let by_input = office.portico(&["signup", "apply", "-"], &exported);
    assert!(by_input.status.success());
    assert_eq!(office.prints(&["signup", "export"]), exported);
}

#[tokio::test]
async fn what_an_operator_applies_counts_at_once_in_a_running_server() {
    let office = Office::open().await;
    let server = ServerProcess::start(office.path(), &settings::on(office.database.url(), &[]));
    let door = "/api/content/users-auth-providers/marker/club";
    assert_eq!(server.client.get(door).await.status, 404);
    office.prints(&["signup", "apply", &office.file("signup.yaml", CLUB)]);
    let shown = server.client.get(door).await.expect(200);
    assert_eq!(shown["config"]["systemCodeLength"], "8", "numbers are shown as texts");
    let closed =
        json!({ "providers": [{ "identifier": "club", "formIdentifier": "club", "isActive": false }] });
    office.prints(&["signup", "apply", &office.file("closed.json", &closed.to_string())]);
    assert_eq!(server.client.get(door).await.status, 404);
}

#[tokio::test]
async fn a_faulty_file_is_refused_as_a_whole_in_one_line() {
    let office = Office::open().await;
    let club = |from: &str, to: &str| CLUB.replace(from, to);
    for (text, says) in [
        (club("isLogin: true", "isLogin: false").replace("marker: login", "marker: name"), "login"),
        (club("type: integer", "type: number"), "forms[0].attributes[2].type"),
        (club("minValue: 16", "minValue: sixteen"), "minValue"),
        (club("systemCodeLength: 8", "systemCodeLength: 99"), "systemCodeLength"),
        (
            club("identifier: club\n    localizeInfos", "identifier: a%b\n    localizeInfos"),
            "forms[0].identifier",
        ),
        (club("isCheckCode: true", "isCheckCode: true, isCheckCode: true"), "isCheckCode"),
        (
            r#"{"forms": [{"identifier": "a", "identifier": "b"}]}"#.to_owned(),
            "forms[0].identifier: is there twice",
        ),
        (" \n".to_owned(), "it is empty"),
        (club("formIdentifier: club", "formIdentifier: nothing"), "nothing"),
        (club("marker: age", "marker: login"), "attributes[2].marker"),
        (club("localizeInfos", "localiseInfos"), "localiseInfos"),
        (format!("{CLUB}users: []\n"), "users"),
        ("[]".to_owned(), "object"),
        ("forms: [".to_owned(), ""),
    ] {
        let file = office.file("faulty.yaml", &text);
        let error = office.refuses(&["signup", "apply", &file]);
        assert_eq!(error.matches("faulty.yaml").count(), 1, "{error}");
        assert!(error.contains(says), "{says}: {error}");
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    }
    let error = office.refuses(&["signup", "apply", "nowhere.yaml"]);
    assert!(error.contains("cannot be read") && error.matches("nowhere.yaml").count() == 1, "{error}");
    assert!(office.refuses(&["signup", "apply", "."]).contains("it is a directory"));
    let exported = document(&office.prints(&["signup", "export"]));
    assert_eq!(
        (identifiers(&exported["forms"]), identifiers(&exported["providers"])),
        (vec!["reg"], vec!["email"])
    );
}

#[tokio::test]
async fn a_file_that_names_nothing_changes_nothing() {
    let office = Office::open().await;
    for text in ["{}", "forms: []\n"] {
        for arguments in [&["--dry-run"][..], &[]] {
            let file = office.file("nothing.yaml", text);
            let printed = office.prints(&[&["signup", "apply", file.as_str()], arguments].concat());
            assert_eq!(printed, "it names no forms and no providers: nothing to change\n");
        }
    }
}

#[tokio::test]
async fn a_plan_names_what_becomes_another() {
    let office = Office::open().await;
    office.prints(&["signup", "apply", &office.file("signup.yaml", CLUB)]);
    let changed = "{forms: [{identifier: reg, localizeInfos: {title: Register}}], providers: \
                   [{identifier: club, formIdentifier: club, isActive: false}]}";
    let error = office.refuses(&["signup", "apply", &office.file("flow.yaml", changed)]);
    assert!(error.contains("form reg has no login field"), "what is left out takes its default: {error}");
    let changed = "{providers: [{identifier: club, formIdentifier: club, isActive: false}]}";
    let printed = office.prints(&["signup", "apply", &office.file("flow.yaml", changed)]);
    assert_eq!(printed, "update provider club: isActive, isCheckCode, config\napplied\n");
}

#[tokio::test]
async fn a_form_in_use_keeps_its_login_field() {
    let office = Office::open().await;
    let mut exported = document(&office.prints(&["signup", "export"]));
    let fields = exported["forms"][0]["attributes"].as_array_mut().unwrap();
    fields.retain(|field| field["marker"] != "login");
    let form = json!({ "forms": exported["forms"] });
    let error = office.refuses(&["signup", "apply", &office.file("form.json", &form.to_string())]);
    assert!(error.contains("provider email") && error.contains("login"), "{error}");
}

#[tokio::test]
async fn a_provider_keeps_its_type_once_somebody_came_through_it() {
    let office = Office::open().await;
    let file = office.file("signup.yaml", CLUB);
    let retyped = office.file("retyped.yaml", &CLUB.replace("isCheckCode: true", "type: password"));
    office.prints(&["signup", "apply", &file]);
    office.prints(&["signup", "apply", &retyped]);
    office.prints(&["signup", "apply", &file]);
    let server = ServerProcess::start(office.path(), &settings::on(office.database.url(), &[]));
    let newcomer = json!({
        "formIdentifier": "club",
        "authData": [{ "marker": "login", "value": "ann" }, { "marker": "password", "value": "12345" }],
        "notificationData": { "email": "ann@example.org", "phonePush": [] },
    });
    let path = "/api/content/users-auth-providers/marker/club/users/sign-up";
    assert_eq!(server.client.post(path, newcomer).await.status, 201);
    let says = "provider club: its type cannot change from email to password, since people came through it";
    for arguments in [&["signup", "apply", &retyped][..], &["signup", "apply", &retyped, "--dry-run"]] {
        let error = office.refuses(arguments);
        assert!(error.contains(says), "{error}");
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    }
}

#[tokio::test]
async fn a_provider_for_phones_needs_a_way_to_them() {
    let office = Office::open().await;
    let file = office.file("phone.json", PHONE);
    let error = office.refuses(&["signup", "apply", &file]);
    assert!(error.contains("PORTICO_CODE_WEBHOOK_URL"), "{error}");
    fs::write(
        Path::new(&file).with_file_name(".env"),
        "PORTICO_CODE_WEBHOOK_URL=https://sms.example.org/codes\nPORTICO_CODE_WEBHOOK_SECRET=hook\n",
    )
    .expect("a file can be written");
    assert_eq!(office.prints(&["signup", "apply", &file]), "create provider sms\napplied\n");
}
