-- Ids are UUIDs of 16 bytes, instants are microseconds since 1970, digests are 32 bytes, truth is 0 or 1.
-- A partial index serves only those queries that repeat its condition word for word.

CREATE TABLE users (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    display_name TEXT NOT NULL CHECK (display_name <> ''),
    -- The display name in lower case, for searching: SQLite's own lower() knows ASCII alone.
    display_name_key TEXT NOT NULL,
    surname TEXT,
    given_names TEXT,
    native_script TEXT,
    preferred_order TEXT CHECK (preferred_order IN ('western', 'eastern')),
    username TEXT CHECK (username <> ''),
    locale TEXT CHECK (locale <> ''),
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_username ON users (lower(username));

CREATE TABLE emails (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES users (id),
    address TEXT NOT NULL CHECK (address <> ''),
    canonical TEXT NOT NULL CHECK (canonical <> ''),
    state TEXT NOT NULL CHECK (state IN ('claimed', 'provisioned', 'verified')),
    verified_at INTEGER,
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    created_at INTEGER NOT NULL,
    CHECK ((state = 'verified') = (verified_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX emails_held ON emails (canonical) WHERE state <> 'claimed';
CREATE UNIQUE INDEX emails_of_user ON emails (user_id, canonical);
CREATE UNIQUE INDEX emails_default ON emails (user_id) WHERE is_default = 1;
CREATE INDEX emails_claimed ON emails (canonical, created_at, id) WHERE state = 'claimed';
CREATE INDEX emails_by_age ON emails (user_id, created_at, id);

CREATE TABLE credentials (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    hash TEXT NOT NULL CHECK (hash <> ''),
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE verification_codes (
    purpose TEXT NOT NULL CHECK (purpose IN ('registration', 'added_address')),
    -- The canonical address, or the id of the address in hexadecimal groups.
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
CREATE INDEX verification_codes_by_expiry ON verification_codes (purpose, expires_at);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    family_id BLOB NOT NULL CHECK (length(family_id) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('accounts', 'portal', 'signup')),
    user_id BLOB NOT NULL REFERENCES users (id),
    token_digest BLOB NOT NULL CHECK (length(token_digest) = 32),
    refresh_digest BLOB CHECK (length(refresh_digest) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    refresh_expires_at INTEGER,
    rotated_at INTEGER,
    ended_at INTEGER,
    CHECK ((refresh_digest IS NULL) = (refresh_expires_at IS NULL)),
    CHECK (kind <> 'accounts' OR refresh_digest IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX sessions_token ON sessions (token_digest);
CREATE UNIQUE INDEX sessions_refresh ON sessions (refresh_digest);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_of_family ON sessions (family_id);
CREATE INDEX sessions_by_expiry ON sessions (refresh_expires_at);

CREATE TABLE password_resets (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB REFERENCES users (id),
    token_digest BLOB NOT NULL CHECK (length(token_digest) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX password_resets_token ON password_resets (token_digest);
CREATE INDEX password_resets_of_user ON password_resets (user_id);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);

CREATE TABLE projects (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    slug TEXT NOT NULL CHECK (slug <> ''),
    name TEXT NOT NULL CHECK (name <> ''),
    description TEXT CHECK (description <> ''),
    is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
    owner_id BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX projects_slug ON projects (slug);
CREATE INDEX projects_of_owner ON projects (owner_id);

CREATE TABLE project_members (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    project_id BLOB NOT NULL REFERENCES projects (id),
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    -- A JSON array of permission keys.
    permissions TEXT NOT NULL CHECK (json_valid(permissions) AND json_type(permissions) = 'array'),
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX project_members_once ON project_members (project_id, user_id);
CREATE UNIQUE INDEX project_members_owner ON project_members (project_id) WHERE role = 'owner';
CREATE INDEX project_members_by_id ON project_members (project_id, id);
CREATE INDEX project_members_of_user ON project_members (user_id, project_id);

CREATE TABLE invites (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    project_id BLOB NOT NULL REFERENCES projects (id),
    address TEXT NOT NULL CHECK (address <> ''),
    canonical TEXT NOT NULL CHECK (canonical <> ''),
    role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
    token_digest BLOB NOT NULL CHECK (length(token_digest) = 32),
    invited_by BLOB NOT NULL REFERENCES users (id),
    redirect_url TEXT CHECK (redirect_url <> ''),
    state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'revoked')),
    accepted_by BLOB REFERENCES users (id),
    accepted_at INTEGER,
    revoked_at INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CHECK ((state = 'accepted') = (accepted_at IS NOT NULL)),
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)),
    CHECK ((state = 'revoked') = (revoked_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX invites_token ON invites (token_digest);
CREATE UNIQUE INDEX invites_pending ON invites (project_id, canonical) WHERE state = 'pending';
CREATE INDEX invites_pending_by_id ON invites (project_id, id) WHERE state = 'pending';
CREATE INDEX invites_of_project ON invites (project_id);
CREATE INDEX invites_of_inviter ON invites (invited_by);
CREATE INDEX invites_of_guest ON invites (accepted_by);

CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (kind <> ''),
    recipient TEXT NOT NULL CHECK (recipient <> ''),
    canonical TEXT NOT NULL CHECK (canonical <> ''),
    -- What may be read at rest, as JSON; what may not is sealed beside it.
    content TEXT NOT NULL CHECK (json_valid(content) AND json_type(content) = 'object'),
    secret BLOB,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    last_error TEXT,
    lease_holder BLOB CHECK (length(lease_holder) = 16),
    leased_until INTEGER,
    outcome TEXT CHECK (outcome IN ('delivered', 'abandoned')),
    closed_at INTEGER,
    CHECK ((lease_holder IS NULL) = (leased_until IS NULL)),
    CHECK ((outcome IS NULL) = (closed_at IS NULL)),
    CHECK (closed_at IS NULL OR (secret IS NULL AND lease_holder IS NULL))
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX outbox_closed ON outbox (closed_at) WHERE closed_at IS NOT NULL;
