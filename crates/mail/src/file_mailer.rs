//! Letters into files, for a server without a mail server.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use portico_domain::ports::{Mailer, MailerError, OutgoingLetter};

use crate::rendering::Renderer;

/// Writes every letter into `<folder>/<letter id>.eml`, which any mail program opens. A letter that is sent twice is
/// one file.
pub struct FileMailer {
    folder: PathBuf,
    renderer: Renderer,
    written: AtomicU64,
}

impl FileMailer {
    /// Takes the folder; it is made, for its owner alone, when the first letter is written.
    #[must_use]
    pub fn new(folder: PathBuf, renderer: Renderer) -> Self {
        Self { folder, renderer, written: AtomicU64::new(0) }
    }
}

#[async_trait]
impl Mailer for FileMailer {
    async fn send(&self, letter: OutgoingLetter) -> Result<(), MailerError> {
        let message =
            self.renderer.render(&letter).map_err(|error| MailerError::Permanent(error.to_string()))?;
        let path = self.folder.join(format!("{}.eml", letter.id));
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let aside = self.folder.join(format!(".{}.{}-{number}.tmp", letter.id, process::id()));
        let (folder, target) = (self.folder.clone(), path.clone());
        let writing = tokio::task::spawn_blocking(move || write(&folder, &aside, &target, &message.bytes));
        let written = writing.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        written.map_err(|error| {
            MailerError::Temporary(format!("the letter cannot be written to {}: {error}", path.display()))
        })?;
        tracing::info!(letter = %letter.id, kind = letter.letter.kind(), path = %path.display(), "letter written");
        Ok(())
    }
}

/// Writes aside and renames, so that nobody ever reads half a letter, and so that it survives a crash.
fn write(folder: &Path, aside: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    make_folder(folder)?;
    let written = write_aside(aside, bytes).and_then(|()| fs::rename(aside, path));
    if written.is_err() {
        // What is left of a failed try is of no use; the error to tell is the first one.
        drop(fs::remove_file(aside));
    }
    written?;
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

fn write_aside(aside: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(aside)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
