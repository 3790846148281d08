//! The members' portal under test: a server, the provider at which its people sign in, and the people.

mod answers;
mod browser;
mod forms;
mod operator;

use serde_json::{Value, json};
use url::Url;

pub use self::{
    answers::SetCookie,
    browser::{Browser, TOKEN_COOKIE},
    forms::{form, phone_of, with, without},
    operator::{Operator, row},
};
use crate::{
    client::Answer,
    fake_provider::FakeProvider,
    mailbox::Letter,
    server::{PASSWORD, Person, TestServer},
};

/// Where the admins' endpoints are.
pub const MANAGEMENT: &str = "/api/private/management";
/// The address of the admin whom [`Portal::admin`] makes.
pub const ADMIN: &str = "treasurer@example.org";

/// A server, and a provider that says of people what the test wants.
pub struct Portal {
    /// The server.
    pub server: TestServer,
    /// The provider.
    pub provider: FakeProvider,
}

/// Somebody with a member profile, and a browser that may act for him.
#[derive(Clone, Debug)]
pub struct Member {
    /// His number.
    pub id: i64,
    /// His address.
    pub email: String,
    /// What the provider calls him.
    pub account_id: String,
    /// His browser, signed in.
    pub browser: Browser,
}

/// The name of somebody at the provider.
#[must_use]
pub fn account_of(name: &str) -> String {
    format!("oauth2|discord|{name}")
}

/// The address of somebody.
#[must_use]
pub fn email_of(name: &str) -> String {
    format!("{name}@example.org")
}

/// What the provider says of somebody.
#[must_use]
pub fn claims_of(name: &str) -> Value {
    json!({ "sub": account_of(name), "email": email_of(name) })
}

/// The token in a verification letter.
#[must_use]
pub fn verification_token(letter: &Letter) -> String {
    letter.token_after("/verify_email?token=")
}

impl Portal {
    /// Starts both.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts both, the server with further settings.
    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        let provider = FakeProvider::start().await;
        let settings = [provider.settings().as_slice(), settings].concat();
        let server = TestServer::start_with(&settings).await;
        provider.use_clock(server.clock.clone());
        Self { server, provider }
    }

    /// Ends the server in order.
    pub async fn stop(self) {
        self.server.stop().await;
    }

    /// A browser that nobody has used.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser::new(&self.server.client)
    }

    /// What the operator does by the command line.
    pub async fn operator(&self) -> Operator {
        Operator::of(&self.server, Some(self.provider.issuer())).await
    }

    /// Begins to sign in with a browser, as whoever the provider knows by these claims; answers the `code` and the
    /// `state` with which the provider sends it back.
    ///
    /// # Panics
    /// When the sign-in does not begin.
    pub async fn begin(&self, browser: &Browser, claims: Value) -> (String, String) {
        self.provider.will_say(claims);
        let begun = browser.post("/api/public/login", json!({})).await.expect_ok(&["redirect_url"]);
        self.provider.authorize(begun["redirect_url"].as_str().expect("it is an address"))
    }

    /// Signs in with a browser, as whoever the provider knows by these claims; answers what the callback says.
    pub async fn come_back(&self, browser: &Browser, claims: Value) -> Answer {
        let (code, state) = self.begin(browser, claims).await;
        browser.post("/api/public/callback", json!({ "code": code, "state": state })).await
    }

    /// The browser of somebody whom the provider knows and the portal does not.
    ///
    /// # Panics
    /// When the portal knows him.
    pub async fn arrive(&self, name: &str) -> Browser {
        self.arrive_with(claims_of(name)).await
    }

    /// The same for somebody of whom the provider says this.
    ///
    /// # Panics
    /// When the portal knows him.
    pub async fn arrive_with(&self, claims: Value) -> Browser {
        let browser = self.browser();
        let body = self.come_back(&browser, claims).await.expect_ok(&["has_account"]);
        assert_eq!(body["has_account"], false);
        browser
    }

    /// Signs somebody in whom the portal knows.
    ///
    /// # Panics
    /// When it does not know him.
    pub async fn sign_in_as(&self, name: &str) -> Browser {
        let browser = self.browser();
        let body = self.come_back(&browser, claims_of(name)).await.expect_ok(&["has_account"]);
        assert_eq!(body["has_account"], true);
        browser
    }

    /// Lets somebody sign up; he has not proved his address yet. Answers the token in his letter.
    pub async fn sign_up_only(&self, name: &str) -> String {
        let browser = self.arrive(name).await;
        browser.post("/api/public/oidc_account/signup", form(name)).await.expect_ok(&[]);
        verification_token(&self.server.mailbox.take(&email_of(name)).await)
    }

    /// Lets somebody sign up, prove his address and read his letters.
    pub async fn sign_up(&self, name: &str) -> Member {
        let token = self.sign_up_only(name).await;
        let browser = self.browser();
        browser.post("/api/public/verify_email", json!({ "token": token })).await.expect_ok(&[]);
        let _ = self.server.mailbox.take(&email_of(name)).await;
        Member::of(browser, name).await
    }

    /// An admin as an operator makes one: with an account in the house and an empty profile. His browser shows his
    /// bearer token.
    pub async fn admin(&self) -> Member {
        let person = self.server.register(ADMIN).await;
        let operator = self.operator().await;
        let id = operator.appoint(ADMIN, "admin").await;
        operator.close().await;
        let browser = Browser::new(&person.client);
        Member { id, email: ADMIN.to_owned(), account_id: String::new(), browser }
    }

    /// Somebody who signed up and whom the operator then made admin.
    pub async fn sign_up_admin(&self, name: &str) -> Member {
        let member = self.sign_up(name).await;
        let operator = self.operator().await;
        operator.appoint(&member.email, "admin").await;
        operator.close().await;
        member
    }

    /// Members as the operator's file has them: names and roles. Answers their numbers, in this order.
    ///
    /// # Panics
    /// When one of them is not in the list of the admin afterwards.
    pub async fn import(&self, admin: &Member, people: &[(&str, &str)]) -> Vec<i64> {
        let rows = (2..).zip(people).map(|(line, (name, role))| row(line, name, role)).collect();
        let operator = self.operator().await;
        operator.import(rows).await;
        operator.close().await;
        let body = admin.browser.get(&format!("{MANAGEMENT}/users")).await.expect(200);
        let users = body["users"].as_array().expect("it is a list");
        let number = |name: &str| {
            let user = users.iter().find(|user| user["handle"] == name);
            user.and_then(|user| user["id"].as_i64()).unwrap_or_else(|| panic!("{name} is missing"))
        };
        people.iter().map(|(name, _)| number(name)).collect()
    }

    /// The account of somebody who registered with a password, signed in once more.
    pub async fn account(&self, email: &str) -> Person {
        self.server.sign_in(email, PASSWORD).await
    }
}

