//! Sign-up forms and auth providers, as their contract has it. "T1" to "T10" name the traps of its section 0.

mod activation;
mod answers;
mod app_token;
mod bodies;
mod code_limits;
mod codes;
mod cors;
mod described;
mod devices;
mod enumeration;
mod errors;
mod fcm;
mod forms;
mod hostile;
mod leaving;
mod me;
mod oauth;
mod passwordless;
mod passwords;
mod people;
mod phones;
mod providers;
mod purge;
mod races;
mod refresh;
mod refusals;
mod secrets;
mod seed;
mod sessions;
mod traps;
mod updating;

/// Whom most tests are about.
const ANN: &str = "ann@example.org";
/// Somebody else.
const BOB: &str = "bob@example.org";

const UNAUTHORIZED: &str = "Unauthorized";
const CLOSED: &str = "Resource is closed";
const NO_PROVIDER: &str = "Auth provider not found";
const MISSED: &str = "Login or password values are missed";
const TAKEN: &str = "User with this login already exists";
const WRONG_CREDENTIALS: &str = "Login or password is wrong";
const NOT_ACTIVE: &str = "User is not active";
const WRONG_CODE: &str = "Code is wrong or has expired";
const TOO_MANY_TRIES: &str = "Too many wrong codes were tried";
const HAS_A_CODE: &str = "User already has a code";
const EMPTY_SECTION: &str = "empty form data section";

/// What is said of a field.
fn wrong(marker: &str) -> String {
    format!("formData's marker '{marker}' value is missing or incorrect")
}
