//! The description of the API in the repository is the one that the server gives.

use crate::read;

#[test]
fn the_committed_description_is_up_to_date() {
    let (committed, made) = (read("docs/openapi.json"), portico_web::openapi());
    let differing = committed.lines().zip(made.lines()).position(|(one, other)| one != other);
    assert!(
        committed == made,
        "docs/openapi.json is out of date from line {}: renew it with `cargo run -- openapi > docs/openapi.json`, \
         and look at what changed for clients",
        differing.unwrap_or_else(|| committed.lines().count().min(made.lines().count())) + 1
    );
}
