//! The settings themselves: the one place where each is declared.

use super::spec::{
    Fallback::{Unset, Value},
    Part::{Now, Operation},
    Secrecy::{Open, Password, Whole},
    Spec, settings_table,
};

const CONNECTIONS: &str = "a whole number from 1 to 1024";
const THREADS: &str = "a whole number from 1 to 1024";
const LIFETIME: &str =
    "a positive whole number with s, m, h or d, such as 60s, 10m, 12h or 7d; at most 3650d";
const SWITCH: &str = "true or false";
const LINK: &str =
    "an http or https address with {token} once, not in its host; {public_url} may stand at its start";
const TOKENS: &str = "tokens of visible ASCII characters, separated by commas";
const CLAIM: &str = "the name of a claim, 1 to 200 visible ASCII characters";
const NO_LOGIN: &str = "empty: the portal login answers 503";

settings_table! {
    LISTEN: "PORTICO_LISTEN", Value("127.0.0.1:8080"), Open, Now,
        "address and port to listen on",
        "an IP address and a port, such as 0.0.0.0:8080 or [::]:8080";
    PUBLIC_URL: "PORTICO_PUBLIC_URL", Value("http://localhost:8080"), Open, Now,
        "base of every link in letters and pages",
        "an http or https address without user name, query and fragment";
    DATABASE_URL: "PORTICO_DATABASE_URL", Value("sqlite://data/portico.db"), Password, Now,
        "the database: a SQLite file or a PostgreSQL server",
        "sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME";
    DATABASE_READERS: "PORTICO_DATABASE_READERS", Unset("SQLite: processors, at least 2; PostgreSQL: 4"), Open, Now,
        "connections that read",
        CONNECTIONS;
    DATABASE_WRITERS: "PORTICO_DATABASE_WRITERS", Unset("SQLite: 1; PostgreSQL: 8"), Open, Now,
        "connections that write",
        "a whole number from 1 to 1024; on SQLite 1 alone";
    SECRET_KEY: "PORTICO_SECRET_KEY", Unset("made on the first start in secret.key beside the SQLite file"), Whole, Now,
        "master secret; seals what waits in the database and authenticates codes",
        "any text of 32 bytes or more; on PostgreSQL it must be set";
    SMTP_URL: "PORTICO_SMTP_URL", Unset("empty: letters are written as .eml files"), Password, Now,
        "mail server that takes the letters",
        "smtp://USER:PASSWORD@HOST:587 (STARTTLS required; ?tls=opportunistic or ?tls=none to do without) \
         or smtps://USER:PASSWORD@HOST:465";
    MAIL_DIR: "PORTICO_MAIL_DIR", Value("data/mail"), Open, Now,
        "folder of the .eml files, when there is no mail server",
        "the path of a folder";
    MAIL_FROM: "PORTICO_MAIL_FROM", Value("Portico <no-reply@localhost>"), Open, Now,
        "sender of every letter",
        "a mail address, or a name with a mail address in angle brackets";
    OIDC_ISSUER: "PORTICO_OIDC_ISSUER", Unset(NO_LOGIN), Open, Now,
        "OpenID Connect provider of the portal login",
        "an https address (http on loopback alone) without user name, query and fragment";
    OIDC_CLIENT_ID: "PORTICO_OIDC_CLIENT_ID", Unset(NO_LOGIN), Open, Now,
        "what the provider calls this server",
        "any text of one line, without spaces";
    OIDC_CLIENT_SECRET: "PORTICO_OIDC_CLIENT_SECRET", Unset("empty: a client without a secret"), Whole, Now,
        "secret shared with the provider",
        "any text of one line";
    OIDC_REDIRECT_URL: "PORTICO_OIDC_REDIRECT_URL", Unset(NO_LOGIN), Open, Now,
        "where the provider sends people back to",
        "an http or https address without user name and fragment";
    OIDC_LOGOUT: "PORTICO_OIDC_LOGOUT", Value("auth0"), Open, Now,
        "how the provider's session is ended: /v2/logout, or the discovered end_session_endpoint",
        "auth0 or rp-initiated";
    OIDC_AVATAR_CLAIM: "PORTICO_OIDC_AVATAR_CLAIM", Value("picture"), Open, Now,
        "claim of the ID token that holds the avatar",
        CLAIM;
    OIDC_THUMBNAIL_CLAIM: "PORTICO_OIDC_THUMBNAIL_CLAIM", Value("https://misw.jp/thumbnail"), Open, Now,
        "claim of the ID token that holds the thumbnail",
        CLAIM;
    CODE_WEBHOOK_URL: "PORTICO_CODE_WEBHOOK_URL", Unset("empty: no codes for phones"), Open, Now,
        "where codes for phones are posted",
        "an https address without user name and fragment; \
         http on loopback with PORTICO_WEBHOOK_ALLOW_LOOPBACK=true";
    CODE_WEBHOOK_SECRET: "PORTICO_CODE_WEBHOOK_SECRET", Unset("needed beside PORTICO_CODE_WEBHOOK_URL"), Whole, Now,
        "secret that signs these posts",
        "any text of one line";
    BIND_REFRESH_TO_DEVICE: "PORTICO_BIND_REFRESH_TO_DEVICE", Value("false"), Open, Now,
        "whether a refresh must come with the device fingerprint of the sign-in",
        SWITCH;
    WEBHOOK_ALLOW_LOOPBACK: "PORTICO_WEBHOOK_ALLOW_LOOPBACK", Value("false"), Open, Now,
        "whether codes for phones and the webhooks of partners may go to http on loopback, for tests",
        SWITCH;
    INSECURE_COOKIES: "PORTICO_INSECURE_COOKIES", Value("false"), Open, Now,
        "whether cookies go without Secure, for plain http",
        SWITCH;
    EXTERNAL_TOKENS: "PORTICO_EXTERNAL_TOKENS", Unset("empty: nobody"), Whole, Now,
        "bearer tokens that open /api/external",
        TOKENS;
    APP_TOKEN: "PORTICO_APP_TOKEN", Unset("empty: any"), Whole, Now,
        "values of x-app-token that are taken",
        TOKENS;
    TOKEN_PREFIX: "PORTICO_TOKEN_PREFIX", Value("hitkey_"), Open, Now,
        "what bearer tokens begin with",
        "1 to 32 ASCII letters, digits, underscores or hyphens";
    TIME_ZONE: "PORTICO_TIME_ZONE", Value("Asia/Tokyo"), Open, Now,
        "zone of the portal's timestamps",
        "the name of a time zone, such as Asia/Tokyo or UTC";
    TRUSTED_PROXIES: "PORTICO_TRUSTED_PROXIES", Unset("empty: none"), Open, Now,
        "proxies whose X-Forwarded-For is believed",
        "IP addresses or CIDR blocks, separated by commas";
    CORS_ORIGINS: "PORTICO_CORS_ORIGINS", Unset("empty: none"), Open, Now,
        "browser origins that may call the APIs",
        "http or https origins such as https://app.example.org, separated by commas";
    LOG: "PORTICO_LOG", Value("info"), Open, Now,
        "what is logged",
        "off, error, warn, info, debug or trace, or a list such as info,portico_web=debug";
    LOG_FORMAT: "PORTICO_LOG_FORMAT", Value("text"), Open, Now,
        "form of the log lines",
        "text or json";
    WORKERS: "PORTICO_WORKERS", Unset("processors"), Open, Now,
        "threads that serve HTTP",
        THREADS;
    HASH_THREADS: "PORTICO_HASH_THREADS", Unset("processors"), Open, Now,
        "threads that hash passwords",
        THREADS;
    INVITE_TTL: "PORTICO_INVITE_TTL", Value("7d"), Open, Now,
        "lifetime of an invite, from its last sending",
        LIFETIME;
    REGISTRATION_CODE_TTL: "PORTICO_REGISTRATION_CODE_TTL", Value("10m"), Open, Now,
        "lifetime of a six-digit code",
        LIFETIME;
    RESEND_COOLDOWN: "PORTICO_RESEND_COOLDOWN", Value("60s"), Open, Now,
        "pause between two codes to one address",
        LIFETIME;
    ACCESS_TOKEN_TTL: "PORTICO_ACCESS_TOKEN_TTL", Value("1h"), Open, Now,
        "lifetime of a bearer token",
        LIFETIME;
    REFRESH_TOKEN_TTL: "PORTICO_REFRESH_TOKEN_TTL", Value("30d"), Open, Now,
        "lifetime of a refresh token",
        LIFETIME;
    PASSWORD_RESET_TTL: "PORTICO_PASSWORD_RESET_TTL", Value("15m"), Open, Now,
        "lifetime of a link to a new password",
        LIFETIME;
    TRANSACTION_TTL: "PORTICO_TRANSACTION_TTL", Value("60s"), Open, Now,
        "lifetime of a payment token",
        LIFETIME;
    SESSION_TTL: "PORTICO_SESSION_TTL", Value("10d"), Open, Now,
        "lifetime of the portal's session and its cookie",
        LIFETIME;
    SHOW_EXPIRED_INVITES: "PORTICO_SHOW_EXPIRED_INVITES", Value("false"), Open, Now,
        "whether an expired invite is answered with 200 and is_expired instead of 404",
        SWITCH;
    REQUIRE_VERIFICATION_TOKEN: "PORTICO_REQUIRE_VERIFICATION_TOKEN", Value("false"), Open, Now,
        "whether registration's last step needs the token of the second",
        SWITCH;
    INVITE_URL: "PORTICO_INVITE_URL", Value("{public_url}/invite/{token}"), Open, Now,
        "link of an invite",
        LINK;
    PASSWORD_RESET_URL: "PORTICO_PASSWORD_RESET_URL", Value("{public_url}/reset-password?token={token}"), Open, Now,
        "link to a new password",
        LINK;
    VERIFY_EMAIL_URL: "PORTICO_VERIFY_EMAIL_URL", Value("{public_url}/verify_email?token={token}"), Open, Now,
        "link that proves the address of a member",
        LINK;
    RATE_LIMITS: "PORTICO_RATE_LIMITS", Value("on"), Open, Operation,
        "whether requests are limited; off is for load tests, cooldowns and try limits of codes stay",
        "on or off";
}
