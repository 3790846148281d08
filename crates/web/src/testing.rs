//! What the unit tests of this crate share: a site over mocks, and people to visit it.

use std::sync::Arc;

use actix_web::{
    App, Error,
    body::{MessageBody, to_bytes},
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::{StatusCode, header::HeaderMap},
    test::{self, TestRequest},
};
use chrono::{DateTime, TimeDelta, Utc};
use portico_application::{Ports, UseCases};
use portico_domain::{
    email::EmailAddress,
    id::{InviteId, ProjectId, UserId},
    invite::{Invite, InviteRole, InviteState},
    policy::{Lifetimes, Policy},
    ports::mocks::{
        CountingEntropy, FixedClock, MockAccessTokens, MockCodeAuthenticator, MockCodeSender,
        MockHtmlSanitizer, MockIdentityProvider, MockPasswords, MockRefreshTokens, MockSealer, MockStore,
        MockTransaction, MockWebhookSecrets,
    },
    project::{Project, ProjectName},
    session::{Bearer, Session, TokenPair},
    slug::Slug,
    token::PlainToken,
    user::{DisplayName, User, UserState},
};
use serde_json::Value;

use crate::Site;

/// The bearer token of [`signed_in`].
pub(crate) const TOKEN: &str = "hitkey_test";

/// The instant at which the clock of every test stands.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_705_276_800, 0).unwrap()
}

/// Ports over mocks.
pub(crate) fn ports(transaction: MockTransaction, passwords: MockPasswords) -> Ports {
    Ports {
        store: Arc::new(MockStore::new(transaction)),
        clock: Arc::new(FixedClock::at(now())),
        entropy: Arc::new(CountingEntropy::default()),
        passwords: Arc::new(passwords),
        sealer: Arc::new(MockSealer::new()),
        codes: Arc::new(MockCodeAuthenticator::new()),
        identity_provider: Arc::new(MockIdentityProvider::new()),
        access_tokens: Arc::new(MockAccessTokens::new()),
        refresh_tokens: Arc::new(MockRefreshTokens::new()),
        html_sanitizer: Arc::new(MockHtmlSanitizer::new()),
        code_sender: Arc::new(MockCodeSender::new()),
        webhook_secrets: Arc::new(MockWebhookSecrets::new()),
        policy: Arc::new(Policy::default()),
    }
}

/// A site whose store answers as told.
pub(crate) fn site(transaction: MockTransaction) -> Site {
    Site::new(UseCases::new(&ports(transaction, MockPasswords::new()))).unwrap()
}

/// A site where nothing is stored, and nothing may be asked of the store.
pub(crate) fn bare_site() -> Site {
    site(MockTransaction::default())
}

/// A store that knows [`TOKEN`].
pub(crate) fn signed_in(password_change_required: bool) -> MockTransaction {
    let entropy = CountingEntropy::default();
    let pair = TokenPair { token: PlainToken::presented(TOKEN), refresh: PlainToken::presented("refresh") };
    let session = Session::open(user().id, &pair, &Lifetimes::default(), now(), &entropy);
    let mut transaction = MockTransaction::default();
    transaction.sessions.expect_find_bearer().returning(move |token| {
        let bearer =
            Bearer { session: session.clone(), user_state: UserState::Active, password_change_required };
        Ok((*token == session.token).then_some(bearer))
    });
    transaction
}

/// Somebody with an odd name.
pub(crate) fn user() -> User {
    User {
        id: UserId::generate(now(), &CountingEntropy::default()),
        number: 1,
        display_name: DisplayName::parse("Ann \"<b>\" O'Hara").unwrap(),
        surname: None,
        given_names: None,
        native_script: None,
        preferred_order: None,
        username: None,
        locale: None,
        state: UserState::Active,
        created_at: now(),
        updated_at: now(),
    }
}

/// A project with an odd name.
pub(crate) fn project() -> Project {
    Project {
        id: ProjectId::generate(now(), &CountingEntropy::default()),
        slug: Slug::from_name("chess"),
        name: ProjectName::parse("<script>alert(1)</script> & Co").unwrap(),
        description: None,
        is_public: false,
        owner: user().id,
        created_at: now(),
    }
}

/// A pending invite into it, good for a week.
pub(crate) fn invite() -> Invite {
    Invite {
        id: InviteId::generate(now(), &CountingEntropy::default()),
        project: project().id,
        address: EmailAddress::parse("bob@example.org").unwrap(),
        role: InviteRole::Member,
        token: PlainToken::presented("invite-token").digest(),
        invited_by: user().id,
        redirect_url: None,
        state: InviteState::Pending,
        created_at: now(),
        expires_at: now() + TimeDelta::days(7),
    }
}

/// A store that can show `invite`, and nothing else.
pub(crate) fn with_invite(invite: Invite) -> MockTransaction {
    let mut transaction = MockTransaction::default();
    transaction.invites.expect_find_by_token().returning(move |token| {
        let found = invite.token == *token;
        Ok(found.then(|| invite.clone()))
    });
    transaction.projects.expect_find().returning(|_| Ok(Some(project())));
    transaction.users.expect_find().returning(|_| Ok(Some(user())));
    transaction
}

/// An answer as a client sees it.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// A header's value; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Sends a request to the whole site.
pub(crate) async fn send(site: &Site, request: TestRequest) -> Answer {
    send_to(crate::app(site), request).await
}

/// Sends a request to an application, as the server would.
pub(crate) async fn send_to<F, B>(app: App<F>, request: TestRequest) -> Answer
where
    F: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    F::Future: 'static,
    B: MessageBody + 'static,
{
    let service = test::init_service(app).await;
    let answer = match test::try_call_service(&service, request.to_request()).await {
        Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
        Err(error) => error.error_response(),
    };
    let (status, headers) = (answer.status(), answer.headers().clone());
    let Ok(bytes) = to_bytes(answer.into_body()).await else { panic!("the body broke off") };
    Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}

/// A `POST` of a JSON text.
pub(crate) fn post_json(path: &str, body: &'static str) -> TestRequest {
    TestRequest::post().uri(path).insert_header(("Content-Type", "application/json")).set_payload(body)
}

/// A `POST` of a form.
pub(crate) fn post_form(path: &str, body: &'static str) -> TestRequest {
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    TestRequest::post().uri(path).insert_header(kind).set_payload(body)
}
