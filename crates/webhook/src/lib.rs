//! Posts to other people's programs: codes for telephones, to a server of the operator's (sign-up contract section 3),
//! and what happened, to the partners' (docs/partners.md). Adapters of the domain's ports
//! [`CodeSender`](portico_domain::ports::CodeSender) and [`WebhookSender`](portico_domain::ports::WebhookSender).
//!
//! A post is JSON, and says who made it and when: `X-Portico-Timestamp` has the seconds since 1970, and
//! `X-Portico-Signature` has `v1=` and the HMAC-SHA256, in hexadecimal digits, of the timestamp, a full stop and the
//! body, under the text of the secret that both sides know. `Idempotency-Key` is the same when something is posted once
//! more. Any status of the 200s takes a post over; what else the answer says does not matter, and it is not read.
//! Redirections are not followed.
//!
//! | | a code | an event |
//! |---|---|---|
//! | where | at the address in the operator's settings | at an address that a partner named: a public one, also after its name was looked up |
//! | secret | in the operator's settings | the webhook's own, shown once when it was registered |
//! | `Idempotency-Key` | the id of the letter | the id of the event, which is also in the body |
//! | `X-Portico-Event` | | what happened, `user.created` or `check_result.saved` |
//! | `X-Portico-Delivery` | | the id of the delivery, as the log has it: another one when an event is replayed |
//! | refused for good by | redirections, and the statuses 400 to 499 that do not say "later" | nothing: it is tried for a day |

mod code_webhook;
mod event_webhook;
mod no_code_sender;
mod options;
#[cfg(test)]
mod posts;
mod signature;

pub use portico_http_client::{EncryptionError, Patience};

pub use self::{
    code_webhook::CodeWebhook,
    event_webhook::EventWebhook,
    no_code_sender::NoCodeSender,
    options::{CodeWebhookOptions, CodeWebhookOptionsError, WebhookSecret},
};
