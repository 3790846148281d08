//! Long lists in pages (contract O44).

use integration_tests::{client::Client, server::TestServer};
use serde_json::{Value, json};

/// The ids of a list, fetched `limit` at a time; `path` without a query.
async fn by_pages(client: &Client, path: &str, limit: usize) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    loop {
        let after = ids.last().map_or_else(String::new, |id| format!("&after={id}"));
        let page = client.get(&format!("{path}?limit={limit}{after}")).await.expect(200);
        let page = page.as_array().expect("a bare list");
        assert!(page.len() <= limit);
        if page.is_empty() {
            return ids;
        }
        ids.extend(ids_of(page));
        assert!(ids.len() < 100, "the pages do not end");
    }
}

fn ids_of(list: &[Value]) -> impl Iterator<Item = String> {
    list.iter().map(|entry| entry["id"].as_str().expect("an entry has an id").to_owned())
}

#[tokio::test]
async fn every_list_can_be_read_in_pages() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "First", true).await;
    for n in 2..=7 {
        let _ = server.project(&owner, &format!("Project {n}"), false).await;
    }
    for n in 0..7 {
        let _ = server.invite(&owner, &slug, &format!("guest{n}@example.org"), "member").await;
    }
    for n in 0..4 {
        let guest = server.register(&format!("member{n}@example.org")).await;
        let _ = guest.client.post_nothing(&format!("/projects/{slug}/join")).await.expect(200);
    }
    let lists = [
        ("/projects/".to_owned(), 7),
        (format!("/projects/{slug}/invites"), 7),
        (format!("/projects/{slug}/members"), 5),
    ];
    for (path, length) in lists {
        let whole = owner.client.get(&path).await.expect(200);
        let whole: Vec<String> = ids_of(whole.as_array().expect("a bare list")).collect();
        assert_eq!(whole.len(), length, "{path}");
        for limit in [1, 3, length, length + 1, 1000] {
            assert_eq!(by_pages(&owner.client, &path, limit).await, whole, "{path} by {limit}");
        }
        // Behind the first only; and behind an id that is not in the list, wherever it would stand.
        let rest = owner.client.get(&format!("{path}?after={}", whole[0])).await.expect(200);
        assert_eq!(rest.as_array().map(Vec::len), Some(length - 1), "{path}");
        let from = owner.client.get(&format!("{path}?after=00000000-0000-0000-0000-000000000000")).await;
        assert_eq!(from.expect(200).as_array().map(Vec::len), Some(length), "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "Open", true).await;
    let (limit, after) = (("limit", "regex"), ("after", "regex"));
    for path in
        ["/projects".to_owned(), format!("/projects/{slug}/members"), format!("/projects/{slug}/invites")]
    {
        for (query, faults) in [
            ("limit=0", &[limit][..]),
            ("limit=1001", &[limit]),
            ("limit=-1", &[limit]),
            ("limit=1.5", &[limit]),
            ("limit=99999999999999999999", &[limit]),
            ("limit=", &[limit]),
            ("after=nonsense", &[after]),
            ("after=%00", &[after]),
            ("limit=x&after=x", &[limit, after]),
        ] {
            owner.client.get(&format!("{path}?{query}")).await.expect_invalid(faults);
        }
        let _ = owner.client.get(&format!("{path}?limit=1000&of=no&interest")).await.expect(200);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_list_holds_a_thousand_rows_at_once() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "Big", false).await;
    let _ = server.invite(&owner, &slug, "guest@example.org", "member").await;
    copy_the_invite(&server, 1010);
    let path = format!("/projects/{slug}/invites");
    let first = owner.client.get(&path).await.expect(200);
    let first: Vec<String> = ids_of(first.as_array().expect("a bare list")).collect();
    assert_eq!(first.len(), 1000);
    let rest = owner.client.get(&format!("{path}?after={}", first[999])).await.expect(200);
    assert_eq!(rest.as_array().map(Vec::len), Some(11));
    assert_ne!(rest, json!([]));
    server.stop().await;
}

/// Adds so many invites like the one there is, each to another address.
fn copy_the_invite(server: &TestServer, copies: u32) {
    let columns = "project_id, role, invited_by, state, created_at, expires_at";
    let (id, token) = if server.database.is_sqlite() {
        ("randomblob(16)", "randomblob(32)")
    } else {
        ("gen_random_uuid()", "sha256(n::text::bytea)")
    };
    let added = server.tables().change(&format!(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {copies}) \
         INSERT INTO invites (id, token_digest, address, canonical, {columns}) \
         SELECT {id}, {token}, 'guest' || n || '@example.org', 'guest' || n || '@example.org', {columns} \
         FROM numbers, (SELECT {columns} FROM invites LIMIT 1) AS original"
    ));
    assert_eq!(u32::try_from(added), Ok(copies));
}
