//! What other services may ask (portal contract section 3.4).

use integration_tests::{
    client::Answer,
    portal::{MANAGEMENT, Portal, account_of},
};
use reqwest::{Method, header::AUTHORIZATION};
use serde_json::json;

const FIRST: &str = "first-service-token-7731";
const SECOND: &str = "second-service-token-9102";
const ROLES: &str = "/api/external/all_member_roles";
const REFUSED: &str = "no valid token";

async fn start() -> Portal {
    let tokens = format!("{FIRST},{SECOND}");
    Portal::start_with(&[("PORTICO_EXTERNAL_TOKENS", &tokens)]).await
}

/// Asks with this header.
async fn ask(portal: &Portal, path: &str, authorization: Option<&str>) -> Answer {
    let client = &portal.server.client;
    let request = client.request(Method::GET, path);
    client
        .send(match authorization {
            Some(value) => request.header(AUTHORIZATION, value),
            None => request,
        })
        .await
}

async fn find(portal: &Portal, account: &str) -> Answer {
    let account = percent_encoding::utf8_percent_encode(account, percent_encoding::NON_ALPHANUMERIC);
    let path = format!("/api/external/find_role?account_id={account}");
    portal.server.client.bearing(FIRST).get(&path).await
}

#[tokio::test]
async fn a_service_asks_for_the_role_behind_an_account() {
    let portal = start().await;
    let admin = portal.admin().await;
    let people = [("mem", "member"), ("old", "retired"), ("not", "not_member"), ("boss", "admin")];
    let _ = portal.import(&admin, &people).await;
    for (name, role) in people {
        let body = find(&portal, &account_of(name)).await.expect(200);
        assert_eq!(body, json!({ "role": role }));
    }
    for nobody in ["oauth2|discord|nobody", "", "OAUTH2|DISCORD|MEM", "oauth2|discord|mem ", "mem"] {
        find(&portal, nobody).await.expect_problem(404, "no such user");
    }
    let path = "/api/external/find_role";
    portal.server.client.bearing(FIRST).get(path).await.expect_problem(404, "no such user");
    portal.stop().await;
}

#[tokio::test]
async fn a_service_asks_for_the_roles_of_everybody_with_an_account() {
    let portal = start().await;
    let client = portal.server.client.bearing(SECOND);
    assert_eq!(client.get(ROLES).await.expect(200), json!({}));
    // An operator's admin has no account at the provider.
    let admin = portal.admin().await;
    assert_eq!(client.get(ROLES).await.expect(200), json!({}));
    let people = [("mem", "member"), ("old", "retired"), ("not", "not_member"), ("boss", "admin")];
    let ids = portal.import(&admin, &people).await;
    let _ = portal.sign_up("ann").await;
    let _ = portal.arrive("newcomer").await;
    let mut expected = json!({ account_of("ann"): { "role": "not_member" } });
    for (name, role) in people {
        expected[account_of(name)] = json!({ "role": role });
    }
    assert_eq!(client.get(ROLES).await.expect(200), expected);

    let patch = json!({ "user_id": ids[0], "role": "retired" });
    admin.browser.patch(&format!("{MANAGEMENT}/user"), patch).await.expect_ok(&[]);
    expected[account_of("mem")] = json!({ "role": "retired" });
    assert_eq!(client.get(ROLES).await.expect(200), expected);
    portal.stop().await;
}

#[tokio::test]
async fn only_a_bearer_of_one_of_the_tokens_is_answered() {
    let portal = start().await;
    let admin = portal.admin().await;
    let bearer = |token: &str| format!("Bearer {token}");
    let accounts = admin.browser.client().token().expect("he has one").to_owned();
    let wrong = [
        None,
        Some(FIRST.to_owned()),
        Some(format!("Basic {FIRST}")),
        Some(bearer("no-service-token-0000")),
        Some(bearer(&FIRST[1..])),
        Some(bearer(&format!("{FIRST}x"))),
        Some(bearer(&format!("{FIRST},{SECOND}"))),
        Some(bearer(&FIRST.to_uppercase())),
        Some(bearer(&accounts)),
        Some(format!("Token {SECOND}")),
    ];
    for path in [ROLES, "/api/external/find_role?account_id=x"] {
        for header in &wrong {
            ask(&portal, path, header.as_deref()).await.expect_problem(403, REFUSED);
        }
    }
    for token in [FIRST, SECOND] {
        assert_eq!(ask(&portal, ROLES, Some(&bearer(token))).await.status, 200);
    }
    let member = portal.sign_up("ann").await;
    member.browser.get(ROLES).await.expect_problem(403, REFUSED);
    portal.stop().await;
}

#[tokio::test]
async fn without_tokens_nobody_is_answered() {
    let portal = Portal::start().await;
    for header in [None, Some("Bearer first-service-token-7731"), Some("Bearer "), Some("")] {
        ask(&portal, ROLES, header).await.expect_problem(403, REFUSED);
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_services_token_opens_nothing_else() {
    let portal = start().await;
    let service = portal.server.client.bearing(FIRST);
    service.get("/api/private/profile").await.expect_problem(401, "ログインしていません");
    service.get(&format!("{MANAGEMENT}/users")).await.expect_problem(401, "トークンが無効です");
    service.get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
    portal.stop().await;
}

#[tokio::test]
async fn accounts_of_another_provider_are_not_told() {
    let portal = start().await;
    let admin = portal.admin().await;
    let _ = portal.import(&admin, &[("ann", "member")]).await;
    let tables = portal.server.tables();
    // As if the provider had been another one when he signed up.
    let moved = tables.change("UPDATE external_identities SET issuer = 'https://former.example/'");
    assert_eq!(moved, 1);
    assert_eq!(portal.server.client.bearing(FIRST).get(ROLES).await.expect(200), json!({}));
    find(&portal, &account_of("ann")).await.expect_problem(404, "no such user");
    // One of whichever provider is set.
    let moved = tables.change("UPDATE external_identities SET issuer = ''");
    assert_eq!(moved, 1);
    assert_eq!(find(&portal, &account_of("ann")).await.expect(200)["role"], "member");
    portal.stop().await;
}
