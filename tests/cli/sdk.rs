//! The vendor's SDK, unmodified: its modules `AuthProvider`, `Users` and `Forms`, against a real server.

use std::fs;

use integration_tests::{fake_provider::FakeProvider, process::ServerProcess, secrets::SecretKind, settings};
use serde_json::json;

use crate::{
    node::NodeProject,
    office::Office,
    tour::{SIGNUP, file, page},
};

/// What the check is made of, in `tests/sdk`.
const SOURCES: [&str; 13] = [
    ".npmrc",
    "package.json",
    "package-lock.json",
    "signup.yaml",
    "surface.mjs",
    "application.mjs",
    "accounts.mjs",
    "errors.mjs",
    "forms.mjs",
    "samples.mjs",
    "sessions.mjs",
    "page.yaml",
    "visitor.mjs",
];
/// The steps that it tells of.
const STEPS: &str = "\
seesProvidersAndForms
looksAsConfigured
signsUpWithEverySample
signsUpWithTheRest
refusesWhatDoesNotFit
triesAgainWithTheSameObject
staysSignedIn
refreshesWhereItIsToldTo
leaves
weathersStorms
changesItself
showsCodes
comesByAProvider
goesByAnyName
throwsWhatItIsTold
getsErrorsFromEverywhere
needsTheTokenOfAnApplication
";
/// What the sign-up page says to a visitor who speaks German: while no server is there, then its title and fields, with
/// a name that is too long, with a wrong code and with the right one; how much is left of the form, and what is kept.
const VISIT: &str = "\
Der Server ist nicht erreichbar. Bitte später versuchen.
Komm in den Club
login password name about age height weight born since level hand
Bitte prüfen: Rufname
Der Code ist falsch oder abgelaufen.
Willkommen!
0
login name about age height weight born since level hand
";
/// The passwords in its source.
const PASSWORDS: [&str; 4] = ["12345", "another", "şifré 密码", "başka şifré"];
/// Where its own page would take a code of the provider back.
const REDIRECT: &str = "https://app.example/back";
/// What the other server wants to see of an application.
const APP_TOKENS: [&str; 2] = ["token-of-the-first-application", "token-of-the-second-application"];

#[tokio::test(flavor = "multi_thread")]
async fn the_sdk_gets_through_its_whole_surface_unmodified() {
    let Some(project) = NodeProject::copy("sdk", &SOURCES) else { return };
    project.install();
    let (house, guarded_house) = (Office::open().await, Office::open().await);
    house.prints(&["signup", "apply", &project.folder.path().join("signup.yaml").display().to_string()]);
    let provider = FakeProvider::start().await;
    let server =
        ServerProcess::start(house.path(), &settings::on(house.database.url(), &provider.settings()));
    let tokens = APP_TOKENS.join(",");
    let token = [("PORTICO_APP_TOKEN", tokens.as_str())];
    let guarded =
        ServerProcess::start(guarded_house.path(), &settings::on(guarded_house.database.url(), &token));
    let codes = [(); 2].map(|()| provider.authorize_at_client(REDIRECT, None));
    // What the SDK sends and gets is its own affair, but for what is known before.
    let known = [
        PASSWORDS.map(|password| (SecretKind::Password, password)).as_slice(),
        &APP_TOKENS.map(|token| (SecretKind::Token, token)),
        &codes.each_ref().map(|code| (SecretKind::Code, code.as_str())),
    ]
    .concat();
    for (kind, secret) in known {
        server.client.secrets().note(kind, secret);
        guarded.client.secrets().note(kind, secret);
    }
    let given = json!({
        "base": format!("http://{}", server.address),
        "letters": house.path().join("data/mail"),
        "guarded": { "base": format!("http://{}", guarded.address), "tokens": APP_TOKENS },
        "openid": {
            "client": provider.client_id(),
            "redirect": REDIRECT,
            "codes": codes,
            "email": "somebody@example.org",
        },
    });
    assert_eq!(project.run("node", &["surface.mjs", &given.to_string()]), STEPS);
}

#[tokio::test]
async fn the_sign_up_page_takes_a_visitor_from_its_fields_to_its_welcome() {
    let Some(project) = NodeProject::copy("sdk", &SOURCES) else { return };
    project.install();
    for name in ["words.mjs", "page.mjs"] {
        let script = file(&page(SIGNUP), &format!("js\n// {name}"));
        fs::write(project.folder.path().join(name), script).expect("a file can be written");
    }
    let house = Office::open().await;
    house.prints(&["signup", "apply", &project.folder.path().join("page.yaml").display().to_string()]);
    let server = ServerProcess::start(house.path(), &settings::on(house.database.url(), &[]));
    server.client.secrets().note(SecretKind::Password, "queens-gambit");
    let (base, letters) = (format!("http://{}", server.address), house.path().join("data/mail"));
    assert_eq!(project.run("node", &["visitor.mjs", &base, &letters.display().to_string()]), VISIT);
}

#[tokio::test]
async fn the_first_script_of_the_page_about_sign_up_forms_prints_what_the_page_says() {
    let Some(project) = NodeProject::copy("sdk", &SOURCES) else { return };
    project.install();
    let script = file(&page(SIGNUP), "js\n// first.mjs");
    fs::write(project.folder.path().join("first.mjs"), script).expect("a file can be written");
    let house = Office::open().await;
    let server = ServerProcess::start(house.path(), &settings::on(house.database.url(), &[]));
    server.client.secrets().note(SecretKind::Password, "12345");
    let printed = project.run("node", &["first.mjs", &format!("http://{}", server.address)]);
    assert!(
        page(SIGNUP).contains(&format!("$ node first.mjs http://localhost:8080\n{printed}")),
        "{printed}"
    );
}
