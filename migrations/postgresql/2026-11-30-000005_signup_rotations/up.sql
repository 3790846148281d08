-- Refresh tokens that were used just now, before the one that gave the present pair: a late call may still bring them.
ALTER TABLE signup_sessions ADD COLUMN recent_rotations text NOT NULL DEFAULT '[]'
    CHECK (json_typeof(recent_rotations::json) = 'array');
