//! What `signup apply` would change.

use std::{collections::HashSet, fmt};

use serde_json::{Value, json};

use super::definition::{Keys, each};
use crate::signup::{
    DefinitionFault, Form, FormDefinition, Identifier, Provider, ProviderDefinition, ProviderKind,
};

/// The most forms, and the most providers, of a document.
const MAX_DEFINITIONS: usize = 1000;

/// Forms and providers as an operator writes them down: `{"forms": […], "providers": […]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignupDocument {
    /// The forms, each named once.
    pub forms: Vec<FormDefinition>,
    /// The providers, each named once.
    pub providers: Vec<ProviderDefinition>,
}

/// Why a document cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// A definition is malformed.
    #[error(transparent)]
    Definition(#[from] DefinitionFault),
    /// A provider names a form that is neither in the document nor at rest.
    #[error("provider {provider}: there is no form {form}")]
    NoForm {
        /// The provider.
        provider: Identifier,
        /// The form it names.
        form: Identifier,
    },
    /// A form that a provider uses would not do for it.
    #[error("provider {provider}: form {form} {reason}")]
    UnfitForm {
        /// The provider.
        provider: Identifier,
        /// The form it uses.
        form: Identifier,
        /// Why not.
        reason: String,
    },
    /// A provider needs telephones, and nothing is set that reaches them.
    #[error("provider {0}: codes for phones need PORTICO_CODE_WEBHOOK_URL")]
    NoCodeSender(Identifier),
    /// A provider would compare logins in another way than those of its people were compared.
    #[error(
        "provider {provider}: its type cannot change from {} to {}, since people came through it",
        .at_rest.as_str(),
        .wanted.as_str()
    )]
    TypeInUse {
        /// The provider.
        provider: Identifier,
        /// What it is.
        at_rest: ProviderKind,
        /// What it would be.
        wanted: ProviderKind,
    },
}

/// What happens to one form or provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<D> {
    /// It is new.
    Create(D),
    /// It is written over.
    Update {
        /// What it becomes.
        new: D,
        /// The keys of its definition that become others, in the order in which they are written.
        keys: Vec<String>,
    },
    /// It is what it was.
    Keep(Identifier),
}

/// What has a name, and is changed under it.
trait Named {
    fn identifier(&self) -> &Identifier;
    fn written(&self) -> Value;
}

impl Named for FormDefinition {
    fn identifier(&self) -> &Identifier {
        &self.identifier
    }

    fn written(&self) -> Value {
        self.to_json()
    }
}

impl Named for ProviderDefinition {
    fn identifier(&self) -> &Identifier {
        &self.identifier
    }

    fn written(&self) -> Value {
        self.to_json()
    }
}

impl<D> Change<D> {
    const fn is_none(&self) -> bool {
        matches!(self, Self::Keep(_))
    }
}

fn change<D: Named + PartialEq>(at_rest: Option<&D>, new: D) -> Change<D> {
    match at_rest {
        None => Change::Create(new),
        Some(old) if *old == new => Change::Keep(new.identifier().clone()),
        Some(old) => Change::Update { keys: changed_keys(&old.written(), &new.written()), new },
    }
}

/// The keys of a definition under which another text is written, be it that languages come in another order.
fn changed_keys(old: &Value, new: &Value) -> Vec<String> {
    let keys = new.as_object().into_iter().flatten();
    let text = |definition: &Value, key: &str| definition[key].to_string();
    let other = |(key, _): &(&String, &Value)| text(old, key) != text(new, key);
    keys.filter(other).map(|(key, _)| key.clone()).collect()
}

/// A line of a plan, about `what`.
fn line<D: Named>(change: &Change<D>, what: &str) -> String {
    match change {
        Change::Create(new) => format!("create {what} {}", new.identifier()),
        Change::Update { new, keys } => format!("update {what} {}: {}", new.identifier(), keys.join(", ")),
        Change::Keep(identifier) => format!("keep {what} {identifier}"),
    }
}

/// Everything that applying a document does, forms first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// To the forms, in the order of the document.
    pub forms: Vec<Change<FormDefinition>>,
    /// To the providers, in the order of the document.
    pub providers: Vec<Change<ProviderDefinition>>,
}

impl SignupDocument {
    /// Reads a document. Both keys may be left out.
    ///
    /// # Errors
    /// When something in it is malformed, unknown, or named twice: where, and why.
    pub fn parse(given: &Value) -> Result<Self, DefinitionFault> {
        let keys = Keys::of(given, &["forms", "providers"])?;
        let forms = |given| named_once(given, FormDefinition::parse);
        let providers = |given| named_once(given, ProviderDefinition::parse);
        Ok(Self {
            forms: keys.read("forms", forms)?.unwrap_or_default(),
            providers: keys.read("providers", providers)?.unwrap_or_default(),
        })
    }

