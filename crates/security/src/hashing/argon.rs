//! Argon2 hashes: today's parameters, and those of hashes that were made before.

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash as Phc, Salt},
};
use portico_domain::{
    password::{PasswordHash, PlainPassword},
    ports::{Entropy, PasswordsError},
};

/// Memory of a hash made today, in KiB.
const MEMORY: u32 = 19_456;
/// Passes over the memory of a hash made today.
const PASSES: u32 = 2;
/// Lanes of a hash made today.
const LANES: u32 = 1;
/// Bytes of the salt of a hash made today.
const SALT_BYTES: usize = 16;
/// Bytes of a digest made today.
const DIGEST_BYTES: usize = 32;

/// The most memory that a hash at rest may ask for: 1 GiB.
const MOST_MEMORY: u32 = 1024 * 1024;
/// The most passes that a hash at rest may ask for.
const MOST_PASSES: u32 = 64;
/// The most lanes that a hash at rest may ask for.
const MOST_LANES: u32 = 64;

/// One way to hash: parameters, salt and length of the digest.
pub(super) struct Recipe {
    argon2: Argon2<'static>,
    salt: Salt,
    length: usize,
}

/// A hash at rest, taken apart.
pub(super) struct Kept {
    /// How it was made.
    pub(super) recipe: Recipe,
    digest: Output,
    outdated: bool,
}

impl Recipe {
    /// Today's recipe with a new salt.
    ///
    /// # Errors
    /// Never, as long as today's parameters are within what Argon2 allows.
    pub(super) fn today(entropy: &dyn Entropy) -> Result<Self, PasswordsError> {
        let mut salt = [0; SALT_BYTES];
        entropy.fill(&mut salt);
        let params =
            Params::new(MEMORY, PASSES, LANES, Some(DIGEST_BYTES)).map_err(|error| failed(&error))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Self { argon2, salt: Salt::new(&salt).map_err(|error| failed(&error))?, length: DIGEST_BYTES })
    }

    /// Blocks of 1 KiB that are filled, over all passes: what the hash costs.
    pub(super) fn cost(&self) -> u64 {
        self.argon2.params().block_count() as u64 * u64::from(self.argon2.params().t_cost())
    }

    /// Hashes a text in `memory`, which grows as needed and keeps its size.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub(super) fn digest(&self, text: &str, memory: &mut Vec<Block>) -> Result<Output, PasswordsError> {
        let blocks = self.argon2.params().block_count();
        if memory.len() < blocks {
            memory.try_reserve_exact(blocks - memory.len()).map_err(|error| failed(&error))?;
            memory.resize(blocks, Block::new());
        }
        let mut buffer = [0; Output::MAX_LENGTH];
        let digest = buffer.get_mut(..self.length).ok_or_else(|| failed(&"the digest is too long"))?;
        self.argon2
            .hash_password_into_with_memory(text.as_bytes(), &self.salt, digest, memory.as_mut_slice())
            .map_err(|error| failed(&error))?;
        Output::new(digest).map_err(|error| failed(&error))
    }

    /// Hashes a password into the text form to be kept.
    ///
    /// # Errors
    /// As [`Recipe::digest`].
    pub(super) fn hash(
        &self,
        password: &PlainPassword,
        memory: &mut Vec<Block>,
    ) -> Result<PasswordHash, PasswordsError> {
        let digest = self.digest(password.reveal(), memory)?;
        let phc = Phc {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.argon2.params()).map_err(|error| failed(&error))?,
            salt: Some(self.salt),
            hash: Some(digest),
        };
        Ok(PasswordHash::from_phc(phc.to_string()))
    }
}

impl Kept {
    /// Takes a hash at rest apart.
    ///
    /// # Errors
    /// When it is none, or asks for more than any hash of ours ever did: a damaged row must not stop the server.
    pub(super) fn read(hash: &PasswordHash) -> Result<Self, PasswordsError> {
        let unreadable = || failed(&"a hash at rest cannot be read");
        let phc = Phc::new(hash.as_phc()).map_err(|_| unreadable())?;
        let algorithm = Algorithm::try_from(phc.algorithm.as_str()).map_err(|_| unreadable())?;
        // A hash that names no version is of the first one.
        let version = phc.version.map_or(Ok(Version::V0x10), Version::try_from).map_err(|_| unreadable())?;
        let params = Params::try_from(&phc).map_err(|_| unreadable())?;
        let (Some(salt), Some(digest)) = (phc.salt, phc.hash) else {
            return Err(failed(&"a hash at rest is incomplete"));
        };
        if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_PASSES || params.p_cost() > MOST_LANES {
            return Err(failed(&"a hash at rest asks for too much memory or time"));
        }
        let outdated = algorithm != Algorithm::Argon2id
            || version != Version::V0x13
            || (params.m_cost(), params.t_cost(), params.p_cost()) != (MEMORY, PASSES, LANES)
            || (salt.len(), digest.len()) != (SALT_BYTES, DIGEST_BYTES);
        let recipe = Recipe { argon2: Argon2::new(algorithm, version, params), salt, length: digest.len() };
        Ok(Self { recipe, digest, outdated })
    }

    /// Whether it is the hash of that text. The comparison takes the same time wherever the two differ.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub(super) fn matches(&self, text: &str, memory: &mut Vec<Block>) -> Result<bool, PasswordsError> {
        Ok(self.recipe.digest(text, memory)? == self.digest)
    }

    /// Whether a hash made today would be another one.
    pub(super) const fn is_outdated(&self) -> bool {
        self.outdated
    }
}

/// Blocks that a hash made today needs: what a thread keeps between hashes.
pub(super) const fn blocks_today() -> usize {
    MEMORY as usize
}

fn failed(cause: &impl ToString) -> PasswordsError {
    PasswordsError::Failed(cause.to_string())
}
