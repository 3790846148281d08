//! The portal, as a client of a provider that the test tells what to do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use integration_tests::fake_provider::FakeProvider;
use portico_domain::{
    external_identity::{Challenge, ProvedIdentity},
    ports::{Clock, IdentityProvider as _, IdentityProviderError},
    token::PlainToken,
};
use portico_oidc::{ClientSecret, Logout, OidcOptions, OidcProvider, Patience};

/// A clock that stands still until it is moved, so that no pause is over before the test says so.
#[derive(Debug)]
pub(crate) struct StandingClock(AtomicI64);

impl StandingClock {
    pub(crate) fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap(), Ordering::SeqCst);
    }
}

impl Default for StandingClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_800_000_000_000_000))
    }
}

impl Clock for StandingClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// The portal and its provider, with one clock for both.
pub(crate) struct Portal {
    pub(crate) provider: FakeProvider,
    pub(crate) clock: Arc<StandingClock>,
    pub(crate) oidc: OidcProvider,
}

impl Portal {
    pub(crate) async fn start() -> Self {
        Self::of(FakeProvider::start().await, |_| {})
    }

    /// The portal at a provider, with other options than the usual.
    pub(crate) fn of(provider: FakeProvider, change: impl FnOnce(&mut OidcOptions)) -> Self {
        let clock = Arc::<StandingClock>::default();
        let told: Arc<dyn Clock> = Arc::<StandingClock>::clone(&clock);
        provider.use_clock(Arc::clone(&told));
        let mut options = options(&provider);
        change(&mut options);
        let patience = Patience { connect: Duration::from_secs(1), request: Duration::from_secs(2) };
        let oidc = OidcProvider::with_patience(options, patience, told).unwrap();
        Self { provider, clock, oidc }
    }

    /// Goes to the provider and comes back with a code.
    pub(crate) async fn authorize(&self, challenge: &Challenge) -> String {
        let url = self.oidc.authorization_url(challenge).await.unwrap();
        let (code, state) = self.provider.authorize(&url);
        assert!(challenge.has_state(&state));
        code
    }

    /// Signs in as whoever the provider says.
    pub(crate) async fn try_to_sign_in(&self) -> Result<ProvedIdentity, IdentityProviderError> {
        let challenge = challenge("a secret in a cookie");
        let code = self.authorize(&challenge).await;
        self.oidc.redeem(&code, &challenge).await
    }

    /// The same, when that must go well.
    pub(crate) async fn sign_in(&self) -> ProvedIdentity {
        self.try_to_sign_in().await.unwrap()
    }

    /// Why somebody is refused.
    pub(crate) async fn refusal(&self) -> String {
        refused(self.try_to_sign_in().await)
    }
}

pub(crate) fn options(provider: &FakeProvider) -> OidcOptions {
    OidcOptions {
        issuer: provider.issuer().to_owned(),
        client_id: provider.client_id().to_owned(),
        client_secret: provider.client_secret().map(ClientSecret::new),
        redirect_url: provider.redirect_url().to_owned(),
        logout: Logout::Auth0,
        avatar_claim: "picture".to_owned(),
        thumbnail_claim: "https://misw.jp/thumbnail".to_owned(),
        post_logout_redirect_uri: None,
    }
}

pub(crate) fn challenge(secret: &str) -> Challenge {
    Challenge::of(&PlainToken::presented(secret))
}

/// The text of a refusal.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(outcome: Result<T, IdentityProviderError>) -> String {
    let Err(IdentityProviderError::Refused(text)) = outcome else { panic!("{outcome:?}") };
    discreet(text)
}

/// The text that says that the provider is away.
#[track_caller]
pub(crate) fn unavailable<T: std::fmt::Debug>(outcome: Result<T, IdentityProviderError>) -> String {
    let Err(IdentityProviderError::Unavailable(text)) = outcome else { panic!("{outcome:?}") };
    discreet(text)
}

/// A text is for the operator's log: one line without secrets, and without what is said of people.
#[track_caller]
fn discreet(text: String) -> String {
    let challenge = challenge("a secret in a cookie");
    let secrets = [challenge.state(), challenge.nonce(), challenge.verifier()];
    for word in
        ["authorization-code", "access-token", "a secret of ours", "a:secret", "somebody@", "\n", "eyJ"]
            .into_iter()
            .chain(secrets)
    {
        assert!(!text.contains(word), "{word} is in {text}");
    }
    text
}
