//! People, from the command line.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::Context as _;
use portico_application::{CreateUserRequest, UseCases};
use portico_domain::{
    email::EmailAddress,
    page::{MAX_PAGE, Page},
    password::PlainPassword,
    ports::UserSummary,
    user::{DisplayName, UserState},
};

use super::{open, print};
use crate::{
    command_line::CreateUser,
    settings::{Settings, quoted},
};

/// Makes an account; its password is the first line of standard input.
pub(super) async fn create(settings: &Settings, new: CreateUser) -> anyhow::Result<()> {
    let CreateUser { email, name } = new;
    let address = EmailAddress::parse(&email).with_context(|| format!("--email {}", quoted(&email)))?;
    let name = name
        .map(|name| DisplayName::parse(&name).with_context(|| format!("--name {}", quoted(&name))))
        .transpose()?;
    let password = tokio::task::spawn_blocking(read_password).await??;
    let adapters = open(settings).await?;
    let request = CreateUserRequest { address: address.clone(), name, password };
    let create_user = UseCases::new(&adapters.ports).create_user;
    let made = create_user.execute(request).await;
    adapters.store.close().await;
    let user = made.with_context(|| format!("no account was made for {address}"))?;
    print(&format!("created user {} ({}) <{address}>\n", user.number, user.id))
}

/// Prints everybody, one line each.
pub(super) async fn list(settings: &Settings, search: Option<String>) -> anyhow::Result<()> {
    let adapters = open(settings).await?;
    let list_users = UseCases::new(&adapters.ports).list_users;
    let mut page = Page::first();
    loop {
        let users = list_users.execute(search.clone(), page).await?;
        print(&users.iter().map(line).collect::<String>())?;
        let Some(last) = users.last().filter(|_| users.len() == usize::from(MAX_PAGE)) else { break };
        page = Page::new(MAX_PAGE, Some(last.user.id.uuid()))?;
    }
    adapters.store.close().await;
    Ok(())
}

fn read_password() -> anyhow::Result<PlainPassword> {
    if io::stdin().is_terminal() {
        write!(io::stderr(), "Password: ")?;
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("the password cannot be read from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    PlainPassword::choose(password).context("the password on standard input")
}

fn line(summary: &UserSummary) -> String {
    let user = &summary.user;
    let state = match user.state {
        UserState::Active => "active",
        UserState::Disabled => "disabled",
    };
    let address = summary.address.as_ref().map_or("-", EmailAddress::as_str);
    let since = user.created_at.format("%Y-%m-%d");
    format!("{}\t{}\t{address}\t{}\t{state}\t{since}\n", user.number, user.id, user.display_name.as_str())
}
