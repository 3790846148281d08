//! Codes for telephones, posted to a server of the operator's: the adapter of the domain's port
//! [`CodeSender`](portico_domain::ports::CodeSender) (sign-up contract section 3).
//!
//! A post is JSON, and says who made it and when: `X-Portico-Timestamp` has the seconds since 1970, and
//! `X-Portico-Signature` has `v1=` and the HMAC-SHA256, in hexadecimal digits, of the timestamp, a full stop and the
//! body, under the secret that both sides know. `Idempotency-Key` has the id of the letter: a code that is posted twice
//! has the same one. Any status of the 200s takes the code over; what else the answer says does not matter.

mod code_webhook;
mod no_code_sender;
mod options;
mod signature;

pub use portico_http_client::Patience;

pub use self::{
    code_webhook::CodeWebhook,
    no_code_sender::NoCodeSender,
    options::{CodeWebhookOptions, CodeWebhookOptionsError, WebhookSecret},
};
