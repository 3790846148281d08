//! The page of a result.

use portico_domain::{
    partner::ShownCheckResult,
    ports::{Consistency, StoreExt as _},
    token::PlainToken,
};

use super::faults::UnknownPartnerError;
use crate::ports::Ports;

/// Shows a result to whoever has the link to it (partner contract, `save_check_result`).
#[derive(Clone)]
pub struct ViewCheckResult {
    ports: Ports,
}

impl ViewCheckResult {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The result whose page has this token.
    ///
    /// # Errors
    /// `Unknown` when there is none, or the store fails.
    pub async fn execute(&self, token: &PlainToken) -> Result<ShownCheckResult, UnknownPartnerError> {
        let digest = token.digest();
        let found = self
            .ports
            .store
            .read(Consistency::Latest, move |seen| seen.check_results().find_by_page_token(&digest))
            .await
            .map_err(UnknownPartnerError::Store)?;
        found.ok_or(UnknownPartnerError::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::ports::StoreError;

    use super::*;
    use crate::fixtures::*;

    async fn view(
        found: Result<Option<ShownCheckResult>, StoreError>,
    ) -> Result<ShownCheckResult, UnknownPartnerError> {
        let mut house = House::default();
        let asked = house.tx.check_results.expect_find_by_page_token();
        asked.with(eq(token("page").digest())).times(1).return_once(move |_| found);
        house.open().does.view_check_result.execute(&token("page")).await
    }

    #[tokio::test]
    async fn a_result_is_shown_to_whoever_has_its_link() {
        let shown =
            ShownCheckResult { result: check_result(), dictation: dictation(), partner: partner().name };
        assert_eq!(view(Ok(Some(shown.clone()))).await.unwrap(), shown);
    }

    #[tokio::test]
    async fn without_a_link_nothing_is_shown() {
        assert_refused!(view(Ok(None)).await, UnknownPartnerError::Unknown);
        let failed = view(Err(StoreError::Closed)).await;
        assert_refused!(failed, UnknownPartnerError::Store(StoreError::Closed));
    }
}
