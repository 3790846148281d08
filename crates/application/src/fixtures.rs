//! What the tests of the use cases share: a house of mocks, and the people, projects and invites in it.
//!
//! Ann has an account at `ann@example.org`; Bob owns a project. Records were made a day before the clock's `now`.

mod dues;
mod house;
mod members;
mod partners;
mod signup;
mod signup_tokens;

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    credential::Credential,
    email::{Email, EmailAddress, EmailState},
    id::{EmailId, InviteId, PasswordResetId, ProjectId, UserId},
    invite::{Invite, InviteRole, InviteState},
    member::{Member, Role},
    password::{PasswordHash, PlainPassword},
    password_reset::PasswordReset,
    policy::Lifetimes,
    ports::{
        Clock as _,
        mocks::{CountingEntropy, FixedClock},
    },
    project::{Project, ProjectName},
    redirect_url::RedirectUrl,
    session::{Session, TokenPair},
    slug::Slug,
    token::PlainToken,
    user::{DisplayName, User, UserState},
};

pub(crate) use self::{
    dues::*,
    house::{House, Kept, OpenHouse, sealer, secret_of, webhook_secrets},
    members::*,
    partners::*,
    signup::*,
    signup_tokens::*,
};
use crate::actor::Actor;

/// Fails unless the outcome is this refusal.
macro_rules! assert_refused {
    ($outcome:expr, $refusal:pat) => {
        match $outcome {
            Err($refusal) => {}
            other => panic!("{other:?} is not {}", stringify!($refusal)),
        }
    };
}
pub(crate) use assert_refused;

pub(crate) fn now() -> DateTime<Utc> {
    FixedClock::default().now()
}

pub(crate) fn seconds(count: i64) -> TimeDelta {
    TimeDelta::seconds(count)
}

fn yesterday() -> DateTime<Utc> {
    now() - TimeDelta::days(1)
}

pub(crate) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(crate) fn password(text: &str) -> PlainPassword {
    PlainPassword::presented(text)
}

pub(crate) fn hash(text: &str) -> PasswordHash {
    PasswordHash::from_phc(text.to_owned())
}

pub(crate) fn token(text: &str) -> PlainToken {
    PlainToken::presented(text)
}

pub(crate) fn ann() -> User {
    person(1, "Ann")
}

pub(crate) fn bob() -> User {
    person(2, "Bob")
}

fn person(number: i64, name: &str) -> User {
    User {
        id: UserId::generate(yesterday() + TimeDelta::milliseconds(number), &CountingEntropy::default()),
        number,
        display_name: DisplayName::parse(name).unwrap(),
        surname: None,
        given_names: None,
        native_script: None,
        preferred_order: None,
        username: None,
        locale: None,
        state: UserState::Active,
        created_at: yesterday(),
        updated_at: yesterday(),
    }
}

pub(crate) fn disabled(user: User) -> User {
    User { state: UserState::Disabled, ..user }
}

pub(crate) fn ann_address() -> EmailAddress {
    address("ann@example.org")
}

/// Ann's verified default address.
pub(crate) fn ann_email() -> Email {
    Email {
        id: EmailId::generate(yesterday(), &CountingEntropy::default()),
        user: ann().id,
        address: ann_address(),
        state: EmailState::Verified { at: yesterday() },
        is_default: true,
        created_at: yesterday(),
    }
}

pub(crate) fn in_state(state: EmailState) -> Email {
    Email { state, ..ann_email() }
}

pub(crate) fn bobs(email: Email) -> Email {
    Email { user: bob().id, ..email }
}

pub(crate) fn actor(user: &User) -> Actor {
    let (session, _) = session_of(user);
    Actor { user: user.id, session: session.id, family: session.family, password_change_required: false }
}

/// A sign-in of a moment ago, with its tokens in clear.
pub(crate) fn session_of(user: &User) -> (Session, TokenPair) {
    let pair = TokenPair { token: token("hitkey_bearer"), refresh: token("refresh") };
    let entropy = CountingEntropy::default();
    (Session::open(user.id, &pair, &Lifetimes::default(), now() - seconds(10), &entropy), pair)
}

pub(crate) fn credential(user: &User) -> Credential {
    Credential { user: user.id, hash: hash("kept"), must_change: false, changed_at: yesterday() }
}

pub(crate) fn reset_of(user: &User) -> PasswordReset {
    PasswordReset {
        id: PasswordResetId::generate(yesterday(), &CountingEntropy::default()),
        user: Some(user.id),
        token: token("reset").digest(),
        created_at: now() - seconds(10),
        expires_at: now() + seconds(890),
        closed_at: None,
    }
}

pub(crate) fn registration() -> CodeSubject {
    CodeSubject::Registration(ann_address().canonical().clone())
}

/// What the house keeps of the code `digits`.
pub(crate) fn mac(subject: &CodeSubject, digits: &str) -> CodeMac {
    let text = format!("{} {} {digits}", subject.purpose(), subject.key());
    CodeMac::from_bytes(*token(&text).digest().as_bytes())
}

/// The code `123456`, sent `age` ago.
pub(crate) fn code_sent(subject: CodeSubject, age: TimeDelta) -> VerificationCode {
    let mac = mac(&subject, "123456");
    VerificationCode::issue(subject, mac, now() - age, Lifetimes::default().registration_code)
}

/// The code of Ann's registration after she proved her address by it, `age` ago; she was given the token `proof`.
pub(crate) fn proved_code(age: TimeDelta) -> VerificationCode {
    code_sent(registration(), age).proved(token("proof").digest(), now() - age)
}

/// Bob's private project.
pub(crate) fn project() -> Project {
    Project {
        id: ProjectId::generate(yesterday(), &CountingEntropy::default()),
        slug: Slug::parse("chess").unwrap(),
        name: ProjectName::parse("Chess").unwrap(),
        description: None,
        is_public: false,
        owner: bob().id,
        created_at: yesterday(),
    }
}

pub(crate) fn public_project() -> Project {
    Project { is_public: true, ..project() }
}

pub(crate) fn member(user: &User, role: Role) -> Member {
    Member::new(project().id, user.id, role, yesterday(), &CountingEntropy::default())
}

/// Bob's pending invite of Ann's address into his project, with the token `invite`.
pub(crate) fn invite() -> Invite {
    Invite {
        id: InviteId::generate(yesterday(), &CountingEntropy::default()),
        project: project().id,
        address: ann_address(),
        role: InviteRole::Member,
        token: token("invite").digest(),
        invited_by: bob().id,
        redirect_url: Some(RedirectUrl::parse("https://chess.example/welcome").unwrap()),
        state: InviteState::Pending,
        created_at: yesterday(),
        expires_at: yesterday() + TimeDelta::days(7),
    }
}

pub(crate) fn expired_invite() -> Invite {
    Invite { expires_at: now(), ..invite() }
}

pub(crate) fn revoked_invite() -> Invite {
    Invite { state: InviteState::Revoked { at: now() }, ..invite() }
}

pub(crate) fn admins_invite() -> Invite {
    Invite { role: InviteRole::Admin, ..invite() }
}
