//! The document: what the operations say of themselves, put together and made strict.

mod aliases;
mod strict;

use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{accounts, health, partners, portal, signup, well_known};

/// What is true of every endpoint.
const CONVENTIONS: &str = "\
Accounts, projects that people join by invite, a members' portal, and the letters that go with them.

## Accounts

Bodies are JSON objects in UTF-8 of at most 1 MiB; keys that are not named here are ignored, and null is the same as \
a missing key. Answers are the bare object or list. Ids are UUIDs; instants are ISO 8601 in UTC with milliseconds and \
`Z`. A slash at the end of a path does not matter, and `HEAD` is answered like `GET`.

An error is `{\"error\", \"code\"}`: a text for people and a word for programs. Faulty fields are all told at once: 422 \
with `{\"errors\": [{\"message\", \"rule\", \"field\"}]}`. U+0000 is a fault in every text. Elsewhere, a path that is \
not here answers 404 `NOT_FOUND`, and a method that is not here 405 `METHOD_NOT_ALLOWED` with `Allow`.

## Members' portal

Everything below `/api`. Bodies are JSON objects of at most 1 MiB, or 4 MiB where they define a form or a provider of the \
sign-up API, sent as `application/json`; keys that are not named \
here are ignored, and what is null or missing is empty, 0 or false. Queries count for `GET` and `DELETE` alone, and less \
than a body. Whatever succeeds answers 200 with `status` and `status_code` beside its own keys, but for \
`/api/external`. Numbers are people's numbers; instants are RFC 3339 with whole seconds in the portal's zone.

An error is `{\"status\", \"status_code\", \"message\"}`: the status by name and by number, and a text for people. \
Whoever may not call learns nothing else: neither what is wrong with his body nor whether there is anything at a path.

## Sign-up forms and auth providers

Everything below `/api/content`, as clients of the OneEntry CMS know it. Bodies are JSON objects of at most 4 MiB; keys \
that are not named here are ignored where nothing else is said, and null is the same as a missing key. Users, providers \
and forms have numbers; instants are ISO 8601 in UTC with milliseconds and `Z`.

Where the operator asks for it, every request shows the token of its application in the header `x-app-token`; without \
one it learns nothing but 403 `Resource is closed`. An error is `{\"statusCode\", \"timestamp\", \"message\", \
\"pageData\"}`: the status, the instant, a text for people, and null.

## Partners

`POST /api/public/auth_user/` and `POST /api/public/save_check_result/`, for the programs of partners. Bodies are JSON \
objects of at most 16 MiB, whatever their `Content-Type` says; keys that are not named here are ignored, and null is the \
same as a missing key, but for `sendEmailToUser`. Every answer carries `Allow: POST, OPTIONS`, `Content-Type: \
application/json` and `Vary: Accept`.

Faulty fields are all told at once: 400 with an object from the name of a field to a list of texts for people, in the \
language of `Accept-Language`. Any other error is `{\"detail\"}`.";

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
        (name = "Portal sign-in", description = "Signing in at the OpenID Connect provider, signing up, leaving"),
        (name = "Portal profile", description = "What members tell of themselves, and their own dues"),
        (name = "Portal management", description = "For the portal's admins; everything is also there below `/api/management`"),
        (name = "Portal services", description = "For services with a token of the operator"),
        (name = "Sign-up", description = "Signing up by a form, and the codes that make active or allow another password"),
        (name = "Sign-up providers", description = "What people can sign up and in with"),
        (name = "Sign-up forms", description = "What they fill in"),
        (name = "Sign-up sessions", description = "Signing in, staying in, leaving"),
        (name = "Sign-up user", description = "The user's own account"),
        (name = "Partners", description = "For the programs of partners, with a key in the body"),
        (name = "Partner management", description = "Partners, their dictations and results, for the portal's admins; everything is also there below `/api/management`"),
        (name = "Service", description = "For operators"),
    ),
    components(schemas(accounts::Rule)),
    modifiers(&Proofs),
)]
struct Head;

/// By what callers prove who they are.
struct Proofs;

impl Modify for Proofs {
    fn modify(&self, document: &mut Document) {
        let bearer = |text| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(text));
            SecurityScheme::Http(scheme.build())
        };
        let text = "What a sign-in at the portal sets; `misw-portal-secret` is taken for the same";
        let cookie = ApiKeyValue::with_description(portal::TOKEN_COOKIE, text);
        let components = document.components.get_or_insert_default();
        let accounts = bearer("The `token` of a sign-in: `Authorization: Bearer hitkey_…`");
        components.add_security_scheme("bearer", accounts);
        components.add_security_scheme("portal", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let signup =
            "The `accessToken` of a sign-in by a form: a JWT, whose keys are at `/.well-known/jwks.json`";
        components.add_security_scheme("signup", bearer(signup));
        components.add_security_scheme("service", bearer("One of the tokens of `PORTICO_EXTERNAL_TOKENS`"));
    }
}

/// The text of the document, with a line end at its end.
pub(crate) fn text() -> String {
    format!("{:#}\n", value())
}

fn value() -> Value {
    let mut document = Head::openapi();
    let parts = accounts::descriptions().into_iter().chain(portal::descriptions());
    let parts = parts.chain(signup::descriptions()).chain(partners::descriptions());
    for part in parts.chain([well_known::Description::openapi(), health::Description::openapi()]) {
        document.merge(part);
    }
    let mut document = serde_json::to_value(document).unwrap_or_default();
    aliases::add(&mut document, &portal::ALIASES);
    strict::finish(&mut document);
    document
}

#[cfg(test)]
mod tests;
