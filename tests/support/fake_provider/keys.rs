//! Keys that sign, and how they are published.

use std::sync::OnceLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, PublicKeyComponents},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
        RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
    },
};
use rsa::{RsaPrivateKey, pkcs1::EncodeRsaPrivateKey as _, rand_core::OsRng};
use serde_json::{Value, json};

/// A way to sign (RFC 7518, RFC 8037).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// `EdDSA` on Ed25519.
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// What the header of a token calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }
}

enum Pair {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ec(EcdsaKeyPair, &'static str),
    Ed(Ed25519KeyPair),
}

/// A key that signs.
pub(super) struct SigningKey {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
    pair: Pair,
}

impl SigningKey {
    pub(super) fn generate(algorithm: Algorithm, kid: String) -> Self {
        let pair = match algorithm {
            Algorithm::Rs256 => Pair::Rsa(rsa(), &RSA_PKCS1_SHA256),
            Algorithm::Rs384 => Pair::Rsa(rsa(), &RSA_PKCS1_SHA384),
            Algorithm::Rs512 => Pair::Rsa(rsa(), &RSA_PKCS1_SHA512),
            Algorithm::Ps256 => Pair::Rsa(rsa(), &RSA_PSS_SHA256),
            Algorithm::Ps384 => Pair::Rsa(rsa(), &RSA_PSS_SHA384),
            Algorithm::Ps512 => Pair::Rsa(rsa(), &RSA_PSS_SHA512),
            Algorithm::Es256 => Pair::Ec(ec(&ECDSA_P256_SHA256_FIXED_SIGNING), "P-256"),
            Algorithm::Es384 => Pair::Ec(ec(&ECDSA_P384_SHA384_FIXED_SIGNING), "P-384"),
            Algorithm::EdDsa => Pair::Ed(ed()),
        };
        Self { kid, algorithm, pair }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), message, &mut signature).expect("a key signs");
                signature
            }
            Pair::Ec(pair, _) => {
                pair.sign(&SystemRandom::new(), message).expect("a key signs").as_ref().to_vec()
            }
            Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// The public key, as everybody may have it.
    pub(super) fn public(&self) -> &[u8] {
        match &self.pair {
            Pair::Rsa(pair, _) => pair.public_key().as_ref(),
            Pair::Ec(pair, _) => pair.public_key().as_ref(),
            Pair::Ed(pair) => pair.public_key().as_ref(),
        }
    }

    /// The public key as a JSON Web Key.
    pub(super) fn published(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (kid, alg) = (&self.kid, self.algorithm.name());
        match &self.pair {
            Pair::Rsa(pair, _) => {
                let PublicKeyComponents { n, e }: PublicKeyComponents<Vec<u8>> = pair.public().into();
                json!({ "kty": "RSA", "use": "sig", "kid": kid, "alg": alg, "n": text(&n), "e": text(&e) })
            }
            Pair::Ec(_, curve) => {
                // One byte that says "uncompressed", and two coordinates of the same length.
                let (x, y) = self.public()[1..].split_at(self.public().len() / 2);
                json!({
                    "kty": "EC", "use": "sig", "kid": kid, "alg": alg, "crv": curve, "x": text(x), "y": text(y),
                })
            }
            Pair::Ed(_) => {
                let x = text(self.public());
                json!({ "kty": "OKP", "use": "sig", "kid": kid, "alg": alg, "crv": "Ed25519", "x": x })
            }
        }
    }
}

/// The one key of RSA: another would take another second.
fn rsa() -> RsaKeyPair {
    static DER: OnceLock<Vec<u8>> = OnceLock::new();
    let der = DER.get_or_init(|| {
        let key = RsaPrivateKey::new(&mut OsRng, 2048).expect("a key can be made");
        key.to_pkcs1_der().expect("a key can be written down").as_bytes().to_vec()
    });
    RsaKeyPair::from_der(der).expect("it is a key")
}

fn ec(algorithm: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key can be made");
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("it is a key")
}

fn ed() -> Ed25519KeyPair {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key can be made");
    Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("it is a key")
}
