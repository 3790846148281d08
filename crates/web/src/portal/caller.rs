//! Who calls: the proofs that handlers ask for (portal contract section 3).

use std::{
    future::{Ready, ready},
    rc::Rc,
};

use actix_web::{
    FromRequest, HttpRequest, dev,
    http::header::{AUTHORIZATION, HeaderMap},
    web,
};
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use portico_application::{
    Actor, AuthenticateError, AuthorizeManagerError, IdentifyVisitorError, PendingSignInError, UseCases,
};
use portico_domain::{external_identity::PendingSignIn, id::UserId, ports::StoreError, token::PlainToken};

use super::{cookies, problem::Problem};
use crate::{bearer::bearer_token, observation::Trail, refuses::Refuses};

/// A person with the cookie of a living session.
pub(super) struct Visitor {
    /// Who.
    pub(super) user: UserId,
    /// What is in the cookie.
    pub(super) token: PlainToken,
}

/// An admin: with the cookie of a living session, or with a bearer token of the accounts API, so that an operator gets
/// in without an OpenID Connect provider.
pub(super) struct Steward(pub(super) UserId);

/// A service with one of the operator's tokens.
pub(super) struct Service;

/// Somebody with the cookie of a sign-in at the provider who is not a member yet.
pub(super) struct Newcomer {
    /// What the provider says of him.
    pub(super) pending: PendingSignIn,
    /// What is in the cookie.
    pub(super) token: PlainToken,
}

/// Somebody who signs up for an account that he has, or for none.
pub(super) struct Applicant {
    /// What is in the cookie.
    pub(super) token: PlainToken,
    /// Whose bearer token he shows beside it.
    pub(super) account: Option<Actor>,
}

macro_rules! proofs {
    ($($proof:ty: $prove:ident refuses $refusals:expr;)+) => {$(
        impl FromRequest for $proof {
            type Error = Problem;
            type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

            fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
                let shown = Shown::by(request);
                async move { shown?.$prove().await }.boxed_local()
            }
        }

        impl Refuses<Problem> for $proof {
            fn refusals() -> Vec<Problem> {
                [$refusals, vec![Problem::busy()]].concat()
            }
        }
    )+};
}

proofs! {
    Visitor: visitor refuses vec![not_signed_in(), not_valid()];
    Steward: steward refuses vec![not_signed_in(), not_valid(), permission_denied(), password_change_required()];
    Service: service refuses vec![no_valid_token()];
    Newcomer: newcomer refuses vec![not_signed_in(), not_valid(), already_member()];
    Applicant: applicant refuses vec![not_signed_in(), not_valid(), already_member(), password_change_required()];
}

/// What a request shows of its caller.
struct Shown {
    cookie: Option<PlainToken>,
    bearer: Option<PlainToken>,
    /// Whether a bearer token was meant to be shown, even if there is none.
    means_a_bearer: bool,
    use_cases: web::Data<UseCases>,
    trail: Rc<Trail>,
}

impl Shown {
    fn by(request: &HttpRequest) -> Result<Self, Problem> {
        let headers: &HeaderMap = request.headers();
        Ok(Self {
            cookie: cookies::token(headers),
            bearer: bearer_token(headers),
            means_a_bearer: headers.get(AUTHORIZATION).is_some_and(|value| {
                value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"))
            }),
            use_cases: request.app_data::<web::Data<UseCases>>().cloned().ok_or_else(Problem::crashed)?,
            trail: Trail::of(request),
        })
    }

    async fn visitor(self) -> Result<Visitor, Problem> {
        let token = self.cookie.ok_or_else(not_signed_in)?;
        let caller = self.use_cases.identify_visitor.execute(&token).await.map_err(|error| match error {
            IdentifyVisitorError::NotValid => not_valid(),
            IdentifyVisitorError::Store(error) => error.into(),
        })?;
        self.trail.note_user(caller.user);
        Ok(Visitor { user: caller.user, token })
    }

