-- The first schema, the twin of SQLite's. Column types are chosen so that the same statements serve both:
-- keys are uuid, whatever is sealed or hashed is bytea, whole numbers and instants are bigint (an instant is
-- microseconds since 1970-01-01T00:00:00Z: to_timestamp(at / 1e6) shows it), days are text as YYYY-MM-DD, truth
-- values are smallint 0 or 1. Text is ordered by its bytes, as on SQLite. Lists that are only ever read whole
-- are JSON in text.
--
-- Tables that grow with the clients are hash-partitioned: by the client where everything is asked for by the
-- client, by the document's identifier where everything is asked for by that. The logs are partitioned by the
-- time that their names begin with.

-- Clients. Found by key (client::find) and by the keyed hash of the identifier (client::find_by_lookup).
CREATE TABLE client (
    client_key uuid NOT NULL PRIMARY KEY,
    lookup bytea NOT NULL UNIQUE,
    identifier bytea NOT NULL,
    names bytea,
    version bigint NOT NULL,
    created_at bigint NOT NULL
);

-- One row for each document, as its newest version has it. Found by original_oid (find::find_document).
CREATE TABLE document (
    original_oid text COLLATE "C" NOT NULL PRIMARY KEY,
    newest text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    stored_at bigint NOT NULL,
    controller text COLLATE "C" NOT NULL,
    register text COLLATE "C" NOT NULL,
    document_group text COLLATE "C" NOT NULL,
    generation text COLLATE "C" NOT NULL,
    structure text COLLATE "C",
    type_code text COLLATE "C",
    service_task text COLLATE "C",
    service_process text COLLATE "C",
    case_oid text COLLATE "C",
    provider text COLLATE "C",
    unit text COLLATE "C",
    author_organisation text COLLATE "C" NOT NULL,
    written_at bigint NOT NULL,
    services text COLLATE "C" NOT NULL,
    clients bytea NOT NULL,
    annulled_at bigint,
    annulled_by text COLLATE "C",
    annulled_by_user text COLLATE "C",
    annulment_reason bytea,
    annulment_log_entry uuid
) PARTITION BY HASH (original_oid);

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF document'
            ' FOR VALUES WITH (MODULUS 8, REMAINDER %s)', 'document_' || n, n);
    END LOOP;
END $$;

-- One row for each version, never changed. Found by oid (version::find_version, list::list_documents).
-- Metadata stand before signatures, so that a list need not read over these.
CREATE TABLE document_version (
    oid text COLLATE "C" NOT NULL PRIMARY KEY,
    original_oid text COLLATE "C" NOT NULL REFERENCES document,
    version bigint NOT NULL,
    stored_at bigint NOT NULL,
    digest bytea NOT NULL,
    metadata bytea NOT NULL,
    signatures bytea NOT NULL,
    stored_by text COLLATE "C" NOT NULL,
    stored_by_user text COLLATE "C" NOT NULL,
    log_entry uuid NOT NULL
) PARTITION BY HASH (oid);

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF document_version'
            ' FOR VALUES WITH (MODULUS 8, REMAINDER %s)', 'document_version_' || n, n);
    END LOOP;
END $$;

-- For version::list_versions. That no number is there twice is not the index's to keep, which does not hold the
-- key of the partitions: a version is only ever stored by a statement that raises the document's version.
CREATE INDEX document_version_by_document ON document_version (original_oid, version);

-- The content of versions, apart from the rows that are listed. Found by version (version::contents_of).
CREATE TABLE content (
    version_oid text COLLATE "C" NOT NULL REFERENCES document_version,
    ordinal bigint NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    packed bytea NOT NULL,
    PRIMARY KEY (version_oid, ordinal)
) PARTITION BY HASH (version_oid);

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF content'
            ' FOR VALUES WITH (MODULUS 8, REMAINDER %s)', 'content_' || n, n);
    END LOOP;
END $$;

