//! What people do on the server: they register, make projects, invite, accept, sign in, refresh, sign out.

use std::time::{Duration, Instant};

use integration_tests::server::PASSWORD;
use serde_json::{Value, json};

use crate::{
    caller::Caller,
    ledger::{Account, Made},
    post::Arrived,
    world::World,
};

/// How long somebody waits for a letter before he does something else.
const LETTER: Duration = Duration::from_secs(3);
/// Projects that one person makes.
const PROJECTS: usize = 3;

/// A pause between two tries, so that a server which refuses everything is not asked without end.
pub(crate) async fn breathe() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}

/// The letter to `to` that says `words`; nothing when it does not come for long, or nobody is left to send it.
async fn letter(world: &World, caller: &Caller, to: &str, words: &str) -> Option<Arrived> {
    let deadline = Instant::now() + LETTER;
    loop {
        let found = world.post.find(to, words);
        if found.is_some() || caller.is_lost() || Instant::now() > deadline {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Looks at somebody's account.
pub(crate) async fn look(world: &World, caller: &Caller, nth: usize) -> Option<()> {
    let (_, token) = world.ledger().settled_token(nth)?;
    caller.get("/auth/me", &token, 200).await.map(drop)
}

/// One life; nothing when it ended early because something was not answered.
pub(crate) async fn live(world: &World, caller: &Caller) -> Option<()> {
    let number = world.newcomer();
    let email = format!("person{number}@example.org");
    register(world, caller, &email).await?;
    for n in 0..PROJECTS {
        let token = world.ledger().accounts.get(&email)?.token.clone()?;
        let name = format!("Project {number}-{n}x");
        let slug = create_project(world, caller, &email, &token, &name).await?;
        let guest = world.ledger().settled_token(number * 7 + n);
        if let Some((guest, guest_token)) = guest {
            let invite = invite(world, caller, &token, (&name, &slug), &guest).await?;
            accept(world, caller, &name, &guest, &guest_token, &invite).await?;
        }
    }
    change_sessions(world, caller, &email).await?;
    world.ledger().settled.push(email);
    Some(())
}

async fn register(world: &World, caller: &Caller, email: &str) -> Option<()> {
    world.ledger().started.insert(email.to_owned(), false);
    caller.post("/auth/register/start", None, Some(json!({ "email": email })), 200).await?;
    world.ledger().started.insert(email.to_owned(), true);

    let letter = letter(world, caller, email, "").await?;
    let code = letter.code().expect("the first letter has a code");
    let body = json!({ "email": email, "code": code });
    caller.post("/auth/register/verify", None, Some(body), 200).await?;
    world.ledger().verified.insert(email.to_owned());

    let body = json!({ "email": email, "password": PASSWORD });
    let signed_in = caller.post("/auth/register/password", None, Some(body), 200).await?;
    let account = Account { id: text(&signed_in["user"]["id"]), token: Some(text(&signed_in["token"])) };
    world.ledger().accounts.insert(email.to_owned(), account);
    Some(())
}

async fn create_project(
    world: &World,
    caller: &Caller,
    email: &str,
    token: &str,
    name: &str,
) -> Option<String> {
    world.ledger().projects.insert(name.to_owned(), Made { owner: email.to_owned(), slug: None });
    let made = caller.post("/projects/", Some(token), Some(json!({ "name": name })), 201).await?;
    let slug = text(&made["slug"]);
    let made = Made { owner: email.to_owned(), slug: Some(slug.clone()) };
    world.ledger().projects.insert(name.to_owned(), made);
    Some(slug)
}

/// Answers the token in the letter.
async fn invite(
    world: &World,
    caller: &Caller,
    token: &str,
    (name, slug): (&str, &str),
    guest: &str,
) -> Option<String> {
    let seat = (name.to_owned(), guest.to_owned());
    world.ledger().invites.insert(seat.clone(), None);
    let path = format!("/projects/{slug}/invites");
    let made = caller.post(&path, Some(token), Some(json!({ "email": guest })), 201).await?;
    world.ledger().invites.insert(seat, Some(text(&made["id"])));
    let letter = letter(world, caller, guest, name).await?;
    Some(letter.invite_token().expect("an invite has a link").to_owned())
}

async fn accept(
    world: &World,
    caller: &Caller,
    name: &str,
    guest: &str,
    guest_token: &str,
    invite: &str,
) -> Option<()> {
    let seat = (name.to_owned(), guest.to_owned());
    world.ledger().joined.insert(seat.clone(), false);
    caller.post(&format!("/invites/{invite}/accept"), Some(guest_token), None, 200).await?;
    world.ledger().joined.insert(seat, true);
    Some(())
}

/// Signs in anew, ends the session of the registration, and refreshes the new one.
async fn change_sessions(world: &World, caller: &Caller, email: &str) -> Option<()> {
    let body = json!({ "email": email, "password": PASSWORD });
    let signed_in = caller.post("/auth/login", None, Some(body), 200).await?;
    let second = text(&signed_in["token"]);
    let first = world.ledger().change_token(email, Some(second.clone()))?;

    caller.post("/auth/logout", Some(&first), None, 200).await?;
    world.ledger().dead.push(first);

    world.ledger().change_token(email, None);
    let body = json!({ "refresh_token": signed_in["refresh_token"] });
    let refreshed = caller.post("/auth/token/refresh", None, Some(body), 200).await?;
    let mut ledger = world.ledger();
    ledger.change_token(email, Some(text(&refreshed["token"])));
    ledger.dead.push(second);
    Some(())
}

fn text(value: &Value) -> String {
    value.as_str().expect("an answer has all of it").to_owned()
}
