//! The document: what the operations say of themselves, put together and made strict.

mod strict;

use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{accounts, health};

/// What is true of every endpoint.
const CONVENTIONS: &str = "\
Accounts, projects that people join by invite, and the letters that go with them.

Bodies are JSON objects in UTF-8 of at most 1 MiB; keys that are not named here are ignored, and null is the same as \
a missing key. Answers are the bare object or list. Ids are UUIDs; instants are ISO 8601 in UTC with milliseconds and \
`Z`. A slash at the end of a path does not matter, and `HEAD` is answered like `GET`.

An error is `{\"error\", \"code\"}`: a text for people and a word for programs. Faulty fields are all told at once: 422 \
with `{\"errors\": [{\"message\", \"rule\", \"field\"}]}`. U+0000 is a fault in every text. Elsewhere, a path that is \
not here answers 404 `NOT_FOUND`, and a method that is not here 405 `METHOD_NOT_ALLOWED` with `Allow`.";

#[derive(OpenApi)]
#[openapi(
    info(title = "Portico", description = CONVENTIONS),
    servers((url = "/", description = "The server that this document comes from")),
    tags(
        (name = "Registration", description = "Becoming known: three steps, or one with an invite"),
        (name = "Sessions", description = "Signing in, staying in, leaving"),
        (name = "Passwords", description = "Forgotten and changed passwords"),
        (name = "Account", description = "Your own record"),
        (name = "Emails", description = "Your addresses"),
        (name = "Projects", description = "Projects and their members"),
        (name = "Invites", description = "Invites: for those who send them, and for those who got one"),
        (name = "Service", description = "For operators"),
    ),
    components(schemas(accounts::Rule)),
    modifiers(&BearerScheme),
)]
struct Head;

struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The `token` of a sign-in: `Authorization: Bearer hitkey_…`"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The text of the document, with a line end at its end.
pub(crate) fn text() -> String {
    format!("{:#}\n", value())
}

fn value() -> Value {
    let mut document = Head::openapi();
    for part in accounts::descriptions().into_iter().chain([health::Description::openapi()]) {
        document.merge(part);
    }
    let mut document = serde_json::to_value(document).unwrap_or_default();
    strict::finish(&mut document);
    document
}

#[cfg(test)]
mod tests;
