//! What an endpoint can say no with, for the description of the API.
//!
//! Nothing is written down twice: the answers shown are the ones that are sent.

/// Something on the way of a request that may refuse it, in the manner of an API: an extractor, a use case, the store.
pub(crate) trait Refuses<P> {
    /// Every answer that it may refuse with.
    fn refusals() -> Vec<P>;
}

macro_rules! tuples {
    ($(($($part:ident),+))+) => {$(
        /// One behind the other.
        impl<P, $($part: Refuses<P>),+> Refuses<P> for ($($part),+) {
            fn refusals() -> Vec<P> {
                let mut refusals = Vec::new();
                $(refusals.extend($part::refusals());)+
                refusals
            }
        }
    )+};
}

tuples! {
    (A, B)
    (A, B, C)
    (A, B, C, D)
}

/// Nothing on the way refuses; a crash is all that can happen.
impl<P> Refuses<P> for () {
    fn refusals() -> Vec<P> {
        Vec::new()
    }
}
