//! The HTTP face of Portico.
//!
//! One folder per API holds its routes, its bodies and its way of saying no; [`app`] puts them together, for the server
//! and for the tests alike.

mod accounts;
mod bearer;
mod client_address;
mod connection;
mod description;
mod dialect;
mod frame;
mod health;
mod metrics;
mod observation;
mod pages;
mod partners;
mod payload;
mod portal;
mod refuses;
mod request_id;
mod routes;
mod signup;
mod surroundings;
#[cfg(test)]
mod testing;
mod well_known;

use std::sync::Arc;

use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    web,
};
use portico_application::UseCases;

use crate::{description::Description, frame::Frame, pages::Pages, portal::Turns};

pub use crate::{
    client_address::Network,
    connection::watched,
    surroundings::{PortalFace, Surroundings},
};

/// What every worker of the server shares.
#[derive(Clone)]
pub struct Site {
    use_cases: web::Data<UseCases>,
    description: web::Data<Description>,
    portal: web::Data<PortalFace>,
    turns: web::Data<Turns>,
    frame: Frame,
}

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// A template was built in that is none.
    #[error("a page template is malformed")]
    Template(#[from] minijinja::Error),
    /// The registry counts something else under the names that the site counts under.
    #[error("requests cannot be counted")]
    Metrics(#[from] prometheus::Error),
}

impl Site {
    /// A site that serves these use cases, in surroundings of its own.
    ///
    /// # Errors
    /// When an embedded page template is malformed.
    pub fn new(use_cases: UseCases) -> Result<Self, SiteError> {
        Self::within(Surroundings::default(), use_cases)
    }

    /// A site that serves these use cases.
    ///
    /// # Errors
    /// When an embedded page template is malformed, or requests are counted in the registry already.
    pub fn within(surroundings: Surroundings, use_cases: UseCases) -> Result<Self, SiteError> {
        let portal = web::Data::new(surroundings.portal.clone());
        let frame = Frame::new(
            Pages::embedded(&surroundings.base_path)?,
            surroundings,
            Arc::clone(&use_cases.clock),
            Arc::clone(&use_cases.entropy),
        )?;
        Ok(Self {
            use_cases: web::Data::new(use_cases),
            description: web::Data::new(Description::new()),
            portal,
            turns: web::Data::new(Turns::default()),
            frame,
        })
    }
}

/// The description of the API: an OpenAPI 3.1 document, as the server gives it at `/openapi.json`.
#[must_use]
pub fn openapi() -> String {
    description::text()
}

/// The whole HTTP application, made once per worker.
///
/// ```no_run
/// # async fn serve(use_cases: portico_application::UseCases) -> Result<(), Box<dyn std::error::Error>> {
/// let site = portico_web::Site::new(use_cases)?;
/// let server = actix_web::HttpServer::new(move || portico_web::app(&site));
/// server.bind(("127.0.0.1", 8080))?.run().await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn app(
    site: &Site,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    frame::framed(&site.frame, &|config| {
        config.app_data(site.use_cases.clone()).app_data(site.description.clone());
        config.app_data(site.portal.clone()).app_data(site.turns.clone());
        routes::configure(config);
    })
}
