//! Variables that look like settings of Portico and are not.

/// Variables of the test suites.
const TEST_PREFIX: &str = "PORTICO_TEST_";

/// What to say of a variable: nothing when it is a setting, belongs to the tests, or is not ours.
pub(super) fn warning(name: &str, known: &[&str]) -> Option<String> {
    if known.contains(&name) || name.starts_with(TEST_PREFIX) || !name.starts_with("PORTICO_") {
        return None;
    }
    Some(match nearest(name, known) {
        Some(near) => format!("{name} is no setting of Portico; did you mean {near}?"),
        None => format!("{name} is no setting of Portico"),
    })
}

/// The known name that a slip of the hand may have meant.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let own_part = name.len().saturating_sub("PORTICO_".len());
    known
        .iter()
        .map(|candidate| (edits(name, candidate), *candidate))
        .filter(|(edits, _)| *edits <= (own_part / 3).max(1))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, taken out or replaced to make one text of the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("", ""), 0);
        assert_eq!(edits("abc", "abc"), 0);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
    }

    #[test]
    fn what_a_container_platform_injects_gets_no_suggestion() {
        let known = ["PORTICO_LISTEN", "PORTICO_LOG", "PORTICO_INVITE_TTL"];
        assert_eq!(warning("PORTICO_PORT", &known).as_deref(), Some("PORTICO_PORT is no setting of Portico"));
        assert_eq!(
            warning("PORTICO_INVITES_TTL", &known).as_deref(),
            Some("PORTICO_INVITES_TTL is no setting of Portico; did you mean PORTICO_INVITE_TTL?")
        );
        assert_eq!(warning("PORTICO_LOG", &known), None);
        assert_eq!(warning("PORTICO_TEST_DATABASE_URL", &known), None);
        assert_eq!(warning("HOME", &known), None);
    }
}
