//! What a field of a form holds.

/// The type of a field (sign-up contract section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttributeKind {
    /// A text.
    String,
    /// A text with a layout: HTML, Markdown or plain.
    Text,
    /// The same under a heading.
    TextWithHeader,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// A number.
    Float,
    /// A day.
    Date,
    /// A day and a time.
    DateTime,
    /// A time.
    Time,
    /// Spans of time.
    TimeInterval,
    /// Files.
    File,
    /// A picture.
    Image,
    /// Pictures.
    GroupOfImages,
    /// One of the listed choices.
    RadioButton,
    /// Some of the listed choices.
    List,
    /// Things known elsewhere.
    Entity,
    /// Any JSON.
    Json,
    /// A proof of being human.
    Spam,
    /// Something to press; it has no value.
    Button,
}

impl AttributeKind {
    /// Every type, with its name.
    const NAMES: [(Self, &'static str); 19] = [
        (Self::String, "string"),
        (Self::Text, "text"),
        (Self::TextWithHeader, "textWithHeader"),
        (Self::Integer, "integer"),
        (Self::Real, "real"),
        (Self::Float, "float"),
        (Self::Date, "date"),
        (Self::DateTime, "dateTime"),
        (Self::Time, "time"),
        (Self::TimeInterval, "timeInterval"),
        (Self::File, "file"),
        (Self::Image, "image"),
        (Self::GroupOfImages, "groupOfImages"),
        (Self::RadioButton, "radioButton"),
        (Self::List, "list"),
        (Self::Entity, "entity"),
        (Self::Json, "json"),
        (Self::Spam, "spam"),
        (Self::Button, "button"),
    ];

    /// The type with this name, to the letter.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("string", |(_, name)| name)
    }

    /// Every type.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::NAMES.into_iter().map(|(kind, _)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_name_of_its_own() {
        for kind in AttributeKind::all() {
            assert_eq!(AttributeKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(AttributeKind::parse("String"), None);
    }
}
