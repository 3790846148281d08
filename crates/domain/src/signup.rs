//! The sign-up API's people: forms as data, the providers that use them, and the entities that people fill in (sign-up
//! contract). "Sign-up contract" in the docstrings of this module names the third of the four HTTP contracts.

mod attribute;
mod check;
mod config;
mod definition;
mod device;
mod entity;
mod fault;
mod form;
mod form_data;
mod identifier;
mod kind;
mod link;
mod locale;
mod login;
mod notification;
mod plan;
mod provider;
#[cfg(test)]
mod sample;
mod session;
mod submission;
mod validator;
mod value;

pub use self::{
    attribute::{Attribute, Flags, ListTitle},
    config::{ProviderConfig, SEND_CODE_EVENTS},
    definition::{DefinitionFault, DefinitionTextError, read_definition_text},
    device::{Device, DeviceError},
    entity::{NewSignup, Signup, SignupStatus},
    fault::SubmissionFault,
    form::{Form, FormDefinition, SIGN_IN_FORM_TYPES},
    form_data::{FormData, FormItem},
    identifier::{Identifier, IdentifierError},
    kind::AttributeKind,
    locale::{Locale, LocaleError, Localized},
    login::{Login, LoginError},
    notification::{NotificationData, NotificationFault},
    plan::{Change, Plan, PlanFault, SignupDocument},
    provider::{Provider, ProviderDefinition, ProviderKind},
    session::{
        REFRESH_GRACE, RecentRotations, SignupBearer, SignupRefresh, SignupRefreshRefusal, SignupSession,
    },
    submission::{AuthData, AuthItem, NewCredentials, PresentedCredentials, Reach},
    validator::{MAX_MATCHED_BYTES, Mask, Pattern, Rule, Validators},
};
