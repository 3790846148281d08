//! A mock of each port of the sign-up API.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    id::{FormId, ProviderId, SignupId, SignupSessionId, UserId},
    ports::{
        AccessClaims, AccessTokenError, AccessTokens, CodeSender, HtmlSanitizer, MailerError, OutgoingCode,
        RefreshTokens, SignupFormLookup, SignupFormRepository, SignupLookup, SignupProviderLookup,
        SignupProviderRepository, SignupRepository, SignupSessionLookup, SignupSessionRepository, StoreError,
        Stretch,
    },
    signup::{
        Device, Form, FormDefinition, Identifier, Login, NewSignup, Provider, ProviderDefinition,
        ProviderKind, Signup, SignupBearer, SignupRefresh, SignupSession,
    },
    token::PlainToken,
};

mockall::mock! {
    pub SignupFormRepository {}
    impl SignupFormLookup for SignupFormRepository {
        fn find(&mut self, identifier: &Identifier) -> Result<Option<Form>, StoreError>;
        fn list(&mut self, stretch: Stretch) -> Result<Vec<Form>, StoreError>;
        fn count(&mut self) -> Result<u64, StoreError>;
    }
    impl SignupFormRepository for SignupFormRepository {
        fn add(&mut self, definition: &FormDefinition, at: DateTime<Utc>) -> Result<FormId, StoreError>;
        fn write(&mut self, definition: &FormDefinition, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn remove(&mut self, identifier: &Identifier) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub SignupProviderRepository {}
    impl SignupProviderLookup for SignupProviderRepository {
        fn find(&mut self, identifier: &Identifier) -> Result<Option<Provider>, StoreError>;
        fn list(&mut self, stretch: Stretch) -> Result<Vec<Provider>, StoreError>;
        fn list_active(&mut self, stretch: Stretch) -> Result<Vec<Provider>, StoreError>;
        fn list_by_form(&mut self, form: &Identifier) -> Result<Vec<Provider>, StoreError>;
    }
    impl SignupProviderRepository for SignupProviderRepository {
        fn add(
            &mut self,
            definition: &ProviderDefinition,
            at: DateTime<Utc>,
        ) -> Result<ProviderId, StoreError>;
        fn write(&mut self, definition: &ProviderDefinition, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn remove(&mut self, identifier: &Identifier) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub SignupRepository {}
    impl SignupLookup for SignupRepository {
        fn find(&mut self, id: SignupId) -> Result<Option<Signup>, StoreError>;
        fn find_by_login(
            &mut self,
            provider: ProviderId,
            login: &Login,
        ) -> Result<Option<Signup>, StoreError>;
        fn find_of_user(
            &mut self,
            provider: ProviderId,
            user: UserId,
        ) -> Result<Option<Signup>, StoreError>;
        fn is_taken(
            &mut self,
            provider: ProviderId,
            kind: ProviderKind,
            login: &Login,
        ) -> Result<bool, StoreError>;
        fn has_any(&mut self, provider: ProviderId) -> Result<bool, StoreError>;
        fn list_waiting(
            &mut self,
            provider: ProviderId,
            before: DateTime<Utc>,
            limit: u16,
        ) -> Result<Vec<Signup>, StoreError>;
    }
    impl SignupRepository for SignupRepository {
        fn add(&mut self, signup: &NewSignup, kind: ProviderKind) -> Result<Signup, StoreError>;
        fn write(
            &mut self,
            signup: &Signup,
            kind: ProviderKind,
            at: DateTime<Utc>,
        ) -> Result<(), StoreError>;
        fn remove(&mut self, id: SignupId) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub SignupSessionRepository {}
    impl SignupSessionLookup for SignupSessionRepository {
        fn find_bearer(&mut self, id: SignupSessionId) -> Result<Option<SignupBearer>, StoreError>;
        fn list_devices(
            &mut self,
            signup: SignupId,
            now: DateTime<Utc>,
        ) -> Result<Vec<Device>, StoreError>;
    }
    impl SignupSessionRepository for SignupSessionRepository {
        fn add(&mut self, session: &SignupSession) -> Result<(), StoreError>;
        fn rotate(&mut self, next: &SignupSession) -> Result<(), StoreError>;
        fn end(&mut self, id: SignupSessionId, at: DateTime<Utc>) -> Result<(), StoreError>;
        fn end_all_of(
            &mut self,
            signup: SignupId,
            except: Option<SignupSessionId>,
            at: DateTime<Utc>,
        ) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub AccessTokens {}
    impl AccessTokens for AccessTokens {
        fn sign(&self, claims: &AccessClaims) -> PlainToken;
        fn read(&self, token: &PlainToken, now: DateTime<Utc>) -> Result<AccessClaims, AccessTokenError>;
        fn key_set(&self) -> String;
    }
}

mockall::mock! {
    pub RefreshTokens {}
    impl RefreshTokens for RefreshTokens {
        fn derive(&self, refresh: SignupRefresh) -> PlainToken;
        fn recognise(&self, token: &PlainToken) -> Option<SignupRefresh>;
    }
}

mockall::mock! {
    pub HtmlSanitizer {}
    impl HtmlSanitizer for HtmlSanitizer {
        fn clean(&self, html: &str) -> String;
    }
}

mockall::mock! {
    pub CodeSender {}
    #[async_trait]
    impl CodeSender for CodeSender {
        fn is_configured(&self) -> bool;
        async fn send(&self, code: OutgoingCode) -> Result<(), MailerError>;
    }
}
