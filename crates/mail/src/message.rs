//! A letter as it travels: headers, two parts, envelope.

use lettre::{
    Address,
    address::Envelope,
    message::{
        Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use portico_domain::{email::EmailAddress, ports::OutgoingLetter};

use crate::{
    rendering::{RenderError, Texts},
    sender::Sender,
};

/// Keeps mail programs from answering a letter by themselves (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// The longest line, in bytes, that may travel as it is (RFC 5322).
const LONGEST_LINE: usize = 998;

/// A finished letter.
pub(crate) struct Message {
    /// Who sends it to whom.
    pub(crate) envelope: Envelope,
    /// Headers and parts.
    pub(crate) bytes: Vec<u8>,
}

impl Message {
    /// Puts a letter together. Nothing in it depends on when or how often that is done.
    pub(crate) fn build(
        sender: &Sender,
        host: &str,
        letter: &OutgoingLetter,
        texts: Texts,
    ) -> Result<Self, RenderError> {
        let to = recipient(&letter.to)?;
        let plain = part(ContentType::TEXT_PLAIN, texts.plain);
        let message = lettre::Message::builder()
            .from(sender.mailbox().clone())
            .to(Mailbox::new(None, to))
            .date(letter.written_at.into())
            .message_id(Some(format!("<{}@{host}>", letter.id)))
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
            .subject(texts.subject);
        let message = match texts.html {
            None => message.singlepart(plain)?,
            Some(html) => message.multipart(
                MultiPart::alternative()
                    .boundary(format!("portico-{}", letter.id))
                    .singlepart(plain)
                    .singlepart(part(ContentType::TEXT_HTML, html)),
            )?,
        };
        Ok(Self { envelope: message.envelope().clone(), bytes: message.formatted() })
    }
}

/// One part, as it is where that can travel: a link in a file can then be read and copied without decoding.
fn part(kind: ContentType, text: String) -> SinglePart {
    let builder = SinglePart::builder().header(kind);
    if text.is_ascii() && text.lines().all(|line| line.len() <= LONGEST_LINE) {
        let lines = text.lines().collect::<Vec<_>>().join("\r\n");
        return builder
            .body(Body::dangerous_pre_encoded(lines.into_bytes(), ContentTransferEncoding::SevenBit));
    }
    builder.body(text)
}

/// The address as it was typed; an international domain in its ASCII form, which every mail server understands.
fn recipient(to: &EmailAddress) -> Result<Address, RenderError> {
    let typed_domain = to.as_str().rsplit_once('@').map(|(_, domain)| domain);
    let ascii_domain = to.canonical().as_str().rsplit_once('@').map(|(_, domain)| domain);
    let domain = typed_domain.filter(|domain| domain.is_ascii()).or(ascii_domain);
    Address::new(to.local_part(), domain.unwrap_or_default()).map_err(|_| RenderError::Recipient)
}
