-- The citizen's side. Forms as in 0001.

-- Does the organisation run a service through which citizens see their own data and declare their will?
ALTER TABLE organisation ADD COLUMN citizen_service smallint NOT NULL DEFAULT 0;
