//! What partners call the things that a report tells.

/// The longest name, in bytes, that is looked at.
const MAX_NAME_BYTES: usize = 40;

/// What a mark is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkName {
    /// `mark`.
    Mark,
    /// `grade`.
    Grade,
    /// `score`, usually of 100 points.
    Score,
}

/// What is wrong in a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MistakeKind {
    /// How a word is written.
    Spelling,
    /// How a sentence is punctuated.
    Punctuation,
    /// How a sentence is made.
    Grammar,
    /// A word was left out.
    Missing,
    /// A word was put in.
    Extra,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountName {
    /// The words of the dictation.
    Words,
    /// Those with a mistake in them.
    WordsWithMistakes,
    /// The mistakes.
    Mistakes,
    /// The mistakes of a kind.
    Of(MistakeKind),
}

/// A member that something can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// It holds the others, as the model itself does.
    Inner,
    /// It is a mark.
    Mark(MarkName),
    /// It is a number of things, or the list of them.
    Count(CountName),
}

impl MistakeKind {
    /// The kind that a word names, as [`plain`] leaves it.
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match without_mistakes(word) {
            "spelling" | "spell" | "orthography" | "orthographic" | "orthographical" | "misspelling"
            | "misspellings" | "typo" | "typos" => Self::Spelling,
            "punctuation" | "punctuational" | "punct" => Self::Punctuation,
            "grammar" | "grammatical" | "grammatic" => Self::Grammar,
            "missing" | "missed" | "skipped" | "omitted" | "omission" | "omissions" => Self::Missing,
            "extra" | "superfluous" | "redundant" | "added" | "addition" | "additions" => Self::Extra,
            _ => return None,
        })
    }
}

impl Name {
    /// What a member of that name is, within a member called `outer`.
    pub(super) fn of(key: &str, outer: Self) -> Option<Self> {
        let word = plain(key)?;
        if matches!(word.as_str(), "value" | "total" | "count" | "number" | "items" | "list" | "all") {
            return (outer != Self::Inner).then_some(outer);
        }
        let name = match word.as_str() {
            "mark" => Some(Self::Mark(MarkName::Mark)),
            "grade" => Some(Self::Mark(MarkName::Grade)),
            "score" => Some(Self::Mark(MarkName::Score)),
            "result" | "results" | "summary" | "check" | "checkresult" | "totals" | "counts" | "marks"
            | "stats" | "statistics" | "evaluation" | "assessment" | "report" | "outcome" | "data" => {
                Some(Self::Inner)
            }
            word => count(without_number(word), outer).map(Self::Count),
        };
        // The mark that stands among mistakes is that of a mistake.
        name.filter(|name| !matches!((outer, name), (Self::Count(_), Self::Mark(_))))
    }
}

fn count(word: &str, outer: Name) -> Option<CountName> {
    match word {
        "words" | "word" => Some(CountName::Words),
        "wordswithmistakes" | "wordswitherrors" | "mistakenwords" | "wrongwords" | "incorrectwords"
        | "errorwords" | "misspelledwords" => Some(CountName::WordsWithMistakes),
        "mistakes" | "mistake" | "errors" | "error" | "faults" => Some(CountName::Mistakes),
        word => {
            let (of_words, is_of_words) = match word.strip_suffix("words") {
                Some(rest) => (rest, true),
                None => (word, without_mistakes(word) != word),
            };
            // `extra` alone may be anything, but for what stands among mistakes.
            let is_plain = is_of_words || outer == Name::Count(CountName::Mistakes);
            MistakeKind::of(of_words)
                .filter(|kind| is_plain || !matches!(kind, MistakeKind::Missing | MistakeKind::Extra))
                .map(CountName::Of)
        }
    }
}

/// A name in small letters and digits alone; nothing of a long one.
pub(super) fn plain(name: &str) -> Option<String> {
    (name.len() <= MAX_NAME_BYTES)
        .then(|| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
}

/// `words` of `wordCount`, `total_words` and the like.
fn without_number(word: &str) -> &str {
    let front = ["numberof", "countof", "total", "count", "num"];
    let back = ["count", "total", "number"];
    let rest = front.iter().find_map(|front| word.strip_prefix(front)).unwrap_or(word);
    back.iter().find_map(|back| rest.strip_suffix(back)).unwrap_or(rest)
}

/// `spelling` of `spellingMistakes` and the like.
fn without_mistakes(word: &str) -> &str {
    let back = ["mistakes", "mistake", "errors", "error"];
    back.iter().find_map(|back| word.strip_suffix(back)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(key: &str) -> Option<Name> {
        Name::of(key, Name::Inner)
    }

    #[test]
    fn neither_upper_case_nor_hyphens_nor_the_word_count_matter() {
        for key in ["words", "Words", "wordCount", "words_count", "total-words", "numberOfWords", "WORDS"] {
            assert_eq!(name(key), Some(Name::Count(CountName::Words)), "{key}");
        }
        for key in ["mistakes", "errors", "errorCount", "total_mistakes", "Error"] {
            assert_eq!(name(key), Some(Name::Count(CountName::Mistakes)), "{key}");
        }
        for key in ["spelling", "spellingMistakes", "orthographic_errors", "spelling-error-count"] {
            assert_eq!(name(key), Some(Name::Count(CountName::Of(MistakeKind::Spelling))), "{key}");
        }
        for key in ["wordsWithMistakes", "words_with_errors", "wrongWordCounts", "wrongWords"] {
            let expected = (key != "wrongWordCounts").then_some(Name::Count(CountName::WordsWithMistakes));
            assert_eq!(name(key), expected, "{key}");
        }
    }

    #[test]
    fn what_may_be_anything_is_nothing() {
        for key in ["", "extra", "missing", "count", "total", "value", "user", "maxScore", "marking", "Σ"] {
            assert_eq!(name(key), None, "{key}");
        }
        assert_eq!(name(&"words".repeat(9)), None);
    }

    #[test]
    fn within_another_member_a_name_says_more_or_less() {
        let mistakes = Name::Count(CountName::Mistakes);
        let missing = Some(Name::Count(CountName::Of(MistakeKind::Missing)));
        assert_eq!(Name::of("missing", mistakes), missing);
        assert_eq!(name("missingWords"), missing);
        assert_eq!(Name::of("total", mistakes), Some(mistakes));
        assert_eq!(Name::of("mark", mistakes), None);
        assert_eq!(Name::of("value", Name::Mark(MarkName::Score)), Some(Name::Mark(MarkName::Score)));
    }
}
