//! Letters of Portico: rendering, and delivery by SMTP or into files.
