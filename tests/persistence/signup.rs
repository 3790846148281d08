//! The sign-up API: forms, providers, the entities of those who signed up, and their sign-ins.

mod corruption;
mod defaults;
mod entities;
mod fidelity;
mod forms;
mod people;
mod providers;
mod purging;
mod races;
mod sessions;
mod upgrade;
mod writing;
