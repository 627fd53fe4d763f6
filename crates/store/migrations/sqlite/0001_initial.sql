-- The first schema. Column types are the few that every database has: keys and whatever is sealed are
-- BLOB, instants are INTEGER microseconds since 1970-01-01T00:00:00Z, days are TEXT as YYYY-MM-DD, truth
-- values are INTEGER 0 or 1. Lists that are only ever read whole are JSON in TEXT.

-- Clients. Found by key (client::find) and by the keyed hash of the identifier (client::find_by_lookup).
CREATE TABLE client (
    client_key BLOB NOT NULL PRIMARY KEY,
    lookup BLOB NOT NULL UNIQUE,
    identifier BLOB NOT NULL,
    names BLOB,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- One row for each document, as its newest version has it. Found by original_oid (find::find_document).
CREATE TABLE document (
    original_oid TEXT NOT NULL PRIMARY KEY,
    newest TEXT NOT NULL,
    version INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    controller TEXT NOT NULL,
    register TEXT NOT NULL,
    document_group TEXT NOT NULL,
    generation TEXT NOT NULL,
    structure TEXT,
    type_code TEXT,
    service_task TEXT,
    service_process TEXT,
    case_oid TEXT,
    provider TEXT,
    unit TEXT,
    author_organisation TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    services TEXT NOT NULL,
    clients BLOB NOT NULL,
    annulled_at INTEGER,
    annulled_by TEXT,
    annulled_by_user TEXT,
    annulment_reason BLOB,
    annulment_log_entry BLOB
) STRICT;

-- One row for each version, never changed. Found by oid (version::find_version, list::list_documents).
-- Metadata stand before signatures, so that a list need not read over these.
CREATE TABLE document_version (
    oid TEXT NOT NULL PRIMARY KEY,
    original_oid TEXT NOT NULL REFERENCES document,
    version INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    digest BLOB NOT NULL,
    metadata BLOB NOT NULL,
    signatures BLOB NOT NULL,
    stored_by TEXT NOT NULL,
    stored_by_user TEXT NOT NULL,
    log_entry BLOB NOT NULL
) STRICT;

-- For version::list_versions; and no number twice.
CREATE UNIQUE INDEX document_version_by_document ON document_version (original_oid, version);

-- The content of versions, apart from the rows that are listed. Found by version (version::contents_of).
CREATE TABLE content (
    version_oid TEXT NOT NULL REFERENCES document_version,
    ordinal INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (version_oid, ordinal)
) STRICT;

-- The covering index of list::list_documents: every document under each of its clients, with all that
-- the list can be narrowed by.
CREATE TABLE client_document (
    client_key BLOB NOT NULL REFERENCES client,
    controller TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    original_oid TEXT NOT NULL REFERENCES document,
    newest TEXT NOT NULL,
    version INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    annulled INTEGER NOT NULL,
    register TEXT NOT NULL,
    document_group TEXT NOT NULL,
    generation TEXT NOT NULL,
    structure TEXT,
    type_code TEXT,
    service_task TEXT,
    service_process TEXT,
    case_oid TEXT,
    provider TEXT,
    unit TEXT,
    author_organisation TEXT NOT NULL,
    PRIMARY KEY (client_key, controller, written_at, original_oid)
) STRICT, WITHOUT ROWID;

-- The social services of those documents, for the same list.
CREATE TABLE client_document_service (
    client_key BLOB NOT NULL REFERENCES client,
    original_oid TEXT NOT NULL REFERENCES document,
    service TEXT NOT NULL,
    PRIMARY KEY (client_key, original_oid, service)
) STRICT, WITHOUT ROWID;

-- The documents that those documents name as related, by original identifier, for the same list
-- (DOC-11).
CREATE TABLE client_document_link (
    client_key BLOB NOT NULL REFERENCES client,
    original_oid TEXT NOT NULL REFERENCES document,
    target TEXT NOT NULL,
    PRIMARY KEY (client_key, original_oid, target)
) STRICT, WITHOUT ROWID;

-- The use log. The number is the order in which entries were committed, never used again.
CREATE TABLE use_entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    controller TEXT NOT NULL,
    client_key BLOB,
    action TEXT NOT NULL,
    refusal TEXT,
    basis TEXT,
    purpose TEXT,
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    unit TEXT,
    organisation TEXT NOT NULL,
    role TEXT,
    authentication TEXT NOT NULL,
    documents TEXT NOT NULL,
    case_oid TEXT,
    special_reason TEXT,
    ground TEXT,
    rules TEXT NOT NULL,
    parameters TEXT,
    request_id TEXT,
    certificate BLOB
) STRICT;

-- For use_log::list of a register.
CREATE INDEX use_entry_by_controller ON use_entry (controller, at, id);

-- For use_log::list about a client.
CREATE INDEX use_entry_by_client ON use_entry (client_key, at, id) WHERE client_key IS NOT NULL;

-- The administration log, numbered in the same way.
CREATE TABLE administrative_entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    refusal TEXT,
    organisation TEXT,
    actor TEXT,
    detail TEXT,
    request_id TEXT,
    certificate BLOB
) STRICT;

-- For administration_log::list.
CREATE INDEX administrative_entry_by_time ON administrative_entry (at, id);

-- The directory, always loaded whole (directory).
CREATE TABLE organisation (
    operating_unit TEXT NOT NULL PRIMARY KEY,
    business_id TEXT NOT NULL,
    name_fi TEXT NOT NULL,
    name_sv TEXT,
    name_en TEXT,
    kind TEXT NOT NULL,
    controller TEXT UNIQUE,
    register_opens TEXT,
    accepts_models TEXT,
    closing_working_days INTEGER,
    professional_signatures_from TEXT,
    joined_model TEXT,
    joined_from TEXT,
    joined_to TEXT
) STRICT;

CREATE TABLE unit (
    oid TEXT NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    name TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT
) STRICT;

CREATE TABLE person (
    organisation TEXT NOT NULL,
    user_id TEXT NOT NULL,
    family_name TEXT NOT NULL,
    given_names TEXT NOT NULL,
    role TEXT NOT NULL,
    units TEXT NOT NULL,
    card TEXT,
    outsider INTEGER NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    PRIMARY KEY (organisation, user_id)
) STRICT;

CREATE TABLE certificate (
    thumbprint BLOB NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL
) STRICT;

-- Published structures and code sets. The text stands last, so that lists need not read over it.
CREATE TABLE structure (
    oid TEXT NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    origin TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    json TEXT NOT NULL
) STRICT;

CREATE TABLE code_set (
    oid TEXT NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    origin TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    json TEXT NOT NULL
) STRICT;

-- Counters of what is kept in memory (revision).
CREATE TABLE revision (
    name TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;

INSERT INTO revision (name, number) VALUES ('directory', 0), ('structures', 0), ('codes', 0);

-- Assertions that were accepted (token::spend_assertion).
CREATE TABLE spent_assertion (
    issuer TEXT NOT NULL,
    jti_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, jti_hash)
) STRICT;

-- For token::forget_expired.
CREATE INDEX spent_assertion_by_expiry ON spent_assertion (expires_at);
