//! Compares what was answered with what is there. Answers every difference; none is what the tests want to see.

use std::collections::{BTreeMap, BTreeSet};

use integration_tests::{server::PASSWORD, tables::Tables};
use serde_json::json;

use crate::{
    caller::Caller,
    ledger::{Ledger, Seat},
    post::Post,
    records::{Owed, Records, halves},
    world::World,
};

/// Sign-ins by password that are tried in one check: each costs a hash.
const SIGN_INS: usize = 3;

/// Compares what was answered with the tables. Can be asked at any time when nobody writes.
pub(crate) fn compare(world: &World, database: &str) -> Vec<String> {
    let ledger = world.ledger().clone();
    let records = Records::read(database);
    let mut found = halves(database);
    found.extend(lost(&ledger, &records));
    found.extend(doubled(&ledger, &records));
    found.extend(letters_against_causes(&ledger, &records));
    found
}

/// What was answered and is not there.
fn lost(ledger: &Ledger, records: &Records) -> Vec<String> {
    let mut lost = Vec::new();
    let begun = |email: &String| records.codes.contains(email) || records.accounts.contains_key(email);
    let answered = ledger.started.iter().filter(|(_, answered)| **answered).map(|(email, _)| email);
    for email in answered.chain(&ledger.verified).filter(|email| !begun(email)) {
        lost.push(format!("the registration of {email} was answered and is lost"));
    }
    for (email, account) in &ledger.accounts {
        let kept = records.accounts.get(email).map(Vec::as_slice).unwrap_or_default();
        if kept != [account.id.replace('-', "")] {
            lost.push(format!("the account {} of {email} was answered, and there is {kept:?}", account.id));
        }
    }
    for (name, made) in &ledger.projects {
        let Some(slug) = &made.slug else { continue };
        let kept = records.projects.get(name).map(Vec::as_slice).unwrap_or_default();
        if kept != std::slice::from_ref(slug) {
            lost.push(format!("the project {slug} was answered, and there is {kept:?}"));
        }
    }
    for (seat, id) in &ledger.invites {
        let Some(id) = id else { continue };
        let kept = records.invites.get(seat).map(Vec::as_slice).unwrap_or_default();
        if kept != [id.replace('-', "")] {
            lost.push(format!("the invite {id} to {seat:?} was answered, and there is {kept:?}"));
        }
    }
    for (seat, _) in ledger.joined.iter().filter(|(_, answered)| **answered) {
        let kept = records.members.get(seat).map(Vec::as_slice).unwrap_or_default();
        if kept != ["member"] {
            lost.push(format!("the membership {seat:?} was answered, and there is {kept:?}"));
        }
    }
    lost
}

/// What is there twice, and what nobody asked for.
fn doubled(ledger: &Ledger, records: &Records) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |what: String, count: usize, asked: bool| {
        if count > 1 || !asked {
            found.push(format!(
                "{what}: there {count} times, {}",
                if asked { "asked for once" } else { "never asked for" }
            ));
        }
    };
    for (email, ids) in &records.accounts {
        check(format!("the account of {email}"), ids.len(), ledger.verified.contains(email));
    }
    for (name, slugs) in &records.projects {
        check(format!("the project {name}"), slugs.len(), ledger.projects.contains_key(name));
    }
    for (seat, ids) in &records.invites {
        check(format!("the invite to {seat:?}"), ids.len(), ledger.invites.contains_key(seat));
    }
    for (seat, roles) in &records.members {
        let owns = ledger.projects.get(&seat.0).is_some_and(|made| made.owner == seat.1);
        check(format!("the membership {seat:?}"), roles.len(), owns || ledger.joined.contains_key(seat));
    }
    found
}

/// Every cause has its one letter in the outbox, and every letter there its cause.
fn letters_against_causes(ledger: &Ledger, records: &Records) -> Vec<String> {
    let mut found = Vec::new();
    let mut owed: BTreeMap<(&str, Seat), usize> = BTreeMap::new();
    for Owed { kind, to, project, .. } in &records.letters {
        *owed.entry((kind.as_str(), (project.clone(), to.clone()))).or_default() += 1;
    }
    let begun = records.codes.iter().chain(records.accounts.keys());
    let codes = begun.map(|email| ("registration_code", (String::new(), email.clone())));
    let invites = records.invites.keys().map(|seat| ("invite", seat.clone()));
    for cause in codes.chain(invites) {
        match owed.remove(&cause) {
            Some(1) => {}
            count => found.push(format!("{cause:?} has {} letters", count.unwrap_or(0))),
        }
    }
    for ((kind, (project, to)), count) in owed {
        found.push(format!("{count} letters {kind} to {to} {project} have no cause"));
    }
    let known = |email: &String| ledger.started.contains_key(email);
    found.extend(
        records.codes.iter().filter(|email| !known(email)).map(|email| format!("{email} never began")),
    );
    found
}

