//! What `OPTIONS` answers: a path says what it is, in the manner of the framework that the origin of this API is made with.

use serde::Serialize;
use utoipa::ToSchema;

/// What a path is.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerPath)]
pub(super) struct About {
    /// What it is called
    name: &'static str,
    /// What it does
    description: &'static str,
    /// The media types that it answers with
    #[schema(value_type = Vec<String>)]
    renders: [&'static str; 1],
    /// The media types that it takes
    #[schema(value_type = Vec<String>)]
    parses: [&'static str; 1],
}

impl About {
    /// A path that speaks JSON.
    pub(super) const fn of(name: &'static str, description: &'static str) -> Self {
        Self { name, description, renders: ["application/json"], parses: ["application/json"] }
    }
}
