-- Registers beside the organisations, and what has become of each record. Forms as in 0001.

-- The wide register access rights that a controller has given (RA-08), and the days on which
-- organisations are valid.
ALTER TABLE organisation ADD COLUMN wide_access TEXT;
ALTER TABLE organisation ADD COLUMN valid_from TEXT;
ALTER TABLE organisation ADD COLUMN valid_to TEXT;

-- Units have names in three languages, as organisations have.
ALTER TABLE unit ADD COLUMN name_sv TEXT;
ALTER TABLE unit ADD COLUMN name_en TEXT;

-- Rights to practise a profession, always loaded whole. Somebody may have several, and one again after
-- a time without.
CREATE TABLE professional_right (
    registration_id TEXT NOT NULL,
    profession TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    restriction TEXT,
    PRIMARY KEY (registration_id, profession, valid_from)
) STRICT;

-- Who uses the client data repository since when, as published elsewhere; always loaded whole.
CREATE TABLE deployment (
    organisation_name TEXT NOT NULL PRIMARY KEY,
    in_use_since TEXT NOT NULL,
    operating_unit TEXT
) STRICT;

-- What has become of each record of the directories: nothing here is ever changed or removed. Without
-- an organisation are those that belong to none.
CREATE TABLE directory_change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    organisation TEXT,
    earlier TEXT,
    later TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;

-- For change::history_of and change::history_of_person.
CREATE INDEX directory_change_by_subject ON directory_change (kind, subject, organisation);

-- For change::history_of_organisation.
CREATE INDEX directory_change_by_organisation ON directory_change (organisation, kind, number);
