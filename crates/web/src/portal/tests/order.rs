//! Two changes of a profile, sent without waiting (portal contract section 11).

use std::{pin::Pin, sync::Mutex};

use actix_web::{
    dev::{Payload, Service as _},
    error::PayloadError,
    test,
    web::Bytes,
};
use futures_util::{
    Stream,
    future::{join, poll_immediate},
    stream,
};
use tokio::sync::oneshot;

use super::*;

type BoxedPayload = Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>;
type Written = Arc<Mutex<Vec<String>>>;

/// A site of which every cookie opens a session, and that notes the handles that are written, in their order.
fn noting(written: &Written) -> Site {
    let written = Arc::clone(written);
    let entropy = CountingEntropy::default();
    let mut transaction = MockTransaction::default();
    transaction.portal_sessions.expect_find_visitor().returning(move |digest| {
        let token = PlainToken::presented("");
        let session = PortalSession::open(user().id, &token, TimeDelta::days(10), now(), &entropy);
        let session = PortalSession { token: *digest, ..session };
        Ok(Some(Visitor { session, user_state: UserState::Active }))
    });
    transaction.profiles.expect_find().returning(|_| Ok(Some(member(134))));
    transaction.profiles.expect_write().returning(move |profile| {
        written.lock().unwrap().push(profile.details.handle.clone());
        Ok(())
    });
    site(transaction)
}

/// A change of the handle. The body is there when `$arrives` says so.
macro_rules! change {
    ($token:expr, $handle:expr, $arrives:expr) => {{
        let request = cookie(TestRequest::post().uri("/api/private/profile"), $token);
        let request = request.insert_header(("Content-Type", "application/json")).to_request();
        let body = Bytes::from(json!({ "sex": "other", "handle": $handle }).to_string());
        let body = stream::once(async move {
            $arrives.await;
            Ok::<_, PayloadError>(body)
        });
        let payload: BoxedPayload = Box::pin(body);
        request.replace_payload(Payload::Stream { payload }).0
    }};
}

/// A body that is on its way until somebody says so.
fn slow() -> (oneshot::Sender<()>, impl Future<Output = ()>) {
    let (arrived, waiting) = oneshot::channel();
    (arrived, async move { drop(waiting.await) })
}

#[actix_web::test]
async fn changes_of_one_session_are_made_in_the_order_of_their_arrival() {
    let written = Written::default();
    let site = noting(&written);
    // The order holds across workers, too.
    let (one, other) =
        (test::init_service(crate::app(&site)).await, test::init_service(crate::app(&site)).await);
    let (arrived, arrives) = slow();
    let mut old = Box::pin(one.call(change!(SESSION, "old", arrives)));
    let mut new = Box::pin(other.call(change!(SESSION, "new", async {})));
    assert!(poll_immediate(&mut old).await.is_none());
    assert!(poll_immediate(&mut new).await.is_none());

    let stranger = other.call(change!("another-token", "stranger", async {})).await.unwrap();
    assert_eq!(stranger.status(), 200);
    assert!(poll_immediate(&mut new).await.is_none());

    arrived.send(()).unwrap();
    let (new, old) = join(new, old).await;
    assert_eq!(
        (old.unwrap().status(), new.unwrap().status()),
        (200.try_into().unwrap(), 200.try_into().unwrap())
    );
    assert_eq!(*written.lock().unwrap(), ["stranger", "old", "new"]);
}

#[actix_web::test]
async fn whoever_gives_up_lets_the_next_one_go_on() {
    let written = Written::default();
    let site = noting(&written);
    let service = test::init_service(crate::app(&site)).await;
    let (_never, arrives) = slow();
    let mut old = Box::pin(service.call(change!(SESSION, "old", arrives)));
    let mut new = Box::pin(service.call(change!(SESSION, "new", async {})));
    assert!(poll_immediate(&mut old).await.is_none());
    assert!(poll_immediate(&mut new).await.is_none());
    drop(old);
    assert_eq!(new.await.unwrap().status(), 200);
    assert_eq!(*written.lock().unwrap(), ["new"]);
    assert!(site.turns.is_quiet());
}
