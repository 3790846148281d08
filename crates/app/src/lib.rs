//! The portico server: settings, command line, composition.
