//! People whom a partner made: their address is nobody else's, and waits for its owner (contract O15, O47 and O49).

use std::{num::NonZeroUsize, sync::Arc};

use integration_tests::server::{PASSWORD, Person, TestServer};
use portico_domain::{
    credential::Credential,
    email::{Email, EmailAddress, EmailState},
    id::{EmailId, UserId},
    password::PlainPassword,
    ports::{Clock as _, Passwords as _, StoreError, StoreExt as _},
    user::{DisplayName, NewUser},
};
use portico_persistence::{DieselStore, Options};
use portico_security::{HashingThreads, SystemEntropy};
use serde_json::json;

pub(crate) const PAT: &str = "pat@example.org";
const MAILED: &str = "granite-willow-58";

/// Makes a user as a partner does; answers his id.
pub(crate) async fn provision(server: &TestServer, must_change: bool) -> String {
    let entropy = Arc::new(SystemEntropy);
    let hashing =
        HashingThreads::start(NonZeroUsize::MIN, NonZeroUsize::MIN, Arc::<SystemEntropy>::clone(&entropy));
    let password = PlainPassword::choose(MAILED).expect("it is long enough");
    let hash = hashing.expect("a thread").protect(password, Vec::new()).await.expect("it is good");
    let now = server.clock.now();
    let user = UserId::generate(now, entropy.as_ref());
    let newcomer = NewUser {
        id: user,
        display_name: DisplayName::parse("Pat").expect("a name"),
        locale: None,
        created_at: now,
    };
    let email = Email {
        id: EmailId::generate(now, entropy.as_ref()),
        user,
        address: EmailAddress::parse(PAT).expect("an address"),
        state: EmailState::Provisioned,
        is_default: true,
        created_at: now,
    };
    let credential = Credential { user, hash, must_change, changed_at: now };
    let options = Options { readers: Some(1), writers: Some(1), ..Options::new(server.database.url()) };
    let opened = tokio::task::spawn_blocking(move || DieselStore::open(&options)).await;
    let store = opened.expect("it opens").expect("there is a database");
    let added = store.write::<_, StoreError, _>(move |tx| {
        tx.users().add(&newcomer)?;
        tx.emails().add(&email)?;
        tx.credentials().set(&credential)
    });
    added.await.expect("he is added");
    store.close().await;
    user.to_string()
}

/// Signs in with the mailed password.
pub(crate) async fn first_sign_in(server: &TestServer) -> Person {
    let body = json!({ "email": PAT, "password": MAILED });
    let body = server.client.post("/auth/login", body).await.expect(200);
    assert_eq!(body["password_change_required"], true);
    Person::of(&server.client, &body)
}

#[tokio::test]
async fn a_mailed_password_proves_its_address() {
    let server = TestServer::start().await;
    let id = provision(&server, true).await;
    let body = json!({ "email": PAT, "password": "wrong-password" });
    server.client.post("/auth/login", body).await.expect_error(401, "INVALID_CREDENTIALS");

    let pat = first_sign_in(&server).await;
    assert_eq!(pat.id, id);
    let me = pat.client.get("/auth/me").await.expect(200);
    assert_eq!((&me["emailVerified"], &me["displayName"]), (&true.into(), &"Pat".into()));
    server.stop().await;
}

#[tokio::test]
async fn a_password_that_was_not_mailed_proves_nothing() {
    let server = TestServer::start().await;
    let _ = provision(&server, false).await;
    let body = json!({ "email": PAT, "password": MAILED });
    server.client.post("/auth/login", body).await.expect_error(401, "EMAIL_NOT_VERIFIED");
    server.stop().await;
}

#[tokio::test]
async fn a_mailed_password_must_be_changed_before_anything_else() {
    let server = TestServer::start().await;
    let _ = provision(&server, true).await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "Open", true).await;
    let (invite, token) = server.invite(&owner, &slug, "guest@example.org", "member").await;
    let pat = first_sign_in(&server).await;

    let me = &pat.client;
    let address = json!({ "email": "x@example.org" });
    for refused in [
        me.get("/auth/emails").await,
        me.post("/auth/emails", address.clone()).await,
        me.post("/auth/emails/verify", json!({ "email": PAT, "code": "123456" })).await,
        me.post("/auth/emails/resend", address.clone()).await,
        me.get("/projects").await,
        me.post("/projects", json!({ "name": "x" })).await,
        me.get(&format!("/projects/{slug}")).await,
        me.get(&format!("/projects/{slug}/members")).await,
        me.post_nothing(&format!("/projects/{slug}/join")).await,
        me.get(&format!("/projects/{slug}/invites")).await,
        me.post(&format!("/projects/{slug}/invites"), address).await,
        me.delete(&format!("/projects/{slug}/invites/{invite}")).await,
        me.post_nothing(&format!("/projects/{slug}/invites/{invite}/resend")).await,
        me.post_nothing(&format!("/invites/{token}/accept")).await,
    ] {
        refused.expect_error(403, "PASSWORD_CHANGE_REQUIRED");
    }

    // Refreshing does not get around it.
    let body = json!({ "refresh_token": pat.refresh_token });
    let body = server.client.post("/auth/token/refresh", body).await.expect(200);
    let pat = server.client.bearing(body["token"].as_str().expect("a token"));
    pat.get("/projects").await.expect_error(403, "PASSWORD_CHANGE_REQUIRED");

    let _ = pat.get("/auth/me").await.expect(200);
    let body = json!({ "old_password": MAILED, "new_password": PASSWORD });
    pat.post("/auth/password/change", body).await.expect_message();
    assert_eq!(pat.get("/projects").await.expect(200), json!([]));
    let body = json!({ "email": PAT, "password": PASSWORD });
    let body = server.client.post("/auth/login", body).await.expect(200);
    assert!(body.get("password_change_required").is_none());
    server.stop().await;
}

