-- Sign-up forms and auth providers.

-- The whole definition is kept, with every language; the columns beside it are what is looked for.
CREATE TABLE signup_forms (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    identifier TEXT NOT NULL CHECK (identifier <> ''),
    definition TEXT NOT NULL CHECK (json_valid(definition) AND json_type(definition) = 'object'),
    version INTEGER NOT NULL CHECK (version > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX signup_forms_identifier ON signup_forms (identifier);

CREATE TABLE signup_providers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    identifier TEXT NOT NULL CHECK (identifier <> ''),
    form INTEGER NOT NULL REFERENCES signup_forms (number),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    definition TEXT NOT NULL CHECK (json_valid(definition) AND json_type(definition) = 'object'),
    version INTEGER NOT NULL CHECK (version > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX signup_providers_identifier ON signup_providers (identifier);
CREATE INDEX signup_providers_of_form ON signup_providers (form);

CREATE TABLE signups (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    provider INTEGER NOT NULL REFERENCES signup_providers (number),
    login TEXT NOT NULL CHECK (login <> ''),
    -- What counts as the same login at the provider, by its kind.
    login_key TEXT NOT NULL CHECK (login_key <> ''),
    password_hash TEXT CHECK (password_hash <> ''),
    -- JSON as people sent it. They may nest it more deeply than the database follows, so that only its beginning is
    -- looked at.
    form_data TEXT NOT NULL CHECK (substr(form_data, 1, 1) = '{'),
    notification TEXT NOT NULL CHECK (json_valid(notification) AND json_type(notification) = 'object'),
    fcm_tokens TEXT NOT NULL CHECK (json_valid(fcm_tokens) AND json_type(fcm_tokens) = 'array'),
    state TEXT NOT NULL CHECK (substr(state, 1, 1) = '{'),
    locale TEXT NOT NULL CHECK (locale <> ''),
    status TEXT NOT NULL CHECK (status IN ('waiting', 'active', 'archived')),
    version INTEGER NOT NULL CHECK (version > 0),
    user_id BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
-- A login is found to the letter; a provider whose kind changed may have two of one key.
CREATE UNIQUE INDEX signups_login ON signups (provider, login) WHERE status <> 'archived';
CREATE UNIQUE INDEX signups_login_key ON signups (provider, login_key) WHERE status <> 'archived';
CREATE INDEX signups_of_provider ON signups (provider);
CREATE INDEX signups_of_user ON signups (user_id, provider);
CREATE INDEX signups_waiting ON signups (provider, created_at, number) WHERE status = 'waiting';

-- Neither token is kept: both follow from the row and the server's keys.
CREATE TABLE signup_sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signup INTEGER NOT NULL REFERENCES signups (number),
    fingerprint TEXT NOT NULL,
    device TEXT NOT NULL CHECK (json_valid(device) AND json_type(device) = 'object'),
    generation INTEGER NOT NULL CHECK (generation >= 0),
    created_at INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    access_expires_at INTEGER NOT NULL,
    refresh_expires_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX signup_sessions_live ON signup_sessions (signup, fingerprint) WHERE ended_at IS NULL;
CREATE INDEX signup_sessions_of_signup ON signup_sessions (signup, created_at, id);
CREATE INDEX signup_sessions_by_expiry ON signup_sessions (refresh_expires_at);
CREATE INDEX signup_sessions_ended ON signup_sessions (ended_at) WHERE ended_at IS NOT NULL;

-- What there is as long as no operator has said anything: one form, and one door.
INSERT INTO signup_forms (identifier, definition, version, created_at, updated_at)
    VALUES (
        'reg',
        '{"identifier":"reg","type":"sing_in_up","processingType":"script",'
        || '"localizeInfos":{"en_US":{"title":"Registration"}},"position":0,"attributeSetId":null,'
        || '"templateId":null,'
        || '"attributes":[{"type":"string","marker":"login","position":1,"isVisible":true,'
        || '"localizeInfos":{"en_US":{"title":"Login"}},"initialValue":null,"listTitles":[],'
        || '"validators":{"en_US":{"requiredValidator":{"strict":true}}},"settings":{},'
        || '"additionalFields":[],"isLogin":true,"isPassword":false,"isSignUp":true,"isSignUpRequired":true,'
        || '"isNotificationEmail":true,"isNotificationPhoneSMS":false,"isNotificationPhonePush":false},'
        || '{"type":"string","marker":"password","position":2,"isVisible":true,'
        || '"localizeInfos":{"en_US":{"title":"Password"}},"initialValue":null,"listTitles":[],'
        || '"validators":{"en_US":{"requiredValidator":{"strict":true}}},"settings":{},'
        || '"additionalFields":[],"isLogin":false,"isPassword":true,"isSignUp":true,"isSignUpRequired":true,'
        || '"isNotificationEmail":false,"isNotificationPhoneSMS":false,"isNotificationPhonePush":false},'
        || '{"type":"string","marker":"last_name","position":3,"isVisible":true,'
        || '"localizeInfos":{"en_US":{"title":"Last name"}},"initialValue":null,"listTitles":[],'
        || '"validators":{},"settings":{},"additionalFields":[],"isLogin":false,"isPassword":false,'
        || '"isSignUp":true,"isSignUpRequired":false,"isNotificationEmail":false,'
        || '"isNotificationPhoneSMS":false,"isNotificationPhonePush":false}],"moduleFormConfigs":[]}',
        1, unixepoch() * 1000000, unixepoch() * 1000000
    );
INSERT INTO signup_providers (identifier, form, is_active, definition, version, created_at, updated_at)
    SELECT
        'email', number, 1,
        '{"identifier":"email","type":"email","formIdentifier":"reg","userGroupIdentifier":"guest",'
        || '"isActive":true,"isCheckCode":false,"localizeInfos":{"en_US":{"title":"Email"}},'
        || '"config":{"accessTokenTtlSec":"3600","refreshTokenTtlMc":"2592000000",'
        || '"deleteNoneActiveUsersAfterDays":"2","systemCodeTlsSec":"120","systemCodeLength":"6",'
        || '"systemCodeOnlyNumbers":null,"oauthAuthUrl":null,"exposeSystemCode":false,'
        || '"sendCodeEvents":["auth","user_registration","reset","password_reset","send_code","reg"]}}',
        1, unixepoch() * 1000000, unixepoch() * 1000000
    FROM signup_forms WHERE identifier = 'reg';

-- A further purpose of codes.
CREATE TABLE new_verification_codes (
    purpose TEXT NOT NULL CHECK (purpose IN ('registration', 'added_address', 'signup')),
    -- The canonical address; the id of the address in hexadecimal groups; or the provider's number and the login.
    subject TEXT NOT NULL CHECK (subject <> ''),
    mac BLOB CHECK (length(mac) = 32),
    tries INTEGER NOT NULL CHECK (tries >= 0),
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    proved_at INTEGER,
    proof_token BLOB CHECK (length(proof_token) = 32),
    PRIMARY KEY (purpose, subject),
    CHECK ((proved_at IS NULL) = (proof_token IS NULL))
) STRICT;
INSERT INTO new_verification_codes (purpose, subject, mac, tries, sent_at, expires_at, proved_at, proof_token)
    SELECT purpose, subject, mac, tries, sent_at, expires_at, proved_at, proof_token FROM verification_codes;
DROP TABLE verification_codes;
ALTER TABLE new_verification_codes RENAME TO verification_codes;
CREATE INDEX verification_codes_by_expiry ON verification_codes (purpose, expires_at);
