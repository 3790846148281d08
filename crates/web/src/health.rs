//! Whether the server lives, and whether it can work (contract O42).

use actix_web::{HttpResponse, get, http::StatusCode, web};
use portico_application::{NotReady, UseCases};
use serde::Serialize;

use crate::accounts::Problem;

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(alive).service(ready);
}

#[get("/health")]
async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

#[get("/health/ready")]
async fn ready(use_cases: web::Data<UseCases>) -> Result<HttpResponse, Problem> {
    use_cases.check_readiness.execute().await.map_err(not_ready)?;
    Ok(HttpResponse::Ok().json(Health { status: "ready" }))
}

fn not_ready(reason: NotReady) -> Problem {
    let text = match reason {
        NotReady::Unreachable(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the database is out of reach");
            "The database cannot be reached"
        }
        NotReady::MigrationsMissing(missing) => {
            tracing::warn!(?missing, "the database is not up to date");
            "The database is not up to date"
        }
    };
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_READY", text)
}
