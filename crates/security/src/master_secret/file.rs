//! The file that holds the master secret of a server that was given none.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
};

use portico_domain::ports::Entropy as _;
use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use super::{MasterSecret, MasterSecretError};
use crate::entropy::SystemEntropy;

/// The most bytes that are read of the file; a secret is far shorter.
const MAX_FILE_BYTES: u64 = 64 * 1024;

impl MasterSecret {
    /// Reads the secret in a file, or makes the file with a random secret of 64 hexadecimal digits, readable by its
    /// owner alone. Of several processes that start together all get the same secret. Does file I/O, so it is for
    /// the start of a process.
    ///
    /// # Errors
    /// When the file cannot be read or made, or what it holds is no secret. A file that is there is never replaced.
    pub fn load_or_create(path: &Path) -> Result<Self, MasterSecretError> {
        if let Some(secret) = load(path)? {
            return Ok(secret);
        }
        create(path).map_err(|source| MasterSecretError::NotCreated { path: path.to_owned(), source })?;
        // Another process may have been faster: the secret is the one in the file, whoever wrote it.
        load(path)?.ok_or_else(|| MasterSecretError::NotCreated {
            path: path.to_owned(),
            source: ErrorKind::NotFound.into(),
        })
    }
}

fn load(path: &Path) -> Result<Option<MasterSecret>, MasterSecretError> {
    let unusable = || MasterSecretError::Unusable { path: path.to_owned() };
    match read(path) {
        Ok(bytes) => {
            let text = str::from_utf8(&bytes).map_err(|_| unusable())?;
            MasterSecret::from_text(text).map(Some).map_err(|_| unusable())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(MasterSecretError::Unreadable { path: path.to_owned(), source }),
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path)?;
    warn_when_others_can_read(path, &file)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    file.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(unix)]
fn warn_when_others_can_read(path: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "the file of the master secret is open to other users; mode 600 is meant");
    }
    Ok(())
}

#[cfg(not(unix))]
fn warn_when_others_can_read(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

/// Writes a new secret aside and then gives the finished file its name, unless another process has done so.
fn create(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut random = Zeroizing::new([0; 32]);
    SystemEntropy.fill(random.as_mut_slice());
    let aside = aside(path, random.as_slice());
    let named = write_aside(&aside, random.as_slice()).and_then(|()| fs::hard_link(&aside, path));
    let removed = fs::remove_file(&aside);
    match named {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => removed.and_then(|()| sync_folder(folder)),
    }
}

/// A name that no other process uses, and that tells nothing of the secret.
fn aside(path: &Path, random: &[u8]) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    let digest = digest(&SHA256, random);
    name.push(format!(".{}.tmp", hex::encode(&digest.as_ref()[..8])));
    path.with_file_name(name)
}

fn write_aside(aside: &Path, random: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(aside)?;
    file.write_all(Zeroizing::new(hex::encode(random)).as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Makes the name survive a crash, where the operating system lets a folder be opened.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests;
