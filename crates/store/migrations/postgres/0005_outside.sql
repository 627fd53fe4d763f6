-- What goes to parties outside social and health care, and what is passed on; column types as in 0001.

-- To whom a controller may disclose by law. A row is only ever ended. Found by id (recipient::find).
CREATE TABLE recipient (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    controller text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C",
    details bytea NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    log_entry uuid NOT NULL,
    ended_at bigint,
    ended_by text COLLATE "C"
);

-- For recipient::list.
CREATE INDEX recipient_by_controller ON recipient (controller, at, id);

-- Requests of recipients with what was decided and delivered, each of which happens once. Found by id
-- (disclosure_request::find, ::receipt).
CREATE TABLE disclosure_request (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    controller text COLLATE "C" NOT NULL,
    client_key uuid NOT NULL REFERENCES client,
    recipient uuid NOT NULL REFERENCES recipient,
    state text COLLATE "C" NOT NULL,
    documents text COLLATE "C" NOT NULL,
    details bytea NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    log_entry uuid NOT NULL,
    decided_at bigint,
    decided_by text COLLATE "C",
    approved text COLLATE "C",
    decision_reason bytea,
    delivered_at bigint,
    delivered_by text COLLATE "C",
    package_digest bytea,
    receipt bytea
);

-- For disclosure_request::list of a controller.
CREATE INDEX disclosure_request_by_controller ON disclosure_request (controller, at, id);

-- For disclosure_request::list about a client, ::follow, and for the reference to client.
CREATE INDEX disclosure_request_by_client ON disclosure_request (client_key, controller, at, id);

-- For the reference to recipient.
CREATE INDEX disclosure_request_by_recipient ON disclosure_request (recipient);

-- What waits to be handed to another system, sealed, and afterwards that it was. Found by id
-- (outbox::find).
CREATE TABLE outbox (
    id uuid NOT NULL PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    organisation text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL,
    due_at bigint NOT NULL,
    payload bytea
);

-- For outbox::due. Partial, so that what is done costs nothing.
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state = 'waiting';

-- For outbox::waiting.
CREATE INDEX outbox_waiting ON outbox (organisation) WHERE state = 'waiting';
