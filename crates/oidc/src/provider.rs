//! Sign-in at a provider.

use std::{borrow::Cow, fmt, sync::Arc};

use async_trait::async_trait;
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndSessionUrl, IssuerUrl,
    LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, RedirectUrl, Scope, SubjectIdentifier, TokenResponse as _, core::CoreResponseType,
};
use portico_domain::{
    external_identity::{Challenge, ProvedIdentity, Subject},
    ports::{Clock, IdentityProvider, IdentityProviderError},
};
use portico_http_client::Patience;

use crate::{
    claims::Claims,
    description::Description,
    directory::Directory,
    http::{POLICY, ProviderClient},
    options::{self, Logout, OidcOptions, OidcOptionsError},
    refusal::{of_exchange, of_userinfo, refused, unavailable},
    tokens::{PortalClient, PortalIdToken, PortalUserInfo, Tokens},
    verification,
};

/// An OpenID Connect provider, at which the portal is known as a client.
pub struct OidcProvider {
    directory: Arc<Directory>,
    http: ProviderClient,
    clock: Arc<dyn Clock>,
    issuer: String,
    client_id: ClientId,
    client_secret: Option<options::ClientSecret>,
    redirect_url: RedirectUrl,
    avatar_claim: String,
    thumbnail_claim: String,
    end_of_session: EndOfSession,
}

/// How a sign-in began whose code is redeemed.
struct Beginning<'b> {
    /// Where the provider sent the browser back to.
    redirect_url: &'b RedirectUrl,
    /// What the answer must fit to; nothing when a client began by itself.
    challenge: Option<&'b Challenge>,
}

/// Where a session at the provider ends.
enum EndOfSession {
    At(String),
    AsDescribed(Option<PostLogoutRedirectUrl>),
}

impl OidcProvider {
    /// Prepares to ask a provider. Does not connect.
    ///
    /// # Errors
    /// When an address is none that may be used, or encryption cannot be set up.
    pub fn new(options: OidcOptions, clock: Arc<dyn Clock>) -> Result<Self, OidcOptionsError> {
        Self::with_patience(options, Patience::default(), clock)
    }

    /// The same with another patience than the usual.
    ///
    /// # Errors
    /// As [`OidcProvider::new`].
    pub fn with_patience(
        options: OidcOptions,
        patience: Patience,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OidcOptionsError> {
        let issuer = issuer(&options.issuer)?;
        let end_of_session = end_of_session(&issuer, &options)?;
        let redirect_url =
            RedirectUrl::new(options.redirect_url).map_err(|_| OidcOptionsError::RedirectUrl)?;
        let http = ProviderClient::new(patience)?;
        let directory = Directory::new(issuer, http.clone(), patience, Arc::clone(&clock));
        Ok(Self {
            directory: Arc::new(directory),
            http,
            clock,
            issuer: options.issuer,
            client_id: ClientId::new(options.client_id),
            client_secret: options.client_secret,
            redirect_url,
            avatar_claim: options.avatar_claim,
            thumbnail_claim: options.thumbnail_claim,
            end_of_session,
        })
    }

    /// The portal as the described provider knows it.
    fn client(&self, description: &Description) -> PortalClient {
        let secret = self.client_secret.as_ref().map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        PortalClient::from_provider_metadata(description.metadata().clone(), self.client_id.clone(), secret)
            .set_auth_type(description.auth_type())
            .set_redirect_uri(self.redirect_url.clone())
    }

    async fn exchange(
        &self,
        client: &PortalClient,
        code: &str,
        beginning: &Beginning<'_>,
    ) -> Result<Tokens, IdentityProviderError> {
        let mut request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| unavailable(error.to_string()))?
            .set_redirect_uri(Cow::Borrowed(beginning.redirect_url));
        if let Some(challenge) = beginning.challenge {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(challenge.verifier().to_owned()));
        }
        request.request_async(&self.http).await.map_err(of_exchange)
    }

    /// The claims of an ID token. When it is signed by a key that is not known, the provider may have changed its keys.
    async fn believe(
        &self,
        token: &PortalIdToken,
        mut description: Arc<Description>,
        challenge: Option<&Challenge>,
    ) -> Result<Claims, IdentityProviderError> {
        let nonce = challenge.map(|challenge| Nonce::new(challenge.nonce().to_owned()));
        loop {
            let now = self.clock.now();
            let believed = verification::believed(token, &description, &self.client_id, nonce.as_ref(), now);
            let doubt = match believed {
                Ok(claims) => return Claims::of(claims).ok_or_else(|| refused("the claims are malformed")),
                Err(doubt) => doubt,
            };
            if !doubt.may_be_other_keys {
                return Err(doubt.error);
            }
            description = self.directory.with_other_keys(&description).await?.ok_or(doubt.error)?;
        }
    }

    /// Exchanges a code, and says who signed in.
    async fn prove(
        &self,
        code: &str,
        beginning: &Beginning<'_>,
    ) -> Result<ProvedIdentity, IdentityProviderError> {
        let description = self.directory.current().await?;
        let client = self.client(&description);
        let tokens = self.exchange(&client, code, beginning).await?;
        let id_token = tokens.id_token().ok_or_else(|| refused("the provider gave no ID token"))?;
        let claims = self.believe(id_token, description, beginning.challenge).await?;
        let subject = claims.text("sub").unwrap_or_default();
        let subject = Subject::parse(subject).map_err(|error| refused(format!("the claim sub {error}")))?;
        let address = match claims.text("email") {
            Some(address) => Some(address.to_owned()),
            None => self.address_of(&subject, &client, &tokens).await?,
        };
        Ok(ProvedIdentity {
            issuer: self.issuer.clone(),
            subject,
            address,
            avatar: claims.avatar(&self.avatar_claim, &self.thumbnail_claim),
            locale: claims.locale(),
        })
    }

    /// The address that userinfo has of the one whom the ID token is about.
    async fn address_of(
        &self,
        subject: &Subject,
        client: &PortalClient,
        tokens: &Tokens,
    ) -> Result<Option<String>, IdentityProviderError> {
        let access_token = tokens.access_token();
        // It becomes a header, and the crate takes it for granted that it can.
        if !access_token.secret().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused("the access token is malformed"));
        }
        let subject = SubjectIdentifier::new(subject.as_str().to_owned());
        let Ok(request) = client.user_info(access_token.clone(), Some(subject)) else { return Ok(None) };
        let answer: Result<PortalUserInfo, _> = request.request_async(&self.http).await;
        let userinfo = answer.map_err(|error| of_userinfo(&error))?;
        let address = userinfo.email().map(|email| email.as_str());
        Ok(address.filter(|address| !address.is_empty()).map(str::to_owned))
    }
}