impl Member {
    async fn of(browser: Browser, name: &str) -> Self {
        let profile = browser.get("/api/private/profile").await.expect(200);
        let id = profile["id"].as_i64().expect("a member has a number");
        Self { id, email: email_of(name), account_id: account_of(name), browser }
    }

    /// His own profile.
    pub async fn profile(&self) -> Value {
        self.browser.get("/api/private/profile").await.expect(200)
    }

    /// What he is.
    ///
    /// # Panics
    /// When his profile does not say.
    pub async fn role(&self) -> String {
        self.profile().await["role"].as_str().expect("it is a text").to_owned()
    }

    /// As an admin: takes somebody's dues for a period, the payment period when it is 0.
    pub async fn record(&self, id: i64, period: i64) -> Answer {
        let body = json!({ "user_id": id, "period": period });
        self.browser.put(&format!("{MANAGEMENT}/payment_status"), body).await
    }

    /// As an admin: takes a payment back.
    pub async fn remove(&self, id: i64, period: i64) -> Answer {
        let path = format!("{MANAGEMENT}/payment_status?user_id={id}&period={period}");
        self.browser.delete(&path).await
    }

    /// As an admin: saves a setting.
    pub async fn configure(&self, kind: &str, payload: Value) -> Answer {
        let body = json!({ "kind": kind, "payload": payload });
        self.browser.post(&format!("{MANAGEMENT}/config"), body).await
    }

    /// As an admin: goes on to these periods, in steps that are allowed.
    pub async fn set_periods(&self, current: i64, payment: i64) {
        loop {
            let (own, due) = (self.period("current_period").await, self.period("payment_period").await);
            let (kind, next) = match (own == current, own == due) {
                (true, _) if due == payment => return,
                (true, _) => ("payment_period", payment),
                (false, true) => ("payment_period", following(due)),
                (false, false) => ("current_period", due),
            };
            self.configure(kind, json!({ kind: next })).await.expect_ok(&[]);
        }
    }

    /// As an admin: one of the two periods.
    ///
    /// # Panics
    /// When it is no number.
    pub async fn period(&self, kind: &str) -> i64 {
        let body = self.browser.get(&format!("{MANAGEMENT}/config?kind={kind}")).await.expect_ok(&[kind]);
        body[kind].as_i64().expect("a period is a number")
    }

    /// As an admin: what the member list says of somebody's role.
    ///
    /// # Panics
    /// When there is nobody with this number.
    pub async fn role_of(&self, id: i64) -> String {
        let path = format!("{MANAGEMENT}/user?user_id={id}");
        let body = self.browser.get(&path).await.expect_ok(&["user"]);
        body["user"]["role"].as_str().expect("it is a text").to_owned()
    }
}

/// The half-year after a period.
#[must_use]
pub const fn following(period: i64) -> i64 {
    if period % 100 == 4 { period + 6 } else { period + 94 }
}

/// The value of a parameter in the query of an address.
///
/// # Panics
/// When the text is no address.
#[must_use]
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let url: Url = address.parse().expect("it is an address");
    url.query_pairs().find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
}
