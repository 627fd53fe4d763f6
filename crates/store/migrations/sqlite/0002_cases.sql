-- Cases, clientships and the register access rights that follow from them; column types as in 0001.

-- The person's file that the file of a temporary identifier was joined to.
ALTER TABLE client ADD COLUMN joined_to BLOB REFERENCES client;

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
    client_key BLOB NOT NULL REFERENCES client,
    controller TEXT NOT NULL,
    derived TEXT NOT NULL,
    orders TEXT NOT NULL,
    PRIMARY KEY (client_key, controller)
) STRICT, WITHOUT ROWID;

-- Whose a case is and who is in it. Found by case_oid (case_file::find); a document opens one case.
CREATE TABLE case_file (
    case_oid TEXT NOT NULL PRIMARY KEY,
    controller TEXT NOT NULL,
    original_oid TEXT NOT NULL UNIQUE REFERENCES document,
    clients BLOB NOT NULL
) STRICT;

-- Register access rights, as the standing has them: an index of what stands there, written anew with
-- it and never without it. Found by oid (register_access::find).
CREATE TABLE register_access (
    oid TEXT NOT NULL PRIMARY KEY,
    unit TEXT NOT NULL,
    client_key BLOB NOT NULL,
    controller TEXT NOT NULL,
    case_oid TEXT NOT NULL,
    service_task TEXT NOT NULL,
    spells TEXT NOT NULL,
    FOREIGN KEY (client_key, controller) REFERENCES standing
) STRICT;

-- For register_access::list of a producer's units, in the order of the list.
CREATE INDEX register_access_by_unit ON register_access (unit, oid);

-- For register_access::list of a controller, in the order of the list.
CREATE INDEX register_access_by_controller ON register_access (controller, unit, oid);

-- For register_access::clear, ::list about a client, and for the reference to standing.
CREATE INDEX register_access_by_client ON register_access (client_key, controller);

-- The history of orders about register access rights, only ever added to.
CREATE TABLE access_order (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    access_oid TEXT NOT NULL,
    client_key BLOB NOT NULL REFERENCES client,
    controller TEXT NOT NULL,
    case_oid TEXT NOT NULL,
    unit TEXT NOT NULL,
    kind TEXT NOT NULL,
    until TEXT,
    reason BLOB,
    organisation TEXT NOT NULL,
    user_id TEXT NOT NULL,
    log_entry BLOB NOT NULL
) STRICT;

-- For access_order::list of one right. By its parts and not by its name, which a joined client changes.
CREATE INDEX access_order_by_right
ON access_order (client_key, controller, case_oid, unit, at, id);

-- What producers have reported about the choices of clients who have a voucher; an organiser may
-- refuse one once. Found by id (choice::find).
CREATE TABLE choice (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    controller TEXT NOT NULL,
    unit TEXT NOT NULL,
    client_key BLOB NOT NULL REFERENCES client,
    service_task TEXT NOT NULL,
    first_day TEXT NOT NULL,
    organisation TEXT NOT NULL,
    user_id TEXT NOT NULL,
    refused_at INTEGER,
    refused_by TEXT,
    refusal_reason BLOB
) STRICT;

-- For choice::list of what a controller has been told.
CREATE INDEX choice_by_controller ON choice (controller, at, id);

-- For choice::list of what an organisation has reported.
CREATE INDEX choice_by_organisation ON choice (organisation, at, id);

-- Suspected breaches that a controller is told of, only ever added to.
CREATE TABLE breach_event (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    controller TEXT NOT NULL,
    kind TEXT NOT NULL,
    documents TEXT NOT NULL,
    clients BLOB NOT NULL,
    organisation TEXT NOT NULL,
    user_id TEXT NOT NULL,
    log_entry BLOB NOT NULL
) STRICT;

-- For breach_event::list.
CREATE INDEX breach_event_by_controller ON breach_event (controller, at, id);
