//! Secrets of Portico: password hashes, sealing, random bytes, the clock.
