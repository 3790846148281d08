//! The name under which the house shows a new member.

use portico_domain::{email::EmailAddress, profile::Details, user::DisplayName};

/// His handle, else his name, else what stands before the `@` of his address.
pub(crate) fn display_name(details: &Details, address: &EmailAddress) -> DisplayName {
    let names = [&details.handle, &details.name];
    let given = names.into_iter().find_map(|name| DisplayName::parse(name).ok());
    given.unwrap_or_else(|| DisplayName::from_address(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    #[test]
    fn a_new_member_is_shown_by_the_first_name_that_can_be_one() {
        let long = "a".repeat(101);
        for (handle, name, shown) in [
            ("annie", "Lee Ann", "annie"),
            ("", "Lee Ann", "Lee Ann"),
            (" ", "Lee Ann", "Lee Ann"),
            (long.as_str(), "Lee Ann", "Lee Ann"),
            ("", "", "ann"),
        ] {
            let (handle, name) = (handle.to_owned(), name.to_owned());
            let details = Details { handle, name, ..Details::default() };
            assert_eq!(display_name(&details, &ann_address()).as_str(), shown);
        }
    }
}
