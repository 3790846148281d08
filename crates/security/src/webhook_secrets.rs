//! The secrets by which partners recognise what is posted to them.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portico_domain::{id::WebhookId, ports::WebhookSecrets, token::PlainToken};
use ring::hmac;

use crate::master_secret::{MasterSecret, WEBHOOK_SECRETS};

/// What every secret begins with, so that whoever finds one knows what it is. Never changes: secrets were given out.
const PREFIX: &str = "whsec_";
/// What every authenticated text begins with, so that it is taken for nothing else under the same key.
const LABEL: &[u8] = b"webhook secret v1";

/// The key that the secrets of webhooks follow from, made from the master secret. A secret is `whsec_` and the URL-safe
/// base64 of the HMAC-SHA256 of the webhook's id (16 bytes).
pub struct WebhookSecretKey(hmac::Key);

impl WebhookSecretKey {
    /// Derives the key.
    #[must_use]
    pub fn new(secret: &MasterSecret) -> Self {
        Self(secret.derive(WEBHOOK_SECRETS, hmac::HMAC_SHA256))
    }
}

impl WebhookSecrets for WebhookSecretKey {
    fn secret_of(&self, webhook: WebhookId) -> PlainToken {
        let id = webhook.uuid();
        let mac = hmac::sign(&self.0, &[LABEL, id.as_bytes()].concat());
        PlainToken::presented(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(mac)))
    }
}

impl fmt::Debug for WebhookSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const TEXT: &str = "a text of thirty-two bytes, enough for the server";

    fn key_of(text: &str) -> WebhookSecretKey {
        WebhookSecretKey::new(&MasterSecret::from_text(text).unwrap())
    }

    fn secret(id: [u8; 16]) -> PlainToken {
        key_of(TEXT).secret_of(WebhookId::from_uuid(Uuid::from_bytes(id)))
    }

    #[test]
    fn a_secret_is_a_prefix_and_the_mac_of_the_id_in_url_safe_base64() {
        let secret = secret([0xab; 16]);
        let key: hmac::Key =
            MasterSecret::from_text(TEXT).unwrap().derive(b"webhook secret derivation v1", hmac::HMAC_SHA256);
        let mac = hmac::sign(&key, &[&b"webhook secret v1"[..], &[0xab; 16]].concat());
        let (prefix, text) = secret.reveal().split_at(6);
        assert_eq!((prefix, text.len()), ("whsec_", 43));
        assert_eq!(URL_SAFE_NO_PAD.decode(text).unwrap(), mac.as_ref());
    }

    #[test]
    fn a_secret_that_was_given_out_stays_good() {
        // Computed by another program, from the words of the documentation of this module.
        assert_eq!(secret([0; 16]).reveal(), "whsec_YnXgq3zpRxlyvw-79iwjJadV3PRksum2Y6Tg6truVVg");
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", key_of(TEXT)), "WebhookSecretKey(…)");
    }

    proptest! {
        #[test]
        fn a_webhook_always_has_the_same_secret_and_no_two_share_one(one: [u8; 16], other: [u8; 16]) {
            prop_assert_eq!(secret(one), secret(one));
            prop_assume!(one != other);
            prop_assert_ne!(secret(one), secret(other));
        }

        #[test]
        fn two_master_secrets_never_agree(one in ".{32,64}", other in ".{32,64}", id: [u8; 16]) {
            prop_assume!(one.trim() != other.trim() && one.trim().len() >= 32 && other.trim().len() >= 32);
            let webhook = WebhookId::from_uuid(Uuid::from_bytes(id));
            prop_assert_ne!(key_of(&one).secret_of(webhook), key_of(&other).secret_of(webhook));
        }
    }
}
