//! Which fault of a profile is told when there are several.

use portico_domain::profile::ProfileFault;

/// Two parts of a profile that are looked at apart, or the fault that the contract tells first (portal contract
/// section 4).
pub(crate) fn first_fault<A, B>(
    one: Result<A, ProfileFault>,
    other: Result<B, ProfileFault>,
) -> Result<(A, B), ProfileFault> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(one.min(other)),
        (Err(fault), Ok(_)) | (Ok(_), Err(fault)) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fault_that_the_contract_tells_first_is_told() {
        let (sex, late) = (ProfileFault::Sex, ProfileFault::Generation);
        assert_eq!(first_fault(Ok(1), Ok(2)), Ok((1, 2)));
        assert_eq!(first_fault::<u8, u8>(Err(late), Err(sex)), Err(sex));
        assert_eq!(first_fault::<u8, u8>(Err(sex), Err(late)), Err(sex));
        assert_eq!(first_fault::<_, u8>(Ok(1), Err(late)), Err(late));
        assert_eq!(first_fault::<u8, _>(Err(sex), Ok(2)), Err(sex));
    }
}
