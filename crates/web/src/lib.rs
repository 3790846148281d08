//! The HTTP face of Portico.
