-- Digests are 32 bytes. JSON is text, given back as it came.
-- A partial index serves only those queries that repeat its condition word for word.

CREATE TABLE users (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    display_name text NOT NULL CHECK (display_name <> ''),
    -- The display name in lower case, for searching: the same in every locale of the server.
    display_name_key text NOT NULL,
    surname text,
    given_names text,
    native_script text,
    preferred_order text CHECK (preferred_order IN ('western', 'eastern')),
    username text CHECK (username <> ''),
    locale text CHECK (locale <> ''),
    state text NOT NULL CHECK (state IN ('active', 'disabled')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_number ON users (number);
CREATE UNIQUE INDEX users_username ON users (lower(username));

CREATE TABLE emails (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    address text NOT NULL CHECK (address <> ''),
    canonical text NOT NULL CHECK (canonical <> ''),
    state text NOT NULL CHECK (state IN ('claimed', 'provisioned', 'verified')),
    verified_at timestamptz,
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((state = 'verified') = (verified_at IS NOT NULL))
);
CREATE UNIQUE INDEX emails_held ON emails (canonical) WHERE state <> 'claimed';
CREATE UNIQUE INDEX emails_of_user ON emails (user_id, canonical);
CREATE UNIQUE INDEX emails_default ON emails (user_id) WHERE is_default;
CREATE INDEX emails_claimed ON emails (canonical, created_at, id) WHERE state = 'claimed';
CREATE INDEX emails_by_age ON emails (user_id, created_at, id);

CREATE TABLE credentials (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    hash text NOT NULL CHECK (hash <> ''),
    must_change boolean NOT NULL,
    changed_at timestamptz NOT NULL
);

CREATE TABLE verification_codes (
    purpose text NOT NULL CHECK (purpose IN ('registration', 'added_address')),
    -- The canonical address, or the id of the address in hexadecimal groups.
    subject text NOT NULL CHECK (subject <> ''),
    mac bytea CHECK (length(mac) = 32),
    tries integer NOT NULL CHECK (tries >= 0),
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    proved_at timestamptz,
    proof_token bytea CHECK (length(proof_token) = 32),
    PRIMARY KEY (purpose, subject),
    CHECK ((proved_at IS NULL) = (proof_token IS NULL))
);
CREATE INDEX verification_codes_by_expiry ON verification_codes (purpose, expires_at);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('accounts', 'portal', 'signup')),
    user_id uuid NOT NULL REFERENCES users (id),
    token_digest bytea NOT NULL CHECK (length(token_digest) = 32),
    refresh_digest bytea CHECK (length(refresh_digest) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    refresh_expires_at timestamptz,
    rotated_at timestamptz,
    ended_at timestamptz,
    CHECK ((refresh_digest IS NULL) = (refresh_expires_at IS NULL)),
    CHECK (kind <> 'accounts' OR refresh_digest IS NOT NULL)
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_digest);
CREATE UNIQUE INDEX sessions_refresh ON sessions (refresh_digest);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_of_family ON sessions (family_id);
CREATE INDEX sessions_by_expiry ON sessions (refresh_expires_at);

CREATE TABLE password_resets (
    id uuid PRIMARY KEY,
    user_id uuid REFERENCES users (id),
    token_digest bytea NOT NULL CHECK (length(token_digest) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    closed_at timestamptz
);
CREATE UNIQUE INDEX password_resets_token ON password_resets (token_digest);
CREATE INDEX password_resets_of_user ON password_resets (user_id);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);

CREATE TABLE projects (
    id uuid PRIMARY KEY,
    slug text NOT NULL CHECK (slug <> ''),
    name text NOT NULL CHECK (name <> ''),
    description text CHECK (description <> ''),
    is_public boolean NOT NULL,
    owner_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX projects_slug ON projects (slug);
CREATE INDEX projects_of_owner ON projects (owner_id);

CREATE TABLE project_members (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES projects (id),
    user_id uuid NOT NULL REFERENCES users (id),
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    -- A JSON array of permission keys.
    permissions text NOT NULL CHECK (json_typeof(permissions::json) = 'array'),
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX project_members_once ON project_members (project_id, user_id);
CREATE UNIQUE INDEX project_members_owner ON project_members (project_id) WHERE role = 'owner';
CREATE INDEX project_members_by_id ON project_members (project_id, id);
CREATE INDEX project_members_of_user ON project_members (user_id, project_id);

CREATE TABLE invites (
    id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES projects (id),
    address text NOT NULL CHECK (address <> ''),
    canonical text NOT NULL CHECK (canonical <> ''),
    role text NOT NULL CHECK (role IN ('admin', 'member')),
    token_digest bytea NOT NULL CHECK (length(token_digest) = 32),
    invited_by uuid NOT NULL REFERENCES users (id),
    redirect_url text CHECK (redirect_url <> ''),
    state text NOT NULL CHECK (state IN ('pending', 'accepted', 'revoked')),
    accepted_by uuid REFERENCES users (id),
    accepted_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CHECK ((state = 'accepted') = (accepted_at IS NOT NULL)),
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)),
    CHECK ((state = 'revoked') = (revoked_at IS NOT NULL))
);
CREATE UNIQUE INDEX invites_token ON invites (token_digest);
CREATE UNIQUE INDEX invites_pending ON invites (project_id, canonical) WHERE state = 'pending';
CREATE INDEX invites_pending_by_id ON invites (project_id, id) WHERE state = 'pending';
CREATE INDEX invites_of_project ON invites (project_id);
CREATE INDEX invites_of_inviter ON invites (invited_by);
CREATE INDEX invites_of_guest ON invites (accepted_by);

CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind <> ''),
    recipient text NOT NULL CHECK (recipient <> ''),
    canonical text NOT NULL CHECK (canonical <> ''),
    -- What may be read at rest, as JSON; what may not is sealed beside it.
    content text NOT NULL CHECK (json_typeof(content::json) = 'object'),
    secret bytea,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts bigint NOT NULL CHECK (attempts >= 0),
    last_error text,
    lease_holder uuid,
    leased_until timestamptz,
    outcome text CHECK (outcome IN ('delivered', 'abandoned')),
    closed_at timestamptz,
    CHECK ((lease_holder IS NULL) = (leased_until IS NULL)),
    CHECK ((outcome IS NULL) = (closed_at IS NULL)),
    CHECK (closed_at IS NULL OR (secret IS NULL AND lease_holder IS NULL))
);
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX outbox_closed ON outbox (closed_at) WHERE closed_at IS NOT NULL;
