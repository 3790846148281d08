//! Letters: what they say, and how they leave, by SMTP or into files. Adapters of the domain's port
//! [`Mailer`](portico_domain::ports::Mailer).

mod file_mailer;
mod links;
mod message;
mod rendering;
mod sender;
mod smtp;
mod smtp_url;

pub use self::{
    file_mailer::FileMailer,
    links::{Links, LinksError},
    rendering::{RenderError, Renderer},
    sender::{Sender, SenderError},
    smtp::{SmtpMailer, SmtpMailerError, SmtpOptions},
    smtp_url::{SmtpSecurity, SmtpUrl, SmtpUrlError},
};
