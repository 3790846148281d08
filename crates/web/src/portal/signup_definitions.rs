//! The forms and providers of the sign-up API, for admins: what `portico signup apply` and `signup export` do, one by one.

mod forms;
mod providers;

use actix_web::{http::StatusCode, web};
use portico_application::{ApplySignupDocumentError, RemoveSignupDefinitionError};
use portico_domain::{
    ports::StoreError,
    signup::{
        DefinitionFault, DefinitionTextError, Identifier, PlanFault, ProviderKind, read_definition_text,
    },
};
use serde_json::{Map, Value};
use utoipa::{OpenApi as _, ToSchema, openapi::OpenApi as Described};

use super::{
    binding::{BindFault, Fields, Request},
    problem::Problem,
    refusals::invalid_request,
};
use crate::refuses::Refuses;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.configure(forms::configure).configure(providers::configure);
}

/// What the operations of this part of the portal say of themselves.
pub(super) fn descriptions() -> [Described; 2] {
    [forms::Description::openapi(), providers::Description::openapi()]
}

/// A form or a provider as an operator writes it down, with every language.
#[derive(ToSchema)]
#[schema(as = PortalSignupDefinition, value_type = Object, example = json!({ "localizeInfos": { "title": "Email" }, "formIdentifier": "reg" }))]
struct DefinitionBody(Map<String, Value>);

impl Request for DefinitionBody {
    /// A definition may have 2 MiB, and JSON spells some of its characters in more bytes.
    const LIMIT: usize = 4 * 1024 * 1024;
    const NEEDS_BODY: bool = true;

    fn json(bytes: &[u8]) -> Result<Value, BindFault> {
        read_definition_text(bytes).map_err(|error| match error {
            DefinitionTextError::Syntax(_) => BindFault::must_be("the body", "valid JSON"),
            DefinitionTextError::KeyTwice(fault) => BindFault::must_be(fault.place, "there once"),
        })
    }

    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self(fields.whole()))
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

impl DefinitionBody {
    /// The definition under the name of its path, which the body need not repeat.
    fn named(self, identifier: &str) -> Result<Value, Problem> {
        let Self(mut given) = self;
        let name = given.entry("identifier").or_insert_with(|| identifier.into());
        if name != identifier {
            return Err(Problem::bad_request("identifier: must be that of the path"));
        }
        Ok(Value::Object(given))
    }
}

fn at_rest(id: i64, version: i64, definition: Value) -> Value {
    let mut shown = Map::new();
    shown.insert("id".to_owned(), id.into());
    shown.insert("version".to_owned(), version.into());
    if let Value::Object(definition) = definition {
        shown.extend(definition);
    }
    Value::Object(shown)
}

/// 404: there is none of that name.
fn unknown() -> Problem {
    Problem::plain(StatusCode::NOT_FOUND)
}

impl From<DefinitionFault> for Problem {
    fn from(fault: DefinitionFault) -> Self {
        Self::bad_request(fault.to_string())
    }
}

impl From<ApplySignupDocumentError> for Problem {
    fn from(error: ApplySignupDocumentError) -> Self {
        match error {
            ApplySignupDocumentError::Plan(
                fault @ (PlanFault::UnfitForm { .. } | PlanFault::TypeInUse { .. }),
            ) => Self::new(StatusCode::CONFLICT, fault.to_string()),
            ApplySignupDocumentError::Plan(
                fault @ (PlanFault::Definition(_) | PlanFault::NoForm { .. } | PlanFault::NoCodeSender(_)),
            ) => Self::bad_request(fault.to_string()),
            ApplySignupDocumentError::Store(error) => error.into(),
        }
    }
}

impl From<RemoveSignupDefinitionError> for Problem {
    fn from(error: RemoveSignupDefinitionError) -> Self {
        match error {
            RemoveSignupDefinitionError::Unknown => unknown(),
            RemoveSignupDefinitionError::InUse => Self::conflict("it is in use"),
            RemoveSignupDefinitionError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for RemoveSignupDefinitionError {
    fn refusals() -> Vec<Problem> {
        let own = [Self::Unknown, Self::InUse].map(Problem::from).into();
        [own, StoreError::refusals()].concat()
    }
}

/// How an unknown name is refused.
struct Unknown;

impl Refuses<Problem> for Unknown {
    fn refusals() -> Vec<Problem> {
        [vec![unknown()], StoreError::refusals()].concat()
    }
}

/// How a definition of a form is refused.
struct ApplyingForm;

impl Refuses<Problem> for ApplyingForm {
    fn refusals() -> Vec<Problem> {
        [vec![malformed()], plan_faults(&[unfit]), StoreError::refusals()].concat()
    }
}

/// How a definition of a provider is refused.
struct ApplyingProvider;

impl Refuses<Problem> for ApplyingProvider {
    fn refusals() -> Vec<Problem> {
        let no_form = |provider, form| PlanFault::NoForm { provider, form };
        let no_sender = |provider, _| PlanFault::NoCodeSender(provider);
        let in_use = |provider, _| PlanFault::TypeInUse {
            provider,
            at_rest: ProviderKind::Email,
            wanted: ProviderKind::Password,
        };
        let faults = plan_faults(&[no_form, no_sender, unfit, in_use]);
        [vec![malformed()], faults, StoreError::refusals()].concat()
    }
}

fn malformed() -> Problem {
    DefinitionFault { place: "attributes[2].type".to_owned(), reason: "is none of the types".to_owned() }
        .into()
}

fn unfit(provider: Identifier, form: Identifier) -> PlanFault {
    PlanFault::UnfitForm { provider, form, reason: "has no login field (isLogin)".to_owned() }
}

/// Each of these faults of a provider and its form.
fn plan_faults(faults: &[fn(Identifier, Identifier) -> PlanFault]) -> Vec<Problem> {
    let names = Identifier::parse("email").ok().zip(Identifier::parse("reg").ok());
    let of = |(provider, form): (Identifier, Identifier)| {
        let told = |fault: &fn(Identifier, Identifier) -> PlanFault| {
            ApplySignupDocumentError::Plan(fault(provider.clone(), form.clone())).into()
        };
        faults.iter().map(told).collect()
    };
    names.map(of).unwrap_or_default()
}
