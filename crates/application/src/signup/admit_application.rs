//! May this application use the sign-up API?

use portico_domain::token::PlainToken;

use crate::ports::Ports;

/// Admits applications by their token (sign-up contract section 1, `x-app-token`).
#[derive(Clone)]
pub struct AdmitApplication {
    ports: Ports,
}

impl AdmitApplication {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Whether an application with this token, or without one, gets in. Everybody does as long as the operator named no
    /// token.
    #[must_use]
    pub fn execute(&self, token: Option<&PlainToken>) -> bool {
        let known = &self.ports.policy.signup.app_tokens;
        let digest = token.map(PlainToken::digest);
        known.is_empty() || digest.is_some_and(|digest| known.iter().any(|token| token.matches(&digest)))
    }
}

#[cfg(test)]
mod tests {
    use crate::fixtures::*;

    #[tokio::test]
    async fn without_a_token_of_the_operators_every_application_gets_in() {
        let house = House::default().open();
        assert!(house.does.admit_application.execute(None));
        assert!(house.does.admit_application.execute(Some(&token("anything"))));
    }

    #[tokio::test]
    async fn otherwise_only_those_with_one_of_them() {
        let mut house = House::default();
        house.policy.signup.app_tokens = vec![token("one").digest(), token("two").digest()];
        let house = house.open();
        assert!(house.does.admit_application.execute(Some(&token("two"))));
        assert!(!house.does.admit_application.execute(Some(&token("three"))));
        assert!(!house.does.admit_application.execute(None));
    }
}
