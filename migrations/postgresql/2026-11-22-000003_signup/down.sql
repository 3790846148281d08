DELETE FROM verification_codes WHERE purpose = 'signup';
ALTER TABLE verification_codes
    DROP CONSTRAINT verification_codes_purpose_check,
    ADD CONSTRAINT verification_codes_purpose_check CHECK (purpose IN ('registration', 'added_address'));
DROP TABLE signup_sessions;
DROP TABLE signups;
DROP TABLE signup_providers;
DROP TABLE signup_forms;
