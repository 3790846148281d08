//! The admin who looks after partners (partner contract, "Management").

use reqwest::Method;
use serde_json::{Value, json};

use super::{DICT, PARTNERS, Program, TITLE};
use crate::{
    client::{Answer, Client},
    portal::{ADMIN, Browser},
    server::{PASSWORD, TestServer},
};

/// An admin at work.
#[derive(Clone, Debug)]
pub struct Office {
    /// What he works with.
    pub browser: Browser,
    nobody: Client,
}

/// A partner and its program.
#[derive(Clone, Debug)]
pub struct Partner {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A program that shows its first key.
    pub program: Program,
}

/// An address at which a partner is told what happened.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// What is posted there is signed with this.
    pub secret: String,
}

impl TestServer {
    /// The office of an admin who signs in with a password.
    pub async fn office(&self) -> Office {
        Office::of(self, &self.admin().await)
    }

    /// A partner with a registered dictation, and the office that made it.
    pub async fn partner(&self) -> (Office, Partner) {
        let office = self.office().await;
        let partner = office.partner("Diktado").await;
        (office, partner)
    }
}

impl Partner {
    /// Its path among the admins' endpoints, or that of something below it, such as `/results`.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("{PARTNERS}/{}{rest}", self.id)
    }
}

/// The list under a key.
#[track_caller]
fn list(body: &Value, key: &str) -> Vec<Value> {
    body[key].as_array().unwrap_or_else(|| panic!("no {key} in {body}")).clone()
}

#[track_caller]
fn text(body: &Value, key: &str) -> String {
    body[key].as_str().unwrap_or_else(|| panic!("no {key} in {body}")).to_owned()
}

impl Office {
    /// The office of an admin of a server.
    #[must_use]
    pub fn of(server: &TestServer, admin: &Browser) -> Self {
        Self { browser: admin.clone(), nobody: server.client.clone() }
    }

    /// The office of the same admin, who has signed in once more: his bearer token lives for an hour.
    pub async fn renewed(server: &TestServer) -> Self {
        let person = server.sign_in(ADMIN, PASSWORD).await;
        Self::of(server, &Browser::new(&person.client))
    }

    /// Lets a partner in.
    pub async fn create(&self, name: &str) -> Partner {
        let body =
            self.browser.post(PARTNERS, json!({ "name": name })).await.expect_ok(&["id", "name", "key"]);
        let program = Program::new(&self.nobody, &text(&body, "key"));
        Partner { id: text(&body, "id"), name: text(&body, "name"), program }
    }

    /// Lets a partner in that has the usual dictation.
    pub async fn partner(&self, name: &str) -> Partner {
        let partner = self.create(name).await;
        self.register(&partner, DICT, TITLE).await;
        partner
    }

    /// All partners.
    pub async fn partners(&self) -> Vec<Value> {
        list(&self.browser.get(PARTNERS).await.expect_ok(&["partners"]), "partners")
    }

    /// What the list says of a partner.
    ///
    /// # Panics
    /// When it says nothing.
    pub async fn entry(&self, partner: &Partner) -> Value {
        let found = self.partners().await.into_iter().find(|entry| entry["id"] == partner.id.as_str());
        found.unwrap_or_else(|| panic!("{} is missing", partner.name))
    }

    /// Gives a partner another key; a program that shows it, and what was answered.
    pub async fn rotate(&self, partner: &Partner) -> (Program, Value) {
        let answer = self.browser.post_nothing(&partner.path("/rotate")).await;
        let body = answer.expect_ok(&["key", "old_key_valid_until"]);
        (partner.program.with_key(&text(&body, "key")), body)
    }

    /// Shuts a partner out.
    pub async fn revoke(&self, partner: &Partner) {
        self.browser.delete(&partner.path("")).await.expect_ok(&[]);
    }

