-- Partners, what they checked, and where they are told.

CREATE TABLE partners (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (name <> ''),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX partners_name ON partners (name) WHERE revoked_at IS NULL;

CREATE TABLE partner_keys (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    partner BLOB NOT NULL REFERENCES partners (id),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    prefix TEXT NOT NULL CHECK (prefix <> ''),
    created_at INTEGER NOT NULL,
    valid_until INTEGER,
    last_used_at INTEGER
) STRICT;
CREATE UNIQUE INDEX partner_keys_digest ON partner_keys (digest);
CREATE INDEX partner_keys_of_partner ON partner_keys (partner, created_at, id);

CREATE TABLE partner_users (
    partner BLOB NOT NULL REFERENCES partners (id),
    user_id BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (partner, user_id)
) STRICT;
CREATE INDEX partner_users_of_user ON partner_users (user_id);

CREATE TABLE dictations (
    partner BLOB NOT NULL REFERENCES partners (id),
    id TEXT NOT NULL CHECK (id <> ''),
    title TEXT NOT NULL CHECK (title <> ''),
    language TEXT NOT NULL CHECK (language <> ''),
    created_at INTEGER NOT NULL,
    retired_at INTEGER,
    PRIMARY KEY (partner, id)
) STRICT;

-- Lists are one partner's and come in the order of ids, so that no index has ids alone: a planner could take it for the
-- shorter way and read everybody's. What is large stands last, so that the rest is read without it.
CREATE TABLE check_results (
    id BLOB NOT NULL CHECK (length(id) = 16),
    partner BLOB NOT NULL,
    user_id BLOB NOT NULL,
    dictation TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    page_digest BLOB CHECK (length(page_digest) = 32),
    size INTEGER NOT NULL GENERATED ALWAYS AS (octet_length(text) + octet_length(model)) STORED,
    text TEXT NOT NULL,
    -- JSON as the partner sent it, byte for byte.
    model TEXT NOT NULL CHECK (model <> ''),
    PRIMARY KEY (partner, id),
    FOREIGN KEY (partner, user_id) REFERENCES partner_users (partner, user_id),
    FOREIGN KEY (partner, dictation) REFERENCES dictations (partner, id)
) STRICT;
CREATE UNIQUE INDEX check_results_page ON check_results (page_digest) WHERE page_digest IS NOT NULL;
CREATE INDEX check_results_of_dictation ON check_results (partner, dictation, id);
CREATE INDEX check_results_of_user ON check_results (partner, user_id, id);
CREATE INDEX check_results_of_user_and_dictation ON check_results (partner, user_id, dictation, id);

-- A secret is not kept: it follows from the id and the server's keys.
CREATE TABLE webhooks (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    partner BLOB NOT NULL REFERENCES partners (id),
    url TEXT NOT NULL CHECK (url <> ''),
    -- A JSON array of names of events.
    events TEXT NOT NULL CHECK (json_valid(events) AND json_type(events) = 'array'),
    created_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE INDEX webhooks_of_partner ON webhooks (partner, id) WHERE removed_at IS NULL;

CREATE TABLE deliveries (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    webhook BLOB NOT NULL REFERENCES webhooks (id),
    event_id BLOB NOT NULL CHECK (length(event_id) = 16),
    event TEXT NOT NULL CHECK (event <> ''),
    body TEXT NOT NULL CHECK (json_valid(body) AND json_type(body) = 'object'),
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    last_attempt_at INTEGER,
    last_status INTEGER,
    last_error TEXT,
    CHECK (state = 'waiting' OR last_attempt_at IS NOT NULL)
) STRICT;
CREATE INDEX deliveries_of_webhook ON deliveries (webhook, id);
CREATE INDEX deliveries_closed ON deliveries (last_attempt_at) WHERE state <> 'waiting';

CREATE TABLE idempotency_keys (
    partner BLOB NOT NULL REFERENCES partners (id),
    key TEXT NOT NULL CHECK (key <> ''),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (partner, key)
) STRICT;
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- Either lane finds its own letters without going through those of the other, of which any number may wait.
CREATE INDEX outbox_due_to_people ON outbox (due_at, id) WHERE closed_at IS NULL AND kind <> 'partner_event';
CREATE INDEX outbox_due_to_partners ON outbox (due_at, id) WHERE closed_at IS NULL AND kind = 'partner_event';
