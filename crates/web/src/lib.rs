//! The HTTP face of Portico.
//!
//! One folder per API holds its routes, its bodies and its way of saying no; [`app`] puts them together, for the server
//! and for the tests alike.

mod accounts;
mod dialect;
mod frame;
mod health;
mod pages;
mod payload;
mod routes;
#[cfg(test)]
mod testing;

use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    web,
};
use portico_application::UseCases;

use crate::pages::Pages;

/// What every worker of the server shares.
#[derive(Clone)]
pub struct Site {
    use_cases: web::Data<UseCases>,
    pages: web::Data<Pages>,
}

impl Site {
    /// A site that serves these use cases.
    ///
    /// # Errors
    /// When an embedded page template is malformed.
    pub fn new(use_cases: UseCases) -> Result<Self, minijinja::Error> {
        Ok(Self { use_cases: web::Data::new(use_cases), pages: web::Data::new(Pages::embedded()?) })
    }
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
    frame::framed(site.pages.clone(), &|config| {
        config.app_data(site.use_cases.clone());
        routes::configure(config);
    })
}