    /// The document that [`parse`](Self::parse) reads.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "forms": self.forms.iter().map(FormDefinition::to_json).collect::<Value>(),
            "providers": self.providers.iter().map(ProviderDefinition::to_json).collect::<Value>(),
        })
    }

    /// The providers of `at_rest` whose type it changes.
    #[must_use]
    pub fn retyped<'a>(&self, at_rest: &'a [Provider]) -> Vec<&'a Provider> {
        let changes = |old: &&Provider| {
            let same = |new: &&ProviderDefinition| new.identifier == old.definition.identifier;
            self.providers.iter().find(same).is_some_and(|new| new.kind != old.definition.kind)
        };
        at_rest.iter().filter(changes).collect()
    }
}

fn named_once<D: Named>(
    given: &Value,
    parse: fn(&Value) -> Result<D, DefinitionFault>,
) -> Result<Vec<D>, DefinitionFault> {
    let mut names = HashSet::new();
    each(given, MAX_DEFINITIONS, |given| {
        let definition = parse(given)?;
        if names.insert(definition.identifier().clone()) {
            Ok(definition)
        } else {
            Err(DefinitionFault::of("identifier", "is there twice"))
        }
    })
}

impl Plan {
    /// What applying `document` does to what is at rest. What the document does not name stays. `in_use` are the
    /// providers through which somebody came, at least those that the document [retypes](SignupDocument::retyped).
    ///
    /// # Errors
    /// When a provider would be left with a form that does not exist or would not do for it, also one that the document
    /// does not name but whose form it changes; when one of the document needs telephones that nothing reaches; or when
    /// one in use would get another type.
    pub fn of(
        document: SignupDocument,
        forms: &[Form],
        providers: &[Provider],
        in_use: &[Identifier],
        reaches_phones: bool,
    ) -> Result<Self, PlanFault> {
        let form_at_rest = |name: &Identifier| {
            forms.iter().map(|form| &form.definition).find(|form| form.identifier == *name)
        };
        let provider_at_rest = |name: &Identifier| {
            providers.iter().map(|provider| &provider.definition).find(|at_rest| at_rest.identifier == *name)
        };
        for provider in &document.providers {
            let form = document.forms.iter().find(|form| form.identifier == provider.form);
            check(provider, form.or_else(|| form_at_rest(&provider.form)))?;
            if provider.kind == ProviderKind::Phone && !reaches_phones {
                return Err(PlanFault::NoCodeSender(provider.identifier.clone()));
            }
            match provider_at_rest(&provider.identifier) {
                Some(old) if old.kind != provider.kind && in_use.contains(&old.identifier) => {
                    let (at_rest, wanted) = (old.kind, provider.kind);
                    return Err(PlanFault::TypeInUse { provider: old.identifier.clone(), at_rest, wanted });
                }
                _ => {}
            }
        }
        for provider in providers.iter().map(|provider| &provider.definition) {
            let is_written_over = document.providers.iter().any(|new| new.identifier == provider.identifier);
            let form = document.forms.iter().find(|form| form.identifier == provider.form);
            if let (false, Some(form)) = (is_written_over, form)
                && form_at_rest(&form.identifier) != Some(form)
            {
                check(provider, Some(form))?;
            }
        }
        let form_change = |mut form: FormDefinition| {
            let old = forms.iter().find(|old| old.definition.identifier == form.identifier);
            if let Some(old) = old {
                leave_default(&mut form, old);
            }
            change(old.map(|old| &old.definition), form)
        };
        let provider_change =
            |provider: ProviderDefinition| change(provider_at_rest(&provider.identifier), provider);
        Ok(Self {
            forms: document.forms.into_iter().map(form_change).collect(),
            providers: document.providers.into_iter().map(provider_change).collect(),
        })
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.forms.iter().all(Change::is_none) && self.providers.iter().all(Change::is_none)
    }
}

/// The form's own id as its `attributeSetId` is the default, which answers spell out.
fn leave_default(form: &mut FormDefinition, at_rest: &Form) {
    let own = Some(at_rest.id.number());
    if form.attribute_set_id == own && at_rest.definition.attribute_set_id != own {
        form.attribute_set_id = None;
    }
}

fn check(provider: &ProviderDefinition, form: Option<&FormDefinition>) -> Result<(), PlanFault> {
    let (name, form_name) = (provider.identifier.clone(), provider.form.clone());
    let Some(form) = form else {
        return Err(PlanFault::NoForm { provider: name, form: form_name });
    };
    provider.check_form(form).map_err(|reason| PlanFault::UnfitForm {
        provider: name,
        form: form_name,
        reason,
    })
}

impl fmt::Display for Plan {
    /// A line for each form and provider: `create form reg`, `update provider email: isActive, config`, `keep form reg`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let forms = self.forms.iter().map(|change| line(change, "form"));
        let providers = self.providers.iter().map(|change| line(change, "provider"));
        f.write_str(&forms.chain(providers).collect::<Vec<_>>().join("\n"))
    }
}

#[cfg(test)]
mod tests;
