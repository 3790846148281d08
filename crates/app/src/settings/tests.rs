//! Tests of the settings as a whole.

use chrono::TimeDelta;
use portico_domain::{
    policy::{PartnerPolicy, Policy, PortalPolicy, SignupPolicy},
    token::PlainToken,
};

use super::*;

/// A secret that no message may hold.
const SECRET: &str = "hunter2";

fn load(variables: &[(&str, &str)]) -> Result<Settings, SettingError> {
    Settings::load(&|name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    })
}

fn error(variables: &[(&str, &str)]) -> String {
    load(variables).expect_err(&format!("{variables:?} is refused")).to_string()
}

fn spec(name: &str) -> &'static Spec {
    SPECS.iter().find(|spec| spec.name == name).unwrap()
}

#[test]
fn nothing_has_to_be_set() {
    let settings = load(&[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.link_base(), "http://localhost:8080");
    assert_eq!(settings.database.url.reveal(), "sqlite://data/portico.db");
    assert_eq!(settings.database.backend, Backend::Sqlite("data/portico.db".into()));
    assert_eq!((settings.database.readers, settings.database.writers), (None, None));
    assert!(settings.secret_key.is_none() && settings.mail.smtp_url.is_none());
    assert_eq!(settings.mail.dir, PathBuf::from("data/mail"));
    assert_eq!(settings.log, LogSettings { filter: "info".to_owned(), format: LogFormat::Text });
    let processors = std::thread::available_parallelism().unwrap();
    assert_eq!((settings.workers, settings.hash_threads), (processors.get(), processors));
    assert!(settings.network.rate_limits);
    assert!(settings.network.trusted_proxies.is_empty() && settings.network.cors_origins.is_empty());
}

#[test]
fn the_default_policy_is_the_domains() {
    assert_eq!(load(&[]).unwrap().policy, Policy::default());
}

#[test]
fn the_defaults_of_later_parts_are_those_of_their_contracts() {
    let Settings { portal, policy, code_webhook, network, links, .. } = load(&[]).unwrap();
    assert!(!portal.insecure_cookies);
    assert_eq!(portal.oidc.logout, OidcLogout::Auth0);
    assert_eq!(portal.oidc.avatar_claim, "picture");
    assert_eq!(portal.oidc.thumbnail_claim, "https://misw.jp/thumbnail");
    assert!(portal.oidc.provider.is_none());
    assert!(!policy.signup.bind_refresh_to_device && policy.signup.app_tokens.is_empty());
    assert!(code_webhook.is_none() && network.cors_origins.is_empty());
    assert_eq!(links.invite.link("T"), "http://localhost:8080/invite/T");
    assert_eq!(links.password_reset.link("T"), "http://localhost:8080/reset-password?token=T");
    assert_eq!(links.verify_email.link("T"), "http://localhost:8080/verify_email?token=T");
}

#[test]
fn every_variable_is_read_once_in_the_order_of_the_table() {
    let asked = std::cell::RefCell::new(Vec::new());
    let settings = Settings::load(&|name| {
        asked.borrow_mut().push(name.to_owned());
        None
    })
    .unwrap();
    let names: Vec<&str> = SPECS.iter().map(|spec| spec.name).collect();
    assert_eq!(asked.into_inner(), names);
    let reported: Vec<String> =
        settings.report().lines().map(|line| line.split('=').next().unwrap().to_owned()).collect();
    assert_eq!(reported, names);
}

#[test]
fn an_empty_value_counts_as_none() {
    for spec in SPECS {
        for empty in ["", "  "] {
            let settings = load(&[(spec.name, empty)]).unwrap();
            assert_eq!(settings.report(), load(&[]).unwrap().report(), "{}", spec.name);
        }
    }
}

/// For every variable, values it may hold and values it may not.
const VALUES: &[(&str, &[&str], &[&str])] = &[
    (
        "PORTICO_LISTEN",
        &["0.0.0.0:0", "[::]:443", " 10.0.0.1:80 "],
        &["8080", ":8080", "localhost:80", "1.2.3.4", "1.2.3.4:99999"],
    ),
    (
        "PORTICO_PUBLIC_URL",
        &["https://a.b", "http://a.b:8080/portal/"],
        &["a.b", "ftp://a.b", "https://a.b?x", "https://a.b#x", "https://me:hunter2@a.b"],
    ),
    (
        "PORTICO_DATABASE_URL",
        &["sqlite://p.db", "sqlite:///var/p.db"],
        &["p.db", "sqlite://", "sqlite://:memory:", "mysql://me:hunter2@db/x", "postgres://me:hunter2"],
    ),
    ("PORTICO_DATABASE_READERS", &["1", "16"], &["0", "-1", "many", "1025", "+4", "1.5"]),
    ("PORTICO_DATABASE_WRITERS", &["1"], &["0", "2", "one"]),
    (
        "PORTICO_SECRET_KEY",
        &["an-easy-to-read-key-of-32-bytes!", "ключ из тридцати двух байтов"],
        &["hunter2", "hunter2                          "],
    ),
    (
        "PORTICO_SMTP_URL",
        &["smtp://a.b", "smtps://me:hunter2@a.b:465", "smtp://a.b:25?tls=none"],
        &["a.b:25", "http://me:hunter2@a.b", "smtp://", "smtp://me:hunter2@a.b?tls=perhaps"],
    ),
    ("PORTICO_MAIL_DIR", &["/var/mail/portico", "a b"], &["a\nb"]),
    (
        "PORTICO_MAIL_FROM",
        &["a@b.example", "Our Club <a@b.example>"],
        &["nobody", "Club <a@b.example", "a@b.example\nBcc: c@d.example"],
    ),
    (
        "PORTICO_OIDC_ISSUER",
        &["https://login.a.b/", "http://localhost:9000"],
        &["login.a.b", "http://login.a.b", "https://a.b?x"],
    ),
    ("PORTICO_OIDC_CLIENT_ID", &["abc-123"], &["a b", "a\tb"]),
    ("PORTICO_OIDC_CLIENT_SECRET", &["any text"], &["hunter2\nx"]),
    ("PORTICO_OIDC_REDIRECT_URL", &["https://a.b/callback?x=1"], &["/callback", "https://a.b/#x"]),
    ("PORTICO_OIDC_LOGOUT", &["auth0", "rp-initiated"], &["Auth0", "none"]),
    ("PORTICO_OIDC_AVATAR_CLAIM", &["picture"], &["a b", "é"]),
    ("PORTICO_OIDC_THUMBNAIL_CLAIM", &["https://a.b/thumbnail"], &["a b"]),
    (
        "PORTICO_CODE_WEBHOOK_URL",
        &["https://a.b/hook?x=1"],
        &["a.b", "http://a.b/", "http://localhost:1/", "https://me:hunter2@a.b/"],
    ),
    ("PORTICO_CODE_WEBHOOK_SECRET", &["any text"], &["hunter2\nx"]),
    ("PORTICO_BIND_REFRESH_TO_DEVICE", &["true", "false"], &["yes", "1", "TRUE"]),
    ("PORTICO_WEBHOOK_ALLOW_LOOPBACK", &["true", "false"], &["yes"]),
    ("PORTICO_INSECURE_COOKIES", &["true", "false"], &["yes"]),
    ("PORTICO_EXTERNAL_TOKENS", &["a", "a, b"], &["hunter2,,b", "hunter2 b", ","]),
    ("PORTICO_APP_TOKEN", &["a", "a,b"], &["hunter2,", "hunter2\nb"]),
    ("PORTICO_TOKEN_PREFIX", &["p_", "A-9"], &["a b", "a.b", "é", "123456789012345678901234567890123"]),
    ("PORTICO_TIME_ZONE", &["UTC", "Europe/Berlin"], &["+09:00", "Asia/", "a b"]),
    ("PORTICO_TRUSTED_PROXIES", &["10.0.0.0/8", "::1, 10.1.2.3"], &["proxy", "10.0.0.0/33", "10.0.0.1,"]),
    (
        "PORTICO_CORS_ORIGINS",
        &["https://a.b", "https://a.b, http://localhost:3000"],
        &["*", "a.b", "https://a.b/x", "https://me:hunter2@a.b"],
    ),
    ("PORTICO_LOG", &["debug", "info,portico_web=trace"], &["loud", "info,", "portico_web=loud"]),
    ("PORTICO_LOG_FORMAT", &["text", "json"], &["xml", "JSON"]),
    ("PORTICO_WORKERS", &["1", "64"], &["0", "many"]),
    ("PORTICO_HASH_THREADS", &["1", "64"], &["0", "-2"]),
    ("PORTICO_INVITE_TTL", &["1d", "3650d"], &["7", "0d", "-1d", "3651d", "week"]),
    ("PORTICO_REGISTRATION_CODE_TTL", &["5m"], &["5 m"]),
    ("PORTICO_RESEND_COOLDOWN", &["1s"], &["0s"]),
    ("PORTICO_ACCESS_TOKEN_TTL", &["12h"], &["1.5h"]),
    ("PORTICO_REFRESH_TOKEN_TTL", &["90d"], &["3M"]),
    ("PORTICO_PASSWORD_RESET_TTL", &["15m"], &["forever"]),
    ("PORTICO_TRANSACTION_TTL", &["60s"], &["60"]),
    ("PORTICO_SESSION_TTL", &["10d"], &["10w"]),
    ("PORTICO_SHOW_EXPIRED_INVITES", &["true", "false"], &["maybe"]),
    ("PORTICO_REQUIRE_VERIFICATION_TOKEN", &["true", "false"], &["on"]),
    (
        "PORTICO_INVITE_URL",
        &["{public_url}/i/{token}", "https://a.b/#/{token}"],
        &["{public_url}/i", "/i/{token}", "https://{token}.a.b", "https://a.b/{token}/{token}"],
    ),
    (
        "PORTICO_PASSWORD_RESET_URL",
        &["{public_url}/r?t={token}"],
        &["{public_url}/r/{code}", "https://me:hunter2@a.b/{token}"],
    ),
    (
        "PORTICO_VERIFY_EMAIL_URL",
        &["{public_url}/v?t={token}"],
        &["{public_url}{token}", "ftp://a.b/{token}"],
    ),
    ("PORTICO_RATE_LIMITS", &["on", "off"], &["true", "none"]),
];

#[test]
fn the_table_of_values_holds_every_variable() {
    let tried: Vec<&str> = VALUES.iter().map(|(name, ..)| *name).collect();
    assert_eq!(tried, SPECS.iter().map(|spec| spec.name).collect::<Vec<_>>());
}

/// What is set as a whole or not at all: a provider, the webhook of codes.
const GROUPS: &[(&str, &[(&str, &str)])] = &[
    (
        "PORTICO_OIDC_",
        &[
            ("PORTICO_OIDC_ISSUER", "https://login.a.b/"),
            ("PORTICO_OIDC_CLIENT_ID", "abc-123"),
            ("PORTICO_OIDC_REDIRECT_URL", "https://a.b/callback"),
        ],
    ),
    (
        "PORTICO_CODE_WEBHOOK_",
        &[("PORTICO_CODE_WEBHOOK_URL", "https://a.b/hook"), ("PORTICO_CODE_WEBHOOK_SECRET", "hunter2")],
    ),
];

/// The value of a variable, with what must be set beside it.
fn with_the_rest_of_its_group<'v>(name: &'v str, value: &'v str) -> Vec<(&'v str, &'v str)> {
    let group = GROUPS.iter().filter(|(prefix, _)| name.starts_with(prefix)).flat_map(|(_, group)| *group);
    group.copied().filter(|(other, _)| *other != name).chain([(name, value)]).collect()
}

