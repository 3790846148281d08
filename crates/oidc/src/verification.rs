//! Whether an ID token is to be believed (OpenID Connect Core 1.0, section 3.1.3.7).

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    ClaimsVerificationError, ClientId, IdTokenVerifier, Nonce, SignatureVerificationError,
    core::{CoreIdTokenVerifier, CoreJwsSigningAlgorithm},
};
use portico_domain::ports::IdentityProviderError;

use crate::{
    description::Description,
    refusal::{of_id_token, refused},
    tokens::{PortalIdToken, PortalIdTokenClaims},
};

/// How far the clocks of the provider and of this machine may be apart.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// Signatures by a key that only the provider has. Never `none`, and never one by a secret that both sides know.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why an ID token is not believed.
#[derive(Debug)]
pub(crate) struct Doubt {
    pub(crate) error: IdentityProviderError,
    /// Whether other keys of the provider may make it believable.
    pub(crate) may_be_other_keys: bool,
}

impl From<&ClaimsVerificationError> for Doubt {
    fn from(error: &ClaimsVerificationError) -> Self {
        let may_be_other_keys = matches!(
            error,
            ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
                    | SignatureVerificationError::AmbiguousKeyId(_)
                    | SignatureVerificationError::CryptoError(_)
                    | SignatureVerificationError::InvalidKey(_)
            )
        );
        Self { error: of_id_token(error), may_be_other_keys }
    }
}

impl From<IdentityProviderError> for Doubt {
    fn from(error: IdentityProviderError) -> Self {
        Self { error, may_be_other_keys: false }
    }
}

/// The claims of an ID token that the described provider has signed, for this client, now. In answer to
/// this nonce; without one, whoever began the sign-in knows what it answers.
pub(crate) fn believed<'t>(
    token: &'t PortalIdToken,
    description: &Description,
    client_id: &ClientId,
    nonce: Option<&Nonce>,
    now: DateTime<Utc>,
) -> Result<&'t PortalIdTokenClaims, Doubt> {
    let metadata = description.metadata();
    // As one of a public client the verifier knows no secret that a signature could be made with.
    let verifier: CoreIdTokenVerifier<'_> = IdTokenVerifier::new_public_client(
        client_id.clone(),
        metadata.issuer().clone(),
        metadata.jwks().clone(),
    )
    .set_allowed_algs(ALGORITHMS)
    .set_time_fn(move || now - SKEW)
    // `is_for` looks at the others.
    .set_other_audience_verifier_fn(|_| true);
    let claims = match nonce {
        Some(nonce) => token.claims(&verifier, nonce),
        None => token.claims(&verifier, |_: Option<&Nonce>| Ok(())),
    };
    let claims = claims.map_err(|error| Doubt::from(&error))?;
    is_for(claims, client_id)?;
    let latest = now + SKEW;
    let not_before = claims.additional_claims().not_before();
    if claims.issue_time() > latest || not_before.is_some_and(|second| second > latest.timestamp()) {
        return Err(refused("the ID token is from the future").into());
    }
    Ok(claims)
}

/// A token for several must say that it was made for this client, and none may say that it was made for another.
fn is_for(claims: &PortalIdTokenClaims, client_id: &ClientId) -> Result<(), IdentityProviderError> {
    match claims.authorized_party() {
        Some(party) if party == client_id => Ok(()),
        None if claims.audiences().len() == 1 => Ok(()),
        _ => Err(refused("the ID token was made for another party")),
    }
}
