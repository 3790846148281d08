//! What letters say.

mod templates;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use minijinja::{Environment, Value, context};
use portico_domain::{
    email::EmailAddress,
    invite::InviteRole,
    letter::{Letter, LetterSecret},
    mail_template::WrittenLetter,
    ports::OutgoingLetter,
};

use crate::{links::Links, message::Message, sender::Sender};

/// The most characters of a subject; nobody is shown more.
const LONGEST_SUBJECT: usize = 200;

/// Why a letter was not written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template is missing or wrong.
    #[error("the letter cannot be written: {0}")]
    Template(String),
    /// A letter that has a code or a link came without it.
    #[error("the letter cannot be written: its code or link is missing")]
    MissingSecret,
    /// Nothing can be sent to that address.
    #[error("the letter cannot be addressed to its recipient")]
    Recipient,
    /// The mail library refuses it.
    #[error("the letter cannot be written: {0}")]
    Message(#[from] lettre::error::Error),
}

/// Writes letters: the templates, with the sender and the links that all letters share.
#[derive(Clone)]
pub struct Renderer(Arc<Stationery>);

struct Stationery {
    templates: Environment<'static>,
    sender: Sender,
    links: Links,
}

/// The texts of a letter.
#[derive(Debug)]
pub(crate) struct Texts {
    /// One line.
    pub(crate) subject: String,
    /// The plain part.
    pub(crate) plain: String,
    /// The part for mail programs that show pages; nothing in a letter that people worded, which is plain text alone.
    pub(crate) html: Option<String>,
}

impl Renderer {
    /// Makes the letters of one server.
    ///
    /// # Errors
    /// When a template is not well-formed.
    pub fn new(sender: Sender, links: Links) -> Result<Self, RenderError> {
        let templates = templates::load()?;
        Ok(Self(Arc::new(Stationery { templates, sender, links })))
    }

    /// Writes a letter as it goes to the mail server; the same letter gives the same bytes each time.
    pub(crate) fn render(&self, letter: &OutgoingLetter) -> Result<Message, RenderError> {
        let texts = self.texts(letter)?;
        Message::build(&self.0.sender, self.0.links.host(), letter, texts)
    }

    fn texts(&self, letter: &OutgoingLetter) -> Result<Texts, RenderError> {
        let Some(values) = self.values(letter)? else { return worded(letter) };
        let kind = letter.letter.kind();
        let render = |part: &str| -> Result<String, RenderError> {
            let template = self.0.templates.get_template(&format!("{kind}/{part}"))?;
            Ok(template.render(values.clone())?)
        };
        Ok(Texts {
            subject: shortened(&render("subject.txt")?),
            plain: render("body.txt")?,
            html: Some(render("body.html")?),
        })
    }

    /// What the templates of this house say in the letter; nothing for a letter that the portal's admins worded.
    fn values(&self, letter: &OutgoingLetter) -> Result<Option<Value>, RenderError> {
        let links = &self.0.links;
        let site = links.site();
        let secret = || letter.secret.as_ref().map(LetterSecret::reveal).ok_or(RenderError::MissingSecret);
        Ok(Some(match &letter.letter {
            Letter::RegistrationCode { valid_minutes } | Letter::AddedAddressCode { valid_minutes } => {
                context! { site, code => secret()?, valid_for => span(*valid_minutes) }
            }
            Letter::AlreadyRegistered => context! { site, link => links.reset_page() },
            Letter::Invite { project, inviter, role, expires_at } => context! {
                site,
                link => links.invite(secret()?),
                project => one_line(project),
                inviter => one_line(inviter),
                role => match role { InviteRole::Admin => "an admin", InviteRole::Member => "a member" },
                expires_at => date_and_time(*expires_at),
            },
            Letter::PasswordReset { valid_minutes } => {
                context! { site, link => links.password_reset(secret()?), valid_for => span(*valid_minutes) }
            }
            Letter::SignupCode { login, valid_seconds } => context! {
                site,
                login => named(login, &letter.to),
                code => secret()?,
                valid_for => span_of_seconds(*valid_seconds),
            },
            Letter::ProvisionedPassword { partner } => {
                context! { site, partner => one_line(partner), password => secret()? }
            }
            Letter::CheckResult { partner, dictation } => context! {
                site,
                link => links.result_page(secret()?),
                partner => one_line(partner),
                dictation => one_line(dictation),
            },
            Letter::PhoneCode(_) | Letter::PartnerEvent { .. } => return Err(RenderError::Recipient),
            Letter::EmailVerification
            | Letter::AfterRegistration
            | Letter::PaymentReceipt
            | Letter::PaymentReminder => return Ok(None),
        }))
    }
}

impl From<minijinja::Error> for RenderError {
    fn from(error: minijinja::Error) -> Self {
        // Not the whole error: its details may quote what the letter says.
        Self::Template(format!("{} in {}", error.kind(), error.name().unwrap_or("a template")))
    }
}

/// A letter that the portal's admins worded: it came whole, as its secret.
fn worded(letter: &OutgoingLetter) -> Result<Texts, RenderError> {
    let whole =
        letter.secret.as_ref().and_then(WrittenLetter::from_secret).ok_or(RenderError::MissingSecret)?;
    Ok(Texts { subject: shortened(whole.subject()), plain: whole.body().to_owned(), html: None })
}

fn shortened(subject: &str) -> String {
    one_line(subject).chars().take(LONGEST_SUBJECT).collect()
}

/// A text as one line, without characters that end lines, turn the direction of writing or cannot be seen.
fn one_line(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let ends = |c: char| c.is_control() || c.is_whitespace();
    let seen: String = text.chars().filter(|&c| !turns(c)).map(|c| if ends(c) { ' ' } else { c }).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The most characters of a login that a letter names.
const LONGEST_LOGIN: usize = 64;

/// A login as a letter may name it; nothing when a stranger could say something by it to whoever gets the letter. It is
/// the reader's address, another plain address, or a word that no mail program makes a link of.
fn named<'a>(login: &'a str, reader: &EmailAddress) -> Option<&'a str> {
    let is_address = EmailAddress::parse(login).is_ok();
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+') || is_address && matches!(c, '.' | '@');
    let says_nothing = login.chars().count() <= LONGEST_LOGIN && login.chars().all(is_plain);
    (says_nothing || login.eq_ignore_ascii_case(reader.as_str())).then_some(login)
}

/// A number of minutes in the greatest unit that leaves no rest.
fn span(minutes: i64) -> String {
    span_of_seconds(minutes * 60)
}

/// A number of seconds in the greatest unit that leaves no rest.
fn span_of_seconds(seconds: i64) -> String {
    let (count, unit) = match seconds {
        s if s > 0 && s % 86_400 == 0 => (s / 86_400, "day"),
        s if s > 0 && s % 3600 == 0 => (s / 3600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// An instant as its reader anywhere understands it.
fn date_and_time(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests;
