//! Who calls: the proof that handlers ask for.

use actix_web::{FromRequest, HttpRequest, dev, web};
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use portico_application::{Actor, AuthenticateError, UseCases};

use super::{problem::Problem, refuses::Refuses};
use crate::{bearer::bearer_token, observation::Trail};

/// A person who shows a living bearer token and may go everywhere.
pub(crate) struct SignedIn(pub(crate) Actor);

/// A person who shows a living bearer token, even when he must change his password before anything else: for his own
/// record, for leaving, and for changing the password (contract O47).
pub(crate) struct SignedInAnyhow(pub(crate) Actor);

impl FromRequest for SignedInAnyhow {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        actor(request).map(|actor| actor.map(Self)).boxed_local()
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        actor(request).map(|actor| actor.and_then(unrestricted)).boxed_local()
    }
}

impl Refuses<Problem> for SignedInAnyhow {
    fn refusals() -> Vec<Problem> {
        vec![unauthorized(), Problem::busy()]
    }
}

impl Refuses<Problem> for SignedIn {
    fn refusals() -> Vec<Problem> {
        let mut refusals = SignedInAnyhow::refusals();
        refusals.push(password_change_required());
        refusals
    }
}

fn unrestricted(actor: Actor) -> Result<SignedIn, Problem> {
    if actor.password_change_required {
        return Err(password_change_required());
    }
    Ok(SignedIn(actor))
}

fn actor(request: &HttpRequest) -> impl Future<Output = Result<Actor, Problem>> + use<> {
    let token = bearer_token(request.headers());
    let use_cases = request.app_data::<web::Data<UseCases>>().cloned();
    let trail = Trail::of(request);
    async move {
        let (Some(token), Some(use_cases)) = (token, use_cases) else { return Err(unauthorized()) };
        let actor = use_cases.authenticate.execute(&token).await.map_err(|error| match error {
            AuthenticateError::Unauthorized => unauthorized(),
            AuthenticateError::Store(error) => Problem::from(error),
        })?;
        trail.note_user(actor.user);
        Ok(actor)
    }
}

fn password_change_required() -> Problem {
    Problem::forbidden("PASSWORD_CHANGE_REQUIRED", "Please change your password first")
}

fn unauthorized() -> Problem {
    Problem::unauthorized("UNAUTHORIZED", "A valid bearer token is required")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use crate::testing::{TOKEN, send, signed_in, site};

    #[actix_web::test]
    async fn only_a_living_token_opens() {
        for value in ["", "Bearer", "Bearer hitkey_other", "Basic aGk6aG8="] {
            let request = TestRequest::post().uri("/projects").insert_header(("Authorization", value));
            let answer = send(&site(signed_in(false)), request).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("WWW-Authenticate")),
                (401, "Bearer"),
                "{value}"
            );
            assert_eq!(answer.json()["code"], "UNAUTHORIZED");
        }
        let request =
            TestRequest::post().uri("/projects").insert_header(("Authorization", format!("bearer {TOKEN}")));
        assert_eq!(send(&site(signed_in(false)), request).await.status, 422);
    }

    #[actix_web::test]
    async fn a_mailed_password_opens_nothing_but_its_change() {
        let bearer = ("Authorization", format!("Bearer {TOKEN}"));
        let request = TestRequest::post().uri("/projects").insert_header(bearer.clone());
        let answer = send(&site(signed_in(true)), request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["code"].as_str()),
            (403, Some("PASSWORD_CHANGE_REQUIRED"))
        );
        let request = TestRequest::post().uri("/auth/password/change").insert_header(bearer);
        assert_eq!(send(&site(signed_in(true)), request).await.status, 422);
    }
}
