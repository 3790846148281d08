//! One connection to the mail server.

use std::{future::pending, io, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use super::{Behaviour, Encryption, ReceivedLetter, Shared};
use crate::secrets::SecretKind;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What has been said on one connection.
pub(super) struct Conversation {
    stream: BufReader<Box<dyn Stream>>,
    shared: Arc<Shared>,
    encrypted: bool,
    user: Option<String>,
    from: Option<String>,
    recipients: Vec<String>,
}

impl Conversation {
    /// Talks to a client until it leaves.
    pub(super) async fn hold(stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
        let encrypted = shared.options.encryption == Encryption::Implicit;
        let stream: Box<dyn Stream> =
            if encrypted { Box::new(shared.acceptor.accept(stream).await?) } else { Box::new(stream) };
        let mut conversation = Self {
            stream: BufReader::new(stream),
            shared,
            encrypted,
            user: None,
            from: None,
            recipients: Vec::new(),
        };
        conversation.say("220 localhost ready").await?;
        while let Some(line) = conversation.hear().await? {
            conversation.shared.log().commands.push(line.clone());
            let (verb, argument) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => conversation.introduce().await?,
                "STARTTLS" => conversation = conversation.encrypt().await?,
                "AUTH" => conversation.sign_in(argument).await?,
                "MAIL" => conversation.sender(argument).await?,
                "RCPT" => conversation.recipient(argument).await?,
                "DATA" => conversation.letter().await?,
                "NOOP" => conversation.say("250 still here").await?,
                "QUIT" => return conversation.say("221 goodbye").await,
                _ => conversation.say("502 5.5.1 unknown command").await?,
            }
        }
        Ok(())
    }

    fn behaviour(&self) -> Behaviour {
        self.shared.log().behaviour.clone()
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        self.stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    async fn hear(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        if !line.ends_with(b"\n") {
            return Ok(None);
        }
        let text = String::from_utf8(line).map_err(io::Error::other)?;
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn introduce(&mut self) -> io::Result<()> {
        let mut lines = vec!["localhost".to_owned(), "8BITMIME".to_owned()];
        let options = &self.shared.options;
        if !options.ascii_only {
            lines.push("SMTPUTF8".to_owned());
        }
        if options.encryption == Encryption::StartTls && !self.encrypted {
            lines.push("STARTTLS".to_owned());
        }
        if options.credentials.is_some() {
            let offered = Some(options.mechanisms.as_str()).filter(|offered| !offered.is_empty());
            lines.push(format!("AUTH {}", offered.unwrap_or("PLAIN LOGIN")));
        }
        let last = lines.len() - 1;
        for (index, line) in lines.iter().enumerate() {
            self.say(&format!("250{}{line}", if index == last { ' ' } else { '-' })).await?;
        }
        Ok(())
    }

    async fn encrypt(mut self) -> io::Result<Self> {
        if self.shared.options.encryption != Encryption::StartTls || self.encrypted {
            self.say("502 5.5.1 no encryption here").await?;
            return Ok(self);
        }
        self.say("220 go ahead").await?;
        let stream = self.shared.acceptor.accept(self.stream.into_inner()).await?;
        self.stream = BufReader::new(Box::new(stream));
        self.encrypted = true;
        Ok(self)
    }

    async fn sign_in(&mut self, argument: &str) -> io::Result<()> {
        let given = match argument.split_once(' ') {
            Some(("PLAIN", text)) => {
                let text = decoded(text)?;
                let mut parts = text.split('\0').skip(1).map(str::to_owned);
                parts.next().zip(parts.next())
            }
            None if argument == "LOGIN" => {
                let user = self.ask("Username:").await?;
                Some((user, self.ask("Password:").await?))
            }
            _ => return self.say("504 5.5.4 unknown mechanism").await,
        };
        if let Some((_, password)) = &given {
            self.shared.secrets.note(SecretKind::ServicePassword, password);
        }
        if given.is_some() && given == self.shared.options.credentials {
            self.user = given.map(|(user, _)| user);
            self.say("235 2.7.0 welcome").await
        } else {
            self.say("535 5.7.8 wrong user or password").await
        }
    }

    async fn ask(&mut self, question: &str) -> io::Result<String> {
        self.say(&format!("334 {}", STANDARD.encode(question))).await?;
        decoded(&self.hear().await?.unwrap_or_default())
    }

    async fn sender(&mut self, argument: &str) -> io::Result<()> {
        if self.shared.options.credentials.is_some() && self.user.is_none() {
            return self.say("530 5.7.0 sign in first").await;
        }
        if let Behaviour::RefuseEverything { reply } = self.behaviour() {
            return self.say(&reply).await;
        }
        self.from = Some(mailbox(argument));
        self.recipients.clear();
        self.say("250 2.1.0 sender ok").await
    }

    async fn recipient(&mut self, argument: &str) -> io::Result<()> {
        let to = mailbox(argument);
        match self.behaviour() {
            Behaviour::RefuseRecipient { address, reply } if address == to => self.say(&reply).await,
            Behaviour::HangAtRecipient { address } if address == to => pending().await,
            _ if self.from.is_none() => self.say("503 5.5.1 who sends it?").await,
            _ => {
                self.recipients.push(to);
                self.say("250 2.1.5 recipient ok").await
            }
        }
    }

    async fn letter(&mut self) -> io::Result<()> {
        if self.recipients.is_empty() {
            return self.say("503 5.5.1 to whom?").await;
        }
        self.say("354 go ahead").await?;
        let mut data = String::new();
        loop {
            let Some(line) = self.hear().await? else { return Ok(()) };
            if line == "." {
                break;
            }
            data.push_str(line.strip_prefix('.').unwrap_or(&line));
            data.push_str("\r\n");
        }
        self.shared.note_letter(&data);
        let behaviour = self.behaviour();
        self.shared.log().commands.push(".".to_owned());
        match behaviour {
            Behaviour::HangAfterData => pending().await,
            Behaviour::RefuseLetters { reply } => self.say(&reply).await,
            _ => {
                let letter = ReceivedLetter {
                    from: self.from.take().unwrap_or_default(),
                    recipients: std::mem::take(&mut self.recipients),
                    data,
                    encrypted: self.encrypted,
                    user: self.user.clone(),
                };
                self.shared.log().letters.push(letter);
                self.say("250 2.0.0 taken").await
            }
        }
    }
}

fn decoded(text: &str) -> io::Result<String> {
    let bytes = STANDARD.decode(text).map_err(io::Error::other)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// What stands between the angle brackets.
fn mailbox(argument: &str) -> String {
    let inner = argument.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
