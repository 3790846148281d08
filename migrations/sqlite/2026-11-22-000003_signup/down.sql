CREATE TABLE old_verification_codes (
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
INSERT INTO old_verification_codes (purpose, subject, mac, tries, sent_at, expires_at, proved_at, proof_token)
    SELECT purpose, subject, mac, tries, sent_at, expires_at, proved_at, proof_token FROM verification_codes
    WHERE purpose <> 'signup';
DROP TABLE verification_codes;
ALTER TABLE old_verification_codes RENAME TO verification_codes;
CREATE INDEX verification_codes_by_expiry ON verification_codes (purpose, expires_at);
DROP TABLE signup_sessions;
DROP TABLE signups;
DROP TABLE signup_providers;
DROP TABLE signup_forms;