#[test]
fn half_a_provider_is_refused() {
    let missing = "PORTICO_OIDC_CLIENT_ID: not set";
    assert!(error(&[("PORTICO_OIDC_ISSUER", "https://login.a.b/")]).starts_with(missing));
    assert!(error(&[("PORTICO_OIDC_CLIENT_SECRET", "x")]).starts_with("PORTICO_OIDC_ISSUER: not set"));
}

#[test]
fn codes_are_posted_signed_or_not_at_all() {
    let missing = "PORTICO_CODE_WEBHOOK_SECRET: not set";
    assert!(error(&[("PORTICO_CODE_WEBHOOK_URL", "https://a.b/hook")]).starts_with(missing));
    assert!(
        error(&[("PORTICO_CODE_WEBHOOK_SECRET", "hunter2")]).starts_with("PORTICO_CODE_WEBHOOK_URL: not set")
    );
}

#[test]
fn a_provider_is_kept_to_the_letter() {
    for issuer in ["https://login.a.b", "https://login.a.b/"] {
        let settings = load(&with_the_rest_of_its_group("PORTICO_OIDC_ISSUER", issuer)).unwrap();
        assert_eq!(settings.portal.oidc.provider.unwrap().issuer, issuer);
        assert_eq!(settings.policy.portal.issuer.as_deref(), Some(issuer));
    }
}

