-- Sign-up forms and auth providers.

-- The whole definition is kept, with every language; the columns beside it are what is looked for.
CREATE TABLE signup_forms (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identifier text NOT NULL CHECK (identifier <> ''),
    definition text NOT NULL CHECK (json_typeof(definition::json) = 'object'),
    version bigint NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX signup_forms_identifier ON signup_forms (identifier);

CREATE TABLE signup_providers (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identifier text NOT NULL CHECK (identifier <> ''),
    form bigint NOT NULL REFERENCES signup_forms (number),
    is_active boolean NOT NULL,
    definition text NOT NULL CHECK (json_typeof(definition::json) = 'object'),
    version bigint NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX signup_providers_identifier ON signup_providers (identifier);
CREATE INDEX signup_providers_of_form ON signup_providers (form);

CREATE TABLE signups (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider bigint NOT NULL REFERENCES signup_providers (number),
    login text NOT NULL CHECK (login <> ''),
    -- What counts as the same login at the provider, by its kind.
    login_key text NOT NULL CHECK (login_key <> ''),
    password_hash text CHECK (password_hash <> ''),
    -- JSON as people sent it. They may nest it more deeply than the database follows, so that only its beginning is
    -- looked at.
    form_data text NOT NULL CHECK (substr(form_data, 1, 1) = '{'),
    notification text NOT NULL CHECK (json_typeof(notification::json) = 'object'),
    fcm_tokens text NOT NULL CHECK (json_typeof(fcm_tokens::json) = 'array'),
    state text NOT NULL CHECK (substr(state, 1, 1) = '{'),
    locale text NOT NULL CHECK (locale <> ''),
    status text NOT NULL CHECK (status IN ('waiting', 'active', 'archived')),
    version bigint NOT NULL CHECK (version > 0),
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
-- A login is found to the letter; a provider whose kind changed may have two of one key.
CREATE UNIQUE INDEX signups_login ON signups (provider, login) WHERE status <> 'archived';
CREATE UNIQUE INDEX signups_login_key ON signups (provider, login_key) WHERE status <> 'archived';
CREATE INDEX signups_of_provider ON signups (provider);
CREATE INDEX signups_of_user ON signups (user_id, provider);
CREATE INDEX signups_waiting ON signups (provider, created_at, number) WHERE status = 'waiting';

-- Neither token is kept: both follow from the row and the server's keys.
CREATE TABLE signup_sessions (
    id uuid PRIMARY KEY,
    signup bigint NOT NULL REFERENCES signups (number),
    fingerprint text NOT NULL,
    device text NOT NULL CHECK (json_typeof(device::json) = 'object'),
    generation bigint NOT NULL CHECK (generation >= 0),
    created_at timestamptz NOT NULL,
    issued_at timestamptz NOT NULL,
    access_expires_at timestamptz NOT NULL,
    refresh_expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
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
        1, now(), now()
    );
INSERT INTO signup_providers (identifier, form, is_active, definition, version, created_at, updated_at)
    SELECT
        'email', number, true,
        '{"identifier":"email","type":"email","formIdentifier":"reg","userGroupIdentifier":"guest",'
        || '"isActive":true,"isCheckCode":false,"localizeInfos":{"en_US":{"title":"Email"}},'
        || '"config":{"accessTokenTtlSec":"3600","refreshTokenTtlMc":"2592000000",'
        || '"deleteNoneActiveUsersAfterDays":"2","systemCodeTlsSec":"120","systemCodeLength":"6",'
        || '"systemCodeOnlyNumbers":null,"oauthAuthUrl":null,"exposeSystemCode":false,'
        || '"sendCodeEvents":["auth","user_registration","reset","password_reset","send_code","reg"]}}',
        1, now(), now()
    FROM signup_forms WHERE identifier = 'reg';

-- A further purpose of codes; its subjects are the provider's number and the login.
ALTER TABLE verification_codes
    DROP CONSTRAINT verification_codes_purpose_check,
    ADD CONSTRAINT verification_codes_purpose_check CHECK (purpose IN ('registration', 'added_address', 'signup'));
