-- What clients want of the disclosure of their data, and what has been disclosed. Forms as in 0001.

-- What the client's will documents say, in JSON that is only ever read whole: of the person, not of a
-- controller. Found by its key, and with the client's file (will::of_client, standing::of_clients).
CREATE TABLE will (
    client_key uuid NOT NULL PRIMARY KEY REFERENCES client,
    derived text COLLATE "C" NOT NULL
) PARTITION BY HASH (client_key);

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF will'
            ' FOR VALUES WITH (MODULUS 8, REMAINDER %s)', 'will_' || n, n);
    END LOOP;
END $$;

-- Has the document more than one client? Each of them has a say in its disclosure.
ALTER TABLE client_document ADD COLUMN joint smallint NOT NULL DEFAULT 0;

-- Keys take sixteen bytes each.
UPDATE client_document SET joint = 1
WHERE original_oid IN (SELECT original_oid FROM document WHERE length(clients) > 16);

-- For joint::joint_documents. Partial, because few documents are.
CREATE INDEX client_document_joint ON client_document (client_key, original_oid) WHERE joint = 1;

-- For list::list_documents over many registers, in the order of the list.
CREATE INDEX client_document_by_time ON client_document (client_key, written_at, original_oid);

-- The covering index of control::control_documents, with the documents that wills are derived from.
DROP INDEX document_control;
CREATE INDEX document_control ON document (original_oid, document_group, controller)
WHERE document_group IN ('case', 'clientship', 'informing', 'permit', 'denial', 'representation');

-- The disclosure log, one entry for each controller whose data were disclosed, numbered and
-- partitioned as the use log. The receiver is an organisation with its user, or an outsider in words, which
-- lie sealed.
CREATE SEQUENCE disclosure_entry_number;

CREATE TABLE disclosure_entry (
    number bigint NOT NULL
        DEFAULT CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('disclosure_entry_number') END,
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    controller text COLLATE "C" NOT NULL,
    client_key uuid NOT NULL,
    basis text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    documents text COLLATE "C" NOT NULL,
    words bytea,
    receiver_organisation text COLLATE "C",
    unit text COLLATE "C",
    user_id text COLLATE "C" NOT NULL,
    user_name text COLLATE "C" NOT NULL,
    role text COLLATE "C",
    authentication text COLLATE "C",
    purpose text COLLATE "C" NOT NULL,
    ground text COLLATE "C",
    special_reason text COLLATE "C",
    use_entry uuid,
    request_id text COLLATE "C",
    certificate bytea
) PARTITION BY RANGE (id);

ALTER SEQUENCE disclosure_entry_number OWNED BY disclosure_entry.number;

CREATE TABLE disclosure_entry_2026 PARTITION OF disclosure_entry
FOR VALUES FROM ('019b76da-a800-0000-0000-000000000000') TO ('01a2ce8b-d400-0000-0000-000000000000');
CREATE TABLE disclosure_entry_2027 PARTITION OF disclosure_entry
FOR VALUES FROM ('01a2ce8b-d400-0000-0000-000000000000') TO ('01aa263d-0000-0000-0000-000000000000');
CREATE TABLE disclosure_entry_2028 PARTITION OF disclosure_entry
FOR VALUES FROM ('01aa263d-0000-0000-0000-000000000000') TO ('01b18314-8800-0000-0000-000000000000');
CREATE TABLE disclosure_entry_2029 PARTITION OF disclosure_entry
FOR VALUES FROM ('01b18314-8800-0000-0000-000000000000') TO ('01b8dac5-b400-0000-0000-000000000000');
CREATE TABLE disclosure_entry_2030 PARTITION OF disclosure_entry
FOR VALUES FROM ('01b8dac5-b400-0000-0000-000000000000') TO ('01c03276-e000-0000-0000-000000000000');
CREATE TABLE disclosure_entry_2031 PARTITION OF disclosure_entry
FOR VALUES FROM ('01c03276-e000-0000-0000-000000000000') TO ('01c78a28-0c00-0000-0000-000000000000');
CREATE TABLE disclosure_entry_2032 PARTITION OF disclosure_entry
FOR VALUES FROM ('01c78a28-0c00-0000-0000-000000000000') TO ('01cee6ff-9400-0000-0000-000000000000');
CREATE TABLE disclosure_entry_2033 PARTITION OF disclosure_entry
FOR VALUES FROM ('01cee6ff-9400-0000-0000-000000000000') TO ('01d63eb0-c000-0000-0000-000000000000');
CREATE TABLE disclosure_entry_2034 PARTITION OF disclosure_entry
FOR VALUES FROM ('01d63eb0-c000-0000-0000-000000000000') TO ('01dd9661-ec00-0000-0000-000000000000');
CREATE TABLE disclosure_entry_2035 PARTITION OF disclosure_entry
FOR VALUES FROM ('01dd9661-ec00-0000-0000-000000000000') TO ('01e4ee13-1800-0000-0000-000000000000');
CREATE TABLE disclosure_entry_other PARTITION OF disclosure_entry DEFAULT;

-- For log_tree::disclosures_after, ::numbers and ::forget_disclosures.
CREATE INDEX disclosure_entry_by_number ON disclosure_entry (number);

-- For disclosure_log::list of a controller.
CREATE INDEX disclosure_entry_by_controller ON disclosure_entry (controller, at, id);

-- For disclosure_log::list about a client.
CREATE INDEX disclosure_entry_by_client ON disclosure_entry (client_key, at, id);
