-- What clients want of the disclosure of their data, and what has been disclosed. Forms as in 0001.

-- What the client's will documents say, in JSON that is only ever read whole: of the person, not of a
-- controller. Found by its key, and with the client's file (will::of_client, standing::of_clients).
CREATE TABLE will (
    client_key BLOB NOT NULL PRIMARY KEY REFERENCES client,
    derived TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Has the document more than one client? Each of them has a say in its disclosure.
ALTER TABLE client_document ADD COLUMN joint INTEGER NOT NULL DEFAULT 0;

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

-- The disclosure log, one entry for each controller whose data were disclosed, numbered as the use log.
-- The receiver is an organisation with its user, or an outsider in words, which lie sealed.
CREATE TABLE disclosure_entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    controller TEXT NOT NULL,
    client_key BLOB NOT NULL,
    basis TEXT NOT NULL,
    action TEXT NOT NULL,
    documents TEXT NOT NULL,
    words BLOB,
    receiver_organisation TEXT,
    unit TEXT,
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    role TEXT,
    authentication TEXT,
    purpose TEXT NOT NULL,
    ground TEXT,
    special_reason TEXT,
    use_entry BLOB,
    request_id TEXT,
    certificate BLOB
) STRICT;

-- For disclosure_log::list of a controller.
CREATE INDEX disclosure_entry_by_controller ON disclosure_entry (controller, at, id);

-- For disclosure_log::list about a client.
CREATE INDEX disclosure_entry_by_client ON disclosure_entry (client_key, at, id);
