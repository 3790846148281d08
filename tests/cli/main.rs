//! The real program: its command line, its servers side by side, its end and its next start.

mod command_line;
mod crashes;
mod mail_server;
mod side_by_side;
mod tour;