    async fn steward(self) -> Result<Steward, Problem> {
        let use_cases = self.use_cases.clone();
        let user = match self.account().await? {
            Some(actor) => actor.user,
            None => self.visitor().await?.user,
        };
        authorize(&use_cases, user).await.map(|()| Steward(user))
    }

    fn service(self) -> Ready<Result<Service, Problem>> {
        let is_known = self.bearer.is_some_and(|token| self.use_cases.authenticate_service.execute(&token));
        ready(if is_known { Ok(Service) } else { Err(no_valid_token()) })
    }

    async fn newcomer(self) -> Result<Newcomer, Problem> {
        let token = self.cookie.ok_or_else(not_signed_in)?;
        let pending = self.use_cases.view_pending_sign_in.execute(&token).await?;
        Ok(Newcomer { pending, token })
    }

    async fn applicant(self) -> Result<Applicant, Problem> {
        let account = self.account().await?;
        // Whoever means to join an account must not get a second one because his proof of the first was no good.
        if account.is_none() && self.means_a_bearer {
            return Err(not_valid());
        }
        let Newcomer { token, .. } = self.newcomer().await?;
        Ok(Applicant { token, account })
    }

    /// Who shows a bearer token; nobody when none is shown.
    async fn account(&self) -> Result<Option<Actor>, Problem> {
        let Some(token) = &self.bearer else { return Ok(None) };
        let actor = self.use_cases.authenticate.execute(token).await.map_err(|error| match error {
            AuthenticateError::Unauthorized => not_valid(),
            AuthenticateError::Store(error) => error.into(),
        })?;
        self.trail.note_user(actor.user);
        if actor.password_change_required { Err(password_change_required()) } else { Ok(Some(actor)) }
    }
}

impl Steward {
    /// Asks again, now that the body is here: it can take its time, and he may have been demoted meanwhile.
    ///
    /// # Errors
    /// When he is no admin any more, or the store fails.
    pub(super) async fn still(&self, use_cases: &UseCases) -> Result<(), Problem> {
        authorize(use_cases, self.0).await
    }
}

async fn authorize(use_cases: &UseCases, user: UserId) -> Result<(), Problem> {
    use_cases.authorize_manager.execute(user).await.map_err(|error| match error {
        AuthorizeManagerError::PermissionDenied => permission_denied(),
        AuthorizeManagerError::Store(error) => error.into(),
    })
}

/// Lets a request go on to the answer that there is nothing to find: what lies behind a door is not told to whoever
/// may not enter.
pub(crate) async fn admit(request: &HttpRequest) -> Result<(), Problem> {
    let mut segments = request.path().split('/').filter(|segment| !segment.is_empty());
    match [segments.next(), segments.next(), segments.next()].map(Option::unwrap_or_default) {
        ["api", "management", _] | ["api", "private", "management"] => {
            Steward::extract(request).await.map(drop)
        }
        ["api", "private", _] => Visitor::extract(request).await.map(drop),
        ["api", "external", _] => Service::extract(request).await.map(drop),
        _ => Ok(()),
    }
}

impl From<PendingSignInError> for Problem {
    fn from(error: PendingSignInError) -> Self {
        match error {
            PendingSignInError::Unknown => not_valid(),
            PendingSignInError::Registered => already_member(),
            PendingSignInError::Store(error) => StoreError::into(error),
        }
    }
}

/// 401: there is no cookie.
fn not_signed_in() -> Problem {
    Problem::unauthorized("ログインしていません")
}

/// 401: the cookie, or the bearer token, opens nothing.
pub(super) fn not_valid() -> Problem {
    Problem::unauthorized("トークンが無効です")
}

/// 403: whoever signed in at the provider is a member.
pub(super) fn already_member() -> Problem {
    Problem::forbidden("既に存在しているユーザーです")
}

fn permission_denied() -> Problem {
    Problem::forbidden("permission denied")
}

fn no_valid_token() -> Problem {
    Problem::forbidden("no valid token")
}

fn password_change_required() -> Problem {
    Problem::forbidden("先にパスワードを変更してください")
}
