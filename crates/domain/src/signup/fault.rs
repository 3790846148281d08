//! Why what somebody filled in is not taken (sign-up contract section 5).

use crate::signup::Identifier;

/// The most characters of a marker that a fault repeats: no field has a longer one.
const MAX_MARKER_CHARS: usize = 128;

/// The first thing that is wrong with what somebody filled in. The texts are the vendor's, and are answered as they
/// are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionFault {
    /// Login or password are missing, blank, there twice, under another marker, or not what the form asks for.
    #[error("Login or password values are missed")]
    Credentials,
    /// A field is missing, unknown, of another type, there twice, or its value is not what the form asks for. Holds the
    /// marker as it was sent, cut to 128 characters, or that of the missing field.
    #[error("formData's marker '{0}' value is missing or incorrect")]
    Field(String),
    /// The form data hold an empty part.
    #[error("empty form data section")]
    EmptySection,
    /// The form data have a shape that is none of those of the contract.
    #[error("formData must be an array of items, one item, or an object of them by language")]
    Shape,
    /// A language is named that is none.
    #[error("formData has an unknown language code")]
    Locale,
    /// Objects of several languages are inside one another.
    #[error("formData must be wrapped in at most 8 objects of several languages")]
    TooDeep,
    /// There are more values than an entity may hold, also together with those that are kept already.
    #[error("formData must hold at most 1000 values in all languages")]
    TooMany,
    /// They are longer than what an entity may hold, also together with what is kept already.
    #[error("formData must hold at most 4 MiB in all languages")]
    TooLarge,
}

impl SubmissionFault {
    /// The fault of a field of the form.
    #[must_use]
    pub fn of(marker: &Identifier) -> Self {
        Self::Field(marker.as_str().to_owned())
    }

    /// The fault of a field as somebody called it, who may have called it anything.
    #[must_use]
    pub fn of_sent(marker: &str) -> Self {
        Self::Field(marker.chars().take(MAX_MARKER_CHARS).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_those_of_the_vendor() {
        let about = SubmissionFault::of(&Identifier::parse("about").unwrap());
        assert_eq!(about.to_string(), "formData's marker 'about' value is missing or incorrect");
        assert_eq!(SubmissionFault::Credentials.to_string(), "Login or password values are missed");
        assert_eq!(SubmissionFault::EmptySection.to_string(), "empty form data section");
    }

    #[test]
    fn a_long_marker_is_not_repeated_whole() {
        let fault = SubmissionFault::of_sent(&"é".repeat(1_000_000));
        assert_eq!(fault, SubmissionFault::Field("é".repeat(128)));
    }
}
