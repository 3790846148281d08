//! The settings in force, for people to read.

use super::reader::InForce;

/// One `NAME=value` line a setting, which a `.env` file would take, too.
pub(super) fn lines(in_force: &[InForce]) -> String {
    in_force.iter().map(line).collect()
}

fn line(setting: &InForce) -> String {
    let value = quoted(&setting.shown);
    match &setting.remark {
        Some(remark) => format!("{}={value} # {remark}\n", setting.name),
        None => format!("{}={value}\n", setting.name),
    }
}

/// A value as a `.env` file or a shell takes it: in single quotes where it needs any.
#[must_use]
pub fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@,+=%?{}[]*~".contains(c);
    if value.chars().all(plain) {
        value.to_owned()
    } else if value.contains('\'') {
        let escaped: String =
            value.chars().flat_map(|c| "\\\"$".contains(c).then_some('\\').into_iter().chain([c])).collect();
        format!("\"{escaped}\"")
    } else {
        format!("'{value}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_value_is_read_back_as_it_was() {
        for value in
            ["a", "", "Club <a@b.c>", "it's \"5 $\" \\ #1", "x#y $z", "{public_url}/x?t={token}&y", "***"]
        {
            let file = format!("NAME={} # default\n", quoted(value));
            let read = dotenvy::Iter::new(file.as_bytes()).next().unwrap().unwrap();
            assert_eq!(read.1, value, "{file}");
        }
    }
}
