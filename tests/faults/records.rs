//! What a database holds, past the server.

use std::collections::BTreeMap;

use integration_tests::tables::Tables;

use crate::ledger::Seat;

/// A letter in the outbox.
#[derive(Clone, Debug)]
pub(crate) struct Owed {
    /// Its id, in hexadecimal.
    pub(crate) id: String,
    /// Which kind.
    pub(crate) kind: String,
    /// Whom it is to.
    pub(crate) to: String,
    /// The project of an invite.
    pub(crate) project: String,
    /// Whether the mail server took it.
    pub(crate) delivered: bool,
}

/// Everything in the tables that clients were answered for.
pub(crate) struct Records {
    /// The people with a verified address, by that address; each with his id.
    pub(crate) accounts: BTreeMap<String, Vec<String>>,
    /// Addresses with a code.
    pub(crate) codes: Vec<String>,
    /// The slugs of projects, by name.
    pub(crate) projects: BTreeMap<String, Vec<String>>,
    /// The ids of invites.
    pub(crate) invites: BTreeMap<Seat, Vec<String>>,
    /// The roles of members.
    pub(crate) members: BTreeMap<Seat, Vec<String>>,
    /// The outbox.
    pub(crate) letters: Vec<Owed>,
}

/// What must be true of every row, whatever was answered: nothing is ever done by half.
const HALVES: &[(&str, &str, &str)] = &[
    (
        "a project without its owner",
        "projects",
        "NOT EXISTS (SELECT 1 FROM project_members WHERE project_members.project_id = projects.id \
         AND project_members.user_id = projects.owner_id AND project_members.role = 'owner')",
    ),
    (
        "a person without a password",
        "users",
        "NOT EXISTS (SELECT 1 FROM credentials WHERE credentials.user_id = users.id)",
    ),
    (
        "a person without a default address that is verified",
        "users",
        "NOT EXISTS (SELECT 1 FROM emails WHERE emails.user_id = users.id \
         AND emails.state = 'verified' AND emails.is_default = (1 = 1))",
    ),
    (
        "a person who was never signed in",
        "users",
        "NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.user_id = users.id)",
    ),
    (
        "an account whose registration goes on",
        "verification_codes",
        "EXISTS (SELECT 1 FROM emails WHERE emails.canonical = verification_codes.subject)",
    ),
    (
        "an accepted invite without a member",
        "invites",
        "state = 'accepted' AND NOT EXISTS (SELECT 1 FROM project_members \
         WHERE project_members.project_id = invites.project_id \
         AND project_members.user_id = invites.accepted_by)",
    ),
    (
        "a member who was never let in",
        "project_members",
        "role <> 'owner' AND NOT EXISTS (SELECT 1 FROM invites \
         WHERE invites.project_id = project_members.project_id \
         AND invites.accepted_by = project_members.user_id AND invites.state = 'accepted')",
    ),
    (
        "a refreshed session without its successor",
        "sessions",
        "rotated_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions AS next \
         WHERE next.family_id = sessions.family_id AND next.id <> sessions.id \
         AND next.created_at >= sessions.rotated_at)",
    ),
    (
        "two live sessions where there is one",
        "sessions",
        "rotated_at IS NULL AND EXISTS (SELECT 1 FROM sessions AS twin \
         WHERE twin.family_id = sessions.family_id AND twin.id <> sessions.id AND twin.rotated_at IS NULL)",
    ),
];

impl Records {
    /// Reads a database.
    pub(crate) fn read(url: &str) -> Self {
        let tables = Tables::of(url);
        let id = |column: &str| id_text(url, column);
        let pairs = |sql: String| grouped(tables.texts(&sql).iter().map(|line| pair(line)));
        let seats = |value: &str, from: &str, address: &str| {
            let sql = format!(
                "SELECT projects.name || '|' || {address} || '|' || {value} AS value FROM {from} \
                 JOIN projects ON projects.id = {from}.project_id"
            );
            // Every member of the suite has one address.
            let join = "JOIN emails ON emails.user_id = project_members.user_id";
            let sql = if from == "project_members" { format!("{sql} {join}") } else { sql };
            grouped(tables.texts(&sql).iter().map(|line| {
                let (name, rest) = pair(line);
                let (address, value) = pair(&rest);
                ((name, address), value)
            }))
        };
        Self {
            accounts: pairs(format!(
                "SELECT address || '|' || {} AS value FROM emails WHERE state = 'verified'",
                id("user_id")
            )),
            codes: tables.texts("SELECT subject AS value FROM verification_codes"),
            projects: pairs("SELECT name || '|' || slug AS value FROM projects".to_owned()),
            invites: seats(&id("invites.id"), "invites", "invites.address"),
            members: seats("project_members.role", "project_members", "emails.address"),
            letters: letters(&tables, &id("id")),
        }
    }
}

/// Every row that must not be.
pub(crate) fn halves(url: &str) -> Vec<String> {
    let tables = Tables::of(url);
    let found = HALVES.iter().map(|(what, table, condition)| (what, tables.count(table, condition)));
    found.filter(|(_, count)| *count > 0).map(|(what, count)| format!("{what}: {count} times")).collect()
}

/// An id as 32 hexadecimal digits, in either database.
fn id_text(url: &str, column: &str) -> String {
    if url.starts_with("sqlite:") {
        format!("lower(hex({column}))")
    } else {
        format!("replace({column}::text, '-', '')")
    }
}

fn letters(tables: &Tables, id: &str) -> Vec<Owed> {
    let sql = format!(
        "SELECT {id} || '|' || kind || '|' || recipient || '|' || coalesce(outcome, '') || '|' || content \
         AS value FROM outbox"
    );
    let owed = tables.texts(&sql).into_iter().map(|line| {
        let mut fields = line.splitn(5, '|');
        let mut next = || fields.next().expect("an outbox row has all columns").to_owned();
        let (id, kind, to, outcome, content) = (next(), next(), next(), next(), next());
        let content: serde_json::Value = serde_json::from_str(&content).expect("the content is JSON");
        let project = content["project"].as_str().unwrap_or_default().to_owned();
        Owed { id, kind, to, project, delivered: outcome == "delivered" }
    });
    owed.collect()
}

fn pair(line: &str) -> (String, String) {
    let (first, second) = line.split_once('|').expect("two columns");
    (first.to_owned(), second.to_owned())
}

fn grouped<K: Ord, V>(lines: impl Iterator<Item = (K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut groups: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in lines {
        groups.entry(key).or_default().push(value);
    }
    groups
}