#[test]
fn the_portals_rules_come_from_the_settings() {
    assert_eq!(load(&[("PORTICO_TIME_ZONE", "UTC")]).unwrap().policy.portal.time_zone, chrono_tz::UTC);
    let set = [
        ("PORTICO_SESSION_TTL", "1h"),
        ("PORTICO_TRANSACTION_TTL", "30s"),
        ("PORTICO_EXTERNAL_TOKENS", "a, b"),
    ];
    let portal = load(&set).unwrap().policy.portal;
    assert_eq!((portal.session, portal.transaction), (TimeDelta::hours(1), TimeDelta::seconds(30)));
    assert_eq!(portal.external_tokens.len(), 2);
}

#[test]
fn good_values_are_taken() {
    for (name, good, _) in VALUES {
        for value in *good {
            if let Err(error) = load(&with_the_rest_of_its_group(name, value)) {
                panic!("{value:?}: {error}");
            }
        }
    }
}

#[test]
fn a_wrong_value_is_named_with_its_variable_and_what_is_allowed() {
    for (name, _, bad) in VALUES {
        for value in *bad {
            let error = error(&[(name, value)]);
            let spec = spec(name);
            assert!(error.starts_with(&format!("{name}: \"")), "{error}");
            assert!(error.ends_with(&format!("allowed: {}", spec.allowed)), "{error}");
            assert!(!error.contains(SECRET) && !error.contains('\n'), "{error}");
            let printable = !value.contains(char::is_control) && !value.contains(SECRET);
            match spec.secret {
                Secrecy::Whole => assert!(error.contains("\"***\""), "{error}"),
                _ if printable => assert!(error.contains(&format!("\"{value}\"")), "{error}"),
                _ => {}
            }
        }
    }
}

