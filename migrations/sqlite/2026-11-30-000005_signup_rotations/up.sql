-- Refresh tokens that were used just now, before the one that gave the present pair: a late call may still bring them.
ALTER TABLE signup_sessions ADD COLUMN recent_rotations TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(recent_rotations) AND json_type(recent_rotations) = 'array');
