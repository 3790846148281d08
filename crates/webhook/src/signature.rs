//! Who made a post, and when.

use ring::hmac;

/// Signs posts by HMAC-SHA256.
#[derive(Clone)]
pub(crate) struct Signer(hmac::Key);

impl Signer {
    /// Takes the text of the secret.
    pub(crate) fn new(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }

    /// The signature of a body that is sent at a time, in seconds since 1970.
    pub(crate) fn sign(&self, timestamp: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(timestamp.to_string().as_bytes());
        context.update(b".");
        context.update(body);
        format!("v1={}", hex::encode(context.sign()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_that_other_programs_make() {
        // printf '1705276800.{"code":"123456"}' | openssl dgst -sha256 -hmac hunter2
        let signer = Signer::new("hunter2");
        let expected = "v1=39d55e3f5a99a3fc61190c1c3d4e83983d3796aabbced13bbf11c691a16bb4ee";
        assert_eq!(signer.sign(1_705_276_800, br#"{"code":"123456"}"#), expected);
        assert_ne!(signer.sign(1_705_276_801, br#"{"code":"123456"}"#), expected);
        assert_ne!(signer.sign(1_705_276_800, br#"{"code":"123457"}"#), expected);
    }
}