#[test]
fn values_reach_their_fields() {
    let settings = load(&[
        ("PORTICO_PUBLIC_URL", "https://club.example.org/portal/"),
        ("PORTICO_DATABASE_READERS", "3"),
        ("PORTICO_INVITE_TTL", "3d"),
        ("PORTICO_REGISTRATION_CODE_TTL", "4m"),
        ("PORTICO_RESEND_COOLDOWN", "5s"),
        ("PORTICO_ACCESS_TOKEN_TTL", "6h"),
        ("PORTICO_REFRESH_TOKEN_TTL", "7d"),
        ("PORTICO_PASSWORD_RESET_TTL", "8m"),
        ("PORTICO_TOKEN_PREFIX", "club_"),
        ("PORTICO_SHOW_EXPIRED_INVITES", "true"),
        ("PORTICO_REQUIRE_VERIFICATION_TOKEN", "true"),
        ("PORTICO_WORKERS", "9"),
        ("PORTICO_HASH_THREADS", "10"),
        ("PORTICO_LOG_FORMAT", "json"),
        ("PORTICO_CORS_ORIGINS", "https://A.b:443/"),
        ("PORTICO_RATE_LIMITS", "off"),
        ("PORTICO_APP_TOKEN", "a, b"),
        ("PORTICO_BIND_REFRESH_TO_DEVICE", "true"),
        ("PORTICO_CODE_WEBHOOK_URL", "http://127.0.0.1:9/"),
        ("PORTICO_CODE_WEBHOOK_SECRET", "hunter2"),
        ("PORTICO_WEBHOOK_ALLOW_LOOPBACK", "true"),
    ])
    .unwrap();
    assert_eq!(settings.link_base(), "https://club.example.org/portal");
    assert_eq!(settings.links.invite.link("T"), "https://club.example.org/portal/invite/T");
    assert_eq!(settings.database.readers, Some(3));
    let expected = Policy {
        lifetimes: portico_domain::policy::Lifetimes {
            invite: TimeDelta::days(3),
            registration_code: TimeDelta::minutes(4),
            resend_cooldown: TimeDelta::seconds(5),
            access_token: TimeDelta::hours(6),
            refresh_token: TimeDelta::days(7),
            password_reset: TimeDelta::minutes(8),
        },
        token_prefix: "club_".to_owned(),
        show_expired_invites: true,
        require_verification_token: true,
        portal: PortalPolicy {
            verify_email_link: "https://club.example.org/portal/verify_email?token={token}".to_owned(),
            home: "https://club.example.org/portal".to_owned(),
            ..PortalPolicy::default()
        },
        signup: SignupPolicy {
            app_tokens: ["a", "b"].map(|token| PlainToken::presented(token).digest()).to_vec(),
            bind_refresh_to_device: true,
        },
        partners: PartnerPolicy { webhooks_to_loopback: true },
    };
    assert_eq!(settings.policy, expected);
    assert_eq!((settings.workers, settings.hash_threads.get()), (9, 10));
    assert_eq!(settings.log.format, LogFormat::Json);
    assert_eq!(settings.network.cors_origins, ["https://a.b"]);
    assert!(!settings.network.rate_limits);
    let webhook = settings.code_webhook.unwrap();
    assert_eq!((webhook.url.as_str(), webhook.secret.reveal()), ("http://127.0.0.1:9/", "hunter2"));
    assert!(webhook.allow_loopback);
}