/// The issuer, to the letter.
fn issuer(text: &str) -> Result<IssuerUrl, OidcOptionsError> {
    let issuer = IssuerUrl::new(text.to_owned()).map_err(|_| OidcOptionsError::Issuer)?;
    let url = issuer.url();
    let fits = POLICY.allows(url) && url.query().is_none() && url.fragment().is_none();
    if fits { Ok(issuer) } else { Err(OidcOptionsError::Issuer) }
}

fn end_of_session(issuer: &IssuerUrl, options: &OidcOptions) -> Result<EndOfSession, OidcOptionsError> {
    match options.logout {
        Logout::Auth0 => {
            let mut url = issuer.join("v2/logout").map_err(|_| OidcOptionsError::Issuer)?;
            url.query_pairs_mut().append_pair("client_id", &options.client_id);
            Ok(EndOfSession::At(url.into()))
        }
        Logout::RpInitiated => {
            let back = options.post_logout_redirect_uri.clone().map(PostLogoutRedirectUrl::new).transpose();
            Ok(EndOfSession::AsDescribed(back.map_err(|_| OidcOptionsError::PostLogoutRedirectUri)?))
        }
    }
}

#[async_trait]
impl IdentityProvider for OidcProvider {
    async fn prepare(&self) -> Result<(), IdentityProviderError> {
        self.directory.current().await.map(drop)
    }

    async fn authorization_url(&self, challenge: &Challenge) -> Result<String, IdentityProviderError> {
        let client = self.client(&*self.directory.current().await?);
        let state = CsrfToken::new(challenge.state().to_owned());
        let nonce = Nonce::new(challenge.nonce().to_owned());
        let verifier = PkceCodeVerifier::new(challenge.verifier().to_owned());
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let (url, ..) = client
            .authorize_url(flow, || state, || nonce)
            // `openid` comes first by itself.
            .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url.into())
    }

    async fn redeem(
        &self,
        code: &str,
        challenge: &Challenge,
    ) -> Result<ProvedIdentity, IdentityProviderError> {
        let beginning = Beginning { redirect_url: &self.redirect_url, challenge: Some(challenge) };
        self.prove(code, &beginning).await
    }

    async fn redeem_for_client(
        &self,
        client_id: &str,
        code: &str,
        redirect_uri: &str,
    ) -> Result<ProvedIdentity, IdentityProviderError> {
        if client_id != self.client_id.as_str() {
            return Err(refused("the sign-in began at another client"));
        }
        let back = RedirectUrl::new(redirect_uri.to_owned())
            .map_err(|_| refused("the redirect URL of the client is not an address"))?;
        self.prove(code, &Beginning { redirect_url: &back, challenge: None }).await
    }

    async fn logout_url(&self) -> Result<String, IdentityProviderError> {
        let back = match &self.end_of_session {
            EndOfSession::At(url) => return Ok(url.clone()),
            EndOfSession::AsDescribed(back) => back,
        };
        let description = self.directory.current().await?;
        let endpoint: Option<EndSessionUrl> =
            description.metadata().additional_metadata().end_session_endpoint.clone();
        let endpoint =
            endpoint.ok_or_else(|| unavailable("its description names no end_session_endpoint"))?;
        let request = LogoutRequest::from(endpoint).set_client_id(self.client_id.clone());
        let request = match back {
            Some(back) => request.set_post_logout_redirect_uri(back.clone()),
            None => request,
        };
        Ok(request.http_get_url().into())
    }
}

impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, client_id, .. } = self;
        f.debug_struct("OidcProvider")
            .field("issuer", issuer)
            .field("client_id", client_id)
            .finish_non_exhaustive()
    }
}
