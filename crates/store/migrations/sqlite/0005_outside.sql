-- What goes to parties outside social and health care, and what is passed on; column types as in 0001.

-- To whom a controller may disclose by law. A row is only ever ended. Found by id (recipient::find).
CREATE TABLE recipient (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    controller TEXT NOT NULL,
    kind TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    details BLOB NOT NULL,
    user_id TEXT NOT NULL,
    log_entry BLOB NOT NULL,
    ended_at INTEGER,
    ended_by TEXT
) STRICT;

-- For recipient::list.
CREATE INDEX recipient_by_controller ON recipient (controller, at, id);

-- Requests of recipients with what was decided and delivered, each of which happens once. Found by id
-- (disclosure_request::find, ::receipt).
CREATE TABLE disclosure_request (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    controller TEXT NOT NULL,
    client_key BLOB NOT NULL REFERENCES client,
    recipient BLOB NOT NULL REFERENCES recipient,
    state TEXT NOT NULL,
    documents TEXT NOT NULL,
    details BLOB NOT NULL,
    user_id TEXT NOT NULL,
    log_entry BLOB NOT NULL,
    decided_at INTEGER,
    decided_by TEXT,
    approved TEXT,
    decision_reason BLOB,
    delivered_at INTEGER,
    delivered_by TEXT,
    package_digest BLOB,
    receipt BLOB
) STRICT;

-- For disclosure_request::list of a controller.
CREATE INDEX disclosure_request_by_controller ON disclosure_request (controller, at, id);

-- For disclosure_request::list about a client, ::follow, and for the reference to client.
CREATE INDEX disclosure_request_by_client ON disclosure_request (client_key, controller, at, id);

-- For the reference to recipient.
CREATE INDEX disclosure_request_by_recipient ON disclosure_request (recipient);

-- What waits to be handed to another system, sealed, and afterwards that it was. Found by id
-- (outbox::find).
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    organisation TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    payload BLOB
) STRICT;

-- For outbox::due. Partial, so that what is done costs nothing.
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state = 'waiting';

-- For outbox::waiting.
CREATE INDEX outbox_waiting ON outbox (organisation) WHERE state = 'waiting';
