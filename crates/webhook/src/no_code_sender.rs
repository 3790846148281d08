//! What stands for the way to telephones while none is set.

use async_trait::async_trait;
use portico_domain::ports::{CodeSender, MailerError, OutgoingCode};

/// No way to any telephone: a code that is owed already waits until there is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCodeSender;

#[async_trait]
impl CodeSender for NoCodeSender {
    fn is_configured(&self) -> bool {
        false
    }

    async fn send(&self, _: OutgoingCode) -> Result<(), MailerError> {
        Err(MailerError::Temporary("no code webhook is set".to_owned()))
    }
}
