-- Clients' requests for log data; column types as in 0001.

-- Requests with their extension and answer, each of which happens once. Whom a request is about stands
-- sealed in its details: a client may have no file. Found by id (log_request::find, ::kept_answer).
CREATE TABLE log_request (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    controller text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    received_on text COLLATE "C" NOT NULL,
    due_on text COLLATE "C" NOT NULL,
    details bytea NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    log_entry uuid NOT NULL,
    extended_at bigint,
    extended_by text COLLATE "C",
    extension_reason bytea,
    answered_at bigint,
    answered_by text COLLATE "C",
    answer bytea
);

-- For log_request::list.
CREATE INDEX log_request_by_controller ON log_request (controller, at, id);

-- For client::joined_to. Partial, for most files are joined to none.
CREATE INDEX client_by_person ON client (joined_to, client_key) WHERE joined_to IS NOT NULL;
