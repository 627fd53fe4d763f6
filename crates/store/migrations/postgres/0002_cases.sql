-- Cases, clientships and the register access rights that follow from them; column types as in 0001.

-- The person's file that the file of a temporary identifier was joined to.
ALTER TABLE client ADD COLUMN joined_to uuid REFERENCES client;

-- For of_case: the documents of a case in the order of their list, and their number. Partial, because
-- old documents name no case.
CREATE INDEX document_by_case ON document (case_oid, original_oid) WHERE case_oid IS NOT NULL;

-- The covering index of control::control_documents: the few documents that standings are derived from,
-- in the order in which these are derived anew. Partial, so that other documents cost nothing.
CREATE INDEX document_control ON document (original_oid, document_group, controller)
WHERE document_group IN ('case', 'clientship');

-- What is derived from the control documents of a client at a controller, and the orders about it, in
-- JSON that is only ever read whole. Found by its key (standing::of_clients, ::of_lookup, ::all_of).
CREATE TABLE standing (
    client_key uuid NOT NULL REFERENCES client,
    controller text COLLATE "C" NOT NULL,
    derived text COLLATE "C" NOT NULL,
    orders text COLLATE "C" NOT NULL,
    PRIMARY KEY (client_key, controller)
) PARTITION BY HASH (client_key);

DO $$ BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF standing'
            ' FOR VALUES WITH (MODULUS 8, REMAINDER %s)', 'standing_' || n, n);
    END LOOP;
END $$;

-- Whose a case is and who is in it. Found by case_oid (case_file::find); a document opens one case.
CREATE TABLE case_file (
    case_oid text COLLATE "C" NOT NULL PRIMARY KEY,
    controller text COLLATE "C" NOT NULL,
    original_oid text COLLATE "C" NOT NULL UNIQUE REFERENCES document,
    clients bytea NOT NULL
);

-- Register access rights, as the standing has them: an index of what stands there, written anew with
-- it and never without it. Found by oid (register_access::find).
CREATE TABLE register_access (
    oid text COLLATE "C" NOT NULL PRIMARY KEY,
    unit text COLLATE "C" NOT NULL,
    client_key uuid NOT NULL,
    controller text COLLATE "C" NOT NULL,
    case_oid text COLLATE "C" NOT NULL,
    service_task text COLLATE "C" NOT NULL,
    spells text COLLATE "C" NOT NULL,
    FOREIGN KEY (client_key, controller) REFERENCES standing
);

-- For register_access::list of a producer's units, in the order of the list.
CREATE INDEX register_access_by_unit ON register_access (unit, oid);

-- For register_access::list of a controller, in the order of the list.
CREATE INDEX register_access_by_controller ON register_access (controller, unit, oid);

-- For register_access::clear, ::list about a client, and for the reference to standing.
CREATE INDEX register_access_by_client ON register_access (client_key, controller);

-- The history of orders about register access rights, only ever added to.
CREATE TABLE access_order (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    access_oid text COLLATE "C" NOT NULL,
    client_key uuid NOT NULL REFERENCES client,
    controller text COLLATE "C" NOT NULL,
    case_oid text COLLATE "C" NOT NULL,
    unit text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    until text COLLATE "C",
    reason bytea,
    organisation text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    log_entry uuid NOT NULL
);

-- For access_order::list of one right. By its parts and not by its name, which a joined client changes.
CREATE INDEX access_order_by_right
ON access_order (client_key, controller, case_oid, unit, at, id);

-- What producers have reported about the choices of clients who have a voucher; an organiser may
-- refuse one once. Found by id (choice::find).
CREATE TABLE choice (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    controller text COLLATE "C" NOT NULL,
    unit text COLLATE "C" NOT NULL,
    client_key uuid NOT NULL REFERENCES client,
    service_task text COLLATE "C" NOT NULL,
    first_day text COLLATE "C" NOT NULL,
    organisation text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    refused_at bigint,
    refused_by text COLLATE "C",
    refusal_reason bytea
);

-- For choice::list of what a controller has been told.
CREATE INDEX choice_by_controller ON choice (controller, at, id);

-- For choice::list of what an organisation has reported.
CREATE INDEX choice_by_organisation ON choice (organisation, at, id);

-- Suspected breaches that a controller is told of, only ever added to.
CREATE TABLE breach_event (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    controller text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    documents text COLLATE "C" NOT NULL,
    clients bytea NOT NULL,
    organisation text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    log_entry uuid NOT NULL
);

-- For breach_event::list.
CREATE INDEX breach_event_by_controller ON breach_event (controller, at, id);
