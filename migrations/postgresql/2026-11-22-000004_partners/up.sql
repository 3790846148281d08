-- Partners, what they checked, and where they are told.

CREATE TABLE partners (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX partners_name ON partners (name) WHERE revoked_at IS NULL;

CREATE TABLE partner_keys (
    id uuid PRIMARY KEY,
    partner uuid NOT NULL REFERENCES partners (id),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    prefix text NOT NULL CHECK (prefix <> ''),
    created_at timestamptz NOT NULL,
    valid_until timestamptz,
    last_used_at timestamptz
);
CREATE UNIQUE INDEX partner_keys_digest ON partner_keys (digest);
CREATE INDEX partner_keys_of_partner ON partner_keys (partner, created_at, id);

CREATE TABLE partner_users (
    partner uuid NOT NULL REFERENCES partners (id),
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (partner, user_id)
);
CREATE INDEX partner_users_of_user ON partner_users (user_id);

CREATE TABLE dictations (
    partner uuid NOT NULL REFERENCES partners (id),
    id text COLLATE "C" NOT NULL CHECK (id <> ''),
    title text NOT NULL CHECK (title <> ''),
    language text NOT NULL CHECK (language <> ''),
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    PRIMARY KEY (partner, id)
);

-- Lists are one partner's and come in the order of ids, so that no index has ids alone: a planner could take it for the
-- shorter way and read everybody's. What is large stands last, so that the rest is read without it.
CREATE TABLE check_results (
    id uuid NOT NULL,
    partner uuid NOT NULL,
    user_id uuid NOT NULL,
    dictation text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    page_digest bytea CHECK (length(page_digest) = 32),
    size bigint NOT NULL GENERATED ALWAYS AS (octet_length(text) + octet_length(model)) STORED,
    text text NOT NULL,
    -- JSON as the partner sent it, byte for byte.
    model text NOT NULL CHECK (model <> ''),
    PRIMARY KEY (partner, id),
    FOREIGN KEY (partner, user_id) REFERENCES partner_users (partner, user_id),
    FOREIGN KEY (partner, dictation) REFERENCES dictations (partner, id)
);
CREATE UNIQUE INDEX check_results_page ON check_results (page_digest) WHERE page_digest IS NOT NULL;
CREATE INDEX check_results_of_dictation ON check_results (partner, dictation, id);
CREATE INDEX check_results_of_user ON check_results (partner, user_id, id);
CREATE INDEX check_results_of_user_and_dictation ON check_results (partner, user_id, dictation, id);

-- A secret is not kept: it follows from the id and the server's keys.
CREATE TABLE webhooks (
    id uuid PRIMARY KEY,
    partner uuid NOT NULL REFERENCES partners (id),
    url text NOT NULL CHECK (url <> ''),
    -- A JSON array of names of events.
    events text NOT NULL CHECK (json_typeof(events::json) = 'array'),
    created_at timestamptz NOT NULL,
    removed_at timestamptz
);
CREATE INDEX webhooks_of_partner ON webhooks (partner, id) WHERE removed_at IS NULL;

CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    webhook uuid NOT NULL REFERENCES webhooks (id),
    event_id uuid NOT NULL,
    event text NOT NULL CHECK (event <> ''),
    body text NOT NULL CHECK (json_typeof(body::json) = 'object'),
    created_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts bigint NOT NULL CHECK (attempts >= 0),
    last_attempt_at timestamptz,
    last_status integer,
    last_error text,
    CHECK (state = 'waiting' OR last_attempt_at IS NOT NULL)
);
CREATE INDEX deliveries_of_webhook ON deliveries (webhook, id);
CREATE INDEX deliveries_closed ON deliveries (last_attempt_at) WHERE state <> 'waiting';

CREATE TABLE idempotency_keys (
    partner uuid NOT NULL REFERENCES partners (id),
    key text COLLATE "C" NOT NULL CHECK (key <> ''),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (partner, key)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- Either lane finds its own letters without going through those of the other, of which any number may wait.
CREATE INDEX outbox_due_to_people ON outbox (due_at, id) WHERE closed_at IS NULL AND kind <> 'partner_event';
CREATE INDEX outbox_due_to_partners ON outbox (due_at, id) WHERE closed_at IS NULL AND kind = 'partner_event';
