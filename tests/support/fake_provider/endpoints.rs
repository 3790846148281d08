//! What the provider answers.

use std::{collections::BTreeMap, time::Duration};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use url::form_urlencoded;
use wiremock::{Request, ResponseTemplate};

use super::{CLIENT_ID, Endpoint, Mood, State, token};
use crate::secrets::SecretKind;

/// Longer than anybody waits.
const FOREVER: Duration = Duration::from_mins(10);

/// What a provider says of itself, to clients that have a secret or to those that have none.
pub(super) fn description(issuer: &str, has_secret: bool) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}authorize"),
        "token_endpoint": format!("{issuer}token"),
        "userinfo_endpoint": format!("{issuer}userinfo"),
        "jwks_uri": format!("{issuer}keys"),
        "end_session_endpoint": format!("{issuer}session/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": [if has_secret { "client_secret_basic" } else { "none" }],
        "code_challenge_methods_supported": ["S256"],
    })
}

pub(super) fn answer(state: &mut State, request: &Request) -> ResponseTemplate {
    let endpoint = match (request.method.as_str(), request.url.path()) {
        ("GET", "/.well-known/openid-configuration") => Endpoint::Discovery,
        ("GET", "/keys") => Endpoint::Keys,
        ("POST", "/token") => Endpoint::Token,
        ("GET", "/userinfo") => Endpoint::Userinfo,
        _ => return ResponseTemplate::new(404),
    };
    *state.asked.entry(endpoint).or_default() += 1;
    match state.moods.get(&endpoint).cloned().unwrap_or_default() {
        Mood::Hangs => ResponseTemplate::new(200).set_delay(FOREVER),
        Mood::Says { status, content_type, body } => {
            ResponseTemplate::new(status).set_body_raw(body, &content_type)
        }
        Mood::Answers => match endpoint {
            Endpoint::Discovery => good(&state.description),
            Endpoint::Keys => {
                let keys: Vec<Value> = state.keys.iter().map(super::SigningKey::published).collect();
                good(&json!({ "keys": keys }))
            }
            Endpoint::Token => tokens(state, request).unwrap_or_else(|error| bad(400, error)),
            Endpoint::Userinfo => userinfo(state, request),
        },
    }
}

fn good(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn bad(status: u16, error: &str) -> ResponseTemplate {
    // The description of an error may say anything: it must never be repeated.
    ResponseTemplate::new(status)
        .set_body_json(json!({ "error": error, "error_description": "a secret of ours" }))
}

/// Tokens for a code, once, to the client that has asked for it (RFC 6749, section 4.1.3; RFC 7636, section 4.6).
fn tokens(state: &mut State, request: &Request) -> Result<ResponseTemplate, &'static str> {
    let form: BTreeMap<String, String> = form_urlencoded::parse(&request.body).into_owned().collect();
    let value = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if value("grant_type") != "authorization_code" {
        return Err("unsupported_grant_type");
    }
    if !is_the_client(state, header(request, "Authorization"), value("client_id"), form.get("client_secret"))
    {
        return Ok(bad(401, "invalid_client"));
    }
    let grant = state.codes.remove(value("code")).ok_or("invalid_grant")?;
    // A verifier that nobody asked for would be a sign that the challenge was taken away (RFC 9700, section 2.1.1).
    let challenge = form.get("code_verifier").map(|verifier| {
        state.secrets.note(SecretKind::Token, verifier);
        URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
    });
    if challenge != grant.code_challenge || value("redirect_uri") != grant.redirect_uri {
        return Err("invalid_grant");
    }
    let access_token = state.access_token.clone().unwrap_or_else(|| state.fresh("access-token"));
    state.secrets.note(SecretKind::Token, &access_token);
    state.access_tokens.insert(access_token.clone(), grant.userinfo.clone());
    let mut body = json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": 300 });
    if let Some(id_token) = token::id_token(state, &grant) {
        state.secrets.note(SecretKind::Token, &id_token);
        body["id_token"] = json!(id_token);
    }
    Ok(good(&body))
}

/// Whether the client proves who it is, in one of the ways of the description and in no other.
fn is_the_client(state: &State, authorization: &str, id: &str, secret: Option<&String>) -> bool {
    let offers = |method: &str| {
        let offered = state.description["token_endpoint_auth_methods_supported"].as_array();
        offered.is_some_and(|offered| offered.iter().any(|name| name == method))
    };
    match (authorization.strip_prefix("Basic "), secret, state.client_secret) {
        (Some(credentials), None, Some(expected)) => {
            offers("client_secret_basic")
                && basic(credentials) == Some((CLIENT_ID.to_owned(), expected.to_owned()))
        }
        (None, Some(secret), Some(expected)) => {
            offers("client_secret_post") && id == CLIENT_ID && secret == expected
        }
        (None, None, None) => id == CLIENT_ID,
        _ => false,
    }
}

/// Name and secret in HTTP Basic, each encoded as in a form (RFC 6749, section 2.3.1).
fn basic(credentials: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id)?, decoded(secret)?))
}

fn decoded(text: &str) -> Option<String> {
    form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned())
}

fn userinfo(state: &State, request: &Request) -> ResponseTemplate {
    let token = header(request, "Authorization").strip_prefix("Bearer ").unwrap_or_default();
    state.access_tokens.get(token).map_or_else(|| bad(401, "invalid_token"), good)
}

fn header<'r>(request: &'r Request, name: &str) -> &'r str {
    request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
