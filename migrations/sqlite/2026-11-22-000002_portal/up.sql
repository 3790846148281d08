-- The members' portal.

-- Who somebody is at an OpenID Connect provider; one name each. An empty issuer is the provider that will be set.
CREATE TABLE external_identities (
    user_id BLOB NOT NULL PRIMARY KEY CHECK (length(user_id) = 16) REFERENCES users (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (subject <> '')
) STRICT;
CREATE UNIQUE INDEX external_identities_subject ON external_identities (subject, issuer);

CREATE TABLE sign_in_attempts (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_attempts_by_expiry ON sign_in_attempts (expires_at);

CREATE TABLE pending_signins (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    issuer TEXT NOT NULL CHECK (issuer <> ''),
    subject TEXT NOT NULL CHECK (subject <> ''),
    address TEXT NOT NULL CHECK (address <> ''),
    canonical TEXT NOT NULL CHECK (canonical <> ''),
    avatar_url TEXT,
    avatar_thumbnail_url TEXT,
    locale TEXT CHECK (locale <> ''),
    expires_at INTEGER NOT NULL,
    CHECK ((avatar_url IS NULL) = (avatar_thumbnail_url IS NULL))
) STRICT;
CREATE INDEX pending_signins_by_expiry ON pending_signins (expires_at);

CREATE TABLE member_profiles (
    user_id BLOB NOT NULL PRIMARY KEY CHECK (length(user_id) = 16) REFERENCES users (id),
    -- A copy of the person's number, which never changes: the member list is in its order.
    number INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'member', 'retired', 'not_member')),
    generation INTEGER CHECK (generation BETWEEN 49 AND 100),
    name TEXT NOT NULL,
    kana TEXT NOT NULL,
    handle TEXT NOT NULL,
    sex TEXT CHECK (sex IN ('male', 'female', 'other')),
    university_name TEXT NOT NULL,
    university_department TEXT NOT NULL,
    university_subject TEXT NOT NULL,
    student_number TEXT CHECK (student_number <> ''),
    phone TEXT CHECK (phone <> ''),
    other_circles TEXT NOT NULL,
    -- JSON arrays of texts.
    workshops TEXT NOT NULL CHECK (json_valid(workshops) AND json_type(workshops) = 'array'),
    squads TEXT NOT NULL CHECK (json_valid(squads) AND json_type(squads) = 'array'),
    discord_id TEXT CHECK (discord_id <> ''),
    twitter_screen_name TEXT CHECK (twitter_screen_name <> ''),
    avatar_url TEXT,
    avatar_thumbnail_url TEXT,
    card_published INTEGER NOT NULL CHECK (card_published IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((avatar_url IS NULL) = (avatar_thumbnail_url IS NULL))
) STRICT;
CREATE UNIQUE INDEX member_profiles_number ON member_profiles (number);
CREATE UNIQUE INDEX member_profiles_student_number ON member_profiles (student_number);
CREATE UNIQUE INDEX member_profiles_phone ON member_profiles (phone);
CREATE UNIQUE INDEX member_profiles_discord_id ON member_profiles (discord_id);
CREATE UNIQUE INDEX member_profiles_twitter_screen_name ON member_profiles (twitter_screen_name);
CREATE INDEX member_profiles_by_role ON member_profiles (role, number);

-- The words by which the member list finds somebody, folded; those of his default address apart, since it changes
-- without the profile.
CREATE TABLE profile_words (
    word TEXT NOT NULL CHECK (word <> ''),
    user_id BLOB NOT NULL REFERENCES member_profiles (user_id),
    source TEXT NOT NULL CHECK (source IN ('profile', 'address')),
    PRIMARY KEY (word, user_id, source)
) STRICT;
CREATE INDEX profile_words_of_user ON profile_words (user_id, word);

CREATE TABLE payment_statuses (
    user_id BLOB NOT NULL REFERENCES member_profiles (user_id),
    period INTEGER NOT NULL,
    authorizer BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, period)
) STRICT;
CREATE INDEX payment_statuses_of_period ON payment_statuses (period, user_id);
CREATE INDEX payment_statuses_by_authorizer ON payment_statuses (authorizer);

-- Payments that were taken back; kept for the books.
CREATE TABLE payment_removals (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES member_profiles (user_id),
    period INTEGER NOT NULL,
    authorizer BLOB NOT NULL REFERENCES users (id),
    paid_at INTEGER NOT NULL,
    removed_by BLOB NOT NULL REFERENCES users (id),
    removed_at INTEGER NOT NULL,
    reason TEXT CHECK (reason <> '')
) STRICT;
CREATE INDEX payment_removals_of_user ON payment_removals (user_id);
CREATE INDEX payment_removals_by_authorizer ON payment_removals (authorizer);
CREATE INDEX payment_removals_by_remover ON payment_removals (removed_by);

CREATE TABLE payment_transactions (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    user_id BLOB NOT NULL REFERENCES member_profiles (user_id),
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_transactions_of_user ON payment_transactions (user_id);
CREATE INDEX payment_transactions_by_expiry ON payment_transactions (expires_at);

CREATE TABLE email_verifications (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    user_id BLOB NOT NULL REFERENCES users (id),
    canonical TEXT NOT NULL CHECK (canonical <> ''),
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX email_verifications_of_user ON email_verifications (user_id);
CREATE INDEX email_verifications_by_expiry ON email_verifications (expires_at);

-- One row, or none as long as nobody has set any.
CREATE TABLE portal_settings (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    current_period INTEGER NOT NULL,
    payment_period INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mail_templates (
    kind TEXT NOT NULL PRIMARY KEY CHECK (kind <> ''),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Sign-ins of the portal have no refresh token whose expiry they could be purged by.
CREATE INDEX sessions_portal_by_expiry ON sessions (expires_at) WHERE kind = 'portal';
