ALTER TABLE signup_sessions DROP COLUMN recent_rotations;
