//! JSON cut down to what a page can show.

use super::Excerpt;

/// A JSON value, as far as there is room for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outline {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as JSON writes it.
    Number(String),
    /// A text.
    Text(Excerpt),
    /// A list.
    List {
        /// Its first elements.
        elements: Vec<Self>,
        /// How many others there are.
        left_out: usize,
    },
    /// An object.
    Object {
        /// Its first members, in their order; a name may occur again.
        members: Vec<(Excerpt, Self)>,
        /// How many others there are.
        left_out: usize,
    },
}

impl Outline {
    /// Whether there is more of the value than this.
    #[must_use]
    pub fn is_shortened(&self) -> bool {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => false,
            Self::Text(text) => text.is_cut,
            Self::List { elements, left_out } => *left_out > 0 || elements.iter().any(Self::is_shortened),
            Self::Object { members, left_out } => {
                let is_shortened = |(name, value): &(Excerpt, Self)| name.is_cut || value.is_shortened();
                *left_out > 0 || members.iter().any(is_shortened)
            }
        }
    }
}