#[tokio::test]
async fn whoever_must_change_his_password_can_leave() {
    let server = TestServer::start().await;
    let _ = provision(&server, true).await;
    let pat = first_sign_in(&server).await;
    pat.client.post_nothing("/auth/logout").await.expect_message();
    pat.client.get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
    server.stop().await;
}

#[tokio::test]
async fn registering_at_a_provisioned_address_completes_that_user() {
    let server = TestServer::start().await;
    let id = provision(&server, true).await;
    let pat = server.register(PAT).await;
    assert_eq!(pat.id, id);
    assert_eq!(server.tables().count("users", "1 = 1"), 1);
    let me = pat.client.get("/auth/me").await.expect(200);
    assert_eq!((&me["emailVerified"], &me["displayName"]), (&true.into(), &"Pat".into()));
    assert_eq!(me["emails"].as_array().map(Vec::len), Some(1));

    let body = json!({ "email": PAT, "password": MAILED });
    server.client.post("/auth/login", body).await.expect_error(401, "INVALID_CREDENTIALS");
    let body = json!({ "email": PAT, "password": PASSWORD });
    let body = server.client.post("/auth/login", body).await.expect(200);
    assert!(body.get("password_change_required").is_none());
    server.stop().await;
}

#[tokio::test]
async fn registering_with_an_invite_completes_a_provisioned_user() {
    let server = TestServer::start().await;
    let id = provision(&server, true).await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    let (_, token) = server.invite(&owner, &slug, PAT, "member").await;
    let body = json!({ "invite_token": token, "email": PAT, "password": PASSWORD });
    let body = server.client.post("/auth/register/with-invite", body).await.expect(200);
    let pat = Person::of(&server.client, &body);
    assert_eq!((pat.id, &body["user"]["displayName"]), (id, &"Pat".into()));
    assert_eq!(pat.client.get(&format!("/projects/{slug}")).await.expect(200)["role"], "member");
    assert_eq!(server.tables().count("users", "1 = 1"), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_provisioned_address_is_nobody_elses() {
    let server = TestServer::start().await;
    let _ = provision(&server, true).await;
    let ada = server.register("ada@example.org").await;
    let added = ada.client.post("/auth/emails", json!({ "email": PAT })).await;
    added.expect_error(400, "EMAIL_ALREADY_IN_USE");
    server.stop().await;
}

#[tokio::test]
async fn the_page_of_an_invite_asks_to_change_a_mailed_password_first() {
    let server = TestServer::start().await;
    let _ = provision(&server, true).await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    let (_, token) = server.invite(&owner, &slug, PAT, "member").await;
    let fields = [("action", "sign-in"), ("email", PAT), ("password", MAILED)];
    let page = server.client.post_form(&format!("/invite/{token}"), &fields).await;
    assert_eq!(page.status, 403, "{}", page.text);
    assert!(page.text.contains("mailed") && page.text.contains("href=\"/reset-password\""), "{}", page.text);
    let members = owner.client.get(&format!("/projects/{slug}/members")).await.expect(200);
    assert_eq!(members.as_array().map(Vec::len), Some(1));

    // The way that the page shows leads in.
    let _ = server.client.post_form("/reset-password", &[("email", PAT)]).await;
    let letter = server.mailbox.take(PAT).await;
    let reset = letter.token_after("/reset-password?token=");
    let fields = [("token", reset.as_str()), ("password", PASSWORD)];
    assert_eq!(server.client.post_form("/reset-password", &fields).await.status, 200);
    let fields = [("action", "sign-in"), ("email", PAT), ("password", PASSWORD)];
    assert_eq!(server.client.post_form(&format!("/invite/{token}"), &fields).await.status, 200);
    server.stop().await;
}
