//! Whether the server lives, and whether it can work (contract O42).

use actix_web::{HttpResponse, get, http::StatusCode, web};
use portico_application::{NotReady, UseCases};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::accounts::{Problem, Refusals, Refuses};

#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
}

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(alive, ready))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(alive).service(ready);
}

/// Whether the server lives
#[utoipa::path(
    tag = "Service",
    responses((status = 200, description = "It lives", body = Health, example = json!({ "status": "ok" })), Refusals<()>),
)]
#[get("/health")]
async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

/// Whether the server can work
///
/// For a load balancer: 503 while the database is out of reach.
#[utoipa::path(
    tag = "Service",
    responses((status = 200, description = "It can work", body = Health, example = json!({ "status": "ready" })), Refusals<NotReady>),
)]
#[get("/health/ready")]
async fn ready(use_cases: web::Data<UseCases>) -> Result<HttpResponse, Problem> {
    use_cases.check_readiness.execute().await.map_err(not_ready)?;
    Ok(HttpResponse::Ok().json(Health { status: "ready" }))
}

fn not_ready(reason: NotReady) -> Problem {
    match reason {
        NotReady::Unreachable(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the database is out of reach");
            unavailable("The database cannot be reached")
        }
        NotReady::MigrationsMissing(missing) => {
            tracing::warn!(?missing, "the database is not up to date");
            unavailable("The database is not up to date")
        }
    }
}

fn unavailable(text: &'static str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_READY", text)
}

impl Refuses<Problem> for NotReady {
    fn refusals() -> Vec<Problem> {
        vec![unavailable("The database cannot be reached")]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::test::TestRequest;
    use portico_domain::ports::{StoreError, mocks::MockTransaction};

    use crate::testing::{Answer, bare_site, send, site};

    async fn readiness(missing: Result<Vec<String>, StoreError>) -> Answer {
        let mut transaction = MockTransaction::default();
        transaction.schema.expect_list_missing().returning(move || missing.clone());
        send(&site(transaction), TestRequest::get().uri("/health/ready")).await
    }

    #[actix_web::test]
    async fn the_server_lives_whatever_the_database_does() {
        let answer = send(&bare_site(), TestRequest::get().uri("/health")).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, r#"{"status":"ok"}"#));
    }

    #[actix_web::test]
    async fn it_is_ready_when_the_database_is_up_to_date() {
        let answer = readiness(Ok(Vec::new())).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, r#"{"status":"ready"}"#));
    }

    #[actix_web::test]
    async fn it_is_not_ready_without_its_database_or_with_an_older_one() {
        let unreachable = StoreError::Unavailable(Arc::new(std::io::Error::other("a secret host")));
        for missing in [Err(unreachable), Ok(vec!["2026-01-01-first".to_owned()])] {
            let answer = readiness(missing).await;
            assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (503, Some("NOT_READY")));
            assert!(!answer.body.contains("secret"), "{}", answer.body);
        }
    }
}
