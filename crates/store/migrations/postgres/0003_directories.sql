-- Registers beside the organisations, and what has become of each record. Forms as in 0001.

-- The wide register access rights that a controller has given (RA-08), and the days on which
-- organisations are valid.
ALTER TABLE organisation ADD COLUMN wide_access text COLLATE "C";
ALTER TABLE organisation ADD COLUMN valid_from text COLLATE "C";
ALTER TABLE organisation ADD COLUMN valid_to text COLLATE "C";

-- Units have names in three languages, as organisations have.
ALTER TABLE unit ADD COLUMN name_sv text COLLATE "C";
ALTER TABLE unit ADD COLUMN name_en text COLLATE "C";

-- Rights to practise a profession, always loaded whole. Somebody may have several, and one again after
-- a time without.
CREATE TABLE professional_right (
    registration_id text COLLATE "C" NOT NULL,
    profession text COLLATE "C" NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C",
    restriction text COLLATE "C",
    PRIMARY KEY (registration_id, profession, valid_from)
);

-- Who uses the client data repository since when, as published elsewhere; always loaded whole.
CREATE TABLE deployment (
    organisation_name text COLLATE "C" NOT NULL PRIMARY KEY,
    in_use_since text COLLATE "C" NOT NULL,
    operating_unit text COLLATE "C"
);

-- What has become of each record of the directories: nothing here is ever changed or removed. Without
-- an organisation are those that belong to none.
CREATE TABLE directory_change (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    organisation text COLLATE "C",
    earlier text COLLATE "C",
    later text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL
);

-- For change::history_of and change::history_of_person.
CREATE INDEX directory_change_by_subject ON directory_change (kind, subject, organisation);

-- For change::history_of_organisation.
CREATE INDEX directory_change_by_organisation ON directory_change (organisation, kind, number);
