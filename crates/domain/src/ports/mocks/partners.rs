//! A mock of each port of the partner API.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    id::{DeliveryId, PartnerId, PartnerKeyId, UserId, WebhookId},
    page::Page,
    partner::{
        CheckResult, CheckResultFilter, CheckResultPage, CheckResultStretch, Claim, Delivery,
        DeliveryAttempt, Dictation, DictationId, IdempotentRequest, NewDelivery, Partner, PartnerBearer,
        PartnerKey, PartnerName, PartnerSummary, ShownCheckResult, Webhook,
    },
    ports::{
        CheckResultLookup, CheckResultRepository, DictationLookup, DictationRepository, DueDelivery,
        IdempotencyKeyRepository, OutgoingEvent, PartnerLookup, PartnerRepository, StoreError, WebhookLookup,
        WebhookRepository, WebhookSecrets, WebhookSender, WebhookSenderError,
    },
    token::{PlainToken, TokenDigest},
};

mockall::mock! {
    pub PartnerRepository {}
    impl PartnerLookup for PartnerRepository {
        fn find(&mut self, id: PartnerId) -> Result<Option<Partner>, StoreError>;
        fn find_by_name(&mut self, name: &PartnerName) -> Result<Option<Partner>, StoreError>;
        fn find_bearer(&mut self, key: &TokenDigest) -> Result<Option<PartnerBearer>, StoreError>;
        fn list(&mut self, page: Page) -> Result<Vec<PartnerSummary>, StoreError>;
        fn has_user(&mut self, partner: PartnerId, user: UserId) -> Result<bool, StoreError>;
    }
    impl PartnerRepository for PartnerRepository {
        fn add(&mut self, partner: &Partner) -> Result<(), StoreError>;
        fn revoke(&mut self, id: PartnerId, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn add_key(&mut self, key: &PartnerKey) -> Result<(), StoreError>;
        fn end_keys(&mut self, partner: PartnerId, until: DateTime<Utc>) -> Result<(), StoreError>;
        fn note_use(&mut self, key: PartnerKeyId, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn add_user(&mut self, partner: PartnerId, user: UserId, at: DateTime<Utc>) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub DictationRepository {}
    impl DictationLookup for DictationRepository {
        fn find(&mut self, partner: PartnerId, id: &DictationId) -> Result<Option<Dictation>, StoreError>;
        fn list(
            &mut self,
            partner: PartnerId,
            after: Option<DictationId>,
            limit: u16,
        ) -> Result<Vec<Dictation>, StoreError>;
    }
    impl DictationRepository for DictationRepository {
        fn add(&mut self, dictation: &Dictation) -> Result<(), StoreError>;
        fn retire(
            &mut self,
            partner: PartnerId,
            id: &DictationId,
            at: DateTime<Utc>,
        ) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub CheckResultRepository {}
    impl CheckResultLookup for CheckResultRepository {
        fn find_by_page_token(
            &mut self,
            token: &TokenDigest,
        ) -> Result<Option<ShownCheckResult>, StoreError>;
        fn list(
            &mut self,
            filter: &CheckResultFilter,
            page: CheckResultPage,
        ) -> Result<CheckResultStretch, StoreError>;
    }
    impl CheckResultRepository for CheckResultRepository {
        fn add(&mut self, result: &CheckResult) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub IdempotencyKeyRepository {}
    impl IdempotencyKeyRepository for IdempotencyKeyRepository {
        fn claim(&mut self, request: &IdempotentRequest) -> Result<Claim, StoreError>;
    }
}

mockall::mock! {
    pub WebhookRepository {}
    impl WebhookLookup for WebhookRepository {
        fn find(&mut self, partner: PartnerId, id: WebhookId) -> Result<Option<Webhook>, StoreError>;
        fn list(&mut self, partner: PartnerId) -> Result<Vec<Webhook>, StoreError>;
        fn find_due(&mut self, id: DeliveryId) -> Result<Option<DueDelivery>, StoreError>;
        fn find_delivery(
            &mut self,
            webhook: WebhookId,
            id: DeliveryId,
        ) -> Result<Option<Delivery>, StoreError>;
        fn list_deliveries(&mut self, webhook: WebhookId, page: Page) -> Result<Vec<Delivery>, StoreError>;
    }
    impl WebhookRepository for WebhookRepository {
        fn add(&mut self, webhook: &Webhook) -> Result<(), StoreError>;
        fn remove(&mut self, partner: PartnerId, id: WebhookId, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn add_delivery(&mut self, delivery: &NewDelivery) -> Result<(), StoreError>;
        fn note_attempt(&mut self, id: DeliveryId, attempt: &DeliveryAttempt) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub WebhookSecrets {}
    impl WebhookSecrets for WebhookSecrets {
        fn secret_of(&self, webhook: WebhookId) -> PlainToken;
    }
}

mockall::mock! {
    pub WebhookSender {}
    #[async_trait]
    impl WebhookSender for WebhookSender {
        async fn send(&self, event: OutgoingEvent) -> Result<u16, WebhookSenderError>;
    }
}
