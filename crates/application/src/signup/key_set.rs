//! The keys of access tokens.

use crate::ports::Ports;

/// Shows the public keys by which anybody can check access tokens (sign-up contract section 3).
#[derive(Clone)]
pub struct ViewSignupKeys {
    ports: Ports,
}

impl ViewSignupKeys {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A JSON Web Key Set.
    #[must_use]
    pub fn execute(&self) -> String {
        self.ports.access_tokens.key_set()
    }
}

#[cfg(test)]
mod tests {
    use crate::fixtures::*;

    #[tokio::test]
    async fn the_keys_are_those_of_the_tokens() {
        let mut house = House::default();
        house.access_tokens.expect_key_set().returning(|| r#"{"keys":[]}"#.to_owned());
        assert_eq!(house.open().does.view_signup_keys.execute(), r#"{"keys":[]}"#);
    }
}
