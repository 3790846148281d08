//! Lists in pages, by key (contract O44).

use uuid::Uuid;

/// The most rows of one page (contract O44).
pub const MAX_PAGE: u16 = 1000;

/// Which part of a list is asked for: so many rows in the order of their ids, from the beginning or behind a row that
/// was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    limit: u16,
    after: Option<Uuid>,
}

/// The limit asked for is not between 1 and [`MAX_PAGE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a number from 1 to {MAX_PAGE}")]
pub struct PageLimitError;

impl Page {
    /// The first rows, as many as one page can have.
    #[must_use]
    pub const fn first() -> Self {
        Self { limit: MAX_PAGE, after: None }
    }

    /// At most `limit` rows behind the row with the id `after`, or from the beginning without one.
    ///
    /// # Errors
    /// When the limit is not between 1 and [`MAX_PAGE`].
    pub fn new(limit: u16, after: Option<Uuid>) -> Result<Self, PageLimitError> {
        if (1..=MAX_PAGE).contains(&limit) { Ok(Self { limit, after }) } else { Err(PageLimitError) }
    }

    /// The most rows wanted, from 1 to [`MAX_PAGE`].
    #[must_use]
    pub const fn limit(self) -> u16 {
        self.limit
    }

    /// The id of the last row seen; the page begins behind it. Nothing for the beginning of the list.
    #[must_use]
    pub const fn after(self) -> Option<Uuid> {
        self.after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_between_1_and_1000_rows() {
        assert_eq!(Page::new(0, None), Err(PageLimitError));
        assert_eq!(Page::new(1, None).unwrap().limit(), 1);
        assert_eq!(Page::new(1000, None), Ok(Page::first()));
        assert_eq!(Page::new(1001, None), Err(PageLimitError));
    }
}
