//! The fields of a request.

use std::fmt;

use serde_json::{Map, Value};

/// Why a request cannot be read. Its text is for whoever writes a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BindFault {
    place: String,
    must_be: &'static str,
}

impl BindFault {
    /// Something must be something else.
    pub(crate) fn must_be(place: impl Into<String>, what: &'static str) -> Self {
        Self { place: place.into(), must_be: what }
    }
}

impl fmt::Display for BindFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}", self.place, self.must_be)
    }
}

/// What a request gives, to be taken field by field. Fields that nobody asks for are never looked at.
#[derive(Default)]
pub(crate) struct Fields {
    query: Vec<(String, String)>,
    body: Map<String, Value>,
    /// What stands before the names of these fields in faults.
    prefix: String,
}

impl Fields {
    /// The fields of a query and of a body.
    pub(super) fn new(query: Vec<(String, String)>, body: Map<String, Value>) -> Self {
        Self { query, body, prefix: String::new() }
    }

    /// Everything that the body says.
    pub(crate) fn whole(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.body)
    }

    /// What the body says; nothing when that is null.
    fn in_body(&mut self, name: &str) -> Option<Value> {
        self.body.remove(name).filter(|value| !value.is_null())
    }

    /// What the query says. The first of equal names counts.
    fn in_query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn fault(&self, name: &str, what: &'static str) -> BindFault {
        BindFault::must_be(format!("{}{name}", self.prefix), what)
    }

    /// A text, if there is one.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn given_text(&mut self, name: &str) -> Result<Option<String>, BindFault> {
        match self.in_body(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.fault(name, "a string")),
            None => Ok(self.in_query(name).map(str::to_owned)),
        }
    }

    /// A text; empty when it is missing.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn text(&mut self, name: &str) -> Result<String, BindFault> {
        self.given_text(name).map(Option::unwrap_or_default)
    }

    /// A whole number, if there is one. In a query an empty text is none.
    ///
    /// # Errors
    /// When it is something else, or too large for 64 bits.
    pub(crate) fn given_number(&mut self, name: &str) -> Result<Option<i64>, BindFault> {
        let number = match (self.in_body(name), self.in_query(name)) {
            (Some(value), _) => value.as_i64(),
            (None, Some("") | None) => return Ok(None),
            (None, Some(text)) => text.parse().ok(),
        };
        number.map(Some).ok_or_else(|| self.fault(name, "a whole number"))
    }

    /// A whole number; 0 when it is missing.
    ///
    /// # Errors
    /// When it is something else, or too large for 64 bits.
    pub(crate) fn number(&mut self, name: &str) -> Result<i64, BindFault> {
        self.given_number(name).map(Option::unwrap_or_default)
    }

    /// A yes or no, if there is one. In a query an empty text is none.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn given_flag(&mut self, name: &str) -> Result<Option<bool>, BindFault> {
        let flag = match (self.in_body(name), self.in_query(name)) {
            (Some(value), _) => value.as_bool(),
            (None, Some("") | None) => return Ok(None),
            (None, Some(text)) => text.parse().ok(),
        };
        flag.map(Some).ok_or_else(|| self.fault(name, "true or false"))
    }

    /// A yes or no; no when it is missing.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, BindFault> {
        self.given_flag(name).map(Option::unwrap_or_default)
    }

    /// A list of texts; empty when it is missing. Null in it is an empty text.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Vec<String>, BindFault> {
        self.given_texts(name).map(Option::unwrap_or_default)
    }

    /// A list of texts, if there is one. Null in it is an empty text.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn given_texts(&mut self, name: &str) -> Result<Option<Vec<String>>, BindFault> {
        self.given_list(name, "a list of strings", |value| match value {
            Value::String(text) => Some(text),
            Value::Null => Some(String::new()),
            _ => None,
        })
    }

    /// A list of whole numbers; empty when it is missing. Null in it is 0.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn numbers(&mut self, name: &str) -> Result<Vec<i64>, BindFault> {
        let read = |value: Value| if value.is_null() { Some(0) } else { value.as_i64() };
        self.given_list(name, "a list of whole numbers", read).map(Option::unwrap_or_default)
    }

    fn given_list<T>(
        &mut self,
        name: &str,
        what: &'static str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Result<Option<Vec<T>>, BindFault> {
        let list = match self.in_body(name) {
            Some(Value::Array(list)) => list.into_iter().map(read).collect::<Option<Vec<T>>>(),
            Some(_) => None,
            None => return Ok(None),
        };
        list.map(Some).ok_or_else(|| self.fault(name, what))
    }

    /// The fields of an object within the body, if there is one.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Self>, BindFault> {
        match self.in_body(name) {
            Some(Value::Object(body)) => {
                Ok(Some(Self { query: Vec::new(), body, prefix: format!("{}{name}.", self.prefix) }))
            }
            Some(_) => Err(self.fault(name, "an object")),
            None => Ok(None),
        }
    }
}