    /// Registers a dictation.
    pub async fn register(&self, partner: &Partner, id: &str, title: &str) {
        let body = json!({ "id": id, "title": title, "language": "ru" });
        let _ = self
            .browser
            .post(&partner.path("/dictations"), body)
            .await
            .expect_ok(&["id", "title", "language"]);
    }

    /// Retires a dictation.
    pub async fn retire(&self, partner: &Partner, id: &str) {
        self.browser.delete(&partner.path(&format!("/dictations/{id}"))).await.expect_ok(&[]);
    }

    /// A page of a partner's results, by a query such as `?limit=10`; whether there are more, too.
    pub async fn page(&self, partner: &Partner, query: &str) -> (Vec<Value>, Option<String>) {
        let body = self.browser.get(&partner.path(&format!("/results{query}"))).await;
        let body = body.expect_ok(&["results", "next"]);
        (list(&body, "results"), body["next"].as_str().map(str::to_owned))
    }

    /// The first page of a partner's results that meet a query, which must be all of them.
    ///
    /// # Panics
    /// When there are more.
    pub async fn results(&self, partner: &Partner, query: &str) -> Vec<Value> {
        let (results, next) = self.page(partner, query).await;
        assert_eq!(next, None, "{} results are not all", results.len());
        results
    }

    /// All of a partner's results in pages of this size.
    pub async fn paged(&self, partner: &Partner, limit: usize, filter: &str) -> Vec<Vec<Value>> {
        let mut pages = Vec::new();
        let mut after = String::new();
        loop {
            let (page, next) = self.page(partner, &format!("?limit={limit}{filter}{after}")).await;
            pages.push(page);
            let Some(next) = next else { return pages };
            after = format!("&after={next}");
        }
    }

    /// A partner's results as a file, `csv` or `jsonl`.
    pub async fn export(&self, partner: &Partner, kind: &str, query: &str) -> Answer {
        self.browser.get(&partner.path(&format!("/results.{kind}{query}"))).await
    }

    /// Registers a webhook.
    pub async fn webhook(&self, partner: &Partner, url: &str, events: &[&str]) -> Webhook {
        let answer = self.try_webhook(partner, json!({ "url": url, "events": events })).await;
        let body = answer.expect_ok(&["id", "url", "events", "secret"]);
        Webhook { id: text(&body, "id"), secret: text(&body, "secret") }
    }

    /// Tries to register a webhook.
    pub async fn try_webhook(&self, partner: &Partner, body: Value) -> Answer {
        self.browser.post(&partner.path("/webhooks"), body).await
    }

    /// A partner's webhooks.
    pub async fn webhooks(&self, partner: &Partner) -> Vec<Value> {
        list(&self.browser.get(&partner.path("/webhooks")).await.expect_ok(&["webhooks"]), "webhooks")
    }

    /// Removes a webhook.
    pub async fn remove(&self, partner: &Partner, webhook: &Webhook) {
        let path = partner.path(&format!("/webhooks/{}", webhook.id));
        self.browser.delete(&path).await.expect_ok(&[]);
    }

    /// What was told at a webhook, the newest first.
    pub async fn deliveries(&self, partner: &Partner, webhook: &Webhook) -> Vec<Value> {
        let path = partner.path(&format!("/webhooks/{}/deliveries", webhook.id));
        list(&self.browser.get(&path).await.expect_ok(&["deliveries", "next"]), "deliveries")
    }

    /// Tells something once more; the new entry of the log.
    pub async fn replay(&self, partner: &Partner, webhook: &Webhook, delivery: &str) -> Value {
        let path = partner.path(&format!("/webhooks/{}/deliveries/{delivery}/replay", webhook.id));
        self.browser.post_nothing(&path).await.expect_ok(&["delivery"])["delivery"].clone()
    }

    /// Asks for something with a JSON body, whatever the method.
    pub async fn ask(&self, method: Method, path: &str, body: Value) -> Answer {
        self.browser.with_body(method, path, body).await
    }
}
