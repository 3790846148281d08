//! Somebody who is signed in.

use serde_json::{Value, json};

use super::{Application, ME, tokens_in};
use crate::client::Answer;

/// Somebody who is signed in at a provider.
#[derive(Clone, Debug)]
pub struct Account {
    /// His login.
    pub login: String,
    /// The application through which he speaks, with his access token.
    pub app: Application,
    /// His access token.
    pub access: String,
    /// His refresh token.
    pub refresh: String,
}

impl Account {
    /// Whoever a sign-in, or a refresh, is about.
    ///
    /// # Panics
    /// When the answer gives no tokens.
    #[track_caller]
    #[must_use]
    pub fn of(app: &Application, login: &str, answer: &Answer) -> Self {
        let (access, refresh) = tokens_in(answer);
        Self { login: login.to_owned(), app: app.bearing(&access), access, refresh }
    }

    /// What he sees of himself.
    pub async fn me(&self) -> Value {
        self.app.get(ME).await.expect(200)
    }

    /// Changes himself.
    pub async fn update(&self, body: Value) -> Answer {
        self.app.put(ME, body).await
    }

    /// The value of one of his fields; `null` when he has none.
    pub async fn field(&self, marker: &str) -> Value {
        let me = self.me().await;
        let data = me["formData"].as_array().cloned().unwrap_or_default();
        let item = data.into_iter().find(|item| item["marker"] == marker);
        item.map_or(Value::Null, |item| item["value"].clone())
    }

    /// Fills a field in anew.
    pub async fn fill_in(&self, marker: &str, value: Value) -> Answer {
        let item = json!({ "marker": marker, "value": value });
        self.update(json!({ "formData": { "en_US": [item] } })).await
    }

    /// The browsers on which he is signed in.
    ///
    /// # Panics
    /// When it is no list of devices.
    pub async fn browsers(&self) -> Vec<String> {
        let body = self.app.get(&self.app.door("/users/sessions")).await.expect(200);
        let sessions = body.as_array().expect("it is a list").iter();
        let browser = |session: &Value| session["deviceInfo"]["browser"].as_str().map(str::to_owned);
        sessions.map(|session| browser(session).expect("a device has a browser")).collect()
    }

    /// Whether his access token opens anything; when it does not, he is told so as he should.
    pub async fn is_in(&self) -> bool {
        let answer = self.app.get(ME).await;
        if answer.status != 200 {
            answer.expect_refused(401, "Unauthorized");
        }
        answer.status == 200
    }
}