-- The covering index of list::list_documents: every document under each of its clients, with all that
-- the list can be narrowed by.
CREATE TABLE client_document (
    client_key uuid NOT NULL REFERENCES client,
    controller text COLLATE "C" NOT NULL,
    written_at bigint NOT NULL,
    original_oid text COLLATE "C" NOT NULL REFERENCES document,
    newest text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    stored_at bigint NOT NULL,
    annulled smallint NOT NULL,
    register text COLLATE "C" NOT NULL,
    document_group text COLLATE "C" NOT NULL,
    generation text COLLATE "C" NOT NULL,
    structure text COLLATE "C",
    type_code text COLLATE "C",
    service_task text COLLATE "C",
    service_process text COLLATE "C",
    case_oid text COLLATE "C",
    provider text COLLATE "C",
    unit text COLLATE "C",
    author_organisation text COLLATE "C" NOT NULL,
    PRIMARY KEY (client_key, controller, written_at, original_oid)
) PARTITION BY HASH (client_key);

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF client_document'
            ' FOR VALUES WITH (MODULUS 8, REMAINDER %s)', 'client_document_' || n, n);
    END LOOP;
END $$;

-- The social services of those documents, for the same list.
CREATE TABLE client_document_service (
    client_key uuid NOT NULL REFERENCES client,
    original_oid text COLLATE "C" NOT NULL REFERENCES document,
    service text COLLATE "C" NOT NULL,
    PRIMARY KEY (client_key, original_oid, service)
) PARTITION BY HASH (client_key);

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF client_document_service'
            ' FOR VALUES WITH (MODULUS 8, REMAINDER %s)', 'client_document_service_' || n, n);
    END LOOP;
END $$;

-- The documents that those documents name as related, by original identifier, for the same list
-- (DOC-11).
CREATE TABLE client_document_link (
    client_key uuid NOT NULL REFERENCES client,
    original_oid text COLLATE "C" NOT NULL REFERENCES document,
    target text COLLATE "C" NOT NULL,
    PRIMARY KEY (client_key, original_oid, target)
) PARTITION BY HASH (client_key);

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF client_document_link'
            ' FOR VALUES WITH (MODULUS 8, REMAINDER %s)', 'client_document_link_' || n, n);
    END LOOP;
END $$;

-- The use log. Its names begin with the instant (UUID version 7): a range of them is a range of time, and one
-- partition holds a year. The number is never used again. It is taken only when its transaction has an
-- identifier, so that it can be told up to which number nothing more will come (database::settled). That it is
-- there once is the sequence's to keep.
CREATE SEQUENCE use_entry_number;

CREATE TABLE use_entry (
    number bigint NOT NULL
        DEFAULT CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('use_entry_number') END,
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    controller text COLLATE "C" NOT NULL,
    client_key uuid,
    action text COLLATE "C" NOT NULL,
    refusal text COLLATE "C",
    basis text COLLATE "C",
    purpose text COLLATE "C",
    user_id text COLLATE "C" NOT NULL,
    user_name text COLLATE "C" NOT NULL,
    unit text COLLATE "C",
    organisation text COLLATE "C" NOT NULL,
    role text COLLATE "C",
    authentication text COLLATE "C" NOT NULL,
    documents text COLLATE "C" NOT NULL,
    case_oid text COLLATE "C",
    special_reason text COLLATE "C",
    ground text COLLATE "C",
    rules text COLLATE "C" NOT NULL,
    parameters text COLLATE "C",
    request_id text COLLATE "C",
    certificate bytea
) PARTITION BY RANGE (id);

ALTER SEQUENCE use_entry_number OWNED BY use_entry.number;

