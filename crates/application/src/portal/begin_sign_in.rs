//! Going to the provider.

use portico_domain::{
    external_identity::{Challenge, SignInAttempt},
    ports::{IdentityProviderError, StoreError, StoreExt as _},
    token::PlainToken,
};

use crate::ports::Ports;

/// Where to send a browser, and what it must bring back.
#[derive(Clone, Debug)]
pub struct BegunSignIn {
    /// The provider's page.
    pub redirect_url: String,
    /// What this browser alone holds meanwhile.
    pub secret: PlainToken,
}

/// Why nobody can sign in.
#[derive(Debug, thiserror::Error)]
pub enum BeginPortalSignInError {
    /// There is no provider, or it is away.
    #[error(transparent)]
    Provider(#[from] IdentityProviderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Begins a sign-in at the OpenID Connect provider (portal contract section 6, `POST /public/login`).
#[derive(Clone)]
pub struct BeginPortalSignIn {
    ports: Ports,
}

impl BeginPortalSignIn {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Draws the browser's secret. Nothing is kept as long as the provider is away.
    ///
    /// # Errors
    /// When there is no provider, it is away, or the store fails.
    pub async fn execute(&self) -> Result<BegunSignIn, BeginPortalSignInError> {
        let secret = PlainToken::generate("", self.ports.entropy.as_ref());
        let redirect_url = self.ports.identity_provider.authorization_url(&Challenge::of(&secret)).await?;
        let attempt = SignInAttempt::begin(&secret, self.ports.clock.now());
        self.ports
            .store
            .write::<_, StoreError, _>(move |tx| tx.external_identities().add_attempt(&attempt))
            .await?;
        Ok(BegunSignIn { redirect_url, secret })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    const PAGE: &str = "https://provider.example/authorize?state=";

    /// A house whose provider sends people to a page with the state of their challenge.
    fn house() -> (House, Kept<SignInAttempt>) {
        let mut house = House::default();
        house
            .identity_provider
            .expect_authorization_url()
            .returning(|challenge| Ok(format!("{PAGE}{}", challenge.state())));
        let attempts = Kept::default();
        house.tx.external_identities.expect_add_attempt().returning(attempts.keeper());
        (house, attempts)
    }

    #[tokio::test]
    async fn a_browser_is_sent_to_the_provider_and_only_the_digest_of_its_secret_is_kept() {
        let (house, attempts) = house();
        let house = house.open();
        let begun = house.does.begin_portal_sign_in.execute().await.unwrap();

        assert_eq!(begun.redirect_url, format!("{PAGE}{}", Challenge::of(&begun.secret).state()));
        assert!(!begun.redirect_url.contains(begun.secret.reveal()));
        let kept = SignInAttempt { digest: begun.secret.digest(), expires_at: now() + seconds(300) };
        assert_eq!(attempts.only(), kept);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn each_sign_in_has_a_secret_of_its_own() {
        let (house, _) = house();
        let house = house.open();
        let first = house.does.begin_portal_sign_in.execute().await.unwrap();
        let second = house.does.begin_portal_sign_in.execute().await.unwrap();
        assert_ne!(first.secret, second.secret);
        assert_ne!(first.redirect_url, second.redirect_url);
    }

    #[tokio::test]
    async fn nothing_is_kept_while_there_is_no_provider_or_it_is_away() {
        for error in
            [IdentityProviderError::NotConfigured, IdentityProviderError::Unavailable("refused".to_owned())]
        {
            let mut house = House::default();
            let told = error.clone();
            house.identity_provider.expect_authorization_url().times(1).return_once(|_| Err(told));
            let house = house.open();
            match house.does.begin_portal_sign_in.execute().await {
                Err(BeginPortalSignInError::Provider(refused)) => assert_eq!(refused, error),
                other => panic!("{other:?} is not {error:?}"),
            }
            assert!(house.wrote_nothing());
        }
    }

    #[tokio::test]
    async fn a_failing_store_sends_nobody_anywhere() {
        let (mut house, _) = house();
        house.tx.external_identities.checkpoint();
        house.tx.external_identities.expect_add_attempt().returning(|_| Err(StoreError::Overloaded));
        let refused = house.open().does.begin_portal_sign_in.execute().await;
        assert_refused!(refused, BeginPortalSignInError::Store(StoreError::Overloaded));
    }
}
