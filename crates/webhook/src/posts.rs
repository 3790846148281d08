//! What the tests of both posts look at them with.

use sha2::{Digest as _, Sha256};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

/// A server that answers everybody so.
pub(crate) async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// The only value of a header.
pub(crate) fn header(request: &Request, name: &str) -> String {
    let values: Vec<_> = request.headers.get_all(name).iter().collect();
    let [value] = values.as_slice() else { panic!("not one {name}: {values:?}") };
    value.to_str().unwrap().to_owned()
}

/// HMAC as RFC 2104 has it, of a secret shorter than a block.
pub(crate) fn hmac_sha256(secret: &[u8], message: &[u8]) -> String {
    let mut key = [0_u8; 64];
    key[..secret.len()].copy_from_slice(secret);
    let inner = Sha256::new().chain_update(key.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    hex::encode(Sha256::new().chain_update(key.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize())
}