CREATE TABLE use_entry_2026 PARTITION OF use_entry
FOR VALUES FROM ('019b76da-a800-0000-0000-000000000000') TO ('01a2ce8b-d400-0000-0000-000000000000');
CREATE TABLE use_entry_2027 PARTITION OF use_entry
FOR VALUES FROM ('01a2ce8b-d400-0000-0000-000000000000') TO ('01aa263d-0000-0000-0000-000000000000');
CREATE TABLE use_entry_2028 PARTITION OF use_entry
FOR VALUES FROM ('01aa263d-0000-0000-0000-000000000000') TO ('01b18314-8800-0000-0000-000000000000');
CREATE TABLE use_entry_2029 PARTITION OF use_entry
FOR VALUES FROM ('01b18314-8800-0000-0000-000000000000') TO ('01b8dac5-b400-0000-0000-000000000000');
CREATE TABLE use_entry_2030 PARTITION OF use_entry
FOR VALUES FROM ('01b8dac5-b400-0000-0000-000000000000') TO ('01c03276-e000-0000-0000-000000000000');
CREATE TABLE use_entry_2031 PARTITION OF use_entry
FOR VALUES FROM ('01c03276-e000-0000-0000-000000000000') TO ('01c78a28-0c00-0000-0000-000000000000');
CREATE TABLE use_entry_2032 PARTITION OF use_entry
FOR VALUES FROM ('01c78a28-0c00-0000-0000-000000000000') TO ('01cee6ff-9400-0000-0000-000000000000');
CREATE TABLE use_entry_2033 PARTITION OF use_entry
FOR VALUES FROM ('01cee6ff-9400-0000-0000-000000000000') TO ('01d63eb0-c000-0000-0000-000000000000');
CREATE TABLE use_entry_2034 PARTITION OF use_entry
FOR VALUES FROM ('01d63eb0-c000-0000-0000-000000000000') TO ('01dd9661-ec00-0000-0000-000000000000');
CREATE TABLE use_entry_2035 PARTITION OF use_entry
FOR VALUES FROM ('01dd9661-ec00-0000-0000-000000000000') TO ('01e4ee13-1800-0000-0000-000000000000');
CREATE TABLE use_entry_other PARTITION OF use_entry DEFAULT;

-- For log_tree::uses_after, ::numbers and ::forget_uses.
CREATE INDEX use_entry_by_number ON use_entry (number);

-- For use_log::list of a register.
CREATE INDEX use_entry_by_controller ON use_entry (controller, at, id);

-- For use_log::list about a client.
CREATE INDEX use_entry_by_client ON use_entry (client_key, at, id) WHERE client_key IS NOT NULL;

-- The administration log, numbered and partitioned in the same way.
CREATE SEQUENCE administrative_entry_number;

CREATE TABLE administrative_entry (
    number bigint NOT NULL
        DEFAULT CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('administrative_entry_number') END,
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    action text COLLATE "C" NOT NULL,
    refusal text COLLATE "C",
    organisation text COLLATE "C",
    actor text COLLATE "C",
    detail text COLLATE "C",
    request_id text COLLATE "C",
    certificate bytea
) PARTITION BY RANGE (id);

ALTER SEQUENCE administrative_entry_number OWNED BY administrative_entry.number;

