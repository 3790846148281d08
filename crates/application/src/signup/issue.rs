//! Opening a sign-in, and the pair of tokens that stands for it.

use chrono::{DateTime, SubsecRound as _, Utc};
use portico_domain::{
    ports::AccessClaims,
    signup::{Device, Provider, Signup, SignupRefresh, SignupSession},
    token::PlainToken,
};

use crate::ports::Ports;

/// What a sign-in or a refresh answers (sign-up contract section 2, "Auth").
#[derive(Clone, Debug)]
pub struct SignupTokens {
    /// The login.
    pub login: String,
    /// The provider.
    pub provider: String,
    /// Opens the API until it expires or the sign-in ends.
    pub access: PlainToken,
    /// Gives the next pair.
    pub refresh: PlainToken,
}

/// A sign-in of an entity, to be added, and its first pair.
pub(super) fn open_session(
    ports: &Ports,
    signup: &Signup,
    provider: &Provider,
    device: Device,
    now: DateTime<Utc>,
) -> (SignupSession, SignupTokens) {
    let config = &provider.definition.config;
    let session = SignupSession::open(signup.id, device, config, now, ports.entropy.as_ref());
    let tokens = tokens_of(ports, &session, signup, provider);
    (session, tokens)
}

/// The present pair of a sign-in. As long as the sign-in stays as it is, so does its pair.
pub(super) fn tokens_of(
    ports: &Ports,
    session: &SignupSession,
    signup: &Signup,
    provider: &Provider,
) -> SignupTokens {
    let (login, provider) = (signup.login.to_string(), provider.definition.identifier.to_string());
    let claims = AccessClaims {
        session: session.id,
        signup: signup.id,
        provider: provider.clone(),
        login: login.clone(),
        user_agent: session.device.browser.clone(),
        issued_at: session.issued_at.trunc_subsecs(0),
        expires_at: session.access_expires_at.trunc_subsecs(0),
    };
    let refresh = SignupRefresh { session: session.id, generation: session.generation };
    SignupTokens {
        login,
        provider,
        access: ports.access_tokens.sign(&claims),
        refresh: ports.refresh_tokens.derive(refresh),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn the_first_pair_says_who_signed_in_where_to_the_second() {
        let mut house = House::default();
        let said = house.signs_tokens();
        let house = house.open();
        let at = now() + TimeDelta::milliseconds(999);
        let (session, tokens) = open_session(&house.ports, &signup(), &signup_provider(), device(), at);

        assert_eq!((session.signup, session.generation, session.issued_at), (signup().id, 0, at));
        assert_eq!((tokens.login.as_str(), tokens.provider.as_str()), ("test", "email"));
        assert_eq!((tokens.access, tokens.refresh), (token("access"), refresh_token_of(&session)));
        let claims = said.only();
        assert_eq!((claims.session, claims.signup), (session.id, signup().id));
        assert_eq!((claims.provider.as_str(), claims.login.as_str()), ("email", "test"));
        assert_eq!(claims.user_agent, "Node.js/x");
        assert_eq!((claims.issued_at, claims.expires_at), (now(), now() + seconds(3600)));
    }

    #[tokio::test]
    async fn one_state_of_a_sign_in_has_one_pair() {
        let mut house = House::default();
        let said = house.signs_tokens();
        let house = house.open();
        let first = tokens_of(&house.ports, &signup_session(), &signup(), &signup_provider());
        let again = tokens_of(&house.ports, &signup_session(), &signup(), &signup_provider());
        assert_eq!(first.refresh, again.refresh);
        assert_eq!(said.all()[0], said.all()[1]);
    }
}
