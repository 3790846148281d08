//! The use cases of Portico.
