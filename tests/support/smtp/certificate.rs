//! The certificate of the mail server, and the authority that nobody trusts by default.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

/// Makes an authority and a certificate for `localhost`, signed by it; gives the authority in PEM form.
pub(super) fn acceptor() -> (TlsAcceptor, String) {
    let key = KeyPair::generate().expect("a key can be made");
    let mut parameters = CertificateParams::new(Vec::new()).expect("no names are fine");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = parameters.self_signed(&key).expect("an authority signs itself").pem();
    let issuer = Issuer::new(parameters, key);

    let own_key = KeyPair::generate().expect("a key can be made");
    let own = CertificateParams::new(vec!["localhost".to_owned()]).expect("the name is well-formed");
    let own = own.signed_by(&own_key, &issuer).expect("the authority signs");

    let configuration = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows the protocol")
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], PrivateKeyDer::Pkcs8(own_key.serialize_der().into()))
        .expect("key and certificate belong together");
    (TlsAcceptor::from(Arc::new(configuration)), authority)
}
