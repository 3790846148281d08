-- The members' portal.

-- Who somebody is at an OpenID Connect provider; one name each. An empty issuer is the provider that will be set.
CREATE TABLE external_identities (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    issuer text NOT NULL,
    subject text NOT NULL CHECK (subject <> '')
);
CREATE UNIQUE INDEX external_identities_subject ON external_identities (subject, issuer);

CREATE TABLE sign_in_attempts (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_by_expiry ON sign_in_attempts (expires_at);

CREATE TABLE pending_signins (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    issuer text NOT NULL CHECK (issuer <> ''),
    subject text NOT NULL CHECK (subject <> ''),
    address text NOT NULL CHECK (address <> ''),
    canonical text NOT NULL CHECK (canonical <> ''),
    avatar_url text,
    avatar_thumbnail_url text,
    locale text CHECK (locale <> ''),
    expires_at timestamptz NOT NULL,
    CHECK ((avatar_url IS NULL) = (avatar_thumbnail_url IS NULL))
);
CREATE INDEX pending_signins_by_expiry ON pending_signins (expires_at);

CREATE TABLE member_profiles (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    -- A copy of the person's number, which never changes: the member list is in its order.
    number bigint NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'member', 'retired', 'not_member')),
    generation integer CHECK (generation BETWEEN 49 AND 100),
    name text NOT NULL,
    kana text NOT NULL,
    handle text NOT NULL,
    sex text CHECK (sex IN ('male', 'female', 'other')),
    university_name text NOT NULL,
    university_department text NOT NULL,
    university_subject text NOT NULL,
    student_number text CHECK (student_number <> ''),
    phone text CHECK (phone <> ''),
    other_circles text NOT NULL,
    -- JSON arrays of texts.
    workshops text NOT NULL CHECK (json_typeof(workshops::json) = 'array'),
    squads text NOT NULL CHECK (json_typeof(squads::json) = 'array'),
    discord_id text CHECK (discord_id <> ''),
    twitter_screen_name text CHECK (twitter_screen_name <> ''),
    avatar_url text,
    avatar_thumbnail_url text,
    card_published boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((avatar_url IS NULL) = (avatar_thumbnail_url IS NULL))
);
CREATE UNIQUE INDEX member_profiles_number ON member_profiles (number);
CREATE UNIQUE INDEX member_profiles_student_number ON member_profiles (student_number);
CREATE UNIQUE INDEX member_profiles_phone ON member_profiles (phone);
CREATE UNIQUE INDEX member_profiles_discord_id ON member_profiles (discord_id);
CREATE UNIQUE INDEX member_profiles_twitter_screen_name ON member_profiles (twitter_screen_name);
CREATE INDEX member_profiles_by_role ON member_profiles (role, number);

-- The words by which the member list finds somebody, folded; those of his default address apart, since it changes
-- without the profile.
CREATE TABLE profile_words (
    word text COLLATE "C" NOT NULL CHECK (word <> ''),
    user_id uuid NOT NULL REFERENCES member_profiles (user_id),
    source text NOT NULL CHECK (source IN ('profile', 'address')),
    PRIMARY KEY (word, user_id, source)
);
CREATE INDEX profile_words_of_user ON profile_words (user_id, word);

CREATE TABLE payment_statuses (
    user_id uuid NOT NULL REFERENCES member_profiles (user_id),
    period integer NOT NULL,
    authorizer uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, period)
);
CREATE INDEX payment_statuses_of_period ON payment_statuses (period, user_id);
CREATE INDEX payment_statuses_by_authorizer ON payment_statuses (authorizer);

-- Payments that were taken back; kept for the books.
CREATE TABLE payment_removals (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES member_profiles (user_id),
    period integer NOT NULL,
    authorizer uuid NOT NULL REFERENCES users (id),
    paid_at timestamptz NOT NULL,
    removed_by uuid NOT NULL REFERENCES users (id),
    removed_at timestamptz NOT NULL,
    reason text CHECK (reason <> '')
);
CREATE INDEX payment_removals_of_user ON payment_removals (user_id);
CREATE INDEX payment_removals_by_authorizer ON payment_removals (authorizer);
CREATE INDEX payment_removals_by_remover ON payment_removals (removed_by);

CREATE TABLE payment_transactions (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    user_id uuid NOT NULL REFERENCES member_profiles (user_id),
    expires_at timestamptz NOT NULL
);
CREATE INDEX payment_transactions_of_user ON payment_transactions (user_id);
CREATE INDEX payment_transactions_by_expiry ON payment_transactions (expires_at);

CREATE TABLE email_verifications (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    user_id uuid NOT NULL REFERENCES users (id),
    canonical text NOT NULL CHECK (canonical <> ''),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX email_verifications_of_user ON email_verifications (user_id);
CREATE INDEX email_verifications_by_expiry ON email_verifications (expires_at);

-- One row, or none as long as nobody has set any.
CREATE TABLE portal_settings (
    id integer PRIMARY KEY CHECK (id = 1),
    current_period integer NOT NULL,
    payment_period integer NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE mail_templates (
    kind text PRIMARY KEY CHECK (kind <> ''),
    subject text NOT NULL,
    body text NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Sign-ins of the portal have no refresh token whose expiry they could be purged by.
CREATE INDEX sessions_portal_by_expiry ON sessions (expires_at) WHERE kind = 'portal';
