//! Randomness.

/// Gives random bytes that nobody can guess.
pub trait Entropy: Send + Sync {
    /// Fills all of `bytes`. A machine without randomness cannot go on, so this does not fail: it ends the process's work
    /// by a panic.
    fn fill(&self, bytes: &mut [u8]);
}
