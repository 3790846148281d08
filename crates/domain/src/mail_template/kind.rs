//! Which letters there are, and in which languages.

/// What a letter of the portal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LetterKind {
    /// Asks a newcomer to prove his address; the only kind with a link.
    EmailVerification,
    /// Welcomes whoever has proved it.
    AfterRegistration,
    /// Says that a fee was received.
    PaymentReceipt,
    /// Says that a fee is owed.
    PaymentReminder,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::EmailVerification, Self::AfterRegistration, Self::PaymentReceipt, Self::PaymentReminder];

    /// The word for it in bodies and at rest (portal contract section 4).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailVerification => "email_verification",
            Self::AfterRegistration => "after_registration",
            Self::PaymentReceipt => "payment_receipt",
            Self::PaymentReminder => "payment_reminder",
        }
    }

    /// Reads the word; any other names no kind.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A language that letters are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// The language of the portal's origin, for everybody whose language is not known.
    Japanese,
    /// For whoever reads English.
    English,
}

impl Language {
    /// The language for somebody with this tag, such as `en-GB`: English for `en` and its regions, else Japanese.
    #[must_use]
    pub fn of(locale: Option<&str>) -> Self {
        let language = locale.and_then(|tag| tag.trim().split(['-', '_']).next()).unwrap_or_default();
        if language.eq_ignore_ascii_case("en") { Self::English } else { Self::Japanese }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_as_they_are_written() {
        for kind in LetterKind::ALL {
            assert_eq!(LetterKind::parse(kind.as_str()), Some(kind));
        }
        for word in ["", "Email_verification", "payment"] {
            assert_eq!(LetterKind::parse(word), None, "{word:?}");
        }
    }

    #[test]
    fn english_is_for_those_who_read_it_and_japanese_for_all_others() {
        for tag in ["en", "en-US", "EN_gb", " en "] {
            assert_eq!(Language::of(Some(tag)), Language::English, "{tag:?}");
        }
        for tag in ["", "ja", "ja-JP", "de", "enm", "x-en"] {
            assert_eq!(Language::of(Some(tag)), Language::Japanese, "{tag:?}");
        }
        assert_eq!(Language::of(None), Language::Japanese);
    }
}