CREATE TABLE administrative_entry_2026 PARTITION OF administrative_entry
FOR VALUES FROM ('019b76da-a800-0000-0000-000000000000') TO ('01a2ce8b-d400-0000-0000-000000000000');
CREATE TABLE administrative_entry_2027 PARTITION OF administrative_entry
FOR VALUES FROM ('01a2ce8b-d400-0000-0000-000000000000') TO ('01aa263d-0000-0000-0000-000000000000');
CREATE TABLE administrative_entry_2028 PARTITION OF administrative_entry
FOR VALUES FROM ('01aa263d-0000-0000-0000-000000000000') TO ('01b18314-8800-0000-0000-000000000000');
CREATE TABLE administrative_entry_2029 PARTITION OF administrative_entry
FOR VALUES FROM ('01b18314-8800-0000-0000-000000000000') TO ('01b8dac5-b400-0000-0000-000000000000');
CREATE TABLE administrative_entry_2030 PARTITION OF administrative_entry
FOR VALUES FROM ('01b8dac5-b400-0000-0000-000000000000') TO ('01c03276-e000-0000-0000-000000000000');
CREATE TABLE administrative_entry_2031 PARTITION OF administrative_entry
FOR VALUES FROM ('01c03276-e000-0000-0000-000000000000') TO ('01c78a28-0c00-0000-0000-000000000000');
CREATE TABLE administrative_entry_2032 PARTITION OF administrative_entry
FOR VALUES FROM ('01c78a28-0c00-0000-0000-000000000000') TO ('01cee6ff-9400-0000-0000-000000000000');
CREATE TABLE administrative_entry_2033 PARTITION OF administrative_entry
FOR VALUES FROM ('01cee6ff-9400-0000-0000-000000000000') TO ('01d63eb0-c000-0000-0000-000000000000');
CREATE TABLE administrative_entry_2034 PARTITION OF administrative_entry
FOR VALUES FROM ('01d63eb0-c000-0000-0000-000000000000') TO ('01dd9661-ec00-0000-0000-000000000000');
CREATE TABLE administrative_entry_2035 PARTITION OF administrative_entry
FOR VALUES FROM ('01dd9661-ec00-0000-0000-000000000000') TO ('01e4ee13-1800-0000-0000-000000000000');
CREATE TABLE administrative_entry_other PARTITION OF administrative_entry DEFAULT;

-- For log_tree::administration_after, ::numbers and ::forget_administration.
CREATE INDEX administrative_entry_by_number ON administrative_entry (number);

-- For administration_log::list.
CREATE INDEX administrative_entry_by_time ON administrative_entry (at, id);

-- The directory, always loaded whole (directory).
CREATE TABLE organisation (
    operating_unit text COLLATE "C" NOT NULL PRIMARY KEY,
    business_id text COLLATE "C" NOT NULL,
    name_fi text COLLATE "C" NOT NULL,
    name_sv text COLLATE "C",
    name_en text COLLATE "C",
    kind text COLLATE "C" NOT NULL,
    controller text COLLATE "C" UNIQUE,
    register_opens text COLLATE "C",
    accepts_models text COLLATE "C",
    closing_working_days bigint,
    professional_signatures_from text COLLATE "C",
    joined_model text COLLATE "C",
    joined_from text COLLATE "C",
    joined_to text COLLATE "C"
);

CREATE TABLE unit (
    oid text COLLATE "C" NOT NULL PRIMARY KEY,
    organisation text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C"
);

CREATE TABLE person (
    organisation text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    family_name text COLLATE "C" NOT NULL,
    given_names text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    units text COLLATE "C" NOT NULL,
    card text COLLATE "C",
    outsider smallint NOT NULL,
    valid_from text COLLATE "C",
    valid_to text COLLATE "C",
    PRIMARY KEY (organisation, user_id)
);

CREATE TABLE certificate (
    thumbprint bytea NOT NULL PRIMARY KEY,
    organisation text COLLATE "C" NOT NULL
);

-- Published structures and code sets. The text stands last, so that lists need not read over it.
CREATE TABLE structure (
    oid text COLLATE "C" NOT NULL PRIMARY KEY,
    digest bytea NOT NULL,
    origin text COLLATE "C" NOT NULL,
    imported_at bigint NOT NULL,
    json text COLLATE "C" NOT NULL
);

CREATE TABLE code_set (
    oid text COLLATE "C" NOT NULL PRIMARY KEY,
    digest bytea NOT NULL,
    origin text COLLATE "C" NOT NULL,
    imported_at bigint NOT NULL,
    json text COLLATE "C" NOT NULL
);

-- Counters of what is kept in memory (revision).
CREATE TABLE revision (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    number bigint NOT NULL
);

INSERT INTO revision (name, number) VALUES ('directory', 0), ('structures', 0), ('codes', 0);

-- Assertions that were accepted (token::spend_assertion).
CREATE TABLE spent_assertion (
    issuer text COLLATE "C" NOT NULL,
    jti_hash bytea NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (issuer, jti_hash)
);

-- For token::forget_expired.
CREATE INDEX spent_assertion_by_expiry ON spent_assertion (expires_at);