/// Compares the outbox, in which nothing is owed any more, with what came.
pub(crate) fn compare_letters(post: &Post, database: &str) -> Vec<String> {
    let mut found = post.changed();
    let mut came: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for letter in post.all() {
        came.entry(letter.id).or_default().insert(letter.to);
    }
    for letter in Records::read(database).letters {
        let to = came.remove(&letter.id).unwrap_or_default();
        if !letter.delivered || !to.iter().eq([&letter.to]) {
            found.push(format!("the letter {letter:?} came to {to:?}"));
        }
    }
    found.extend(came.into_iter().map(|(id, to)| format!("the letter {id} to {to:?} was never owed")));
    found
}

/// Whether every letter has its outcome.
pub(crate) fn nothing_is_owed(database: &str) -> bool {
    Tables::of(database).count("outbox", "outcome IS NULL") == 0
}

/// Asks the server itself for what was answered since `before`: tokens, projects, members, passwords. Complaints go
/// to the journal.
pub(crate) async fn ask(world: &World, caller: &Caller, before: &Ledger) {
    let now = world.ledger().clone();
    for (email, account) in &now.accounts {
        let known = before.accounts.get(email).and_then(|account| account.token.as_ref());
        let Some(token) = account.token.as_ref().filter(|token| known != Some(token)) else { continue };
        let me = caller.get("/auth/me", token, 200).await.unwrap_or_default();
        if me["id"] != account.id.as_str() || me["email"] != email.as_str() {
            world.journal.complain(format!("{email} is {} and sees {me}", account.id));
        }
    }
    for token in now.dead.iter().skip(before.dead.len()) {
        let _ = caller.get("/auth/me", token, 401).await;
    }
    for (name, made) in &now.projects {
        let token = now.accounts.get(&made.owner).and_then(|owner| owner.token.as_ref());
        let (Some(slug), Some(token), false) = (&made.slug, token, before.projects.contains_key(name)) else {
            continue;
        };
        let path = format!("/projects/{slug}/members");
        let members = caller.get(&path, token, 200).await.unwrap_or_default();
        let seats = members.as_array().into_iter().flatten().map(|member| &member["user"]["email"]);
        let mut seated: Vec<&str> = seats.filter_map(serde_json::Value::as_str).collect();
        seated.sort_unstable();
        let must = |seat: &&Seat| seat.0 == *name && now.joined[*seat];
        let may = |email: &&str| now.joined.contains_key(&(name.clone(), (*email).to_owned()));
        let missing = now.joined.keys().filter(must).any(|seat| !seated.contains(&seat.1.as_str()));
        let others = seated.iter().filter(|email| **email != made.owner).any(|email| !may(email));
        if missing
            || others
            || !seated.contains(&made.owner.as_str())
            || seated.windows(2).any(|w| w[0] == w[1])
        {
            world.journal.complain(format!("{slug} has the members {seated:?}"));
        }
    }
    let new = now.accounts.keys().filter(|email| !before.accounts.contains_key(*email));
    for email in new.rev().take(SIGN_INS) {
        let body = json!({ "email": email, "password": PASSWORD });
        let signed_in = caller.post("/auth/login", None, Some(body), 200).await.unwrap_or_default();
        if signed_in["user"]["id"] != now.accounts[email].id.as_str() {
            world.journal.complain(format!("{email} signs in as {signed_in}"));
        }
    }
}

/// Asks once more for what was asked for and not answered: it is done now, or was done before, and never twice.
pub(crate) async fn ask_again(world: &World, caller: &Caller) {
    let ledger = world.ledger().clone();
    for (seat, _) in ledger.invites.iter().filter(|(_, id)| id.is_none()) {
        let made = &ledger.projects[&seat.0];
        let token = ledger.accounts.get(&made.owner).and_then(|owner| owner.token.clone());
        let (Some(slug), Some(token)) = (&made.slug, token) else { continue };
        let path = format!("/projects/{slug}/invites");
        let body = json!({ "email": seat.1 });
        let again = caller.ask(reqwest::Method::POST, &path, Some(&token), Some(&body)).await;
        match again {
            Some((201, invite)) => {
                let id = invite["id"].as_str().map(str::to_owned);
                world.ledger().invites.insert(seat.clone(), id);
            }
            Some((400, refused)) if refused["code"] == "INVITE_ALREADY_EXISTS" => {}
            other => world.journal.complain(format!("inviting {seat:?} again was answered with {other:?}")),
        }
    }
    for (seat, _) in ledger.joined.iter().filter(|(_, answered)| !**answered) {
        let Some(guest) = ledger.accounts.get(&seat.1).and_then(|guest| guest.token.clone()) else {
            continue;
        };
        let letter = world.post.find(&seat.1, &seat.0);
        let token = letter.as_ref().and_then(|letter| letter.invite_token()).unwrap_or_default();
        let path = format!("/invites/{token}/accept");
        match caller.ask(reqwest::Method::POST, &path, Some(&guest), None).await {
            Some((200, _)) => {}
            Some((404, refused)) if refused["code"] == "INVITE_NOT_FOUND" => {}
            other => world.journal.complain(format!("accepting {seat:?} again was answered with {other:?}")),
        }
        // Either way he is in.
        world.ledger().joined.insert(seat.clone(), true);
    }
}
