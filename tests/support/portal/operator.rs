//! What the operator does by the command line: the same use cases, over a store of their own on the same database.

use std::{num::NonZeroUsize, sync::Arc};

use portico_application::{ImportMode, ImportRow, MemberName, Ports, UseCases};
use portico_domain::{
    policy::{Policy, PortalPolicy},
    ports::{Clock, Entropy},
    profile::MemberRole,
    signup::SignupDocument,
};
use portico_oidc::NoProvider;
use portico_persistence::{DieselStore, Options};
use portico_security::{
    AccessTokenKey, AmmoniaSanitizer, HashingThreads, MasterSecret, RefreshTokenKey, SystemEntropy,
    WebhookSecretKey,
};
use portico_webhook::NoCodeSender;
use serde_json::Value;

use super::{account_of, email_of, phone_of};
use crate::{clock::MovableClock, server::TestServer, settings::SECRET};

/// Somebody with the command line.
pub struct Operator {
    store: DieselStore,
    use_cases: Box<UseCases>,
}

impl Operator {
    /// The operator of a server whose people sign in at this provider.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn of(server: &TestServer, issuer: Option<&str>) -> Self {
        let options = Options { readers: Some(1), writers: Some(1), ..Options::new(server.database.url()) };
        let opened = tokio::task::spawn_blocking(move || DieselStore::open(&options)).await;
        let store = opened.expect("it opens").expect("there is a database");
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let (one, secret) = (NonZeroUsize::MIN, MasterSecret::from_text(SECRET).expect("it is long enough"));
        let passwords = HashingThreads::start(one, one, Arc::clone(&entropy)).expect("a thread can be made");
        let clock: Arc<dyn Clock> = Arc::<MovableClock>::clone(&server.clock);
        let issuer = issuer.map(str::to_owned);
        let portal = PortalPolicy { issuer, ..PortalPolicy::default() };
        let ports = Ports {
            store: Arc::new(store.clone()),
            clock,
            entropy,
            passwords: Arc::new(passwords),
            sealer: Arc::new(secret.clone()),
            codes: Arc::new(secret.clone()),
            identity_provider: Arc::new(NoProvider),
            access_tokens: Arc::new(AccessTokenKey::new(&secret)),
            refresh_tokens: Arc::new(RefreshTokenKey::new(&secret)),
            html_sanitizer: Arc::new(AmmoniaSanitizer::default()),
            code_sender: Arc::new(NoCodeSender),
            webhook_secrets: Arc::new(WebhookSecretKey::new(&secret)),
            policy: Arc::new(Policy { portal, ..Policy::default() }),
        };
        Self { store, use_cases: Box::new(UseCases::new(&ports)) }
    }

    /// `portico member set-role NAME ROLE`; answers his number.
    ///
    /// # Panics
    /// When it is not done.
    pub async fn appoint(&self, name: &str, role: &str) -> i64 {
        let role = MemberRole::parse(role).expect("it is a role");
        let appointed = self.use_cases.appoint_member.execute(MemberName::parse(name), role).await;
        appointed.unwrap_or_else(|error| panic!("{name}: {error}")).number
    }

    /// `portico member import FILE --apply`.
    ///
    /// # Panics
    /// When a row is refused.
    pub async fn import(&self, rows: Vec<ImportRow>) {
        let wanted = rows.len();
        let report = self.use_cases.import_members.execute(rows, ImportMode::Apply).await;
        let report = report.expect("the store works");
        assert_eq!((report.new, &report.faults[..]), (wanted, &[][..]));
    }

    /// `portico signup apply FILE`.
    ///
    /// # Panics
    /// When the document is refused.
    pub async fn apply_signup(&self, document: &Value) {
        let document = SignupDocument::parse(document).unwrap_or_else(|fault| panic!("{fault}"));
        let applied = self.use_cases.apply_signup_document.execute(document).await;
        applied.unwrap_or_else(|error| panic!("{error}"));
    }

    /// What the server does each hour: forgets those who signed up and never became active. Answers how many.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn purge_waiting_signups(&self) -> usize {
        self.use_cases.purge_waiting_signups.execute().await.expect("the store works")
    }

    /// Ends the store.
    pub async fn close(self) {
        self.store.close().await;
    }
}

/// The row of somebody in the operator's file.
#[must_use]
pub fn row(line: u64, name: &str, role: &str) -> ImportRow {
    let text = str::to_owned;
    ImportRow {
        line,
        generation: text("60"),
        family_name: text("山田"),
        given_name: text(name),
        family_kana: text("ヤマダ"),
        given_kana: text("タロウ"),
        sex: text("男"),
        handle: text(name),
        university: text("早稲田大学"),
        department: text("文学部"),
        subject: String::new(),
        student_number: format!("1X19{name}"),
        account_id: account_of(name),
        email: email_of(name),
        workshops: text("CG"),
        squads: String::new(),
        phone: phone_of(name),
        role: text(role),
    }
}