#[test]
fn postgresql_needs_a_secret_key_and_may_have_several_writers() {
    let url = ("PORTICO_DATABASE_URL", "postgres://me:hunter2@db/portico");
    let writers = ("PORTICO_DATABASE_WRITERS", "12");
    let error = error(&[url, writers]);
    assert_eq!(
        error,
        "PORTICO_SECRET_KEY: not set; allowed: any text of 32 bytes or more; on PostgreSQL it must be set"
    );
    let key = ("PORTICO_SECRET_KEY", "an-easy-to-read-key-of-32-bytes!");
    let settings = load(&[url, writers, key]).unwrap();
    assert_eq!(settings.database.backend, Backend::PostgreSql);
    assert_eq!(settings.database.writers, Some(12));
    assert_eq!(settings.secret_key.unwrap().reveal(), key.1);
}

#[test]
fn the_report_marks_defaults_and_masks_secrets() {
    let settings = load(&[
        ("PORTICO_DATABASE_URL", "postgres://me:hunter2@db/portico"),
        ("PORTICO_SECRET_KEY", "hunter2-hunter2-hunter2-hunter2-hunter2"),
        ("PORTICO_SMTP_URL", "smtp://me:hunter2@mail:587"),
        ("PORTICO_EXTERNAL_TOKENS", "hunter2"),
        ("PORTICO_MAIL_FROM", "Our Club <a@b.example>"),
    ])
    .unwrap();
    let report = settings.report();
    for line in [
        "PORTICO_LISTEN=127.0.0.1:8080 # default",
        "PORTICO_DATABASE_URL=postgres://me:***@db/portico",
        "PORTICO_DATABASE_READERS=4 # default: SQLite: processors, at least 2; PostgreSQL: 4",
        "PORTICO_DATABASE_WRITERS=8 # default: SQLite: 1; PostgreSQL: 8",
        "PORTICO_SECRET_KEY=***",
        "PORTICO_SMTP_URL=smtp://me:***@mail:587",
        "PORTICO_MAIL_FROM='Our Club <a@b.example>'",
        "PORTICO_OIDC_CLIENT_SECRET= # default: empty: a client without a secret",
        "PORTICO_EXTERNAL_TOKENS=***",
    ] {
        assert!(report.lines().any(|have| have == line), "{line} is not in\n{report}");
    }
    assert!(!report.contains(SECRET), "{report}");
    assert!(!format!("{settings:?}").contains(SECRET), "{settings:?}");
}

#[test]
fn the_defaults_given_as_values_change_nothing() {
    for spec in SPECS {
        if let Fallback::Value(value) = spec.default {
            let report = load(&[(spec.name, value)]).unwrap().report().replace(" # default\n", "\n");
            assert_eq!(report, load(&[]).unwrap().report().replace(" # default\n", "\n"), "{}", spec.name);
        }
    }
}
